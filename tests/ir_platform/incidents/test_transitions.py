"""Transitions: what a person may make of an alert, and what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from ir_platform.domain.alert import Alert, AlertId, AlertStatus, IncidentId, Level
from ir_platform.incidents.transitions import (
    AlertTransitionError,
    MissingReasonError,
    acknowledge,
    dismiss,
    escalate,
    merge,
)
from tests.support.builders import NOON, an_alert

INCIDENT = IncidentId("incident-1")
ACTS: dict[str, Callable[[Alert], object]] = {
    "acknowledge": acknowledge,
    "dismiss": lambda alert: dismiss(alert, reason="pemindaian berkala"),
    "escalate": lambda alert: escalate(alert, INCIDENT),
    "merge": lambda alert: merge(an_alert(id=AlertId("target")), [alert]),
    "merge into": lambda alert: merge(alert, [an_alert(id=AlertId("other"))]),
}
OPEN = {AlertStatus.NEW, AlertStatus.ACKNOWLEDGED, AlertStatus.ESCALATED}
ALLOWED = {
    "acknowledge": {AlertStatus.NEW},
    "dismiss": {AlertStatus.NEW, AlertStatus.ACKNOWLEDGED},
    "escalate": {AlertStatus.NEW, AlertStatus.ACKNOWLEDGED},
    "merge": OPEN,
    "merge into": OPEN,
}


@pytest.mark.parametrize(("act", "status"), [(act, status) for act in ACTS for status in AlertStatus])
def test_every_act_is_allowed_in_its_own_states_alone(act: str, status: AlertStatus) -> None:
    alert = an_alert(status=status)

    if status in ALLOWED[act]:
        ACTS[act](alert)
        return
    with pytest.raises(AlertTransitionError) as refused:
        ACTS[act](alert)

    assert (refused.value.alert_id, refused.value.status) == (alert.id, status)
    assert str(refused.value).startswith("Temuan ini ")


def test_an_acknowledged_alert_is_otherwise_the_same() -> None:
    assert acknowledge(an_alert()) == an_alert(status=AlertStatus.ACKNOWLEDGED)


def test_a_dismissed_alert_keeps_its_reason() -> None:
    dismissed = dismiss(an_alert(), reason="  pemindaian berkala ")

    assert dismissed == an_alert(status=AlertStatus.DISMISSED, reason="pemindaian berkala")


@pytest.mark.parametrize("reason", ["", " \n\t"])
def test_an_alert_is_not_dismissed_without_a_reason(reason: str) -> None:
    with pytest.raises(MissingReasonError):
        dismiss(an_alert(), reason=reason)


def test_an_escalated_alert_names_its_incident() -> None:
    assert escalate(an_alert(), INCIDENT) == an_alert(status=AlertStatus.ESCALATED, incident_id=INCIDENT)


@pytest.mark.parametrize("act", ["dismiss", "escalate"])
def test_an_alert_whose_incident_runs_is_decided_there(act: str) -> None:
    with pytest.raises(AlertTransitionError, match="langkah SOP"):
        ACTS[act](an_alert(incident_id=INCIDENT))


def test_merging_counts_everything_into_the_target_and_loses_nothing() -> None:
    target = an_alert(level=Level.LOW, count=2)
    other = an_alert(
        id=AlertId("other"),
        level=Level.CRITICAL,
        count=3,
        event_count=7,
        tags=("attack.t1046",),
        first_seen=NOON - timedelta(hours=1),
        last_seen=NOON + timedelta(hours=1),
    )

    merged, others = merge(target, [other])

    assert (merged.count, merged.event_count, merged.level) == (5, 27, Level.CRITICAL)
    assert (merged.first_seen, merged.last_seen) == (other.first_seen, other.last_seen)
    assert merged.tags == (*target.tags, "attack.t1046")
    assert others == (replace(other, status=AlertStatus.MERGED, merged_into=target.id),)


@pytest.mark.parametrize("others", [[an_alert()], [an_alert(id=AlertId("b")), an_alert(id=AlertId("b"))]])
def test_an_alert_is_merged_neither_into_itself_nor_twice(others: list[Alert]) -> None:
    with pytest.raises(AlertTransitionError, match="dirinya sendiri"):
        merge(an_alert(), others)


def test_an_alert_of_another_incident_is_not_merged_away() -> None:
    other = an_alert(id=AlertId("other"), incident_id=INCIDENT)

    with pytest.raises(AlertTransitionError, match="insiden lain"):
        merge(an_alert(), [other])

    merged, _ = merge(an_alert(incident_id=INCIDENT), [other])
    assert merged.incident_id == INCIDENT
