"""Issues a document of a run within the caller's transaction: content frozen, number drawn, code made, job queued."""

from dataclasses import dataclass, replace
from datetime import datetime

from ir_platform.documents.catalog import kind_named
from ir_platform.documents.content import DocumentContent
from ir_platform.documents.fingerprint import code_of, content_sha256
from ir_platform.documents.numbers import register_number
from ir_platform.domain.document import Document, DocumentId, DocumentStatus
from ir_platform.domain.job import JobId, JobKind, queued_job
from ir_platform.domain.office import HOME_OFFICE, OfficeId
from ir_platform.ports import NewId, UnitOfWork
from playbooks.commands import DocumentDue
from playbooks.naskah import naskah_of
from playbooks.paper import Dossier, content_of
from playbooks.run_state import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A document that lacks its number only; its job is queued. Drawing the number locks what everybody waits for."""

    document_id: DocumentId
    job_id: JobId
    due: DocumentDue
    content: DocumentContent
    template_id: str | None


def draft_document(
    uow: UnitOfWork, dossier: Dossier, due: DocumentDue, *, author: Act | None, at: datetime, new_id: NewId
) -> Draft:
    """Return what the document that is due says as the incident stands now, with the office's kop."""
    content = content_of(dossier, due, author=author, at=at)
    office_id = dossier.incident.office_id
    letterhead = uow.stationery.letterhead(office_id)
    template = uow.stationery.template_in_use(office_id, due.kind)
    document_id = DocumentId(new_id())
    return Draft(
        document_id=document_id,
        job_id=add_render_job(uow, document_id, at=at, new_id=new_id),
        due=due,
        content=replace(
            content,
            instansi=letterhead.instansi or content.instansi,
            kantor=letterhead.kantor or content.kantor,
            naskah=naskah_of(dossier, due, author=author, letterhead=letterhead),
        ),
        template_id=template.id if template else None,
    )


def add_document(uow: UnitOfWork, dossier: Dossier, draft: Draft, *, at: datetime) -> Document:
    """Number the draft and add it as a first revision; call it late, for it locks the head of the audit trail."""
    number = draw_number(uow, dossier, draft.due.kind, at=at)
    content = replace(draft.content, naskah=replace(draft.content.naskah, nomor_dokumen=number))
    text = content.to_json()
    digest = content_sha256(text)
    document = Document(
        id=draft.document_id,
        incident_id=dossier.incident.id,
        kind=draft.due.kind,
        title=draft.due.title,
        step_no=draft.due.no,
        putaran=draft.due.putaran,
        status=DocumentStatus.PENDING,
        content=text,
        created_at=at,
        register_number=number,
        content_sha256=digest,
        code=code_of(digest),
        template_id=draft.template_id,
    )
    uow.documents.add(document)
    return document


def add_render_job(uow: UnitOfWork, document_id: DocumentId, *, at: datetime, new_id: NewId) -> JobId:
    job = queued_job(JobKind.RENDER_DOCUMENT, {"document_id": document_id}, job_id=new_id(), now=at)
    uow.jobs.add(job)
    return job.id


def draw_number(uow: UnitOfWork, dossier: Dossier, kind: str, *, at: datetime) -> str:
    """Return the next number of the office's register of such documents, in the year of its own zone."""
    return next_number(
        uow, kind_named(kind).kode, office_id=dossier.incident.office_id, year=at.astimezone(dossier.zone).year
    )


def next_number(uow: UnitOfWork, register: str, *, office_id: OfficeId, year: int) -> str:
    """Return the next number of an office's register, gapless: what is rolled back was never drawn."""
    drawn = uow.registers.next(register, year, office_id=office_id)
    # The home office's numbers do not name it.
    office = None if office_id == HOME_OFFICE else uow.offices.get(office_id)
    return register_number(register, year, drawn, office=office)
