"""Rules run again over stored events, on each kind of store alike."""

from datetime import timedelta

from detections.catalog import new_detectors, shipped_rules
from ir_platform.app.retro_hunt import StoreHunt
from ir_platform.domain.event import Event, batch_of
from tests.ir_platform.adapters.events.conftest import Store
from tests.support.builders import NOON, an_event

RULE = "6f0b7c52-0f0a-4c52-8c7e-2f6a3f3b1a02"
"""Ten refused passwords or more from one address at one server within five minutes."""


def refused(number: int, *, minutes: int) -> Event:
    line = f"Failed password for root from 203.0.113.45 port {40000 + number} ssh2"
    return an_event(
        NOON + timedelta(minutes=minutes, seconds=2 * number),
        record=1000 * abs(minutes) + number,
        message=line,
        event__original=line,
        event__dataset="system.auth",
        event__module="system",
        process__name="sshd",
        host__name="portal-01",
        source__ip="203.0.113.45",
    )


def a_hunt(store: Store, *, max_events: int = 10_000) -> StoreHunt:
    return StoreHunt(
        reader=store.reader, rules=shipped_rules, detectors=new_detectors, max_events=max_events, max_seconds=60
    )


def test_a_correlation_is_found_again_in_the_range_and_counted_to_its_end(store: Store) -> None:
    before, after = ([refused(n, minutes=minutes) for n in range(count)] for minutes, count in ((-60, 30), (10, 17)))
    store.writer.append(batch_of([*after, *before]))
    store.writer.flush()
    told: list[int] = []

    found = a_hunt(store).over_store(
        frozenset({RULE}), time_from=NOON, time_to=NOON + timedelta(hours=1), on_progress=told.append
    )

    [hit] = found.hits
    assert (hit.rule_id, dict(hit.group)) == (RULE, {"source.ip": "203.0.113.45", "host.name": "portal-01"})
    assert (hit.detections, hit.events) == (1, 17)
    assert (hit.first, hit.last) == (after[0].at, after[-1].at)
    assert (found.events, found.is_complete, found.checked_until) == (17, True, NOON + timedelta(hours=1))
    assert told == sorted(told)


def test_events_before_the_range_do_not_count_towards_it(store: Store) -> None:
    store.writer.append(batch_of([refused(n, minutes=0) for n in range(12)]))
    store.writer.flush()

    found = a_hunt(store).over_store(
        frozenset({RULE}),
        time_from=NOON + timedelta(seconds=8),
        time_to=NOON + timedelta(hours=1),
        on_progress=lambda percent: None,
    )

    assert (found.hits, found.events) == ((), 8)


def test_a_hunt_that_may_not_read_more_says_how_far_it_came(store: Store) -> None:
    store.writer.append(batch_of([refused(n, minutes=m) for m in (0, 30) for n in range(1_500)]))
    store.writer.flush()

    found = a_hunt(store, max_events=2_000).over_store(
        frozenset({RULE}), time_from=NOON, time_to=NOON + timedelta(hours=2), on_progress=lambda percent: None
    )

    assert not found.is_complete
    assert 0 < found.events <= 2_000
    assert NOON < found.checked_until < NOON + timedelta(hours=2)


def test_a_rule_that_is_not_loaded_cannot_be_run(store: Store) -> None:
    assert a_hunt(store).usable(frozenset({RULE, "gone"})) == frozenset({RULE})
