"""Makes a document that a person asks for, besides those that the steps make; drafted, never sent."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from ir_platform.documents.catalog import kind_named
from ir_platform.documents.kinds import laporan_insiden_ttis
from ir_platform.documents.refusals import NotAskedForError
from ir_platform.domain.document import Document
from ir_platform.domain.job import JobId
from ir_platform.domain.person import Account
from ir_platform.ports import NewId, UnitOfWork
from playbooks.authority import Capacity, first_bringing
from playbooks.commands import DocumentDue
from playbooks.issuing import add_document, draft_document
from playbooks.naskah import TEMBUSAN_TTIS, incident_report
from playbooks.paper import Dossier
from playbooks.run_state import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDocument:
    """What a person gives with the wish; empty is left as a line to fill in by hand."""

    kind: str
    kontak: str = ""
    dampak: str = ""
    """Of an incident, for the report to the TTIS: nobody else knows it."""


def issue_asked(
    uow: UnitOfWork, dossier: Dossier, asked: AskedDocument, *, author: Act, at: datetime, new_id: NewId
) -> tuple[Document, JobId]:
    """Add the document and return it with the job that renders it.

    Raises: UnknownDocumentKindError, NotAskedForError for one that only a step makes.
    """
    kind = kind_named(asked.kind)
    if not kind.diminta:
        raise NotAskedForError(kind=asked.kind)
    is_report = asked.kind == laporan_insiden_ttis.KIND.id
    active = next(iter(dossier.state.active), None)
    # A form belongs to the step it is asked for in; the report speaks of the whole incident.
    no, putaran = (active.no, active.putaran) if active and not is_report else (0, 1)
    due = DocumentDue(kind=kind.id, title=kind.judul, no=no, putaran=putaran)
    draft = draft_document(uow, dossier, due, author=author, at=at, new_id=new_id)
    content = draft.content
    if is_report:
        letterhead = uow.stationery.letterhead(dossier.incident.office_id)
        kepada = (letterhead.ttis_tujuan,) if letterhead.ttis_tujuan else ()
        kontak = asked.kontak or letterhead.ttis_kontak
        content = replace(
            content,
            naskah=replace(content.naskah, kepada=kepada, tembusan=(TEMBUSAN_TTIS,)),
            laporan_insiden=incident_report(content, kontak=kontak, dampak=asked.dampak),
        )
    document = add_document(uow, dossier, replace(draft, content=content), at=at)
    return document, draft.job_id


def author_of(account: Account, capacities: Iterable[Capacity], dossier: Dossier, *, at: datetime) -> Act:
    """Return the account as it signs: through the first capacity that the SOP knows, else through its first."""
    known = {one.id for one in dossier.sop.pelaksana}
    offered = tuple(capacities)
    chosen = first_bringing(offered, known) or offered[0]
    role = min(chosen.roles & known, default="")
    return Act(
        role=role,
        account_id=account.id,
        name=account.display_name,
        jabatan=chosen.jabatan,
        at=at,
        mandat=chosen.mandat,
    )
