"""What two sides have with each other: rows of a conversation, of a partnership."""

from __future__ import annotations

from typing import Any, Generic, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User

from .models import Party, named_by

Row = TypeVar("Row", bound="TwoSides")


class TwoSidesQuerySet(models.QuerySet[Row], Generic[Row]):
    """Queries over what two sides have."""

    def seen_by(self, user: User) -> Self:
        """Those of the sides that the person speaks for."""
        mine = Party.objects.represented_by(user).values("pk")
        return self.filter(Q(one__in=mine) | Q(other__in=mine))

    def between(self, one: Party, other: Party) -> Self:
        """Those of two sides, in whatever order they are given."""
        low, high = sorted((one.pk, other.pk))
        return self.filter(one=low, other=high)

    def named(self) -> Self:
        """With what their sides are called."""
        return self.select_related(*named_by("one", "other"))


class TwoSides(models.Model):
    """Something between two sides. `one` is the side with the lower number."""

    one = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+", verbose_name=_("one side"))
    other = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+", verbose_name=_("other side"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.one} – {self.other}"

    @property
    def parties(self) -> tuple[Party, Party]:
        """Both sides."""
        return self.one, self.other

    def side_of(self, user: User) -> Party:
        """The side the person speaks for, the first if for both. Raises Party.DoesNotExist if for neither."""
        pair: Any = [self.one_id, self.other_id]
        mine = set(Party.objects.represented_by(user).filter(pk__in=pair).values_list("pk", flat=True))
        for party in self.parties:
            if party.pk in mine:
                return party
        raise Party.DoesNotExist

    def facing(self, party: Party) -> Party:
        """The side that is not this one."""
        return self.other if party.pk == self.one_id else self.one
