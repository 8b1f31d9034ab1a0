"""Folders as tar archives, a file at a time: memory does not grow with them."""

import hashlib
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

BLOCK = 1 << 20  # bytes read at once
HASHES = 1 << 256


class Files(NamedTuple):
    """How many files a folder holds, their bytes, and the sum of SHA-256 of each path and content."""

    number: int
    bytes: int
    hash: str


class Part(NamedTuple):
    """A file of a backup: its bytes and its SHA-256."""

    bytes: int
    sha256: str


class _Hashed:
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes], path: str) -> None:
        self.file, self.digest = file, hashlib.sha256(path.encode() + b"\0")

    def read(self, size: int = BLOCK) -> bytes:
        """Read on."""
        block = self.file.read(size)
        self.digest.update(block)
        return block


class _Sum:
    """Adds up files to what `Files` tells."""

    def __init__(self) -> None:
        self.number = self.bytes = self.total = 0

    def add(self, size: int, digest: bytes) -> None:
        """One more file."""
        self.number += 1
        self.bytes += size
        self.total = (self.total + int.from_bytes(digest)) % HASHES

    @property
    def files(self) -> Files:
        """What they are together."""
        return Files(self.number, self.bytes, f"{self.total:064x}")


def pack(folder: Path, archive: Path) -> Files:
    """Write the files of a folder into a tar; those that are deleted meanwhile are left out."""
    found = _Sum()
    with archive.open("xb") as target, tarfile.open(fileobj=target, mode="w|") as tar:
        for name in _names(folder):
            try:
                file = (folder / name).open("rb")
            except FileNotFoundError:
                continue
            with file:
                about = tar.gettarinfo(arcname=name, fileobj=file)
                about.uid = about.gid = 0
                about.uname = about.gname = ""
                hashed = _Hashed(file, name)
                tar.addfile(about, hashed)  # type: ignore[arg-type]
                found.add(about.size, hashed.digest.digest())
            tar.members.clear()  # type: ignore[attr-defined]
    return found.files


def unpack(archive: Path, folder: Path) -> None:
    """Write the files of a tar into a folder; nothing outside of it, no links, no devices."""
    folder.mkdir(parents=True, exist_ok=True)
    with archive.open("rb") as source, tarfile.open(fileobj=source, mode="r|") as tar:
        for about in tar:
            tar.extract(about, folder, filter="data")
            tar.members.clear()  # type: ignore[attr-defined]


def contents(folder: Path) -> Files:
    """What a folder holds."""
    found = _Sum()
    for name in _names(folder):
        with (folder / name).open("rb") as file:
            hashed = _Hashed(file, name)
            size = sum(map(len, iter(hashed.read, b"")))
        found.add(size, hashed.digest.digest())
    return found.files


def part(path: Path) -> Part:
    """A file of a backup as it lies there."""
    with path.open("rb") as file:
        return Part(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _names(folder: Path) -> Iterator[str]:
    """The paths of its files, as they are to stand in an archive."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            if path.is_file() and not path.is_symlink():
                yield path.relative_to(folder).as_posix()
