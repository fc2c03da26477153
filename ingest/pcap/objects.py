"""Files carried inside a capture: what tshark exported and what is inside, kept once each under their SHA-256."""

import hashlib
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote

from ingest.pcap.containers import OPENED, Container, OpenLimits, open_containers
from ingest.pcap.opener import MAIL
from ir_platform.domain.media_type import is_text

_SNIFF_BYTES = 512
_CHUNK_BYTES = 1024 * 1024
_MAX_NAME = 200
# First bytes and what they speak for; the server's own word is not taken, an attacker chose it.
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\x7fELF", "application/x-elf"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (257, b"ustar", "application/x-tar"),
    (0, b"MSCF", "application/vnd.ms-cab-compressed"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"\xca\xfe\xba\xbe", "application/java-vm"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\x89PNG", "image/png"),
    (0, b"GIF8", "image/gif"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (8, b"WEBP", "image/webp"),
    (0, b"CWS", "application/x-shockwave-flash"),
    (0, b"FWS", "application/x-shockwave-flash"),
    (0, b"#!", "text/x-script"),
    (0, b"<?php", "application/x-httpd-php"),
)
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script")


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectLimits:
    max_files: int = 10_000
    """Distinct files kept."""
    max_bytes: int = 2 * 1024**3
    """All kept files together."""
    opening: OpenLimits = field(default_factory=OpenLimits)
    """How deep and how far archives and mails are opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedFile:
    sha256: str
    name: str
    """As the capture names it, for reading only: it is an attacker's word and never a path."""
    media_type: str
    size: int
    source: str
    """The protocol that carried it."""
    inside: str | None = None
    """SHA-256 of the archive or mail it was in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    files: tuple[ExtractedFile, ...]
    left_out: int
    """Files over a limit, and empty or unreadable ones."""
    unopened: tuple[tuple[str, int], ...] = ()
    """Why archives and mails were not opened to their end, in Bahasa Indonesia, and how many."""


class Keeper:
    """Copies files into the folder `into`, named by their SHA-256, and says what they are."""

    def __init__(self, into: Path, *, limits: ObjectLimits) -> None:
        self._into, self._limits = into, limits
        self._files: dict[str, ExtractedFile] = {}
        self._bytes = self._left_out = 0
        self._unopened: Counter[str] = Counter()

    def keep_exported(self, folder: Path, *, source: str) -> None:
        """Keep what tshark wrote without privileges; only the folder's plain files are looked at."""
        for path in sorted(folder.iterdir()):
            # tshark writes what a path cannot hold as in an address (`%5c`).
            self._keep(path, name=unquote(path.name), source=source, inside=None)

    def open_containers(self) -> None:
        """Keep what is inside the archives and mails kept so far, and inside of that, to a depth."""
        limits = self._limits.opening
        found = list(self._files.values())
        for _ in range(limits.max_depth):
            closed = [one for one in found if one.media_type in OPENED]
            found = self._open(closed, limits)
        self._unopened["arsip di dalam arsip melebihi kedalaman"] += sum(one.media_type in OPENED for one in found)

    def extracted(self) -> Extracted:
        return Extracted(
            files=tuple(self._files.values()), left_out=self._left_out, unopened=tuple((+self._unopened).items())
        )

    def _open(self, closed: list[ExtractedFile], limits: OpenLimits) -> list[ExtractedFile]:
        """Return what was inside and is new."""
        if not closed:
            return []
        with TemporaryDirectory(prefix="irp-arsip-") as folder:
            asked = [Container(path=self._into / one.sha256, media_type=one.media_type) for one in closed]
            opened = open_containers(asked, into=Path(folder), limits=limits)
            self._unopened.update(reason for _, reason in opened.problems)
            kept = [
                self._keep(one.path, name=one.name, source=closed[one.of].source, inside=closed[one.of].sha256)
                for one in opened.files
            ]
        return [one for one in kept if one is not None]

    def _keep(self, path: Path, *, name: str, source: str, inside: str | None) -> ExtractedFile | None:
        """Return the file where it is a new one and was kept."""
        size = path.lstat().st_size
        if path.is_symlink() or not path.is_file() or size == 0:
            self._left_out += 1
            return None
        digest = _sha256(path)
        if digest in self._files:
            return None
        if len(self._files) >= self._limits.max_files or self._bytes + size > self._limits.max_bytes:
            self._left_out += 1
            return None
        # A copy is ours whoever owned the export, and carries no permission to run.
        shutil.copyfile(path, self._into / digest)
        self._bytes += size
        # tshark writes a mail as it was sent; nothing in its first bytes says so.
        media_type = MAIL if source == "imf" and inside is None else _media_type(path)
        self._files[digest] = ExtractedFile(
            sha256=digest, name=_plain(name), media_type=media_type, size=size, source=source, inside=inside
        )
        return self._files[digest]


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def _media_type(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_SNIFF_BYTES)
    for offset, magic, media_type in _MAGIC:
        if head.startswith(magic, offset):
            return media_type
    if head.lstrip().lower().startswith(_HTML):
        return "text/html"
    return "text/plain" if is_text(head) else "application/octet-stream"


def _plain(name: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in name)[:_MAX_NAME]
