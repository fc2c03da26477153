"""Who may read an incident: the office that handles it, those it was shared with, and the account that reported it."""

from api.dependencies import Services
from api.errors import NotFoundError
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.incident import Incident
from ir_platform.domain.person import Account
from ir_platform.identity.power import offices_of
from ir_platform.ports import Reader


def reader_of(caller: Account) -> Reader:
    return Reader(account_id=caller.id, offices=offices_of(caller))


def readable_incident(services: Services, caller: Account, incident_id: str) -> Incident:
    """Raises: NotFoundError, also for an incident that is not the caller's to see."""
    with services.state.read() as uow:
        incident = uow.incidents.get(IncidentId(incident_id))
        if incident is None or not uow.incidents.readable([incident.id], reader_of(caller)):
            raise NotFoundError(detail="Insiden tidak ditemukan.")
    return incident
