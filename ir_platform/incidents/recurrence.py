"""Recurrence: which closed incident a new alert recalls, so that a person is asked whether it was over."""

from collections.abc import Sequence
from dataclasses import dataclass

from ir_platform.domain.alert import Alert
from ir_platform.domain.incident import Incident, IncidentStatus

_TOO_COMMON = frozenset({"port", "rule.name"})
"""Group fields that name no thing of its own: a port alone does not make two findings one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """A closed incident whose finding has fired again."""

    incident: Incident
    shared: tuple[tuple[str, str], ...]
    is_same_cause: bool


def recalled(alert: Alert, candidates: Sequence[tuple[Alert, Incident]]) -> Recalled | None:
    """Return the incident closed last whose alert is of the same rule and about the same group or entity.

    Only what was seen after the closing counts: a log that is read late tells nothing new. None: no such incident.
    """
    fitting = [one for pair in candidates if (one := _recall(alert, *pair)) is not None]
    return max(fitting, key=lambda one: (one.is_same_cause, one.incident.closed_at, one.incident.id), default=None)


def _recall(alert: Alert, past: Alert, incident: Incident) -> Recalled | None:
    if incident.status is not IncidentStatus.CLOSED or incident.closed_at is None:
        return None
    if past.rule_id != alert.rule_id or past.id == alert.id or alert.last_seen < incident.closed_at:
        return None
    is_same = frozenset(past.group) == frozenset(alert.group)
    shared = tuple(pair for pair in alert.group if pair in past.group and pair[0] not in _TOO_COMMON and pair[1])
    if not (is_same or shared):
        return None
    return Recalled(incident=incident, shared=shared, is_same_cause=is_same)
