"""The keys by which a business is found: its names, and all that it says of itself."""

from cities import nace
from partnerships.organisations import keys

from .models import BusinessName, BusinessProfile, BusinessStatement


def write_keys(profile: BusinessProfile) -> None:
    """Bring the keys of a business up to date; call it in the transaction of the change."""
    activity = nace.activities().get(profile.division)
    notes = BusinessStatement.objects.filter(organisation=profile.organisation)
    more = [
        profile.certificates,
        *((activity.title_en, activity.title_uk) if activity else ()),
        *(note for both in notes.values_list("note_en", "note_uk") for note in both),
    ]
    keys.write_keys(profile, BusinessName, more)
