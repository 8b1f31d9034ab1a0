"""The keys by which a financial partner is found: its names, and all that it says of itself."""

from partnerships.organisations import keys

from .models import FinancialOffer, FinancialPartnerName, FinancialPartnerProfile, FundingCall


def write_keys(profile: FinancialPartnerProfile) -> None:
    """Bring the keys of a financial partner up to date; call it in the transaction of the change."""
    of_it = {"organisation": profile.organisation}
    offers = FinancialOffer.objects.filter(**of_it).values_list("note_en", "note_uk")
    calls = FundingCall.objects.filter(**of_it).values_list("title_en", "title_uk")
    said = [text for both in (*offers, *calls) for text in both]
    keys.write_keys(profile, FinancialPartnerName, [profile.conditions_en, profile.conditions_uk, *said])
