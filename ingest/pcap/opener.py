"""The child that opens archives and mails: reads one job from stdin, says each step in one JSON line on stdout.

Standard library only: it reads what an attacker sent, under limits of its own, and a crash costs one container.
"""

import bz2
import gzip
import json
import lzma
import resource
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email import message_from_binary_file, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

MAIL = "message/rfc822"
_CHUNK_BYTES = 1024 * 1024
_ENCRYPTED = 0x1
_BROKEN = (
    OSError,
    EOFError,
    ValueError,
    LookupError,
    RuntimeError,  # zipfile's word for a password
    RecursionError,
    MemoryError,
    NotImplementedError,
    zipfile.BadZipFile,
    tarfile.TarError,
    lzma.LZMAError,
    zlib.error,
)
"""What these libraries raise over content that is not what it says."""


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    content: Readable | None
    """None: locked by a password."""


def main() -> None:
    """Open container after container; what is inside is numbered files in the folder of the job."""
    job = json.loads(sys.stdin.read())
    _limit(memory_bytes=job["memory_bytes"], file_bytes=job["max_bytes"], seconds=job["seconds"])
    into, left, made = Path(job["into"]), job["max_bytes"], 0
    for number, one in enumerate(job["containers"]):
        count = 0
        try:
            for member in members(Path(one["path"]), one["media_type"]):
                if member.content is None:
                    _say({"of": number, "problem": "terkunci kata sandi"})
                    continue
                if count == job["max_members"] or left <= 0:
                    _say({"of": number, "problem": "isinya melebihi batas"})
                    break
                size, is_whole = _write(member.content, into / str(made), limit=left)
                left -= size
                if not is_whole:
                    (into / str(made)).unlink()
                    _say({"of": number, "problem": "isinya melebihi batas"})
                    break
                _say({"of": number, "file": str(made), "name": member.name, "size": size})
                count, made = count + 1, made + 1
        except _BROKEN:
            _say({"of": number, "problem": "rusak atau bukan arsip"})
        _say({"of": number, "done": True})


def members(path: Path, media_type: str) -> Iterator[Member]:
    """Yield what is inside; a member's content is read before the next one is asked for.

    `media_type` is one of OPENERS. Raises: one of _BROKEN.
    """
    return OPENERS[media_type](path)


def _zip(path: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for one in archive.infolist():
            if one.is_dir():
                continue
            if one.flag_bits & _ENCRYPTED:
                yield Member(one.filename, None)
                continue
            with archive.open(one) as content:
                yield Member(one.filename, content)


def _tar(path: Path) -> Iterator[Member]:
    with tarfile.open(path, "r:") as archive:
        for one in archive:  # links, devices and folders carry nothing
            content = archive.extractfile(one) if one.isfile() else None
            if content is not None:
                yield Member(one.name, content)


def _gzip(path: Path) -> Iterator[Member]:
    with gzip.open(path) as content:
        yield Member(_without(path.name, ".gz"), content)


def _bzip2(path: Path) -> Iterator[Member]:
    with bz2.open(path) as content:
        yield Member(_without(path.name, ".bz2"), content)


def _xz(path: Path) -> Iterator[Member]:
    with lzma.open(path) as content:
        yield Member(_without(path.name, ".xz"), content)


def _mail(path: Path) -> Iterator[Member]:
    with path.open("rb") as file:
        message = message_from_binary_file(file, policy=policy.default)
    for part in message.walk():
        name = part.get_filename()
        is_body = name is None and part.get_content_maintype() in ("text", "multipart", "message")
        content = None if is_body else part.get_payload(decode=True)
        if isinstance(part, EmailMessage) and isinstance(content, bytes):
            yield Member(name or part.get_content_type(), BytesIO(content))


OPENERS: Mapping[str, Callable[[Path], Iterator[Member]]] = {
    "application/zip": _zip,
    "application/x-tar": _tar,
    "application/gzip": _gzip,
    "application/x-bzip2": _bzip2,
    "application/x-xz": _xz,
    MAIL: _mail,
}
"""By media type; Office documents, JAR and APK are ZIP."""


def _write(content: Readable, path: Path, *, limit: int) -> tuple[int, bool]:
    """Return how much was written, and whether that is all of it."""
    size = 0
    with path.open("xb") as file:
        while chunk := content.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > limit:
                return size, False
            file.write(chunk)
    return size, True


def _without(name: str, suffix: str) -> str:
    return name.removesuffix(suffix) or name


def _limit(*, memory_bytes: int, file_bytes: int, seconds: int) -> None:
    wanted = (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    )
    for limit, value in wanted:
        hard = resource.getrlimit(limit)[1]
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (allowed, allowed))


def _say(answer: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=True) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
