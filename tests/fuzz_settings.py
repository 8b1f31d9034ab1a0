"""Settings of the portal that is fuzzed: errors as in production, and a mark on what reached a view."""

from tests.settings import *  # noqa: F403
from tests.settings import MIDDLEWARE

DEBUG = False
MIDDLEWARE = [*MIDDLEWARE, "tests.hostile.MarkReached"]
