"""Alerts and detections on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ir_platform.domain.alert import Alert, AlertId, AlertStatus, EventRef, IncidentId, Level
from ir_platform.domain.event import EventId
from ir_platform.ports import ConflictError, State
from tests.support.builders import NOON, a_detection, an_alert, an_incident


def numbered(number: int, **changes: object) -> Alert:
    given = {
        "id": AlertId(f"alert-{number}"),
        "group": (("n", str(number)),),
        "last_seen": NOON + timedelta(minutes=number),
    }
    return an_alert(**{**given, **changes})


def add_all(state: State, *alerts: Alert) -> None:
    with state.write() as uow:
        for alert in alerts:
            uow.alerts.add(alert)


def page_ids(state: State, **wanted: object) -> list[str]:
    given = {"status": None, "level": None, "text": None, "cursor": None, "limit": 50}
    with state.read() as uow:
        return [alert.id for alert in uow.alerts.page(**{**given, **wanted}).items]  # type: ignore[arg-type]


def test_an_alert_read_back_is_equal_even_with_hostile_events(state: State) -> None:
    event = EventRef(id=EventId("e"), at=NOON.replace(microsecond=7), summary="\x00\ud800 <b>'; --")
    alert = an_alert(events=(event,), event_count=2**40, reason=None, false_positives=("cadangan",), playbook_id="p")

    add_all(state, alert)

    with state.read() as uow:
        assert uow.alerts.get(alert.id) == alert
        assert uow.alerts.get(AlertId("other")) is None


def test_the_open_alert_is_found_by_rule_and_group_in_any_order(state: State) -> None:
    alert = an_alert(group=(("a", "1"), ("b", "2")))
    add_all(state, alert)

    with state.read() as uow:
        assert uow.alerts.open_for(alert.rule_id, (("b", "2"), ("a", "1"), ("a", "1"))) == alert
        assert uow.alerts.open_for(alert.rule_id, (("a", "1"),)) is None
        assert uow.alerts.open_for("other", alert.group) is None


@pytest.mark.parametrize("status", [AlertStatus.DISMISSED, AlertStatus.MERGED])
def test_a_closed_alert_is_not_open_for_its_group_and_makes_room_for_a_new_one(
    state: State, status: AlertStatus
) -> None:
    add_all(state, an_alert(status=status), an_alert(id=AlertId("alert-2")))

    with state.read() as uow:
        found = uow.alerts.open_for(an_alert().rule_id, an_alert().group)

    assert found is not None
    assert found.id == "alert-2"


def test_a_second_open_alert_of_one_cause_is_a_conflict(state: State) -> None:
    add_all(state, an_alert())

    with pytest.raises(ConflictError):
        add_all(state, an_alert(id=AlertId("alert-2"), group=an_alert().group[::-1]))

    assert page_ids(state) == ["alert-1"]


def test_a_detection_is_claimed_once(state: State) -> None:
    with state.write() as uow:
        first = uow.alerts.claim_detection(a_detection(), AlertId("alert-1"), now=NOON)
        uow.alerts.add(an_alert())

    with state.write() as uow:
        again = uow.alerts.claim_detection(a_detection(), AlertId("alert-1"), now=NOON)
        other = uow.alerts.claim_detection(a_detection(id="other"), AlertId("alert-1"), now=NOON)

    assert (first, again, other) == (True, False, True)


def test_a_claim_that_was_rolled_back_can_be_claimed_again(state: State) -> None:
    def claim_and_fail() -> None:
        with state.write() as uow:
            uow.alerts.claim_detection(a_detection(), AlertId("alert-1"), now=NOON)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        claim_and_fail()

    with state.write() as uow:
        uow.alerts.add(an_alert())
        assert uow.alerts.claim_detection(a_detection(), AlertId("alert-1"), now=NOON)


def test_a_claimed_detection_is_recounted_only_upwards(state: State) -> None:
    with state.write() as uow:
        uow.alerts.claim_detection(a_detection(event_count=20), AlertId("alert-1"), now=NOON)
        uow.alerts.add(an_alert())

    with state.write() as uow:
        more = uow.alerts.recount_detection(a_detection(event_count=50, at=NOON + timedelta(minutes=1)))
        fewer = uow.alerts.recount_detection(a_detection(event_count=30))
        same = uow.alerts.recount_detection(a_detection(event_count=50))
        unknown = uow.alerts.recount_detection(a_detection(id="other"))

    assert (more, fewer, same, unknown) == (("alert-1", 30), None, None, None)
    with state.read() as uow:
        assert uow.alerts.counted_before(AlertId("alert-1"), NOON + timedelta(minutes=1))[0] == 0
        assert uow.alerts.counted_before(AlertId("alert-1"), NOON + timedelta(minutes=2))[0] == 50


def test_a_stale_save_is_a_conflict(state: State) -> None:
    add_all(state, an_alert())
    with state.write() as uow:
        uow.alerts.save(an_alert(count=2), expected_version=1)

    with pytest.raises(ConflictError) as refused, state.write() as uow:
        uow.alerts.save(an_alert(count=9), expected_version=1)

    assert refused.value.found == 2
    with state.read() as uow:
        assert uow.alerts.get(AlertId("alert-1")) == an_alert(count=2, version=2)


def test_an_alert_may_name_an_incident_that_is_added_after_it(state: State) -> None:
    alert = an_alert(incident_id=IncidentId("incident-1"))

    with state.write() as uow:
        uow.alerts.add(alert)
        uow.incidents.add(an_incident())

    with state.read() as uow:
        assert uow.alerts.of_incident(IncidentId("incident-1")) == (alert,)


def test_the_queue_shows_the_last_seen_first_and_narrows_by_status_level_and_text(state: State) -> None:
    add_all(
        state,
        numbered(1, level=Level.LOW),
        numbered(2, status=AlertStatus.DISMISSED),
        numbered(3, rule_title="Pemindaian PORTA", group=(("source.ip", "198.51.100.7"),)),
    )

    assert page_ids(state) == ["alert-3", "alert-2", "alert-1"]
    assert page_ids(state, status=frozenset({AlertStatus.NEW, AlertStatus.ACKNOWLEDGED})) == ["alert-3", "alert-1"]
    assert page_ids(state, status=frozenset()) == []
    assert page_ids(state, level=Level.LOW) == ["alert-1"]
    assert page_ids(state, text="porta 198.51.100") == ["alert-3"]
    assert page_ids(state, text="198_51") == []


def test_pages_meet_every_alert_once_and_know_their_own_cursors_only(state: State) -> None:
    add_all(state, *(numbered(number, last_seen=NOON) for number in range(5)))
    cursor_of_incidents = "WyJpbmNpZGVudHMiLCIyMDI2LTExLTIwVDA0OjAwOjAwKzAwOjAwIiwiYSJd"

    with state.read() as uow:
        first = uow.alerts.page(status=None, level=None, text=None, cursor=None, limit=3)
        second = uow.alerts.page(status=None, level=None, text=None, cursor=first.cursor, limit=3)
        with pytest.raises(ValueError, match="not a cursor of alerts"):
            uow.alerts.page(status=None, level=None, text=None, cursor=cursor_of_incidents, limit=3)

    assert [alert.id for alert in (*first.items, *second.items)] == [f"alert-{number}" for number in (4, 3, 2, 1, 0)]
    assert second.cursor is None


def test_alerts_of_an_incident_come_oldest_first(state: State) -> None:
    with state.write() as uow:
        uow.incidents.add(an_incident())
        for number in (2, 1):
            begun = NOON + timedelta(minutes=number)
            uow.alerts.add(replace(numbered(number), incident_id=IncidentId("incident-1"), first_seen=begun))

    with state.read() as uow:
        assert [alert.id for alert in uow.alerts.of_incident(IncidentId("incident-1"))] == ["alert-1", "alert-2"]
