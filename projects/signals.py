"""What projects announce to apps above them."""

from django.dispatch import Signal

project_changed = Signal()
"""project, by (User or None); sent in the transaction that changed it, its state or one of its parts."""
