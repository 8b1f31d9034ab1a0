"""Addresses of integrity declarations."""

from django.urls import path, register_converter

from partnerships.models import Organisation

from . import views

WORDS = {"businesses": Organisation.Kind.BUSINESS, "financial-partners": Organisation.Kind.FINANCIAL_PARTNER}


class KindConverter:
    """The kind of an organisation by the word of its directory."""

    regex = "|".join(WORDS)

    def to_python(self, value: str) -> str:
        """The kind."""
        return WORDS[value].value

    def to_url(self, value: str) -> str:
        """The word. Raises ValueError for what is no kind."""
        word = next((word for word, kind in WORDS.items() if kind == value), None)
        if word is None:
            raise ValueError(value)
        return word


register_converter(KindConverter, "organisations")

urlpatterns = [
    path("<organisations:kind>/<slug:slug>/integrity/", views.of_organisation, name="integrity"),
    path("memberships/<slug:kind>/<int:number>/integrity/", views.of_membership, name="membership-integrity"),
    path("about/integrity/", views.about_integrity, name="about-integrity"),
]
