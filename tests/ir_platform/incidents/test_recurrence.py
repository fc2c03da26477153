"""Which closed incident a new alert recalls."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ir_platform.domain.alert import Alert, AlertId, AlertStatus, IncidentId
from ir_platform.domain.incident import Incident, IncidentStatus
from ir_platform.incidents.recurrence import recalled
from tests.support.builders import NOON, an_alert, an_incident

GROUP = (("host.name", "web-1"), ("source.ip", "203.0.113.9"))


def past(incident_id: str = "incident-1", **alert: Any) -> tuple[Alert, Incident]:
    incident = an_incident(id=IncidentId(incident_id), status=IncidentStatus.CLOSED, closed_at=NOON)
    old = an_alert(id=AlertId(f"old-{incident_id}"), status=AlertStatus.CLOSED, incident_id=incident.id)
    return an_alert(**{**{name: getattr(old, name) for name in ("id", "status", "incident_id")}, **alert}), incident


def fresh(**changes: Any) -> Alert:
    return an_alert(**{"id": AlertId("new"), "last_seen": NOON + timedelta(hours=1), **changes})


def test_the_same_rule_and_group_after_the_closing_recalls_the_incident() -> None:
    found = recalled(fresh(), [past()])

    assert found is not None
    assert (found.incident.id, found.is_same_cause, found.shared) == ("incident-1", True, GROUP)


def test_the_same_rule_about_one_of_the_entities_recalls_it_and_says_which() -> None:
    found = recalled(fresh(group=(("host.name", "mail-1"), GROUP[1])), [past()])

    assert found is not None
    assert (found.is_same_cause, found.shared) == (False, (GROUP[1],))


def test_another_rule_another_entity_or_an_older_event_recalls_nothing() -> None:
    stranger = fresh(group=(("host.name", "mail-1"), ("source.ip", "198.51.100.1")))

    assert recalled(fresh(rule_id="other"), [past()]) is None
    assert recalled(stranger, [past()]) is None
    assert recalled(fresh(last_seen=NOON - timedelta(minutes=1)), [past()]) is None


def test_a_port_alone_does_not_make_two_findings_one() -> None:
    old = past(group=(("source.ip", "198.51.100.1"), ("port", "tcp/22")))

    assert recalled(fresh(group=(("source.ip", "203.0.113.9"), ("port", "tcp/22"))), [old]) is None


def test_an_incident_that_is_open_or_merged_is_not_recalled() -> None:
    old, incident = past()
    others = [
        (old, an_incident(id=incident.id, status=IncidentStatus.OPEN)),
        (old, an_incident(id=incident.id, status=IncidentStatus.MERGED, closed_at=NOON)),
    ]

    assert recalled(fresh(), others) is None


@given(st.permutations(["incident-1", "incident-2", "incident-3"]))
def test_the_order_of_candidates_does_not_change_the_answer(names: list[str]) -> None:
    only_entity = past("incident-9", group=(("host.name", "other"), GROUP[1]))

    found = recalled(fresh(), [only_entity, *map(past, names)])

    assert found is not None
    assert found.incident.id == "incident-3"
