"""Issues a document of a run within the caller's transaction: content frozen, number drawn, code made, job queued."""

from dataclasses import replace
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


def issue_document(
    uow: UnitOfWork, dossier: Dossier, due: DocumentDue, *, author: Act | None, at: datetime, new_id: NewId
) -> JobId:
    """Add the document that is due, frozen as the incident stands now, and return the job that renders it."""
    content = document_content(uow, dossier, due, author=author, at=at)
    return add_document(uow, dossier, due, content, at=at, new_id=new_id)[1]


def document_content(
    uow: UnitOfWork, dossier: Dossier, due: DocumentDue, *, author: Act | None, at: datetime
) -> DocumentContent:
    """Return what the document says, with its number drawn and the office's kop."""
    content = content_of(dossier, due, author=author, at=at)
    letterhead = uow.stationery.letterhead(dossier.incident.office_id)
    # Last, because it locks the head of the audit trail and then the register, which everybody else waits for.
    number = draw_number(uow, dossier, due.kind, at=at)
    return replace(
        content,
        instansi=letterhead.instansi or content.instansi,
        kantor=letterhead.kantor or content.kantor,
        naskah=naskah_of(dossier, due, author=author, letterhead=letterhead, number=number),
    )


def add_document(
    uow: UnitOfWork, dossier: Dossier, due: DocumentDue, content: DocumentContent, *, at: datetime, new_id: NewId
) -> tuple[Document, JobId]:
    """Add a first revision with that content, and return it with the job that renders it."""
    text = content.to_json()
    digest = content_sha256(text)
    template = uow.stationery.template_in_use(dossier.incident.office_id, due.kind)
    document = Document(
        id=DocumentId(new_id()),
        incident_id=dossier.incident.id,
        kind=due.kind,
        title=due.title,
        step_no=due.no,
        putaran=due.putaran,
        status=DocumentStatus.PENDING,
        content=text,
        created_at=at,
        register_number=content.naskah.nomor_dokumen,
        content_sha256=digest,
        code=code_of(digest),
        template_id=template.id if template else None,
    )
    uow.documents.add(document)
    return document, add_render_job(uow, document, at=at, new_id=new_id)


def add_render_job(uow: UnitOfWork, document: Document, *, at: datetime, new_id: NewId) -> JobId:
    job = queued_job(JobKind.RENDER_DOCUMENT, {"document_id": document.id}, job_id=new_id(), now=at)
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
