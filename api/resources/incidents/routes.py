"""Incidents: lists, one incident with its run, its timeline, and carrying out a step."""

import hashlib
import json
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response

from api.access import Bond, bond_of
from api.dependencies import Caller, CallerFirstRoute, Services, Use, Way
from api.errors import BadInputError, NotFoundError, StaleError
from api.pagination import Cursor, Items, Limit, all_items
from api.resources.alerts.schemas import show_alert
from api.resources.incidents.access import readable_incident, reader_of
from api.resources.incidents.isian import isian_of
from api.resources.incidents.schemas import (
    IncidentListed,
    IncidentShown,
    StepCompletion,
    TimelineShown,
    list_incident,
    on_behalf,
    show_entry,
    show_incident,
)
from api.resources.ties.view import kaitan_of
from api.text import Line, Text
from ir_platform.domain.alert import Alert, AlertId, IncidentId, Level
from ir_platform.domain.evidence import EvidenceId
from ir_platform.domain.incident import Incident, IncidentStatus
from ir_platform.domain.person import Account
from ir_platform.identity.power import addressed_roles
from ir_platform.ports import ConflictError, IncidentFilter, RememberedAnswer, UnitOfWork
from playbooks.errors import PlaybookRefusalError
from playbooks.findings import findings_by_step
from playbooks.run_state import state_from_json
from playbooks.runner import CompleteStepRequest
from playbooks.sop import Sop
from playbooks.view import RunView

router = APIRouter(prefix="/incidents", tags=["incidents"], route_class=CallerFirstRoute)

MAX_DIGITS = 18
"""Of a version; Python refuses to read numbers of thousands of digits."""


