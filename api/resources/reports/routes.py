"""A person reports a disturbance by form: an incident is opened with step 1 active."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from api.dependencies import Caller, Use
from api.resources.incidents.routes import answer_incident
from api.resources.incidents.schemas import IncidentShown
from api.text import Line, Text
from ir_platform.domain.alert import Level
from ir_platform.domain.job import JobKind
from playbooks.opening import Report

router = APIRouter(prefix="/reports", tags=["reports"])


class NewReport(BaseModel):
    judul: Line = Field(min_length=3, max_length=200)
    uraian: Text = Field(min_length=1, max_length=20_000)
    playbook: Line | None = Field(default=None, max_length=100)
    """None: the configured SOP."""
    tingkat: Level = Level.HIGH
    pelapor: Line = Field(default="", max_length=200)
    """Who noticed it; empty: the account."""


@router.post("", status_code=201)
def create_report(body: NewReport, response: Response, services: Use, caller: Caller) -> IncidentShown:
    """Any signed-in account may report."""
    report = Report(
        judul=body.judul,
        uraian=body.uraian,
        tingkat=body.tingkat,
        pelapor=body.pelapor or f"{caller.display_name} ({caller.jabatan})",
        playbook=body.playbook,
    )
    with services.state.write() as uow:
        opened = services.opener.open_from_report(uow, report, caller)
    for job_id in opened.jobs:
        services.bell.ring(job_id, JobKind.RENDER_DOCUMENT)
    response.headers["Location"] = f"/api/v1/incidents/{opened.incident.id}"
    return answer_incident(services, opened.incident.id, caller, response)
