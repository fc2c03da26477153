"""How the report of an incident came in, and its tingkat: what the office writes down and corrects while it is open."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.dependencies import Caller, CallerFirstRoute, Services, Use
from api.resources.incidents.access import readable_incident
from api.resources.incidents.answer import answer_incident, version_of
from api.resources.incidents.schemas import IncidentShown
from api.text import Line, Text
from ir_platform.domain.alert import IncidentId, Level
from ir_platform.domain.incident import Incident
from ir_platform.domain.penerimaan import NOTHING_KNOWN, Kanal, Penerimaan
from ir_platform.domain.person import Account

router = APIRouter(prefix="/incidents/{incident_id}", tags=["incidents"], route_class=CallerFirstRoute)


class PenerimaanBody(BaseModel):
    """What is not known is left out."""

    model_config = ConfigDict(from_attributes=True)

    kanal: Kanal | None = None
    nomor_surat: Line = Field(default="", max_length=200)
    tanggal_surat: date | None = None
    nomor_agenda: Line = Field(default="", max_length=100)
    tanggal_diterima: date | None = None
    nama: Line = Field(default="", max_length=200)
    """Whom to ask."""
    instansi: Line = Field(default="", max_length=200)
    """That person's jabatan or office."""
    kontak: Line = Field(default="", max_length=200)
    lokasi: Line = Field(default="", max_length=500)
    kejadian: AwareDatetime | None = None
    diketahui: AwareDatetime | None = None
    dilaporkan: AwareDatetime | None = None


class PenerimaanShown(PenerimaanBody):
    tingkat_usulan: Level | None
    """What the reporter proposed, while the office has not set the tingkat; None: it has."""
    dapat_diubah: bool
    """Whether the caller may change it, and the tingkat, now."""


class LevelBody(BaseModel):
    tingkat: Level
    alasan: Text = Field(default="", max_length=5_000)


def penerimaan_of(body: PenerimaanBody | None) -> Penerimaan:
    return Penerimaan(**body.model_dump()) if body is not None else NOTHING_KNOWN


def incident_of_official(incident_id: str, services: Use, caller: Caller) -> Incident:
    """Return the incident before the body is looked at: 404 and 403 come before what is wrong with the body."""
    incident = readable_incident(services, caller, incident_id)
    services.desk.check_official(incident.id, caller)
    return incident


OfOfficial = Annotated[Incident, Depends(incident_of_official)]


@router.get("/penerimaan")
def show_penerimaan(incident_id: str, services: Use, caller: Caller) -> PenerimaanShown:
    """Also for who reported it."""
    return shown_of(services, readable_incident(services, caller, incident_id).id, caller)


@router.put("/penerimaan")
def put_penerimaan(
    body: PenerimaanBody,
    response: Response,
    services: Use,
    caller: Caller,
    incident: OfOfficial,
    if_match: Annotated[str | None, Header()] = None,
) -> PenerimaanShown:
    """Write down how the report came in; takes the place of what was there, and the audit trail keeps both."""
    changed = services.desk.record(incident.id, penerimaan_of(body), caller, expected_version=version_of(if_match))
    response.headers["ETag"] = f'"{changed.version}"'
    return shown_of(services, incident.id, caller)


@router.patch("")
def set_level(
    body: LevelBody,
    response: Response,
    services: Use,
    caller: Caller,
    incident: OfOfficial,
    if_match: Annotated[str | None, Header()] = None,
) -> IncidentShown:
    """Set the tingkat, or confirm what the reporter proposed."""
    services.desk.rate(incident.id, body.tingkat, body.alasan, caller, expected_version=version_of(if_match))
    return answer_incident(services, incident.id, caller, response)


def shown_of(services: Services, incident_id: IncidentId, caller: Account) -> PenerimaanShown:
    with services.state.read() as uow:
        known = uow.penerimaan.get(incident_id) or NOTHING_KNOWN
    body = PenerimaanBody.model_validate(known)
    pending = known.tingkat_usulan if known.tingkat_ditetapkan is None else None
    may = services.desk.may_write(incident_id, caller)
    return PenerimaanShown(**body.model_dump(), tingkat_usulan=pending, dapat_diubah=may)
