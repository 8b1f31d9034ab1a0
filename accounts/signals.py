"""What accounts announce to apps above them."""

from django.dispatch import Signal

membership_changed = Signal()
"""membership, action (its code), by (User); sent in the transaction of the change."""

deleting_account = Signal()
"""user, names (set of str) and emails (list of str) until then; sent in the transaction that makes
the account anonymous."""

collecting_own_data = Signal()
"""user; each receiver returns what its tables say of the person: lists of rows by name."""
