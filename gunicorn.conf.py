"""What gunicorn does by itself where it is started in this folder without another configuration."""

from mayors_portal.serving import logconfig_dict, on_starting  # noqa: F401 - names that gunicorn knows
