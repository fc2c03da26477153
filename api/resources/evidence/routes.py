"""Evidence (bukti dukung): files in, hashed and kept by content; out again only as a download."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, BinaryIO

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import FileResponse
from pydantic import BaseModel

from api.dependencies import Caller, CallerFirstRoute, Use, is_office_member
from api.errors import NotAllowedError, NotFoundError
from api.pagination import Items, all_items
from api.resources.incidents.access import readable_incident
from api.text import Line, shown_name
from ir_platform.domain.evidence import Evidence, EvidenceId
from ir_platform.domain.media_type import SNIFF_BYTES, sniff
from ir_platform.domain.person import Account
from playbooks.runner import NewEvidence

router = APIRouter(prefix="/incidents/{incident_id}/evidence", tags=["evidence"], route_class=CallerFirstRoute)

CHUNK_BYTES = 1 << 20


class EvidenceShown(BaseModel):
    id: str
    name: str
    sha256: str
    size: int
    """Bytes."""
    media_type: str
    kelengkapan: str | None
    step_no: int | None
    putaran: int | None
    added_by: str
    """The account's name."""
    added_at: datetime
    job_id: str | None = None
    """The analysis of a capture or log, where one was begun."""


def show_evidence(evidence: Evidence, giver: Account | None) -> EvidenceShown:
    return EvidenceShown(
        id=evidence.id,
        name=evidence.name,
        sha256=evidence.sha256,
        size=evidence.size,
        media_type=evidence.media_type,
        kelengkapan=evidence.kelengkapan,
        step_no=evidence.step_no,
        putaran=evidence.putaran,
        added_by=giver.display_name if giver else evidence.added_by,
        added_at=evidence.added_at,
    )


@router.get("")
def list_evidence(incident_id: str, services: Use, caller: Caller) -> Items[EvidenceShown]:
    incident = readable_incident(services, caller, incident_id)
    with services.state.read() as uow:
        found = uow.evidence.of_incident(incident.id)
        givers = {one: uow.accounts.by_id(one) for one in {evidence.added_by for evidence in found}}
    return all_items(found, lambda evidence: show_evidence(evidence, givers[evidence.added_by]))


@router.post("", status_code=201)
def add_evidence(
    incident_id: str,
    services: Use,
    caller: Caller,
    file: Annotated[UploadFile, File()],
    kelengkapan: Annotated[Line | None, Form(max_length=200)] = None,
) -> EvidenceShown:
    """Store a file as evidence; a capture or EVTX file is analysed too, as a job.

    The name is kept for display only, and the type is found from the content, not from what was claimed.
    """
    incident = readable_incident(services, caller, incident_id)
    if caller.is_admin:
        raise NotAllowedError(detail="Administrator program tidak bertindak sebagai petugas.")
    if kelengkapan and not is_office_member(caller):
        raise NotAllowedError(detail="Kelengkapan langkah SOP diberikan oleh petugas; kirim berkas tanpa kelengkapan.")
    head = file.file.read(SNIFF_BYTES)
    file.file.seek(0)
    stored = services.files.put(chunks_of(file.file), limit_bytes=services.settings.max_evidence_bytes)
    new = NewEvidence(
        name=shown_name(file.filename or "tanpa nama")[:200],
        sha256=stored.sha256,
        size=stored.size,
        media_type=sniff(head),
        kelengkapan=kelengkapan,
    )
    evidence = services.runner.add_evidence(incident.id, new, caller)
    return show_evidence(evidence, caller).model_copy(update={"job_id": services.analyse(evidence)})


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


@router.get("/{evidence_id}/content", response_class=FileResponse)
def download_evidence(incident_id: str, evidence_id: str, services: Use, caller: Caller) -> FileResponse:
    """Always a download of an inert type, whatever the file is; who took it is in the audit trail."""
    incident = readable_incident(services, caller, incident_id)
    with services.state.read() as uow:
        evidence = uow.evidence.get(EvidenceId(evidence_id))
    if evidence is None or evidence.incident_id != incident.id:
        raise NotFoundError
    services.runner.note_evidence_taken(evidence, caller)
    headers = {"Content-Security-Policy": "sandbox; default-src 'none'"}
    path = services.files.path(evidence.sha256)
    name = evidence.name.replace("\\", "/").rsplit("/", 1)[-1] or evidence.id
    return FileResponse(path, media_type="application/octet-stream", filename=name, headers=headers)
