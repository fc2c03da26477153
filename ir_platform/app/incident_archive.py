"""An incident as one package: everything an office hands over about it, member by member."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any, BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ir_platform.app.archive import Archive, Problem, audit_place, opened_archive, safe_name, signed_head
from ir_platform.app.incident_export import (
    Record,
    alerts_json,
    audit_json,
    custody_json,
    document_json,
    evidence_json,
    incident_json,
    timeline_json,
)
from ir_platform.audit.signing import AuditKey
from ir_platform.domain.audit import AuditEntry, AuditHead
from ir_platform.domain.document import Document
from ir_platform.domain.evidence import Evidence, EvidenceId
from ir_platform.ports import Files

README = """Paket insiden {nomor}

incident.json, timeline.json   catatan insiden dan kronologinya
sop.yaml                       SOP dalam versi yang dijalankan insiden ini
documents.json, documents/     dokumen yang dibuat langkah-langkahnya (DOCX dan PDF)
berkas/                        berkas lain yang disebut catatan, seperti salinan bertanda tangan
evidence.json, evidence/       bukti dukung; yang dapat dijalankan ada dalam ZIP bersandi "{sandi}"
custody.json                   riwayat penguasaan bukti sampai sebelum ekspor ini
alerts.json                    temuan deteksi
data/                          semua baris basis data tentang insiden ini, per tabel
audit.jsonl                    entri jejak audit insiden ini, dengan isinya
audit/rantai.jsonl             tempat setiap entri dalam rantai, tanpa isi insiden lain
audit/titik-periksa.jsonl      akhir rantai saat ekspor, bertanda tangan
MANIFEST.sha256, MANIFEST.sig  SHA-256 setiap berkas, dan tanda tangannya

Memeriksa keutuhannya: python3 verifikasi.py
Dengan kunci publik yang disimpan di luar paket ini: python3 verifikasi.py --kunci KUNCI.pem
Bukti dalam ZIP bersandi diperiksa sebagai ZIP; SHA-256 isinya ada di evidence.json.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What ties the incident's entries to the whole trail."""

    places: Iterable[AuditEntry]
    """From the incident's first entry to the trail's end, read once."""
    head: AuditHead
    at: str
    key: AuditKey | None
    """None: it is away; the archive says that it is not signed."""
    published: tuple[Ed25519PublicKey, ...]
    """Public keys that were ever signed with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    problems: tuple[Problem, ...]
    manifest_sha256: str
    bad_evidence: frozenset[EvidenceId]
    """Missing, or no longer what was received."""


def write_archive(
    record: Record, target: BinaryIO | IO[bytes], files: Files, *, proof: Proof, password: str
) -> Written:
    """Write the archive; what could not be put into it whole is named. Raises: OSError."""
    with opened_archive(target) as archive:
        readme = README.format(nomor=record.incident.nomor, sandi=password)
        archive.add_bytes("BACA-SAYA.txt", readme.encode())
        archive.add_json("incident.json", incident_json(record))
        archive.add_json("timeline.json", timeline_json(record))
        archive.add_json("alerts.json", alerts_json(record))
        archive.add_bytes("sop.yaml", record.sop_text.encode())
        archive.add_lines("audit.jsonl", map(audit_json, record.audit))
        _add_proof(archive, proof, shown=frozenset(entry.seq for entry in record.audit))
        archive.add_json("documents.json", list(_add_documents(archive, record, files)))
        bad: set[EvidenceId] = set()
        archive.add_json("evidence.json", list(_add_evidence(archive, record, files, password, bad)))
        archive.add_json("custody.json", [custody_json(line) for line in record.custody])
        for table, rows in record.rows.items():
            archive.add_json(f"data/{table}.json", rows)
        archive.add_json("berkas.json", list(_add_other_files(archive, record, files)))
        digest = archive.close(proof.key, published=proof.published)
    return Written(problems=tuple(archive.problems), manifest_sha256=digest, bad_evidence=frozenset(bad))


def _add_proof(archive: Archive, proof: Proof, *, shown: frozenset[int]) -> None:
    places = (audit_place(entry, is_shown=entry.seq in shown) for entry in proof.places)
    archive.add_lines("audit/rantai.jsonl", places)
    if proof.key is not None and proof.head.seq:
        archive.add_lines("audit/titik-periksa.jsonl", [signed_head(proof.head, proof.at, proof.key)])


def _add_documents(archive: Archive, record: Record, files: Files) -> Iterator[dict[str, Any]]:
    for number, document in enumerate(record.documents, start=1):
        members = {}
        for form, sha256 in (("docx", document.docx_sha256), ("pdf", document.pdf_sha256)):
            if sha256 is not None:
                member = f"documents/{number:03d}-{_document_name(document)}.{form}"
                members[form] = {"member": member, "problem": archive.add_file(member, sha256, files)}
        yield {**document_json(document), "files": members}


def _document_name(document: Document) -> str:
    return f"{safe_name(document.kind)}-langkah-{document.step_no}-putaran-{document.putaran}"


def _add_evidence(
    archive: Archive, record: Record, files: Files, password: str, bad: set[EvidenceId]
) -> Iterator[dict[str, Any]]:
    for number, one in enumerate(record.evidence, start=1):
        # The number keeps names apart, and its digits keep them from meaning anything to a system (`CON`, `-rf`).
        member = f"evidence/{number:03d}-{safe_name(one.name)}"
        reason = record.locked.get(one.id)
        member = f"{member}.zip" if reason else member
        problem = _add_one(archive, member, one, files, password if reason else None)
        if problem:
            bad.add(one.id)
        yield {**evidence_json(record, one), "member": member, "problem": problem, "terkunci": reason}


def _add_one(archive: Archive, member: str, one: Evidence, files: Files, password: str | None) -> str | None:
    if password is None:
        return archive.add_file(member, one.sha256, files)
    return archive.add_locked(member, one.sha256, files, password=password)


def _add_other_files(archive: Archive, record: Record, files: Files) -> Iterator[dict[str, Any]]:
    """Put in what no member above holds yet: signed copies, papers of earlier revisions."""
    held = {one.sha256 for one in record.evidence}
    held |= {digest for one in record.documents for digest in (one.docx_sha256, one.pdf_sha256) if digest}
    for named_by, sha256 in record.files:
        member = f"berkas/{sha256}"
        is_new = sha256 not in held
        held.add(sha256)
        problem = archive.add_file(member, sha256, files) if is_new else None
        yield {"disebut": named_by, "sha256": sha256, "member": member if is_new else None, "problem": problem}
