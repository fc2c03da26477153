"""Files carried inside a capture: what tshark exported, kept once each under their SHA-256."""

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedFile:
    sha256: str
    name: str
    """As the capture names it, for reading only: it is an attacker's word and never a path."""
    media_type: str
    size: int
    source: str
    """The protocol that carried it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    files: tuple[ExtractedFile, ...]
    left_out: int
    """Files over a limit, and empty or unreadable ones."""


def keep_objects(exported: Sequence[Path], into: Path, *, source: str, limits: ObjectLimits) -> Extracted:
    """Copy every file of the exported folders into the folder `into`, named by its SHA-256, and say what it is.

    The exported folders were written by tshark without privileges; only its plain files are looked at.
    """
    files: dict[str, ExtractedFile] = {}
    kept_bytes = left_out = 0
    for path in (path for folder in exported for path in sorted(folder.iterdir())):
        size = path.lstat().st_size
        if path.is_symlink() or not path.is_file() or size == 0:
            left_out += 1
            continue
        digest = _sha256(path)
        if digest in files:
            continue
        if len(files) >= limits.max_files or kept_bytes + size > limits.max_bytes:
            left_out += 1
            continue
        # A copy is ours whoever owned the export, and carries no permission to run.
        shutil.copyfile(path, into / digest)
        kept_bytes += size
        files[digest] = ExtractedFile(
            sha256=digest, name=_plain(path.name), media_type=_media_type(path), size=size, source=source
        )
    return Extracted(files=tuple(files.values()), left_out=left_out)


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
    is_text = b"\x00" not in head and _is_utf8(head)
    return "text/plain" if is_text else "application/octet-stream"


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4  # a character cut in two at the end
    return True


def _plain(name: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in name)[:_MAX_NAME]
