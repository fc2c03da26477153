"""Decisions about an incident beside its steps: re-open it, link it, merge it, decline a proposal."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.access import Bond, bond_of
from api.dependencies import Caller, CallerFirstRoute, Use
from api.errors import NotAllowedError
from api.resources.incidents.access import readable_incident
from api.resources.incidents.answer import answer_incident
from api.resources.incidents.schemas import IncidentShown
from api.resources.ties.schemas import Declining, Linking, Merging, Reopening
from ir_platform.domain.alert import AlertId
from ir_platform.domain.incident import Incident
from ir_platform.domain.tie import ProposalId, TieKind

router = APIRouter(prefix="/incidents/{incident_id}", tags=["incidents"], route_class=CallerFirstRoute)


def decided_incident(incident_id: str, services: Use, caller: Caller) -> Incident:
    """Return the incident, before the body is looked at: 404 and 403 come before what is wrong with the body."""
    incident = readable_incident(services, caller, incident_id)
    services.aftermath.check_decider(incident.id, caller)
    return incident


Decided = Annotated[Incident, Depends(decided_incident)]


@router.post("/reopen")
def reopen_incident(
    body: Reopening, response: Response, services: Use, caller: Caller, incident: Decided
) -> IncidentShown:
    """Take a closed incident up again where its SOP sends work back to; what was accepted stays."""
    alert_id = AlertId(body.alert) if body.alert else None
    services.aftermath.reopen(incident.id, alasan=body.alasan, alert_id=alert_id, account=caller)
    return answer_incident(services, incident.id, caller, response)


@router.post("/link")
def link_incident(body: Linking, response: Response, services: Use, caller: Caller, incident: Decided) -> IncidentShown:
    """Say that another incident is the same disturbance come back (`terulang`) or has to do with it (`terkait`).

    Both say so from then on, so both have to be of an office of the caller's.
    """
    other = readable_incident(services, caller, body.to)
    if bond_of(caller, other) is not Bond.OFFICE:
        raise NotAllowedError(detail="Insiden kantor lain hanya ditautkan oleh petugas kantor itu.")
    services.aftermath.link(incident.id, to=other.id, kind=TieKind(body.jenis), alasan=body.alasan, account=caller)
    return answer_incident(services, incident.id, caller, response)


@router.post("/merge")
def merge_incident(
    body: Merging, response: Response, services: Use, caller: Caller, incident: Decided
) -> IncidentShown:
    """Let this incident go on in another, which is answered; nothing of it is lost."""
    target = readable_incident(services, caller, body.into)
    services.aftermath.merge(incident.id, into=target.id, alasan=body.alasan, account=caller)
    return answer_incident(services, target.id, caller, response)


@router.post("/proposals/{proposal_id}/decline")
def decline_proposal(
    proposal_id: str, body: Declining, response: Response, services: Use, caller: Caller, incident: Decided
) -> IncidentShown:
    """Leave the incident closed, with the reason."""
    services.aftermath.decline(incident.id, ProposalId(proposal_id), alasan=body.alasan, account=caller)
    return answer_incident(services, incident.id, caller, response)
