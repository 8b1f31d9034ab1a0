"""Events, who takes part in them, and the meetings held there."""

from .event import Event
from .floor import Interpreter, Slot, Table
from .meetings import Meeting, Seat
from .programme import Exhibitor, Session, Speaker
from .registrations import GuestInvitation, Registration
from .requests import MeetingRequest, RequestMessage
from .runs import ScheduleRun

__all__ = [
    "Event",
    "Exhibitor",
    "GuestInvitation",
    "Interpreter",
    "Meeting",
    "MeetingRequest",
    "Registration",
    "RequestMessage",
    "ScheduleRun",
    "Seat",
    "Session",
    "Slot",
    "Speaker",
    "Table",
]
