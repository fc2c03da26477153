"""What a Document is: an output of a step or one a person asked for, in revisions, with its number and its seals."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from ir_platform.domain.alert import IncidentId
from ir_platform.domain.person import AccountId

DocumentId = NewType("DocumentId", str)
SignedCopyId = NewType("SignedCopyId", str)


class DocumentStatus(StrEnum):
    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"


class SigningStatus(StrEnum):
    """How a document's newest revision is signed, as far as the program was shown."""

    BELUM_DITANDATANGANI = "belum_ditandatangani"
    PINDAIAN = "pindaian"
    BSRE = "bsre"
    SEGEL_LOKAL = "segel_lokal"


class CopyKind(StrEnum):
    """What a signed copy is."""

    PINDAIAN = "pindaian"
    """A scan of the paper with ink on it."""
    BSRE = "bsre"
    """A PDF that was signed elsewhere, with a certificate of BSrE by what it says; nobody's word is checked here."""
    SEGEL_LOKAL = "segel_lokal"
    """Sealed by this installation's own key; never an electronic signature of a person (TTE)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    id: DocumentId
    incident_id: IncidentId
    kind: str
    """A name in `ir_platform.documents.catalog`, such as `laporan_penyelesaian_gangguan`."""
    title: str
    step_no: int
    """0: no step's output, a person asked for it."""
    putaran: int
    status: DocumentStatus
    content: str
    """JSON of everything the templates need, frozen when the step was accepted or the revision was made."""
    docx_sha256: str | None = None
    pdf_sha256: str | None = None
    created_at: datetime
    register_number: str | None = None
    """Our own number, `LGK/2026/0001`; None: made by a version of the program that gave none."""
    revision: int = 1
    content_sha256: str | None = None
    """Of `content`, which never says its own code."""
    code: str | None = None
    """Kode verifikasi isi: the beginning of `content_sha256` as people type it."""
    template_id: str | None = None
    """The office's own Word template it is drawn with, frozen when it was made; None: the shipped one."""
    official_number: str | None = None
    """Nomor naskah that TU or SRIKANDI gave and a person typed in."""
    official_date: date | None = None
    signing: SigningStatus = SigningStatus.BELUM_DITANDATANGANI


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentOutline:
    """What figures count of a Document, without what it says: that alone is most of the database."""

    kind: str
    title: str
    step_no: int
    putaran: int
    status: DocumentStatus
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRevision:
    """A revision that a newer one has replaced; its papers stay, and are still recognised."""

    document_id: DocumentId
    revision: int
    content: str
    content_sha256: str | None
    code: str | None
    docx_sha256: str | None
    pdf_sha256: str | None
    template_id: str | None
    official_number: str | None
    official_date: date | None
    replaced_at: datetime
    replaced_by: str
    """Name and jabatan of who made the next one."""
    reason: str
    """Why; empty where a number was typed in for the first time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCopy:
    id: SignedCopyId
    document_id: DocumentId
    revision: int
    """The revision it is a copy of."""
    kind: CopyKind
    name: str
    """File name as sent, for display only."""
    sha256: str
    size: int
    media_type: str
    is_intact: bool
    """False: the file says that it was changed after it was signed."""
    findings: str
    """JSON list of what the signatures in it say (`ir_platform.documents.seal`), each only as stated."""
    added_by: AccountId
    added_by_name: str
    added_at: datetime
