"""An attack that goes on: one alert whose count keeps rising, whatever stops in between and comes twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from detections.catalog import shipped_rules
from detections.scan import Scanner
from detections.sigma.ruleset import RuleSet, load_rule_set
from ir_platform.app.handover import Carried
from ir_platform.domain.alert import Alert, AlertId, AlertStatus
from ir_platform.domain.event import EventBatch, batch_of
from tests.ir_platform.app.house import House, a_house
from tests.support.builders import NOON, an_alert, an_event

BRUTE_FORCE = "6f0b7c52-0f0a-4c52-8c7e-2f6a3f3b1a02"


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return shipped_rules()


@pytest.fixture
def house(tmp_path: Path, rules: RuleSet) -> Iterator[House]:
    with a_house(tmp_path / "var", scanner=Scanner(rules)) as made:
        yield made


def refused(first: int, number: int) -> EventBatch:
    """So many refused passwords, a second apart."""
    return batch_of(
        [
            an_event(
                NOON + timedelta(seconds=second),
                second,
                event__dataset="system.auth",
                message=f"Failed password for root from 203.0.113.9 port {second}",
                process__name="sshd",
                source__ip="203.0.113.9",
                host__name="web-1",
                user__name="root",
            )
            for second in range(first, first + number)
        ]
    )


def the_alert(house: House) -> Alert:
    [alert] = [one for one in house.alerts() if one.rule_id == BRUTE_FORCE]
    return alert


def test_the_count_of_an_alert_rises_with_what_comes_after_it_was_told(house: House) -> None:
    with house.pipeline() as pipeline:
        pipeline.carry(refused(0, 12))
        first = the_alert(house)
        carried = [pipeline.carry(refused(12 + 3 * n, 3)) for n in range(10)]
        pipeline.tick()

    alert = the_alert(house)
    assert (first.event_count, alert.event_count, alert.count) == (12, 42, 1)
    assert {(one.detections, one.alerts, one.incidents) for one in carried} == {(0, 0, 0)}
    assert (alert.id, alert.last_seen) == (first.id, NOON + timedelta(seconds=41))
    assert len(house.incidents()) == 1


def test_a_page_that_looks_on_is_told_that_the_alert_has_changed(house: House) -> None:
    with house.pipeline() as pipeline:
        pipeline.carry(refused(0, 12))
        with house.state.read() as uow:
            before = uow.changes.last_id()
        pipeline.carry(refused(12, 20))
        pipeline.count_on()

    with house.state.read() as uow:
        assert uow.changes.last_id() > before


def test_a_process_that_is_killed_in_between_counts_nothing_twice_and_loses_nothing(
    house: House, rules: RuleSet
) -> None:
    with house.pipeline() as pipeline:
        pipeline.carry(refused(0, 12))
        # The clock stands still, so the state behind here is saved no more.
        pipeline.carry(refused(12, 20))
        pipeline.tick()
        pipeline.carry(refused(32, 5))
    before = the_alert(house)

    house.scanner = Scanner(rules)
    with house.pipeline() as pipeline:
        recovered = pipeline.recover()
        pipeline.tick()
        again = pipeline.carry(refused(0, 37))

    alert = the_alert(house)
    assert (before.event_count, alert.event_count, alert.count) == (32, 37, 1)
    assert (recovered, again) == (Carried(), Carried(duplicates=37))
    assert len(house.incidents()) == 1


@pytest.mark.parametrize("status", [AlertStatus.CLOSED, AlertStatus.DISMISSED])
def test_an_alert_that_was_ended_is_left_as_it_was(house: House, status: AlertStatus) -> None:
    with house.pipeline() as pipeline:
        pipeline.carry(refused(0, 12))
        ended = replace(the_alert(house), status=status)
        with house.state.write() as uow:
            uow.alerts.save(ended, expected_version=ended.version)
        pipeline.carry(refused(12, 30))
        pipeline.tick()

    assert the_alert(house) == replace(ended, version=ended.version + 1)


def test_what_a_merged_alert_would_count_is_counted_where_it_was_merged_into(house: House) -> None:
    other = an_alert(id=AlertId("other"), event_count=100)
    with house.pipeline() as pipeline:
        pipeline.carry(refused(0, 12))
        merged = replace(the_alert(house), status=AlertStatus.MERGED, merged_into=other.id)
        with house.state.write() as uow:
            uow.alerts.add(other)
            uow.alerts.save(merged, expected_version=merged.version)
        pipeline.carry(refused(12, 30))
        pipeline.tick()

    with house.state.read() as uow:
        kept = uow.alerts.get(other.id)
    assert kept is not None
    assert (the_alert(house).event_count, kept.event_count) == (12, 130)


ABSENCE = """
    title: Cadangan dimulai
    id: 11111111-2222-4333-8444-000000000001
    name: dimulai
    logsource: {product: test}
    detection: {selection: {event.action: mulai}, condition: selection}
    level: informational
    ---
    title: Cadangan selesai
    id: 11111111-2222-4333-8444-000000000002
    name: selesai
    logsource: {product: test}
    detection: {selection: {event.action: selesai}, condition: selection}
    level: informational
    ---
    title: Cadangan tidak selesai
    id: 11111111-2222-4333-8444-000000000003
    correlation:
      type: temporal
      rules: [dimulai, selesai]
      group-by: [host.name]
      timespan: 2h
      condition: dimulai and not selesai
    level: high
    tanggap: {tidak_diikuti: selesai}
"""


def test_what_does_not_follow_opens_an_incident_when_its_time_is_over_by_the_clock(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(dedent(ABSENCE))
    scanner = Scanner(load_rule_set([tmp_path / "rules.yml"]))
    begun = an_event(NOON, event__dataset="test", event__action="mulai", host__name="nas")

    with a_house(tmp_path / "var", scanner=scanner) as house, house.pipeline() as pipeline:
        pipeline.tick()
        pipeline.carry(batch_of([begun]))
        early = pipeline.tick()
        house.clock[0] += timedelta(hours=2, minutes=2)
        late = pipeline.tick()

        assert (early, late) == (Carried(), Carried(detections=1, alerts=1, incidents=1))
        assert [alert.group for alert in house.alerts()] == [(("host.name", "nas"),)]
