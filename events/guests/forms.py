"""The form by which organisers invite a guest."""

from django import forms
from django.utils.translation import gettext_lazy as _

from events.models import GuestInvitation


class GuestForm(forms.ModelForm):
    """Whom to invite. Its instance has the event."""

    required_css_class = "required"

    class Meta:
        model = GuestInvitation
        fields = ("name", "email", "organisation", "language")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["name"].label = _("Full name")
        self.fields["email"].required = True
        self.fields["email"].help_text = _("It is erased 30 days after the invitation has come to an end.")
        self.fields["language"].help_text = _("Comes first in the letter; the other one follows.")

    def clean_email(self) -> str:
        """Nobody is invited twice to the same event."""
        email: str = self.cleaned_data["email"]
        known = self.instance.event.guest_invitations.filter(withdrawn_at=None, email__iexact=email).first()
        if known is not None:
            raise forms.ValidationError(
                _("This address is invited already (%(state)s).") % {"state": known.state_in_words}
            )
        return email
