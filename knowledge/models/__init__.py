"""Tables of practices, news and letters to the portal."""

from .practices import Adoption, Practice, PracticeDocument, PracticeQuestion, PracticeResult

__all__ = ["Adoption", "Practice", "PracticeDocument", "PracticeQuestion", "PracticeResult"]
