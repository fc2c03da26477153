"""Notes on an active step, which stays active: what was tried and not solved yet."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from api.dependencies import Caller, CallerFirstRoute, Use
from api.resources.incidents.access import readable_incident
from api.resources.incidents.answer import answer_incident
from api.resources.incidents.schemas import IncidentShown
from api.text import Text
from ir_platform.domain.incident import Incident

router = APIRouter(prefix="/incidents/{incident_id}/steps/{no}", tags=["incidents"], route_class=CallerFirstRoute)


class NoteBody(BaseModel):
    catatan: Text = Field(default="", max_length=5_000)
    putaran: int | None = None
    """The putaran the caller saw."""


def incident_of_executor(incident_id: str, no: int, services: Use, caller: Caller) -> Incident:
    """Return the incident before the body is looked at: 404 and 403 come before what is wrong with the body."""
    incident = readable_incident(services, caller, incident_id)
    services.desk.check_executor(incident.id, no, caller)
    return incident


@router.post("/note")
def add_note(
    no: int,
    body: NoteBody,
    response: Response,
    services: Use,
    caller: Caller,
    incident: Annotated[Incident, Depends(incident_of_executor)],
) -> IncidentShown:
    services.desk.note(incident.id, no, body.catatan, caller, putaran=body.putaran)
    return answer_incident(services, incident.id, caller, response)
