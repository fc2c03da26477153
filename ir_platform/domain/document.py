"""What a Document is: an output of a step, made from a template, as DOCX and PDF."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from ir_platform.domain.alert import IncidentId

DocumentId = NewType("DocumentId", str)


class DocumentStatus(StrEnum):
    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    id: DocumentId
    incident_id: IncidentId
    kind: str
    """A name in `ir_platform.documents.catalog`, such as `laporan_penyelesaian_gangguan`."""
    title: str
    step_no: int
    putaran: int
    status: DocumentStatus
    content: str
    """JSON of everything the templates need, frozen at the moment the step was accepted."""
    docx_sha256: str | None = None
    pdf_sha256: str | None = None
    created_at: datetime
