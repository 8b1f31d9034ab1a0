"""The kinds of notification a person can switch off."""

from django.utils.translation import gettext_lazy as _

COLLEAGUE = "colleague"

KINDS = {
    COLLEAGUE: _("Somebody else was approved to represent my city or organisation"),
}
"""Code to what it tells. Letters about one's own applications or the safety of one's account always come."""
