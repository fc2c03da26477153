"""What people do with a document after it was made: its official number, its other parts, and signed copies.

Each is one transaction with its audit entry. What a document said stays known: a change makes a new revision.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from ir_platform.documents.catalog import kind_named
from ir_platform.documents.confined import ConfinedError, run_confined
from ir_platform.documents.confined_child import Task
from ir_platform.documents.content import content_from_json
from ir_platform.documents.dates import date_words
from ir_platform.documents.fingerprint import code_of, content_sha256
from ir_platform.documents.naskah import Naskah
from ir_platform.documents.refusals import (
    AlreadySealedError,
    NoReasonError,
    NotASignedPdfError,
    NotDrawnError,
    NothingChangedError,
    StillDrawingError,
    WrongScanTypeError,
)
from ir_platform.documents.seal import SEAL_WORDS, LocalSeal
from ir_platform.domain.audit import AuditFact
from ir_platform.domain.document import (
    CopyKind,
    Document,
    DocumentId,
    DocumentStatus,
    PastRevision,
    SignedCopy,
    SignedCopyId,
    SigningStatus,
)
from ir_platform.domain.incident import TimelineEntry
from ir_platform.domain.job import JobId, JobKind, queued_job
from ir_platform.domain.person import Account
from ir_platform.ports import Clock, Files, JobBell, NewId, State, StoredFile, UnitOfWork

Record = Callable[[UnitOfWork, AuditFact], object]
"""Appends a fact to the audit trail: `ir_platform.audit.record.record`."""
SCAN_TYPES: Final = frozenset({"application/pdf", "image/jpeg", "image/png"})
MAX_SEALED_BYTES: Final = 128 * 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialNumber:
    """As TU or SRIKANDI gave it."""

    nomor: str
    tanggal: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCopy:
    """A signed copy that is stored already."""

    kind: CopyKind
    name: str
    file: StoredFile
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    state: State
    files: Files
    record: Record
    bell: JobBell
    clock: Clock
    new_id: NewId
    seal: LocalSeal

    def give_number(self, document_id: DocumentId, given: OfficialNumber, account: Account, *, reason: str) -> Document:
        """Note the official letter's number: the document is drawn anew with it, as a new revision.

        Raises: NoReasonError where one is there already and no reason is given, StillDrawingError, NothingChangedError.
        """
        with self.state.write() as uow:
            document = self._changeable(uow, document_id)
            if document.official_number and not reason:
                raise NoReasonError
            naskah = content_from_json(document.content).naskah
            changed = replace(naskah, nomor_naskah=given.nomor, tanggal_naskah=date_words(given.tanggal))
            numbered = replace(document, official_number=given.nomor, official_date=given.tanggal)
            after, job_id = self._revise(uow, document, numbered, changed, account, reason)
        self.bell.ring(job_id, JobKind.RENDER_DOCUMENT)
        return after

    def change_parts(
        self, document_id: DocumentId, change: Callable[[Naskah], Naskah], account: Account, *, reason: str
    ) -> Document:
        """Fill in other parts of the naskah, as a new revision. Raises: StillDrawingError, NothingChangedError."""
        with self.state.write() as uow:
            document = self._changeable(uow, document_id)
            changed = change(content_from_json(document.content).naskah)
            after, job_id = self._revise(uow, document, document, changed, account, reason)
        self.bell.ring(job_id, JobKind.RENDER_DOCUMENT)
        return after

    def attach(self, document_id: DocumentId, new: NewCopy, account: Account) -> SignedCopy:
        """Put a signed copy beside the document. Raises: WrongScanTypeError, NotASignedPdfError, StillDrawingError."""
        findings, intact = self._inspected(new)
        with self.state.write() as uow:
            document = self._drawn(uow, document_id, lock=True)
            return self._add_copy(uow, document, new, account, findings=findings, intact=intact)

    def seal_document(self, document_id: DocumentId, account: Account) -> SignedCopy:
        """Seal the newest revision's PDF with the installation's own key.

        Raises: AlreadySealedError, StillDrawingError, NotDrawnError, SealKeyError, NotAPdfError.
        """
        with self.state.read() as uow:
            document = self._drawn(uow, document_id)
            _require_unsealed(document, uow.documents.copies(document_id))
        assert document.pdf_sha256 is not None
        with self.files.open(document.pdf_sha256) as file:
            sealed = self.seal.seal(file.read(), code=document.code, now=self.clock())
        stored = self.files.put([sealed], limit_bytes=MAX_SEALED_BYTES)
        name = f"{(document.register_number or document.id).replace('/', '-')}-segel-lokal.pdf"
        new = NewCopy(kind=CopyKind.SEGEL_LOKAL, name=name, file=stored, media_type="application/pdf")
        findings, intact = self._inspected(new)
        with self.state.write() as uow:
            current = self._drawn(uow, document_id, lock=True)
            _require_unsealed(current, uow.documents.copies(document_id))
            if current.revision != document.revision:
                raise StillDrawingError
            return self._add_copy(uow, current, new, account, findings=findings, intact=intact)

    def _changeable(self, uow: UnitOfWork, document_id: DocumentId) -> Document:
        """Raises: StillDrawingError: a revision that has no papers yet would leave no hash behind."""
        document = uow.documents.get(document_id, lock=True)
        assert document is not None, "the caller has looked"
        if document.status is DocumentStatus.PENDING:
            raise StillDrawingError
        return document

    def _drawn(self, uow: UnitOfWork, document_id: DocumentId, *, lock: bool = False) -> Document:
        """`lock`: for who writes it back whole, or a revision made meanwhile would be lost.

        Raises: StillDrawingError, NotDrawnError.
        """
        document = uow.documents.get(document_id, lock=lock)
        assert document is not None, "the caller has looked"
        if document.status is DocumentStatus.PENDING:
            raise StillDrawingError
        if document.pdf_sha256 is None:
            raise NotDrawnError
        return document

    def _revise(
        self, uow: UnitOfWork, old: Document, new: Document, naskah: Naskah, account: Account, reason: str
    ) -> tuple[Document, JobId]:
        now, content = self.clock(), content_from_json(old.content)
        if naskah == content.naskah:
            raise NothingChangedError
        text = replace(content, naskah=replace(naskah, revisi=old.revision + 1)).to_json()
        digest = content_sha256(text)
        after = replace(
            new,
            revision=old.revision + 1,
            content=text,
            content_sha256=digest,
            code=code_of(digest),
            status=DocumentStatus.PENDING,
            docx_sha256=None,
            pdf_sha256=None,
            signing=SigningStatus.BELUM_DITANDATANGANI,
        )
        uow.documents.add_revision(_past(old, account, reason=reason, at=now))
        uow.documents.save(after)
        job = queued_job(JobKind.RENDER_DOCUMENT, {"document_id": after.id}, job_id=self.new_id(), now=now)
        uow.jobs.add(job)
        self._tell(uow, after, account, "document_revised", {"alasan": reason}, at=now)
        self._audit(uow, after, account, "document.revised", _revision_facts(old, after, naskah, reason), at=now)
        return after, job.id

    def _inspected(self, new: NewCopy) -> tuple[str, bool]:
        """Return what the copy's signatures say, as JSON, and whether it is unchanged since."""
        if new.kind is CopyKind.PINDAIAN:
            if new.media_type not in SCAN_TYPES:
                raise WrongScanTypeError(media_type=new.media_type)
            return "[]", True
        found = self._signatures(new)
        if new.kind is CopyKind.BSRE and all(SEAL_WORDS in str(one["penanda"]) for one in found):
            raise NotASignedPdfError("PDF ini hanya bersegel lokal; segel lokal bukan TTE BSrE.")
        intact = all(one["utuh"] and one["seluruh_berkas"] for one in found)
        return json.dumps(found, ensure_ascii=False, sort_keys=True), intact

    def _signatures(self, new: NewCopy) -> list[dict[str, object]]:
        with self.files.open(new.file.sha256) as file:
            pdf = file.read()
        try:
            found: list[dict[str, object]] = run_confined(Task.READ_SIGNATURES, {}, pdf).facts["signatures"]
        except ConfinedError as error:
            raise NotASignedPdfError("Berkas ini bukan PDF yang dapat dibaca.") from error
        if not found:
            raise NotASignedPdfError("PDF ini tidak memuat tanda tangan elektronik.")
        return found

    def _add_copy(
        self, uow: UnitOfWork, document: Document, new: NewCopy, account: Account, *, findings: str, intact: bool
    ) -> SignedCopy:
        now = self.clock()
        copy = SignedCopy(
            id=SignedCopyId(self.new_id()),
            document_id=document.id,
            revision=document.revision,
            kind=new.kind,
            name=new.name,
            sha256=new.file.sha256,
            size=new.file.size,
            media_type=new.media_type,
            is_intact=intact,
            findings=findings,
            added_by=account.id,
            added_by_name=account.display_name,
            added_at=now,
        )
        uow.documents.add_copy(copy)
        # A copy that was changed after it was signed is kept and shown, but signs nothing.
        if intact:
            uow.documents.save(replace(document, signing=SigningStatus(new.kind.value)))
        facts = {"jenis": new.kind.value, "berkas": new.name, "utuh": "ya" if intact else "tidak"}
        self._tell(uow, document, account, "document_signed", facts, at=now)
        self._audit(uow, document, account, "document.copy_added", copy_details(copy), at=now)
        return copy

    def _tell(
        self, uow: UnitOfWork, document: Document, account: Account, kind: str, facts: dict[str, str], *, at: datetime
    ) -> None:
        said = {
            "judul": document.title,
            "nomor": document.register_number or "",
            "revisi": str(document.revision),
            "nomor_naskah": document.official_number or "",
            **facts,
        }
        entry = TimelineEntry(at=at, kind=kind, actor=account.display_name, facts=_said(said.items()))
        uow.incidents.add_timeline(document.incident_id, entry)

    def _audit(
        self,
        uow: UnitOfWork,
        document: Document,
        account: Account,
        action: str,
        details: dict[str, object],
        *,
        at: datetime,
    ) -> None:
        named = {"dokumen": document.id, "nomor": document.register_number, **details}
        fact = AuditFact(
            at=at,
            actor=account.id,
            actor_name=account.named(),
            action=action,
            subject=f"incident:{document.incident_id}",
            details=json.dumps(named, ensure_ascii=False, sort_keys=True),
        )
        self.record(uow, fact)
        uow.changes.add("document", document.incident_id, at)


