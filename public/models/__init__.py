"""Tables of what everybody reads."""

from .dumps import Dump, DumpFile

__all__ = ["Dump", "DumpFile"]
