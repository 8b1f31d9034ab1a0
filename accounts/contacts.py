"""Rows that name a person as contact: contact_name and contact_email."""

from collections.abc import Collection
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

Row = TypeVar("Row", bound=models.Model)


class NamesAContact(models.QuerySet[Row]):
    """A queryset over rows with a contact."""

    def naming(self, names: Collection[str], emails: Collection[str]) -> Self:
        """Those whose contact has one of these names or addresses, whatever the addresses' case."""
        small = [email.lower() for email in emails]
        known = self.annotate(contact_address=Lower("contact_email"))
        return known.filter(Q(contact_name__in=names) | Q(contact_address__in=small))
