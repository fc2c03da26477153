"""The Scanner with our own rules and detectors: what a batch of events amounts to."""

import json
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from detections.catalog import new_detectors, shipped_rules
from detections.scan import Scanner, SnapshotError
from detections.sigma import correlate
from detections.sigma.ruleset import RuleSet
from ir_platform.domain.alert import Detection, Level
from ir_platform.domain.event import Event, batch_of, to_ns
from tests.support.builders import NOON, an_event

FAILED_LOGIN = "6f0b7c52-0f0a-4c52-8c7e-2f6a3f3b1a01"
BRUTE_FORCE = "6f0b7c52-0f0a-4c52-8c7e-2f6a3f3b1a02"
AFTER_BRUTE_FORCE = "6f0b7c52-0f0a-4c52-8c7e-2f6a3f3b1a05"


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return shipped_rules()


def a_failed_login(second: int, *, word: str = "Failed", ip: str = "203.0.113.9") -> Event:
    return an_event(
        NOON + timedelta(seconds=second),
        second,
        event__dataset="system.auth",
        event__original=f"Nov 20 sshd: {word} password for wayan from {ip} ({second})",
        message=f"{word} password for wayan from {ip} port {second}",
        process__name="sshd",
        source__ip=ip,
        host__name="web-1",
        user__name="wayan",
    )


def found_by(rule_id: str, detections: tuple[Detection, ...]) -> list[Detection]:
    return [detection for detection in detections if detection.rule_id == rule_id]


def test_a_brute_force_is_one_detection_that_says_who_where_what_next_and_how_often(rules: RuleSet) -> None:
    scanner = Scanner(rules, new_detectors())

    found = scanner.scan(batch_of([a_failed_login(second) for second in range(25)]))

    assert [detection.rule_id for detection in found] == [BRUTE_FORCE]
    assert found[0].group == (("source.ip", "203.0.113.9"), ("host.name", "web-1"))
    assert (found[0].level, found[0].event_count, len(found[0].events)) == (Level.HIGH, 25, 25)
    assert found[0].at == NOON + timedelta(seconds=24)
    assert "Failed password for wayan" in found[0].events[0].summary
    assert found[0].look_at
    assert found[0].playbook_id == "kaltim-gangguan-keamanan-jaringan"


def test_an_ongoing_brute_force_is_told_once_per_window_not_once_per_event(rules: RuleSet) -> None:
    scanner = Scanner(rules)

    told = [len(scanner.scan(batch_of([a_failed_login(second)]))) for second in range(0, 600, 5)]

    assert sum(told) == 2


def test_the_same_events_scanned_again_give_the_same_ids(rules: RuleSet) -> None:
    events = [a_failed_login(second) for second in range(0, 900, 10)]

    first = Scanner(rules).scan(batch_of(events))
    again = Scanner(rules).scan(batch_of(list(reversed(events))))

    assert len(first) == 3
    assert {detection.id for detection in again} == {detection.id for detection in first}


def test_a_successful_login_after_a_brute_force_is_critical(rules: RuleSet) -> None:
    scanner = Scanner(rules)
    scanner.scan(batch_of([a_failed_login(second) for second in range(12)]))

    found = scanner.scan(batch_of([a_failed_login(60, word="Accepted")]))

    assert [detection.level for detection in found_by(AFTER_BRUTE_FORCE, found)] == [Level.CRITICAL]


def test_a_successful_login_alone_follows_no_brute_force(rules: RuleSet) -> None:
    found = Scanner(rules).scan(batch_of([a_failed_login(60, word="Accepted")]))

    assert found_by(AFTER_BRUTE_FORCE, found) == []


def test_a_brute_force_cut_by_a_restart_is_still_found(rules: RuleSet) -> None:
    before = Scanner(rules, new_detectors())
    before.scan(batch_of([a_failed_login(second) for second in range(6)]))
    after = Scanner(rules, new_detectors())

    after.restore(before.snapshot())

    assert len(found_by(BRUTE_FORCE, after.scan(batch_of([a_failed_login(second) for second in range(6, 12)])))) == 1
    assert after.snapshot() != before.snapshot()


@pytest.mark.parametrize("saved", ["", "[]", "{}", '{"version": 99}', '{"version": 1, "correlations": 3}'])
def test_a_snapshot_that_is_none_is_refused(rules: RuleSet, saved: str) -> None:
    with pytest.raises(SnapshotError):
        Scanner(rules).restore(saved)


def test_a_single_event_is_grouped_by_the_entities_it_names(rules: RuleSet) -> None:
    event = an_event(
        event__dataset="nginx.access",
        source__ip="203.0.113.9",
        host__name="web-1",
        url__original="/?id=1 union select 2",
        user_agent__original="sqlmap/1.7",
    )

    found = Scanner(rules).scan(batch_of([event]))

    assert len(found) == 2
    assert {detection.group for detection in found} == {(("host.name", "web-1"), ("source.ip", "203.0.113.9"))}
    assert len({detection.id for detection in found}) == 2


def test_an_event_about_our_own_pipeline_is_never_matched(rules: RuleSet) -> None:
    event = an_event(event__kind="pipeline_error", event__dataset="nginx.access", user_agent__original="sqlmap")

    assert Scanner(rules).scan(batch_of([event])) == ()


def test_matches_without_the_fields_to_group_by_are_counted_not_lumped_together(rules: RuleSet) -> None:
    scanner = Scanner(rules)
    events = [
        an_event(NOON, n, event__dataset="system.auth", process__name="sshd", message=f"Failed password for x {n}")
        for n in range(20)
    ]

    found = scanner.scan(batch_of(events))

    assert found == ()
    assert scanner.stats.ungrouped == 40
    assert (scanner.stats.events, scanner.stats.hits) == (20, 20)


def test_what_the_first_release_had_counted_is_taken_up(rules: RuleSet) -> None:
    group = [["source.ip", "203.0.113.9"], ["host.name", "web-1"]]
    pending = [
        [event.time_ns, FAILED_LOGIN, "", [[event.id, event.at.isoformat(), "Failed password"]]]
        for event in (a_failed_login(second) for second in range(6))
    ]
    start, over = to_ns(NOON - timedelta(minutes=15)), to_ns(NOON - timedelta(minutes=10))
    told = [start, over, start, over, 40, [["e" * 32, NOON.isoformat(), "Failed password"]]]
    saved = {"version": 1, "correlations": {BRUTE_FORCE: [[group, pending, [told]]]}, "detectors": {}}
    scanner = Scanner(rules)

    scanner.restore(json.dumps(saved))

    found = found_by(BRUTE_FORCE, scanner.scan(batch_of([a_failed_login(second) for second in range(4, 12)])))
    assert [(one.event_count, one.events[0].id) for one in found] == [(12, pending[0][3][0][0])]
    assert scanner.grown() == ()


def test_memory_over_all_rules_is_bounded_and_said_in_the_log(rules: RuleSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(correlate, "MAX_HITS_OF_ALL", 500)
    monkeypatch.setattr(correlate, "CHECKED_EVERY", 100)
    scanner = Scanner(rules)

    with capture_logs() as logs:
        for first in range(0, 3_000, 100):
            flood = [a_failed_login(n, ip=f"198.51.{n // 250}.{n % 250}") for n in range(first, first + 100)]
            scanner.scan(batch_of(flood))
        scanner.tick(0)
        scanner.tick(0)

    assert scanner.stats.groups_forgotten > 1_000
    assert [log["event"] for log in logs] == ["correlation_limits_reached"]
