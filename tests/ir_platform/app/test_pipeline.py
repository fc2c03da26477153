"""The hot path: stored once, detected once, and one incident a host, whatever stops in between."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ir_platform.adapters.sql.database import SqlState
from ir_platform.app.handover import Carried
from ir_platform.app.pipeline import CHECKPOINT, CHECKPOINT_AT_MOST, pause_after
from ir_platform.app.wiring import STATE_FILE
from ir_platform.domain.alert import AlertStatus, Level
from ir_platform.domain.incident import IncidentStatus
from ir_platform.domain.job import JobKind
from tests.ir_platform.app.house import House, StoppedError, StopsBeforeAlerts, a_house, events_that_detect, numbered
from tests.support.builders import NOON, a_detection


def test_a_detection_at_the_level_opens_an_alert_and_an_incident(house: House) -> None:
    batch = events_that_detect(house, a_detection())

    with house.pipeline() as pipeline:
        carried = pipeline.carry(batch)

    [alert], [incident] = house.alerts(), house.incidents()
    assert carried == Carried(stored=1, detections=1, alerts=1, incidents=1)
    assert (alert.incident_id, alert.status, alert.count) == (incident.id, AlertStatus.NEW, 1)
    assert (incident.nomor, incident.hosts, incident.pelapor) == ("INS/2026/0001", ("web-1",), "Deteksi otomatis")
    assert {kind for _, kind in house.bell.rings} == {JobKind.RENDER_DOCUMENT}


def test_a_detection_under_the_level_opens_only_an_alert(tmp_path: Path) -> None:
    with a_house(tmp_path / "var", open_level=Level.CRITICAL) as house, house.pipeline() as pipeline:
        carried = pipeline.carry(events_that_detect(house, a_detection(level=Level.HIGH)))

        assert (carried.alerts, carried.incidents) == (1, 0)
        assert house.incidents() == ()
        assert house.bell.rings == []


def test_a_stop_between_storing_and_alerting_loses_no_alert_and_makes_none_twice(house: House) -> None:
    batch = events_that_detect(house, *numbered(a_detection(), ["one", "two", "three"]))
    with house.pipeline(triage=StopsBeforeAlerts(house.triage())) as pipeline, pytest.raises(StoppedError):
        pipeline.carry(batch)
    assert house.alerts() == ()

    with house.pipeline() as pipeline:
        recovered = pipeline.recover()
        again = pipeline.carry(batch)

    [alert] = house.alerts()
    assert (recovered.detections, recovered.alerts, recovered.incidents) == (3, 1, 1)
    assert again == Carried(duplicates=3)
    assert (alert.count, len(house.incidents()), house.stored()) == (3, 1, 3)


def test_a_stop_between_alerting_and_noting_the_place_changes_nothing(house: House) -> None:
    batch = events_that_detect(house, a_detection())
    with house.pipeline() as pipeline:
        pipeline.carry(batch)
    with house.state.write() as uow:
        uow.checkpoints.put("detection", '{"position": null, "snapshot": "0"}')

    with house.pipeline() as pipeline:
        recovered = pipeline.recover()

    [alert] = house.alerts()
    assert recovered == Carried()
    assert (alert.count, len(house.incidents())) == (1, 1)


def test_a_place_noted_in_another_event_store_stops_no_start_and_matches_nothing_again(house: House) -> None:
    batch = events_that_detect(house, a_detection())
    with house.pipeline() as pipeline:
        pipeline.carry(batch)
    with house.state.write() as uow:
        uow.checkpoints.put("detection", '{"position": "1795147200000000001", "snapshot": "0"}')

    with house.pipeline() as pipeline:
        recovered = pipeline.recover()

    assert recovered == Carried()
    assert house.scanner.scanned == 0


def test_a_database_that_does_not_take_the_place_stops_nothing_and_gets_a_later_one(house: House) -> None:
    first = events_that_detect(house, a_detection())
    second = events_that_detect(house, a_detection(id="2" * 32), at=NOON + timedelta(seconds=1))
    nowhere = SqlState(f"sqlite:///{house.settings.data_dir / STATE_FILE / 'under-a-file'}")
    with house.pipeline() as pipeline:
        pipeline.state = nowhere
        carried = pipeline.carry(first)
        with house.state.read() as uow:
            before = uow.checkpoints.get(CHECKPOINT)
        pipeline.state = house.state
        house.clock[0] += CHECKPOINT_AT_MOST

        pipeline.carry(second)

    with house.state.read() as uow:
        after = uow.checkpoints.get(CHECKPOINT)
    assert (carried.stored, carried.alerts, before) == (1, 1, None)
    assert after is not None


def test_a_restart_matches_nothing_a_second_time(house: House) -> None:
    batch = events_that_detect(house, a_detection())
    with house.pipeline() as pipeline:
        pipeline.carry(batch)
    scanned = house.scanner.scanned

    with house.pipeline() as pipeline:
        pipeline.recover()

    assert house.scanner.scanned == scanned == 1


def test_the_same_batch_twice_changes_nothing(house: House) -> None:
    batch = events_that_detect(house, a_detection())

    with house.pipeline() as pipeline:
        pipeline.carry(batch)
        before = house.alerts(), house.incidents()
        again = pipeline.carry(batch)

    assert again == Carried(duplicates=1)
    assert (house.alerts(), house.incidents()) == before


def test_a_repeat_raises_the_count_of_the_open_alert(house: House) -> None:
    first, second = numbered(a_detection(), ["one", "two"])
    later = replace(second, at=NOON + timedelta(minutes=5), event_count=30)

    with house.pipeline() as pipeline:
        pipeline.carry(events_that_detect(house, first))
        carried = pipeline.carry(events_that_detect(house, later, at=NOON + timedelta(minutes=5)))

    [alert] = house.alerts()
    assert (carried.detections, carried.alerts, carried.incidents) == (1, 0, 0)
    assert (alert.count, alert.last_seen, len(house.incidents())) == (2, NOON + timedelta(minutes=5), 1)


def test_two_rules_about_one_host_within_an_hour_share_one_incident(house: House) -> None:
    other = a_detection(
        id="other", rule_id="other", rule_title="Masuk setelah tebakan", at=NOON + timedelta(minutes=50)
    )

    with house.pipeline() as pipeline:
        carried = pipeline.carry(events_that_detect(house, a_detection(), other))

    [incident] = house.incidents()
    assert (carried.alerts, carried.incidents) == (2, 1)
    assert {alert.incident_id for alert in house.alerts()} == {incident.id}
    with house.state.read() as uow:
        assert [entry.kind for entry in uow.incidents.timeline(incident.id)].count("alert_joined") == 1


@pytest.mark.parametrize(
    "change",
    [{"at": NOON + timedelta(hours=3), "events": ()}, {"group": (("host.name", "web-2"),)}],
    ids=["later", "another host"],
)
def test_an_alert_far_off_or_about_another_host_has_its_own_incident(house: House, change: dict[str, object]) -> None:
    other = a_detection(**{"id": "other", "rule_id": "other", **change})

    with house.pipeline() as pipeline:
        pipeline.carry(events_that_detect(house, a_detection(), other))

    assert len(house.incidents()) == 2
    assert {one.nomor for one in house.incidents()} == {"INS/2026/0001", "INS/2026/0002"}


def test_after_the_incident_is_closed_a_new_detection_opens_another(house: House) -> None:
    first, second = numbered(a_detection(), ["one", "two"])
    with house.pipeline() as pipeline:
        pipeline.carry(events_that_detect(house, first))
        close(house)

        carried = pipeline.carry(events_that_detect(house, second, at=NOON + timedelta(minutes=1)))

    assert (carried.alerts, carried.incidents) == (1, 1)
    assert sorted(alert.status for alert in house.alerts()) == [AlertStatus.CLOSED, AlertStatus.NEW]
    assert [one.status for one in house.incidents()].count(IncidentStatus.OPEN) == 1


def close(house: House) -> None:
    """End the only incident as the runner ends it: with its alerts."""
    with house.state.write() as uow:
        [incident], [alert] = house.incidents(), house.alerts()
        closed = replace(incident, status=IncidentStatus.CLOSED, closed_at=NOON)
        uow.incidents.save(closed, expected_version=incident.version)
        uow.alerts.save(replace(alert, status=AlertStatus.CLOSED), expected_version=alert.version)


def test_more_detections_than_one_transaction_takes_are_all_recorded(house: House) -> None:
    many = [
        a_detection(id=f"{number}", group=(("host.name", f"web-{number}"),), level=Level.LOW) for number in range(230)
    ]
    many.insert(120, a_detection(id="high"))

    with house.pipeline() as pipeline:
        carried = pipeline.carry(events_that_detect(house, *many))

    assert (carried.detections, carried.alerts, carried.incidents) == (231, 231, 1)


@pytest.mark.parametrize(
    ("took_seconds", "pause_seconds"), [(0.0, 2.0), (0.05, 2.0), (0.5, 10.0), (30.0, 60.0), (-3600.0, 2.0)]
)
def test_the_longer_a_save_of_the_state_takes_the_rarer_it_is(took_seconds: float, pause_seconds: float) -> None:
    assert pause_after(timedelta(seconds=took_seconds)) == timedelta(seconds=pause_seconds)
