"""Who may read an incident: the office that handles it, and the account that reported it."""

from api.dependencies import Services, is_office_member
from api.errors import NotFoundError
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.incident import Incident
from ir_platform.domain.person import Account


def readable_incident(services: Services, caller: Account, incident_id: str) -> Incident:
    """Raises: NotFoundError, also for an incident that is not the caller's to see."""
    with services.state.read() as uow:
        incident = uow.incidents.get(IncidentId(incident_id))
    if incident is None or not (is_office_member(caller) or incident.opened_by == caller.id):
        raise NotFoundError(detail="Insiden tidak ditemukan.")
    return incident
