"""Batches matched in one place and judged by the owners of key ranges amount to what one Scanner makes of them."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detections.batch_matching import BatchMatcher, detectors_of
from detections.catalog import new_detectors, shipped_rules
from detections.key_ranges import KeyPlaces
from detections.parts import Found, Part, dump_part, load_part
from detections.scan import Scanner
from detections.sigma.ruleset import RuleSet
from ir_platform.domain.alert import Detection
from ir_platform.domain.event import Event, EventBatch, batch_of
from tests.detections.making import rules_from
from tests.support.builders import NOON, an_event

RANGES = 4
ADDRESSES = [f"203.0.113.{number}" for number in range(6)]
BASE = """
title: Gagal masuk
id: 00000000-0000-4000-8000-000000000001
logsource: {product: windows, service: security}
detection:
    sel: {kata: gagal}
    condition: sel
level: low
"""
MANY = """
title: Banyak gagal
id: 00000000-0000-4000-8000-000000000002
correlation:
    type: event_count
    rules: [00000000-0000-4000-8000-000000000001]
    group-by: [source.ip, host.name]
    timespan: 1m
    condition: {gte: 3}
level: high
"""
SPREAD = """
title: Banyak gagal di beberapa server
id: 00000000-0000-4000-8000-000000000003
correlation:
    type: value_count
    rules: [00000000-0000-4000-8000-000000000002]
    group-by: [source.ip]
    timespan: 5m
    condition: {gte: 2, field: host.name}
level: critical
"""


def an_attempt(number: int, *, second: int, ip: str, host: str) -> Event:
    return an_event(
        NOON + timedelta(seconds=second),
        number,
        event__dataset="system.auth",
        message=f"Failed password for wayan from {ip} port {1024 + number}",
        process__name="sshd",
        source__ip=ip,
        host__name=host,
        user__name="wayan",
    )


def a_flow(number: int, *, second: int, ip: str, port: int) -> Event:
    return an_event(
        NOON + timedelta(seconds=second),
        number,
        event__dataset="flow",
        source__ip=ip,
        source__port=40_000 + number,
        destination__ip="10.20.0.25",
        destination__port=port,
        network__transport="tcp",
        source__packets=1,
        destination__packets=1,
        tcp__flags=["syn", "rst", "ack"],
    )


class Owners:
    """One Scanner for each key range, with the detectors that belong there."""

    def __init__(self, rules: RuleSet) -> None:
        places = KeyPlaces(rules.correlations, count=RANGES)
        self._matcher = BatchMatcher(rules, new_detectors(), ranges=RANGES)
        self._scanners = [Scanner(rules, detectors_of(new_detectors(), places, number)) for number in range(RANGES)]
        self._rules, self._places = rules, places

    def take(self, batch: EventBatch) -> list[Detection]:
        parts = [load_part(dump_part(part)) for part in self._matcher.parts(batch)]
        return [one for scanner, part in zip(self._scanners, parts, strict=True) for one in scanner.judge(part)]

    def pass_on(self) -> None:
        """Give each range to an owner that knows the state alone."""
        for number, scanner in enumerate(self._scanners):
            successor = Scanner(self._rules, detectors_of(new_detectors(), self._places, number))
            successor.restore(scanner.snapshot())
            self._scanners[number] = successor

    def grown(self) -> list[Detection]:
        return [one for scanner in self._scanners for one in scanner.grown()]


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return shipped_rules()


@pytest.fixture(scope="module")
def chained(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    return rules_from(tmp_path_factory.mktemp("chained"), BASE, MANY, SPREAD)


def counted(detections: Iterable[Detection]) -> list[tuple[str, str, int]]:
    return sorted((one.rule_id, one.id, one.event_count) for one in detections)


def in_batches(events: Sequence[Event], size: int) -> list[EventBatch]:
    return [batch_of(list(events[start : start + size])) for start in range(0, len(events), size)]


def a_morning() -> list[Event]:
    attempts = [an_attempt(n, second=n // 2, ip=ADDRESSES[n % 4], host=f"web-{n % 3}") for n in range(120)]
    flows = [a_flow(200 + n, second=n // 4, ip=ADDRESSES[5], port=1 + n) for n in range(120)]
    return [event for pair in zip(attempts, flows, strict=True) for event in pair]


def test_owners_of_ranges_find_together_what_one_scanner_finds(rules: RuleSet) -> None:
    owners, one = Owners(rules), Scanner(rules, new_detectors())
    batches = in_batches(a_morning(), 30)

    found = [detection for batch in batches for detection in owners.take(batch)]

    expected = [detection for batch in batches for detection in one.scan(batch)]
    assert counted(found) == counted(expected)
    assert counted(owners.grown()) == counted(one.grown())
    assert len({detection.rule_id for detection in found}) > 1


def test_an_owner_that_takes_over_goes_on_where_the_last_one_stood(rules: RuleSet) -> None:
    owners, one = Owners(rules), Scanner(rules, new_detectors())
    found: list[Detection] = []
    expected: list[Detection] = []

    for batch in in_batches(a_morning(), 17):
        found += owners.take(batch)
        expected += one.scan(batch)
        owners.pass_on()

    assert counted(found) == counted(expected)


Attempts = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from(ADDRESSES[:3]), st.sampled_from(("a", "b", "c"))), max_size=60
)


@settings(max_examples=40, deadline=None)
@given(attempts=Attempts, size=st.integers(1, 25))
def test_a_chain_of_correlations_by_different_fields_is_judged_in_one_place(
    chained: RuleSet, attempts: list[tuple[int, str, str]], size: int
) -> None:
    owners, one = Owners(chained), Scanner(chained, new_detectors())
    events = [
        an_event(
            NOON + timedelta(seconds=second),
            n,
            winlog__channel="Security",
            kata="gagal",
            source__ip=ip,
            host__name=host,
        )
        for n, (second, ip, host) in enumerate(attempts)
    ]
    batches = in_batches(events, size)

    found = [detection for batch in batches for detection in owners.take(batch)]

    assert counted(found) == counted(detection for batch in batches for detection in one.scan(batch))


def test_what_was_matched_with_rules_that_are_gone_counts_for_nothing(rules: RuleSet, chained: RuleSet) -> None:
    part = BatchMatcher(rules, ranges=1).parts(batch_of(a_morning()))[0]
    assert part.hits
    scanner = Scanner(chained)

    assert scanner.judge(part) == ()


def test_keys_are_spread_over_all_ranges_and_always_in_the_same_way(rules: RuleSet) -> None:
    places = [KeyPlaces(rules.correlations, count=RANGES) for _ in range(2)]
    groups = [(("source.ip", f"198.51.100.{number}"),) for number in range(100)]

    placed = [[one.of_group("aturan", group) for group in groups] for one in places]

    assert placed[0] == placed[1]
    assert set(placed[0]) == set(range(RANGES))


def test_an_empty_part_says_nothing_of_the_time(rules: RuleSet) -> None:
    parts = BatchMatcher(rules, ranges=2).parts(batch_of([]))

    assert [load_part(dump_part(part)) for part in parts] == [
        Part(lane="", newest_ns=None, rules_version=0) for _ in range(2)
    ]


def test_a_part_travels_unchanged(rules: RuleSet) -> None:
    part = BatchMatcher(rules, new_detectors(), ranges=1).parts(batch_of(a_morning()))[0]

    travelled = load_part(dump_part(part))

    assert travelled == part
    assert part.events
    assert all(isinstance(one, Found) for one in travelled.found)
