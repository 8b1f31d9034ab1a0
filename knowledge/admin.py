"""The administration of what the portal knows: each part registers its own."""

from .about import admin as _about  # noqa: F401 - it registers
from .news import admin as _news  # noqa: F401 - it registers
from .practices import admin as _practices  # noqa: F401 - it registers
