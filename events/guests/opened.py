"""The invitation of a guest who opened its link before signing up: the desk leads back to it."""

from events.models import GuestInvitation
from partnerships.invitations.open_here import OpenedHere

OF_GUESTS = OpenedHere("guest-invitation", GuestInvitation.objects.at)
