"""The triage queue: what was detected, and what the first executor of the SOP makes of it."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.dependencies import CallerFirstRoute, HomeMember, Services, Use
from api.errors import BadInputError, NotAllowedError, NotFoundError
from api.pagination import Cursor, Items, Limit, items_of
from api.resources.alerts.schemas import (
    AlertDetail,
    AlertShown,
    Dismissal,
    Merge,
    UsulanRingkas,
    show_alert,
    show_alert_detail,
)
from api.text import Text
from ir_platform.domain.alert import Alert, AlertId, AlertStatus, Level
from ir_platform.domain.job import JobId, JobKind
from ir_platform.domain.office import HOME_OFFICE
from ir_platform.domain.person import Account
from ir_platform.identity.power import acting_roles
from ir_platform.incidents.transitions import acknowledge, dismiss, escalate, merge
from ir_platform.ports import UnitOfWork
from playbooks.record import add_audit

router = APIRouter(prefix="/alerts", tags=["alerts"], route_class=CallerFirstRoute)


@router.get("")
def list_alerts(
    services: Use,
    caller: HomeMember,
    status: Annotated[list[AlertStatus] | None, Query()] = None,
    level: Level | None = None,
    q: Annotated[Text | None, Query(max_length=200)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[AlertShown]:
    """Newest first."""
    statuses = frozenset(status) if status else None
    with services.state.read() as uow:
        try:
            page = uow.alerts.page(status=statuses, level=level, text=q, cursor=cursor, limit=limit)
        except ValueError as error:
            raise BadInputError(detail="Penanda halaman (cursor) tidak dikenal.") from error
        numbers = uow.incidents.numbers([one.incident_id for one in page.items if one.incident_id])
        recalled = recalled_by(uow, [alert.id for alert in page.items])

    def show(alert: Alert) -> AlertShown:
        shown = show_alert(alert, numbers.get(alert.incident_id) if alert.incident_id else None)
        return shown.model_copy(update={"usulan": recalled.get(alert.id)})

    return items_of(page, show)


@router.get("/{alert_id}")
def show_one_alert(alert_id: str, services: Use, caller: HomeMember) -> AlertDetail:
    with services.state.read() as uow:
        alert = known_alert(uow, alert_id)
        recalled = recalled_by(uow, [alert.id])
        numbers = uow.incidents.numbers([alert.incident_id] if alert.incident_id else [])
        shown = show_alert_detail(alert, next(iter(numbers.values()), None))
    return shown.model_copy(update={"usulan": recalled.get(alert.id)})


@router.post("/{alert_id}/acknowledge")
def acknowledge_alert(alert_id: str, services: Use, caller: HomeMember) -> AlertDetail:
    return changed(services, caller, alert_id, acknowledge, action="alert.acknowledged")


def triaging(alert_id: str, services: Use, caller: HomeMember) -> Account:
    """Return the caller before the body is looked at: 404 and 403 come before what is wrong with the body."""
    with services.state.read() as uow:
        require_triage(uow, services, caller, known_alert(uow, alert_id))
    return caller


@router.post("/{alert_id}/dismiss")
def dismiss_alert(
    alert_id: str, services: Use, caller: Annotated[Account, Depends(triaging)], body: Dismissal
) -> AlertDetail:
    """`alasan` is required; leadership sees it."""
    return changed(
        services, caller, alert_id, lambda alert: dismiss(alert, reason=body.alasan), action="alert.dismissed"
    )


@router.post("/{alert_id}/escalate")
def escalate_alert(alert_id: str, services: Use, caller: HomeMember) -> AlertDetail:
    """Open an incident for an alert below the configured level."""
    jobs: tuple[JobId, ...] = ()
    with services.state.write() as uow:
        alert = known_alert(uow, alert_id, lock=True)
        require_triage(uow, services, caller, alert)
        opened = services.opener.open_from_alert(uow, alert)
        save(uow, services, caller, escalate(alert, opened.incident.id), action="alert.escalated")
        jobs = opened.jobs
    for job_id in jobs:
        services.bell.ring(job_id, JobKind.RENDER_DOCUMENT)
    return show_one_alert(alert_id, services, caller)


@router.post("/merge")
def merge_alerts(services: Use, caller: HomeMember, body: Merge) -> AlertDetail:
    """Count the alerts `ids` onto `into`; what they held is kept."""
    with services.state.write() as uow:
        # In one order, whatever is merged into what: two merges at once would else wait for each other for ever.
        known = {one: known_alert(uow, one, lock=True) for one in sorted({body.into, *body.ids})}
        target, others = known[body.into], [known[one] for one in body.ids]
        for alert in (target, *others):
            require_triage(uow, services, caller, alert)
        merged, gone = merge(target, others)
        for alert in (*gone, merged):
            save(uow, services, caller, alert, action="alert.merged")
    return show_one_alert(body.into, services, caller)


def changed(
    services: Services, caller: Account, alert_id: str, change: Callable[[Alert], Alert], *, action: str
) -> AlertDetail:
    with services.state.write() as uow:
        alert = known_alert(uow, alert_id, lock=True)
        require_triage(uow, services, caller, alert)
        save(uow, services, caller, change(alert), action=action)
    return show_one_alert(alert_id, services, caller)


def save(uow: UnitOfWork, services: Services, caller: Account, alert: Alert, *, action: str) -> None:
    now = services.clock()
    uow.alerts.save(alert, expected_version=alert.version)
    add_audit(
        uow,
        at=now,
        actor=(caller.id, caller.named()),
        action=action,
        subject=f"alert:{alert.id}",
        details={"temuan": alert.rule_title, "status": alert.status.value, "alasan": alert.reason},
    )
    uow.changes.add("alert", alert.id, now)


def known_alert(uow: UnitOfWork, alert_id: str, *, lock: bool = False) -> Alert:
    """`lock`: for who is going to change it; what it becomes is written after the head of the audit trail is locked."""
    alert = uow.alerts.get(AlertId(alert_id), lock=lock)
    if alert is None:
        raise NotFoundError(detail="Temuan tidak ditemukan.")
    return alert


def recalled_by(uow: UnitOfWork, alert_ids: Sequence[AlertId]) -> dict[AlertId, UsulanRingkas]:
    """Return the proposal to re-open a closed incident that each of the alerts has led to."""
    proposals = uow.proposals.of_alerts(alert_ids)
    numbers = uow.incidents.numbers([one.incident_id for one in proposals])
    return {
        one.alert_id: UsulanRingkas(
            id=one.id,
            insiden_id=one.incident_id,
            insiden_nomor=numbers[one.incident_id],
            status=one.status.value,
        )
        for one in proposals
    }


def require_triage(uow: UnitOfWork, services: Services, caller: Account, alert: Alert) -> None:
    """Findings are for whoever the SOP lets record a disturbance: the executors of its first step."""
    sop = services.opener.playbook_for(uow, alert).sop
    allowed = sop.langkah[0].pelaksana
    roles = acting_roles(caller, office_id=HOME_OFFICE, playbook_id=sop.id)
    if not roles & set(allowed):
        names = " atau ".join(sop.role_name(role) for role in allowed)
        raise NotAllowedError(detail=f"Temuan deteksi ditangani oleh {names}.")
