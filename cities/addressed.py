"""What has a page at an address made of its name."""

from abc import abstractmethod
from typing import Any

from django.db import IntegrityError, models, transaction


class Addressed(models.Model):
    """Something with a `slug`, a unique field that may be blank in forms: it is made when it is saved."""

    slug: "models.SlugField[str, str]"

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save it, with an address if it has none; the next free one if somebody is faster."""
        if self.slug:
            return super().save(*args, **kwargs)
        while True:
            self.slug = self.free_slug()
            try:
                with transaction.atomic():
                    return super().save(*args, **kwargs)
            except IntegrityError:
                if self.free_slug() == self.slug:
                    raise  # it was not the address

    @abstractmethod
    def free_slug(self) -> str:
        """An address that nobody else of its kind has."""
