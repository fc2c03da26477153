"""The SOP an incident follows: in the version it began with, whatever has been put in force since."""

from typing import Any

from fastapi import APIRouter

from api.dependencies import Caller, Use
from api.errors import NotFoundError
from api.resources.incidents.access import readable_incident
from playbooks.export import plain_sop

router = APIRouter(prefix="/incidents", tags=["incidents"])


@router.get("/{incident_id}/playbook")
def show_followed_playbook(incident_id: str, services: Use, caller: Caller) -> dict[str, Any]:
    """As `GET /playbooks/{id}`; `versi` is null where the text came with an earlier program, `versi_berlaku` is what
    an incident opened now would follow.
    """
    incident = readable_incident(services, caller, incident_id)
    with services.state.read() as uow:
        run = uow.runs.get(incident.id)
        if run is None:
            raise NotFoundError
        return {
            **plain_sop(services.library.sop_of(uow, run)),
            "versi": services.library.number_of(uow, run),
            "sha256": run.playbook_sha256,
            "versi_berlaku": services.library.in_force(uow, run.playbook_id).number,
        }
