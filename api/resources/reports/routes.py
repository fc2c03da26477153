"""A person reports a disturbance by form: an incident is opened with step 1 active."""

from dataclasses import replace

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.dependencies import Caller, CallerFirstRoute, Use, is_office_member
from api.resources.incidents.answer import answer_incident
from api.resources.incidents.penerimaan import PenerimaanBody, penerimaan_of
from api.resources.incidents.schemas import IncidentShown
from api.text import Line, Text
from ir_platform.domain.alert import Level
from ir_platform.domain.job import JobKind
from ir_platform.domain.office import HOME_OFFICE, OfficeId
from playbooks.opening import Report

router = APIRouter(prefix="/reports", tags=["reports"], route_class=CallerFirstRoute)


class NewReport(BaseModel):
    judul: Line = Field(min_length=3, max_length=200)
    uraian: Text = Field(min_length=1, max_length=20_000)
    playbook: Line | None = Field(default=None, max_length=100)
    """None: the configured SOP."""
    tingkat: Level = Level.HIGH
    pelapor: Line = Field(default="", max_length=200)
    """Who noticed it; empty: the account."""
    penerimaan: PenerimaanBody | None = None
    """How it came in, as far as the caller knows."""
    kantor: Line = Field(default=HOME_OFFICE, max_length=32)
    """The office that is to handle it."""


@router.post("", status_code=201)
def create_report(body: NewReport, response: Response, services: Use, caller: Caller) -> IncidentShown:
    """Any signed-in account may report."""
    intake = penerimaan_of(body.penerimaan)
    # Who holds nothing in an office proposes a tingkat; the office sets it.
    proposed = None if is_office_member(caller) else body.tingkat
    report = Report(
        judul=body.judul,
        uraian=body.uraian,
        tingkat=body.tingkat,
        pelapor=body.pelapor or caller.named(),
        playbook=body.playbook,
        penerimaan=replace(intake, tingkat_usulan=proposed),
        office_id=OfficeId(body.kantor),
    )
    with services.state.write() as uow:
        opened = services.opener.open_from_report(uow, report, caller)
    for job_id in opened.jobs:
        services.bell.ring(job_id, JobKind.RENDER_DOCUMENT)
    response.headers["Location"] = f"/api/v1/incidents/{opened.incident.id}"
    return answer_incident(services, opened.incident.id, caller, response)
