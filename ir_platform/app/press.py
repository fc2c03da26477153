"""Draws a document's papers and notes that they are there: with the office's template and the code of its content."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from ir_platform.audit.record import record
from ir_platform.documents.catalog import render_paper, render_word
from ir_platform.documents.confined import run_confined
from ir_platform.documents.confined_child import Task
from ir_platform.documents.content import content_from_json
from ir_platform.documents.qr import Verification, verification_of
from ir_platform.documents.rendered import RenderedDocument
from ir_platform.domain.audit import AuditFact
from ir_platform.domain.document import Document, DocumentStatus
from ir_platform.domain.incident import TimelineEntry
from ir_platform.domain.stationery import TemplateId
from ir_platform.ports import Clock, Files, State, UnitOfWork
from playbooks.words import SYSTEM

MAX_DOCUMENT_BYTES = 64 * 1024**2
PATIENCE_SECONDS = 600.0
"""By the clock: a drawing waits until nobody else wants the processor. What it may use of that has its own limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    state: State
    files: Files
    clock: Clock
    public_url: str | None

    def draw(self, document: Document) -> Document:
        """Return the document with its papers stored. Raises: ConfinedError where the office's template fails."""
        rendered = self._rendered(document)
        docx = self.files.put([rendered.docx], limit_bytes=MAX_DOCUMENT_BYTES)
        pdf = self.files.put([rendered.pdf], limit_bytes=MAX_DOCUMENT_BYTES)
        return replace(document, status=DocumentStatus.READY, docx_sha256=docx.sha256, pdf_sha256=pdf.sha256)

    def save(self, uow: UnitOfWork, drawn: Document) -> None:
        """Note what was drawn, or that it failed; nothing where the document has gone on to another revision."""
        now, current = self.clock(), uow.documents.get(drawn.id, lock=True)
        if current is None or (current.revision, current.content) != (drawn.revision, drawn.content):
            return
        uow.documents.save(
            replace(current, status=drawn.status, docx_sha256=drawn.docx_sha256, pdf_sha256=drawn.pdf_sha256)
        )
        if drawn.status is DocumentStatus.READY:
            uow.incidents.add_timeline(drawn.incident_id, _entry(drawn, now))
            details = {
                "dokumen": drawn.id,
                "jenis": drawn.kind,
                "nomor": drawn.register_number,
                "revisi": drawn.revision,
                "isi_sha256": drawn.content_sha256,
                "docx_sha256": drawn.docx_sha256,
                "pdf_sha256": drawn.pdf_sha256,
            }
            fact = AuditFact(
                at=now,
                actor="system",
                actor_name=SYSTEM,
                action="document.made",
                subject=f"incident:{drawn.incident_id}",
                details=json.dumps(details, ensure_ascii=False, sort_keys=True),
            )
            record(uow, fact)
        uow.changes.add("document", drawn.incident_id, now)

    def _rendered(self, document: Document) -> RenderedDocument:
        content = content_from_json(document.content)
        mark = verification_of(document.code, self.public_url) if document.code else None
        emblem = self._stored(content.naskah.lambang) if content.naskah.lambang else None
        pdf = render_paper(document.kind, content, verification=mark, emblem=emblem)
        template = self._template_of(document)
        if template is None:
            word = render_word(document.kind, content, verification=mark, emblem=emblem)
            return RenderedDocument(docx=word, pdf=pdf)
        return RenderedDocument(docx=_confined_word(document, template, mark, emblem), pdf=pdf)

    def _template_of(self, document: Document) -> bytes | None:
        if document.template_id is None:
            return None
        with self.state.read() as uow:
            template = uow.stationery.template(TemplateId(document.template_id))
        assert template is not None, "templates are retired, never removed"
        return self._stored(template.sha256)

    def _stored(self, sha256: str) -> bytes:
        with self.files.open(sha256) as file:
            return file.read()


def _confined_word(document: Document, template: bytes, mark: Verification | None, emblem: bytes | None) -> bytes:
    facts = {"kind": document.kind, "verification": asdict(mark) if mark else None}
    content = document.content.encode("utf-8", "surrogatepass")
    answer = run_confined(Task.RENDER_WORD, facts, template, content, emblem or b"", seconds=PATIENCE_SECONDS)
    return answer.blob


def _entry(document: Document, at: datetime) -> TimelineEntry:
    facts = {
        "judul": document.title,
        "langkah": str(document.step_no),
        "putaran": str(document.putaran),
        "nomor": document.register_number or "",
        "revisi": str(document.revision) if document.revision > 1 else "",
    }
    said = tuple((name, value) for name, value in facts.items() if value)
    return TimelineEntry(at=at, kind="document_made", actor=SYSTEM, facts=said)
