"""Riwayat penguasaan bukti: its list, a hand-over that a person records, and content under a password."""

from datetime import datetime
from typing import IO, Annotated

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, Field

from api.access import readable_incident, require_more_than_reading
from api.dependencies import Caller, CallerFirstRoute, OfficeMember, Services, Use, Way
from api.errors import BadInputError, NotAllowedError
from api.pagination import Items, all_items
from api.resources.evidence.routes import known_evidence, reason_to_lock, written_download
from api.text import Line
from ir_platform.audit.custody import Handler, handler_of
from ir_platform.domain.custody import CustodyAct, CustodyEntry, CustodyWay
from ir_platform.domain.evidence import Evidence
from ir_platform.domain.person import Account

router = APIRouter(
    prefix="/incidents/{incident_id}/evidence/{evidence_id}", tags=["evidence"], route_class=CallerFirstRoute
)


class CustodyShown(BaseModel):
    id: str
    tindakan: CustodyAct
    waktu: datetime
    oleh: str
    """Name and jabatan as they were then."""
    cara: CustodyWay
    sha256: str
    terverifikasi: bool
    """Whether the stored content was read and hashed for this very act."""
    keterangan: dict[str, str]
    entri_audit: int | None


class CustodyListed(Items[CustodyShown]):
    hanya_terkunci: str | None
    """Why the content is given out as `sample.zip` only; null: it may be taken as it is."""
    sandi: str
    """The password of `sample.zip`; no secret."""


class HandOver(BaseModel):
    kepada: Annotated[Line, Field(min_length=1, max_length=200)]
    keperluan: Annotated[Line, Field(min_length=1, max_length=500)]
    waktu: AwareDatetime
    """When it was handed over; not in the future."""


def show_custody(entry: CustodyEntry) -> CustodyShown:
    return CustodyShown(
        id=entry.id,
        tindakan=entry.act,
        waktu=entry.at,
        oleh=entry.actor_name,
        cara=entry.way,
        sha256=entry.sha256,
        terverifikasi=entry.is_verified,
        keterangan=dict(entry.facts),
        entri_audit=entry.audit_seq,
    )


@router.get("/custody")
def list_custody(incident_id: str, evidence_id: str, services: Use, caller: OfficeMember) -> CustodyListed:
    """Who received, viewed, took, exported, attached or handed over the evidence, oldest first."""
    evidence = known_evidence(services, caller, incident_id, evidence_id)
    with services.state.read() as uow:
        shown = all_items(uow.custody.of_evidence(evidence.id), show_custody)
    return CustodyListed(
        items=shown.items,
        total=shown.total,
        hanya_terkunci=reason_to_lock(services, evidence),
        sandi=services.settings.sample_password,
    )


@router.post("/custody", status_code=201)
def record_hand_over(
    incident_id: str, evidence_id: str, body: HandOver, services: Use, caller: OfficeMember, way: Way
) -> CustodyShown:
    """Record that the evidence was handed over outside the program, for instance to the police on a disk."""
    evidence = known_evidence(services, caller, incident_id, evidence_id)
    by = official_handler(caller, way)
    require_more_than_reading(caller, readable_incident(services, caller, incident_id))
    if body.waktu > services.clock():
        raise BadInputError(detail="Waktu penyerahan tidak boleh di masa depan.")
    facts = {"kepada": body.kepada, "keperluan": body.keperluan, "waktu": body.waktu.isoformat()}
    return show_custody(services.handling.note([evidence], CustodyAct.DISERAHKAN, by, facts=facts)[0])


def official_handler(caller: Account, way: CustodyWay) -> Handler:
    """Raises: NotAllowedError for the program's administrator."""
    if caller.is_admin:
        raise NotAllowedError(detail="Administrator program tidak bertindak sebagai petugas.")
    return handler_of(caller, way)


def written_locked(services: Services, evidence: Evidence, target: IO[bytes]) -> str | None:
    """Return the SHA-256 of the content that went into the archive; None where it is gone."""
    password = services.settings.sample_password
    try:
        return services.files.write_locked(evidence.sha256, target, name=evidence.sha256, password=password)
    except FileNotFoundError:
        return None


@router.get("/sample.zip", response_class=StreamingResponse)
def download_sample(incident_id: str, evidence_id: str, services: Use, caller: Caller, way: Way) -> StreamingResponse:
    """Return the content in a ZIP with AES-256 under the password of `IRP_SAMPLE_PASSWORD`; hashed while it is read."""
    evidence = known_evidence(services, caller, incident_id, evidence_id)
    by = handler_of(caller, way)

    def write(target: IO[bytes]) -> None:
        found = written_locked(services, evidence, target)
        verified = services.handling.require_same(evidence, found, by)
        services.handling.note([evidence], CustodyAct.DIUNDUH_TERKUNCI, by, verified={evidence.id: verified})

    return written_download(services, write, name=f"{evidence.sha256}.zip")
