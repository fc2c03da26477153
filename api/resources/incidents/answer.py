"""One incident as it is answered with: its run as the caller sees it, its findings, what it is tied to."""

from collections.abc import Sequence

from fastapi import Response

from api.access import Bond, bond_of
from api.dependencies import Services
from api.errors import NotFoundError, StaleError
from api.resources.alerts.schemas import show_alert
from api.resources.incidents.schemas import IncidentShown, show_incident
from api.resources.ties.view import kaitan_of
from ir_platform.domain.alert import Alert, AlertId, IncidentId
from ir_platform.domain.incident import Incident, IncidentStatus
from ir_platform.domain.person import Account
from ir_platform.ports import UnitOfWork
from playbooks.errors import UnknownIncidentError
from playbooks.findings import findings_by_step
from playbooks.standing import Standing, view_of

MAX_DIGITS = 18
"""Of a number that a request names; Python refuses to read numbers of thousands of digits."""


def answer_incident(services: Services, incident_id: IncidentId, caller: Account, response: Response) -> IncidentShown:
    """Return the incident as the caller sees it now, with its version as ETag. Raises: NotFoundError."""
    with services.state.read() as uow:
        incident = uow.incidents.get(incident_id)
        if incident is None:
            raise NotFoundError
        try:
            standing = services.runner.standing(uow, incident, caller)
        except UnknownIncidentError as error:
            raise NotFoundError from error
        return shown_in(uow, services, standing, response)


def answer_standing(services: Services, standing: Standing, response: Response) -> IncidentShown:
    """Return the incident as a command of the caller has left it, with its version as ETag."""
    with services.state.read() as uow:
        return shown_in(uow, services, standing, response)


def shown_in(uow: UnitOfWork, services: Services, standing: Standing, response: Response) -> IncidentShown:
    incident, caller = standing.incident, standing.account
    alerts = findings_of(uow, incident)
    wanted = wanted_findings(standing, alerts)
    kaitan = kaitan_of(uow, incident, standing.sop, caller)
    response.headers["ETag"] = f'"{incident.version}"'
    findings = [show_alert(alert, incident.nomor) for alert in alerts]
    shown = show_incident(incident, standing.sop, view_of(standing, now=services.clock()), findings)
    for one in shown.boleh_saya:
        one.temuan_terbuka = list(wanted.get(one.no, ()))
    shown.kaitan = kaitan
    shown.hanya_baca = bond_of(caller, incident) is Bond.SHARED
    return shown


def version_of(etag: str | None) -> int | None:
    """Return the version an ETag of ours names; None where none is asked for. Raises: StaleError for any other."""
    if etag is None or etag.strip() == "*":
        return None
    text = etag.strip().removeprefix("W/").strip('"')
    if not (text.isdecimal() and len(text) <= MAX_DIGITS):
        raise StaleError
    return int(text)


def findings_of(uow: UnitOfWork, incident: Incident) -> tuple[Alert, ...]:
    """Return its alerts; of an incident that was merged away, those that went over with it."""
    if incident.status is not IncidentStatus.MERGED:
        return uow.alerts.of_incident(incident.id)
    moved = (
        alert_id for tie in uow.ties.of_incident(incident.id) if tie.source == incident.id for alert_id in tie.alerts
    )
    found = (uow.alerts.get(alert_id) for alert_id in moved)
    return tuple(alert for alert in found if alert is not None)


def wanted_findings(standing: Standing, alerts: Sequence[Alert]) -> dict[int, tuple[AlertId, ...]]:
    """Return what each active step of a repair and its verification has to see to."""
    if not alerts or standing.incident.status is not IncidentStatus.OPEN:
        return {}
    return findings_by_step(standing.sop, standing.state, alerts)
