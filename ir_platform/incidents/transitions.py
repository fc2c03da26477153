"""Transitions: what a person may make of an alert in the triage queue, and what is refused."""

from collections.abc import Sequence
from dataclasses import replace

from ir_platform.domain.alert import Alert, AlertId, AlertStatus, IncidentId
from ir_platform.incidents.repeats import highest, keep_events

_WORDS = {
    AlertStatus.NEW: "baru",
    AlertStatus.ACKNOWLEDGED: "sudah diterima",
    AlertStatus.DISMISSED: "sudah dinyatakan bukan gangguan",
    AlertStatus.ESCALATED: "sudah dijadikan insiden",
    AlertStatus.MERGED: "sudah digabungkan ke temuan lain",
    AlertStatus.CLOSED: "sudah selesai bersama insidennya",
}


class AlertTransitionError(Exception):
    """The alert is not in a state that allows this; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, alert_id: AlertId, status: AlertStatus, reason: str) -> None:
        super().__init__(reason)
        self.alert_id, self.status, self.reason = alert_id, status, reason


class MissingReasonError(Exception):
    """An alert was to be dismissed without saying why."""

    def __init__(self, *, alert_id: AlertId) -> None:
        super().__init__("Alasan wajib diisi untuk menyatakan temuan bukan gangguan.")
        self.alert_id = alert_id


def acknowledge(alert: Alert) -> Alert:
    """Return the alert as seen by a person. Raises: AlertTransitionError unless it is new."""
    if alert.status is not AlertStatus.NEW:
        raise _refusal(alert)
    return replace(alert, status=AlertStatus.ACKNOWLEDGED)


def dismiss(alert: Alert, *, reason: str) -> Alert:
    """Return the alert as no disturbance. Raises: MissingReasonError, AlertTransitionError."""
    _require_undecided(alert)
    if not reason.strip():
        raise MissingReasonError(alert_id=alert.id)
    return replace(alert, status=AlertStatus.DISMISSED, reason=reason.strip())


def escalate(alert: Alert, incident_id: IncidentId) -> Alert:
    """Return the alert as part of the incident a person made of it. Raises: AlertTransitionError."""
    _require_undecided(alert)
    return replace(alert, status=AlertStatus.ESCALATED, incident_id=incident_id)


def merge(target: Alert, others: Sequence[Alert]) -> tuple[Alert, tuple[Alert, ...]]:
    """Return the target with the others counted in, and the others as merged into it; they keep what they held.

    Raises: AlertTransitionError where one is closed, given twice, or belongs to an incident the target does not.
    """
    if not target.status.is_open:
        raise _refusal(target)
    seen = {target.id}
    merged = target
    for other in others:
        _require_mergeable(other, target, seen)
        seen.add(other.id)
        merged = _absorb(merged, other)
    return merged, tuple(replace(other, status=AlertStatus.MERGED, merged_into=target.id) for other in others)


def _absorb(target: Alert, other: Alert) -> Alert:
    return replace(
        target,
        level=highest(target.level, other.level),
        tags=tuple(dict.fromkeys((*target.tags, *other.tags))),
        count=target.count + other.count,
        event_count=target.event_count + other.event_count,
        first_seen=min(target.first_seen, other.first_seen),
        last_seen=max(target.last_seen, other.last_seen),
        events=keep_events((*target.events, *other.events)),
    )


def _require_undecided(alert: Alert) -> None:
    if alert.status not in (AlertStatus.NEW, AlertStatus.ACKNOWLEDGED):
        raise _refusal(alert)
    if alert.incident_id is not None:
        reason = "Temuan ini sudah menjadi bagian insiden; keputusan diambil pada langkah SOP insiden itu."
        raise AlertTransitionError(alert_id=alert.id, status=alert.status, reason=reason)


def _require_mergeable(other: Alert, target: Alert, seen: set[AlertId]) -> None:
    if not other.status.is_open:
        raise _refusal(other)
    if other.id in seen:
        reason = "Temuan tidak dapat digabungkan dengan dirinya sendiri."
        raise AlertTransitionError(alert_id=other.id, status=other.status, reason=reason)
    if other.incident_id is not None and other.incident_id != target.incident_id:
        reason = "Temuan ini menjadi bagian insiden lain; gabungkan ke temuan insiden itu."
        raise AlertTransitionError(alert_id=other.id, status=other.status, reason=reason)


def _refusal(alert: Alert) -> AlertTransitionError:
    reason = f"Temuan ini {_WORDS[alert.status]}."
    return AlertTransitionError(alert_id=alert.id, status=alert.status, reason=reason)
