"""An incident as one ZIP: what an office hands over, with the hash of every member in MANIFEST.sha256.

Written under a temporary name and renamed, so that whoever finds the file finds it whole. The order of the members
and their times follow from the incident: the same state gives the same archive.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkstemp
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson

from ir_platform.app.incident_export import (
    Record,
    audit_json,
    document_json,
    evidence_json,
    incident_json,
    timeline_json,
)
from ir_platform.domain.document import Document

MANIFEST = "MANIFEST.sha256"
CHUNK_BYTES = 1 << 20
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a ZIP can hold: members carry no time of their own."""

OpenFile = Callable[[str], BinaryIO]
"""A stored file by its SHA-256. Raises: FileNotFoundError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A file that the archive lacks, or holds although it is no longer what was recorded."""

    name: str
    reason: str
    """Bahasa Indonesia."""


@dataclass(slots=True, kw_only=True)
class _Archive:
    zip: ZipFile
    hashes: list[tuple[str, str]] = field(default_factory=list)
    """Member and SHA-256, in the order of writing."""
    problems: list[Problem] = field(default_factory=list)

    def add_bytes(self, name: str, content: bytes) -> None:
        self.zip.writestr(_member(name), content)
        self.hashes.append((name, hashlib.sha256(content).hexdigest()))

    def add_json(self, name: str, value: object) -> None:
        self.add_bytes(name, orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))

    def add_file(self, name: str, sha256: str, open_file: OpenFile) -> str | None:
        """Return what is wrong with the stored file, None where it is whole; one that differs is kept as it is."""
        try:
            source = open_file(sha256)
        except FileNotFoundError:
            reason = "berkas tidak ada di penyimpanan"
            self.problems.append(Problem(name=name, reason=reason))
            return reason
        digest = hashlib.sha256()
        with source, self.zip.open(_member(name), "w", force_zip64=True) as target:
            while chunk := source.read(CHUNK_BYTES):
                digest.update(chunk)
                target.write(chunk)
        self.hashes.append((name, digest.hexdigest()))
        if digest.hexdigest() == sha256:
            return None
        reason = f"isi berkas berubah sejak disimpan: SHA-256 yang tercatat {sha256}"
        self.problems.append(Problem(name=name, reason=reason))
        return reason


def write_archive(record: Record, path: Path, open_file: OpenFile) -> tuple[Problem, ...]:
    """Write the archive and return what could not be put into it whole.

    Raises: OSError, and then `path` is as it was.
    """
    with _renamed_when_whole(path) as target, ZipFile(target, "w", ZIP_DEFLATED) as opened:
        archive = _Archive(zip=opened)
        archive.add_json("incident.json", incident_json(record))
        archive.add_json("timeline.json", timeline_json(record))
        archive.add_bytes("audit.jsonl", b"".join(_line(audit_json(entry)) for entry in record.audit))
        archive.add_json("documents.json", list(_add_documents(archive, record, open_file)))
        archive.add_json("evidence.json", list(_add_evidence(archive, record, open_file)))
        manifest = "".join(f"{digest}  {name}\n" for name, digest in archive.hashes)
        opened.writestr(_member(MANIFEST), manifest)
    return tuple(archive.problems)


def _add_documents(archive: _Archive, record: Record, open_file: OpenFile) -> Iterator[dict[str, Any]]:
    for number, document in enumerate(record.documents, start=1):
        members = {}
        for form, sha256 in (("docx", document.docx_sha256), ("pdf", document.pdf_sha256)):
            if sha256 is not None:
                member = f"documents/{number:03d}-{_document_name(document)}.{form}"
                problem = archive.add_file(member, sha256, open_file)
                members[form] = {"member": member, "problem": problem}
        yield {**document_json(document), "files": members}


def _document_name(document: Document) -> str:
    return f"{safe_name(document.kind)}-langkah-{document.step_no}-putaran-{document.putaran}"


def _add_evidence(archive: _Archive, record: Record, open_file: OpenFile) -> Iterator[dict[str, Any]]:
    for number, one in enumerate(record.evidence, start=1):
        # The number keeps names apart, and its digits keep them from meaning anything to a system (`CON`, `-rf`).
        member = f"evidence/{number:03d}-{safe_name(one.name)}"
        problem = archive.add_file(member, one.sha256, open_file)
        yield {**evidence_json(record, one), "member": member, "problem": problem}


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


def _line(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)


@contextmanager
def _renamed_when_whole(path: Path) -> Iterator[BinaryIO]:
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
