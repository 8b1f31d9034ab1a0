"""Notifications of requests for meetings, of what is written there, and of meetings booked or cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.letters import in_each_language
from accounts.notifications import notify, register

if TYPE_CHECKING:
    from events.models import Meeting, MeetingRequest, Registration, RequestMessage

MEETING = "event-meeting"

register(MEETING, _("Meetings at events: requests, answers, messages, what is booked, reminders"))


def tell_of_request(request: MeetingRequest) -> None:
    """Tell somebody who is asked for a meeting."""
    _tell(request, request.receiver, "event_request", sentence=request.sentence)


def tell_of_answer(request: MeetingRequest, cancelled: Meeting | None = None) -> None:
    """Tell the sender what was answered, or the receiver that it is taken back.

    cancelled: the meeting that is off with it.
    """
    to = request.receiver if request.state == request.State.WITHDRAWN else request.sender
    _tell(request, to, f"event_request_{request.state}", when=_when(cancelled))


def tell_of_request_message(message: RequestMessage) -> None:
    """Tell the other that there is a message."""
    request = message.request
    _tell(request, request.other_side(message.by), "event_request_message", text=message.text)


def tell_of_booking(meeting: Meeting, by: Registration) -> None:
    """Tell the other when the two meet."""
    to = meeting.request.other_side(by)
    table = str(meeting.table or "")
    _tell(meeting.request, to, "event_meeting_booked", when=_when(meeting), table=table)


def tell_of_cancelling(meeting: Meeting, by: Registration) -> None:
    """Tell the other that the meeting is off."""
    _tell(meeting.request, meeting.request.other_side(by), "event_meeting_cancelled", when=_when(meeting))


def remind(to: Registration, template: str, page: str, key: str) -> None:
    """Remind a participant, once by this key. page: the name of the page of the event that it leads to."""
    event = to.event
    closes = event.requests_close_at
    notify(
        [to.user],
        MEETING,
        template,
        reverse(page, args=[event.slug]),
        key=key,
        event=event.titles,
        closes=closes.astimezone(event.zone).date() if closes else "",
        books=event.books_freely,
    )


def _tell(request: MeetingRequest, to: Registration, template: str, **words: Any) -> None:
    other = request.other_side(to)
    names = in_each_language(lambda: str(other))
    url = request.get_absolute_url()
    notify([to.user], MEETING, template, url, other=names, event=request.event.titles, **words)


def _when(meeting: Meeting | None) -> str:
    """When it is, in the event's time zone; empty without one."""
    return f"{meeting.slot} ({meeting.event.time_zone})" if meeting else ""
