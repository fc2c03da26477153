"""Evidence (bukti dukung): files in, hashed and kept by content; out again only as a download."""

from collections.abc import Callable, Iterator
from datetime import datetime
from http import HTTPStatus
from os import SEEK_END
from tempfile import TemporaryFile
from typing import IO, Annotated, BinaryIO
from urllib.parse import quote

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from api.dependencies import Caller, CallerFirstRoute, Services, Use, Way, is_office_member
from api.errors import ApiError, NotAllowedError, NotFoundError
from api.pagination import Items, all_items
from api.resources.incidents.access import readable_incident
from api.text import Line, shown_name
from ingest.pcap.kind import media_type_of
from ir_platform.audit.custody import ANALYSIS, handler_of
from ir_platform.domain.custody import CustodyAct
from ir_platform.domain.evidence import Evidence, EvidenceId
from ir_platform.domain.media_type import CAPTURES
from ir_platform.domain.person import Account
from playbooks.runner import NewEvidence

router = APIRouter(prefix="/incidents/{incident_id}/evidence", tags=["evidence"], route_class=CallerFirstRoute)

CHUNK_BYTES = 1 << 20


class LockedContentError(ApiError):
    """Content that can run is given out under a password only."""

    status = HTTPStatus.CONFLICT


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
    """The account's name; `Sistem`: it was found in a capture."""
    added_at: datetime
    job_id: str | None = None
    """The analysis of a capture or log, where one was begun."""
    incident_id: str
    """Where it was handed in: another incident, where that was merged into this one."""
    tangkapan: bool = False
    """Whether it is a capture of packets, whose content can be looked into (`…/capture`)."""
    hanya_terkunci: str | None = None
    """In the list: why the content is given out as `sample.zip` only; null: it may be taken as it is."""


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
        added_by=giver.display_name if giver else ANALYSIS.display_name,
        added_at=evidence.added_at,
        incident_id=evidence.incident_id,
        tangkapan=evidence.media_type in CAPTURES,
    )


@router.get("")
def list_evidence(incident_id: str, services: Use, caller: Caller) -> Items[EvidenceShown]:
    incident = readable_incident(services, caller, incident_id)
    with services.state.read() as uow:
        merged = (tie.source for tie in uow.ties.merged_into(incident.id))
        found = [evidence for one in (incident.id, *merged) for evidence in uow.evidence.of_incident(one)]
        givers = {one: uow.accounts.by_id(one) for one in {evidence.added_by for evidence in found}}
    locked = {evidence.id: reason_to_lock(services, evidence) for evidence in found}

    def show(evidence: Evidence) -> EvidenceShown:
        shown = show_evidence(evidence, givers[evidence.added_by])
        return shown.model_copy(update={"hanya_terkunci": locked[evidence.id]})

    return all_items(found, show)


def reason_to_lock(services: Services, evidence: Evidence) -> str | None:
    try:
        return services.handling.why_locked(evidence)
    except FileNotFoundError:
        return "tidak ada lagi di penyimpanan"


@router.post("", status_code=201)
def add_evidence(
    incident_id: str,
    services: Use,
    caller: Caller,
    way: Way,
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
    media_type = media_type_of(file.file)
    held = services.files.held(
        chunks_of(file.file),
        limit_bytes=services.settings.max_evidence_bytes,
        is_in_use=lambda sha256: is_in_use(services, sha256),
    )
    with held as stored:
        new = NewEvidence(
            name=shown_name(file.filename or "tanpa nama")[:200],
            sha256=stored.sha256,
            size=stored.size,
            media_type=media_type,
            kelengkapan=kelengkapan,
            way=way,
        )
        evidence = services.runner.add_evidence(incident.id, new, caller)
    return show_evidence(evidence, caller).model_copy(update={"job_id": services.analyse(evidence)})


def is_in_use(services: Services, sha256: str) -> bool:
    with services.state.read() as uow:
        return uow.holdings.is_file_in_use(sha256)


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


@router.get("/{evidence_id}/content", response_class=StreamingResponse)
def download_evidence(incident_id: str, evidence_id: str, services: Use, caller: Caller, way: Way) -> StreamingResponse:
    """Always a download of an inert type, whatever the file is, after its hash was found right; who took it is kept.

    409 for content that can run: that is given out as `sample.zip` only.
    """
    evidence = known_evidence(services, caller, incident_id, evidence_id)
    by = handler_of(caller, way)
    verified = services.handling.checked(evidence, by)
    reason = services.handling.why_locked(evidence)
    if reason is not None:
        raise LockedContentError(detail=f"Isi berkas {reason}: hanya dapat diunduh sebagai ZIP bersandi (sample.zip).")
    services.handling.note([evidence], CustodyAct.DIUNDUH, by, verified={evidence.id: verified})
    name = evidence.name.replace("\\", "/").rsplit("/", 1)[-1] or evidence.id
    return as_download(services.files.open(evidence.sha256), name=name, size_bytes=evidence.size)


def known_evidence(services: Services, caller: Account, incident_id: str, evidence_id: str) -> Evidence:
    """Raises: NotFoundError, also for evidence of another incident."""
    incident = readable_incident(services, caller, incident_id)
    with services.state.read() as uow:
        evidence = uow.evidence.get(EvidenceId(evidence_id))
    if evidence is None or evidence.incident_id != incident.id:
        raise NotFoundError(detail="Bukti tidak ditemukan.")
    return evidence


def known_capture(services: Services, caller: Account, incident_id: str, evidence_id: str) -> Evidence:
    """Raises: NotFoundError."""
    evidence = known_evidence(services, caller, incident_id, evidence_id)
    if evidence.media_type not in CAPTURES:
        raise NotFoundError(detail="Tangkapan paket tidak ditemukan.")
    return evidence


def as_download(file: IO[bytes], *, name: str, size_bytes: int) -> StreamingResponse:
    """Return the file from where it stands to its end; it is closed afterwards."""
    headers = {
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Content-Disposition": content_disposition(name),
        "Content-Length": str(size_bytes),
    }
    return StreamingResponse(chunks_to_end(file), media_type="application/octet-stream", headers=headers)


def written_download(services: Services, write: Callable[[IO[bytes]], None], *, name: str) -> StreamingResponse:
    """Return what `write` writes, once all of it is there: whatever it raises, no byte has left."""
    file = TemporaryFile(dir=services.settings.data_dir)  # noqa: SIM115  the answer closes it
    try:
        write(file)
        size_bytes = file.seek(0, SEEK_END)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return as_download(file, name=name, size_bytes=size_bytes)


def content_disposition(name: str) -> str:
    """Return the header for a name of any characters (RFC 6266)."""
    quoted = quote(name, safe="")
    return f'attachment; filename="{name}"' if quoted == name else f"attachment; filename*=utf-8''{quoted}"


def chunks_to_end(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
