"""What cities announce to apps above them. Send these where data change by SQL, which saves no model."""

from django.dispatch import Signal

reference_changed = Signal()  # countries, cities or their figures were loaded
profiles_changed = Signal()  # profiles, needs or offers of many cities were written at once
ties_changed = Signal()  # twinnings were imported

demonstration_loading = Signal()
"""Demonstration cities are members, and the transaction is open: apps above may add what is theirs and new.

It comes at every load and every start of a demonstration; `cities.demo.take_new_parts` says what is new.
Arguments: passwords (by e-mail, of those who can sign in) and approver (who decided, or None).
"""
