"""A package that proves itself: a ZIP whose manifest is signed, with the program that checks it inside.

The times of its members say nothing; the same members give the same archive, but for what is locked with a fresh salt.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkstemp
from typing import IO, Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ir_platform.audit.chain import content_hash, is_of_first_release
from ir_platform.audit.checkpoint import signed_message
from ir_platform.audit.signing import AuditKey, bundle_of
from ir_platform.domain.audit import AuditEntry, AuditHead
from ir_platform.ports import Files

MANIFEST = "MANIFEST.sha256"
SIGNATURE = "MANIFEST.sig"
VERIFIER = Path(__file__).with_name("verifikasi.py")
CHUNK_BYTES = 1 << 20
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a ZIP can hold: members carry no time of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A file that the archive lacks, or holds although it is no longer what was recorded."""

    name: str
    reason: str
    """Bahasa Indonesia."""


@dataclass(slots=True, kw_only=True)
class Archive:
    zip: ZipFile
    hashes: list[tuple[str, str]] = field(default_factory=list)
    """Member and SHA-256, in the order of writing."""
    problems: list[Problem] = field(default_factory=list)

    def add_bytes(self, name: str, content: bytes) -> None:
        self.zip.writestr(_member(name), content)
        self.hashes.append((name, hashlib.sha256(content).hexdigest()))

    def add_json(self, name: str, value: object) -> None:
        self.add_bytes(name, orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))

    def add_lines(self, name: str, values: Iterable[object]) -> None:
        """Write one JSON value a line, in bounded memory."""
        digest = hashlib.sha256()
        with self.zip.open(_member(name), "w", force_zip64=True) as target:
            for value in values:
                line = orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
                digest.update(line)
                target.write(line)
        self.hashes.append((name, digest.hexdigest()))

    def add_file(self, name: str, sha256: str, files: Files) -> str | None:
        """Return what is wrong with the stored file, None where it is whole; one that differs is kept as it is."""
        try:
            source = files.open(sha256)
        except FileNotFoundError:
            return self._missing(name)
        digest = hashlib.sha256()
        with source, self.zip.open(_member(name), "w", force_zip64=True) as target:
            while chunk := source.read(CHUNK_BYTES):
                digest.update(chunk)
                target.write(chunk)
        self.hashes.append((name, digest.hexdigest()))
        return self._differing(name, recorded=sha256, found=digest.hexdigest())

    def add_locked(self, name: str, sha256: str, files: Files, *, password: str) -> str | None:
        """As `add_file`, for content that can run: as a ZIP under the password, within this one."""
        digest = hashlib.sha256()
        try:
            with self.zip.open(_member(name), "w", force_zip64=True) as target:
                found = files.write_locked(sha256, _Hashing(target, digest), name=sha256, password=password)
        except FileNotFoundError:
            self.hashes.append((name, digest.hexdigest()))
            return self._missing(name)
        self.hashes.append((name, digest.hexdigest()))
        return self._differing(name, recorded=sha256, found=found)

    def close(self, key: AuditKey | None, *, published: Iterable[Ed25519PublicKey] = ()) -> str:
        """Add the verifier, the keys, the manifest and its signature; return the manifest's SHA-256."""
        self.add_bytes("verifikasi.py", VERIFIER.read_bytes())
        if key is not None:
            self.add_bytes("audit/kunci-publik.pem", bundle_of(published).encode())
        manifest = "".join(f"{digest}  {name}\n" for name, digest in self.hashes).encode()
        digest = hashlib.sha256(manifest).hexdigest()
        self.zip.writestr(_member(MANIFEST), manifest)
        if key is not None:
            signed = {"kunci": key.kid, "tanda": key.sign(manifest_message(digest))}
            self.zip.writestr(_member(SIGNATURE), orjson.dumps(signed, option=orjson.OPT_APPEND_NEWLINE))
        return digest

    def _missing(self, name: str) -> str:
        reason = "berkas tidak ada di penyimpanan"
        self.problems.append(Problem(name=name, reason=reason))
        return reason

    def _differing(self, name: str, *, recorded: str, found: str) -> str | None:
        if found == recorded:
            return None
        reason = f"isi berkas berubah sejak disimpan: SHA-256 yang tercatat {recorded}"
        self.problems.append(Problem(name=name, reason=reason))
        return reason


def manifest_message(digest: str) -> bytes:
    """Return the bytes that are signed for a manifest with this SHA-256."""
    return b"tanggap-manifest-1\n" + digest.encode("ascii")


class _Hashing:
    """A file to write to that is hashed on its way; pyzipper writes it as a stream."""

    def __init__(self, target: IO[bytes], digest: Any) -> None:  # noqa: ANN401  hashlib's objects have no public type
        self._target, self._digest = target, digest

    def write(self, content: bytes) -> int:
        self._digest.update(content)
        return self._target.write(content)

    def flush(self) -> None:
        """Nothing is held back here."""


@contextmanager
def opened_archive(target: BinaryIO | IO[bytes]) -> Iterator[Archive]:
    with ZipFile(target, "w", ZIP_DEFLATED) as opened:
        yield Archive(zip=opened)


def audit_place(entry: AuditEntry, *, is_shown: bool) -> dict[str, object]:
    """Return the entry's place in the chain without its content: enough to walk the chain, and nothing of the rest.

    `is_shown`: the archive holds the content too.
    """
    content = None if is_of_first_release(entry) else content_hash(entry.fact)
    return {"seq": entry.seq, "prev": entry.prev_hash, "isi": content, "hash": entry.hash, "ada": is_shown}


def signed_head(head: AuditHead, at: str, key: AuditKey) -> dict[str, object]:
    """Return a checkpoint made for this archive: whoever keeps it is a witness of the chain up to there."""
    signature = key.sign(signed_message(head.seq, head.hash, at, ""))
    return {"seq": head.seq, "hash": head.hash, "at": at, "prev": "", "kunci": key.kid, "tanda": signature}


def safe_name(name: str) -> str:
    """Return the last part of a file name as sent, in ASCII, with nothing that a path or a script could be made of.

    At most 100 characters; the full name stands in evidence.json.
    """
    last = re.split(r"[/\\]", name)[-1]
    return re.sub(r"[^A-Za-z0-9_.-]", "_", last).strip(".")[-100:] or "berkas"


def _member(name: str) -> ZipInfo:
    info = ZipInfo(name, date_time=EPOCH)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


@contextmanager
def renamed_when_whole(path: Path) -> Iterator[BinaryIO]:
    """Yield a file that gets the name only if the block ends well; nobody but the owner may read it."""
    # mkstemp makes it 0600: evidence is for nobody else. Beside the target, because a rename is atomic only there.
    descriptor, name = mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