@router.get("")
def list_incidents(
    services: Use,
    caller: Caller,
    status: IncidentStatus | None = None,
    level: Level | None = None,
    q: Annotated[Text | None, Query(max_length=200)] = None,
    tugas_saya: bool = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[IncidentListed]:
    """Newest first; `tugas_saya` leaves those with a step that the caller may carry out now."""
    wanted = IncidentFilter(
        status=status,
        level=level,
        text=q,
        active_role=frozenset(role for _, role in addressed_roles(caller)) if tugas_saya else None,
        reader=reader_of(caller),
    )
    with services.state.read() as uow:
        try:
            page = uow.incidents.page(wanted, cursor=cursor, limit=limit)
        except ValueError as error:
            raise BadInputError(detail="Penanda halaman (cursor) tidak dikenal.") from error
        views = [(incident, *run_view(services, uow, incident, caller)) for incident in page.items]
    if tugas_saya:
        # A step may wait for the caller's role and yet not for the caller, who did the work it verifies.
        views = [one for one in views if one[2].boleh_saya]
    return Items(items=[list_incident(*one) for one in views], cursor=page.cursor, total=page.total)


@router.get("/{incident_id}")
def show_one(incident_id: str, response: Response, services: Use, caller: Caller) -> IncidentShown:
    incident = readable_incident(services, caller, incident_id)
    return answer_incident(services, incident.id, caller, response)


@router.get("/{incident_id}/timeline")
def list_timeline(incident_id: str, services: Use, caller: Caller) -> Items[TimelineShown]:
    """Everything that happened, oldest first."""
    incident = readable_incident(services, caller, incident_id)
    with services.state.read() as uow:
        own = [show_entry(entry) for entry in uow.incidents.timeline(incident.id)]
        return all_items(
            sorted([*own, *merged_entries(uow, incident)], key=lambda entry: entry.at), lambda entry: entry
        )


def merged_entries(uow: UnitOfWork, incident: Incident) -> list[TimelineShown]:
    """Return what happened in every incident that was merged into this one."""
    sources = (uow.incidents.get(tie.source) for tie in uow.ties.merged_into(incident.id))
    return [
        show_entry(entry).model_copy(update={"insiden": source.nomor})
        for source in sources
        if source is not None
        for entry in uow.incidents.timeline(source.id)
    ]


def step_to_do(incident_id: str, no: int, services: Use, caller: Caller) -> Incident:
    """Return the incident, before the body is looked at: 404 and 403 come before what is wrong with the body."""
    incident = readable_incident(services, caller, incident_id)
    services.runner.check_role(incident.id, no, caller)
    return incident


@router.post("/{incident_id}/steps/{no}/complete")
def complete_step(  # noqa: PLR0913, PLR0917  what a request may carry
    no: int,
    body: StepCompletion,
    response: Response,
    services: Use,
    caller: Caller,
    way: Way,
    incident: Annotated[Incident, Depends(step_to_do)],
    if_match: Annotated[str | None, Header()] = None,
    idempotency_key: Annotated[Line | None, Header(max_length=200)] = None,
) -> IncidentShown:
    """Carry out a step. Refusals change nothing: 401, 404, 403, 409 and 422, looked for in this order."""
    digest = request_digest(incident.id, no, body)
    if idempotency_key and was_done_before(services, caller, idempotency_key, digest):
        return answer_incident(services, incident.id, caller, response)

    def remember(uow: UnitOfWork) -> None:
        if idempotency_key:
            answer = RememberedAnswer(request_sha256=digest, status=200, body="")
            uow.idempotency.put(caller.id, idempotency_key, answer, services.clock())

    request = CompleteStepRequest(
        no=no,
        catatan=body.catatan,
        keputusan=body.keputusan,
        alasan=body.alasan,
        sebab=body.sebab,
        lampiran=tuple(EvidenceId(one) for one in body.lampiran),
        nihil=tuple(sorted(body.nihil.items())),
        atas_nama=on_behalf(body.atas_nama),
        isian=isian_of(body.isian),
        sebagai=body.sebagai,
        putaran=body.putaran,
        expected_version=version_of(if_match),
        way=way,
    )
    try:
        services.runner.complete(incident.id, request, caller, also=remember)
    except (PlaybookRefusalError, ConflictError):
        # A retry may have waited for its first try, which is done by now.
        if not (idempotency_key and was_done_before(services, caller, idempotency_key, digest)):
            raise
    return answer_incident(services, incident.id, caller, response)


def request_digest(incident_id: str, no: int, body: StepCompletion) -> str:
    text = json.dumps([incident_id, no, body.model_dump(mode="json")], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def was_done_before(services: Services, caller: Account, key: str, digest: str) -> bool:
    """Whether this very request was carried out already. Raises: BadInputError for another request with its key."""
    with services.state.read() as uow:
        remembered = uow.idempotency.get(caller.id, key)
    if remembered is not None and remembered.request_sha256 != digest:
        raise BadInputError(detail="Idempotency-Key ini sudah dipakai untuk permintaan lain.")
    return remembered is not None


def version_of(etag: str | None) -> int | None:
    """Return the version an ETag of ours names; None where none is asked for. Raises: StaleError for any other."""
    if etag is None or etag.strip() == "*":
        return None
    text = etag.strip().removeprefix("W/").strip('"')
    if not (text.isdecimal() and len(text) <= MAX_DIGITS):
        raise StaleError
    return int(text)


def answer_incident(services: Services, incident_id: IncidentId, caller: Account, response: Response) -> IncidentShown:
    """Return the incident as the caller sees it now, with its version as ETag."""
    with services.state.read() as uow:
        incident = uow.incidents.get(incident_id)
        if incident is None:
            raise NotFoundError
        sop, view = run_view(services, uow, incident, caller)
        alerts = findings_of(uow, incident)
        findings = [show_alert(alert, incident.nomor) for alert in alerts]
        wanted = wanted_findings(uow, incident, sop, alerts)
        kaitan = kaitan_of(services, uow, incident, caller)
    response.headers["ETag"] = f'"{incident.version}"'
    shown = show_incident(incident, sop, view, findings)
    allowed = [one.model_copy(update={"temuan_terbuka": list(wanted.get(one.no, ()))}) for one in shown.boleh_saya]
    is_shared = bond_of(caller, incident) is Bond.SHARED
    return shown.model_copy(update={"boleh_saya": allowed, "kaitan": kaitan, "hanya_baca": is_shared})


def findings_of(uow: UnitOfWork, incident: Incident) -> tuple[Alert, ...]:
    """Return its alerts; of an incident that was merged away, those that went over with it."""
    if incident.status is not IncidentStatus.MERGED:
        return uow.alerts.of_incident(incident.id)
    moved = (
        alert_id for tie in uow.ties.of_incident(incident.id) if tie.source == incident.id for alert_id in tie.alerts
    )
    found = (uow.alerts.get(alert_id) for alert_id in moved)
    return tuple(alert for alert in found if alert is not None)


def wanted_findings(
    uow: UnitOfWork, incident: Incident, sop: Sop, alerts: Sequence[Alert]
) -> dict[int, tuple[AlertId, ...]]:
    """Return what each active step of a repair and its verification has to see to."""
    run = uow.runs.get(incident.id)
    if run is None or not alerts or incident.status is not IncidentStatus.OPEN:
        return {}
    return findings_by_step(sop, state_from_json(run.state), alerts)


def run_view(services: Services, uow: UnitOfWork, incident: Incident, caller: Account) -> tuple[Sop, RunView]:
    """Return the SOP in the version the incident began with, and its run as the caller sees it."""
    run = uow.runs.get(incident.id)
    if run is None:
        raise NotFoundError
    return services.library.sop_of(uow, run), services.runner.view(uow, incident.id, caller)