def copy_details(copy: SignedCopy) -> dict[str, object]:
    """Return what the audit trail keeps of a signed copy beside whose it is, who added it, and when."""
    return {
        "salinan": copy.id,
        "sha256": copy.sha256,
        "ukuran": copy.size,
        "revisi": copy.revision,
        "jenis": copy.kind.value,
        "berkas": copy.name,
        "tipe": copy.media_type,
        "utuh": "ya" if copy.is_intact else "tidak",
        "tanda_tangan_sha256": sha256(copy.findings.encode()).hexdigest(),
    }


def _require_unsealed(document: Document, copies: Iterable[SignedCopy]) -> None:
    """Raises: AlreadySealedError."""
    sealed = (CopyKind.SEGEL_LOKAL, document.revision)
    if any((one.kind, one.revision) == sealed for one in copies):
        raise AlreadySealedError(revision=document.revision)


def _past(document: Document, account: Account, *, reason: str, at: datetime) -> PastRevision:
    return PastRevision(
        document_id=document.id,
        revision=document.revision,
        content=document.content,
        content_sha256=document.content_sha256,
        code=document.code,
        docx_sha256=document.docx_sha256,
        pdf_sha256=document.pdf_sha256,
        template_id=document.template_id,
        official_number=document.official_number,
        official_date=document.official_date,
        replaced_at=at,
        replaced_by=account.named(),
        reason=reason,
    )


def _revision_facts(old: Document, new: Document, naskah: Naskah, reason: str) -> dict[str, object]:
    return {
        "jenis": kind_named(new.kind).id,
        "revisi": new.revision,
        "alasan": reason,
        "isi_sha256": new.content_sha256,
        "nomor_naskah": naskah.nomor_naskah,
        "tanggal_naskah": naskah.tanggal_naskah,
        "sebelumnya": {
            "isi_sha256": old.content_sha256,
            "docx_sha256": old.docx_sha256,
            "pdf_sha256": old.pdf_sha256,
            "nomor_naskah": old.official_number,
            "tanggal_naskah": old.official_date.isoformat() if old.official_date else None,
        },
    }


def _said(facts: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in facts if value)
