"""Windows against the plain oracle: whatever the order of arrival within the allowance, and wherever it is cut."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detections.conditions import Condition, Count, DistinctValues, Sum, Together
from detections.expression import AllOf, AnyOf, AtLeast, Rule
from detections.hits import Hit, Ref
from detections.windows import Windows
from ir_platform.domain.event import EventId
from tests.detections.plain_correlation import (
    Met,
    PlainWindow,
    is_in_order,
    is_true,
    some_in_order,
    told_at_once,
)

SPAN = 20
ALLOWANCE = 15
SOURCES = ("a", "b", "c")
GROUP = (("source.ip", "203.0.113.9"),)
B_OR_C = AllOf((Rule("a"), AnyOf((Rule("b"), Rule("c")))))

CONDITIONS: dict[str, tuple[Condition, Met]] = {
    "count": (Count(at_least=4), lambda hits: len(hits) >= 4),
    "distinct": (DistinctValues(at_least=3), lambda hits: len({hit.value for hit in hits}) >= 3),
    "sum": (Sum(at_least=9), lambda hits: sum(map(number_of, hits)) >= 9),
    "sum above": (Sum(at_least=9, or_equal=False), lambda hits: sum(map(number_of, hits)) > 9),
    "together": (
        Together(expression=AllOf(tuple(map(Rule, SOURCES))), ordered=False),
        lambda hits: {hit.source for hit in hits} == set(SOURCES),
    ),
    "in order": (
        Together(expression=AllOf(tuple(map(Rule, SOURCES))), ordered=True),
        lambda hits: is_in_order(SOURCES, hits),
    ),
    "a and (b or c)": (Together(expression=B_OR_C, ordered=False), lambda hits: is_true(B_OR_C, hits)),
    "a and (b or c) in order": (
        Together(expression=B_OR_C, ordered=True),
        lambda hits: is_in_order("ab", hits) or is_in_order("ac", hits),
    ),
    "two of three in order": (
        Together(expression=AtLeast(2, SOURCES), ordered=True),
        lambda hits: some_in_order(2, SOURCES, hits),
    ),
}


def number_of(hit: Hit) -> int:
    return int(hit.value)


@st.composite
def arrivals(draw: st.DrawFn) -> list[Hit]:
    """Hits in an order in which none comes more than the allowance after a newer one."""
    times = draw(st.lists(st.integers(0, 120), max_size=40))
    hits = [
        Hit(
            time_ns=time,
            source=draw(st.sampled_from(SOURCES)),
            group=GROUP,
            refs=(Ref(time, EventId(f"event-{number}"), ""),),
            value=draw(st.integers(0, 5)),
        )
        for number, time in enumerate(times)
    ]
    delays = draw(st.lists(st.integers(0, ALLOWANCE), min_size=len(hits), max_size=len(hits)))
    order = sorted(range(len(hits)), key=lambda place: hits[place].time_ns + delays[place])
    return [hits[place] for place in order]


def windows_of(counting: Windows) -> list[PlainWindow]:
    """Return the windows as they stand, from what would be kept over a restart."""
    found = [
        PlainWindow(times[0], times[1], count, frozenset(ref[1] for ref in refs))
        for state in counting.snapshot()
        for times, count, _, refs, _ in state[2]
    ]
    return sorted(found, key=lambda one: one.start_ns)


def observe(counting: Windows, hits: Sequence[Hit]) -> None:
    for hit in hits:
        counting.observe(hit)


@pytest.mark.parametrize("name", CONDITIONS)
@given(hits=arrivals(), cut=st.integers(0, 40))
def test_windows_are_those_of_the_plain_oracle_whatever_the_order_within_the_allowance(
    name: str, hits: list[Hit], cut: int
) -> None:
    condition, met = CONDITIONS[name]
    counting = Windows(condition, span_ns=SPAN, allowance_ns=ALLOWANCE)

    observe(counting, hits[:cut])
    counting.take()
    observe(counting, hits[cut:])

    assert windows_of(counting) == told_at_once(hits, met, span_ns=SPAN)


@pytest.mark.parametrize("name", CONDITIONS)
@given(hits=arrivals(), cut=st.integers(0, 40))
def test_a_restart_in_the_middle_changes_nothing(name: str, hits: list[Hit], cut: int) -> None:
    condition, _ = CONDITIONS[name]
    whole, before, after = (Windows(condition, span_ns=SPAN, allowance_ns=ALLOWANCE) for _ in range(3))

    observe(whole, hits)
    observe(before, hits[:cut])
    after.restore(json.loads(json.dumps(before.snapshot())))
    observe(after, hits[cut:])

    assert windows_of(after) == windows_of(whole)


@pytest.mark.parametrize("name", CONDITIONS)
@given(hits=arrivals(), again=st.lists(st.integers(0, 39), max_size=10))
def test_hits_delivered_twice_within_the_allowance_count_once(name: str, hits: list[Hit], again: list[int]) -> None:
    condition, met = CONDITIONS[name]
    counting = Windows(condition, span_ns=SPAN, allowance_ns=10**6)
    twice = [hits[place] for place in again if place < len(hits)]

    observe(counting, [*hits, *twice])

    assert windows_of(counting) == told_at_once(hits, met, span_ns=SPAN)


@given(hits=arrivals(), cuts=st.sets(st.integers(0, 39)))
def test_what_is_told_in_the_end_has_every_window_once_with_no_fewer_events(hits: list[Hit], cuts: set[int]) -> None:
    condition, met = CONDITIONS["count"]
    counting = Windows(condition, span_ns=SPAN, allowance_ns=ALLOWANCE)
    told: dict[int, int] = {}

    for place, hit in enumerate(hits):
        counting.observe(hit)
        if place in cuts:
            told |= {window.named_ns: window.count for window in (*counting.take(), *counting.grown())}
    told |= {window.named_ns: window.count for window in (*counting.take(), *counting.grown())}

    expected = [one.count for one in told_at_once(hits, met, span_ns=SPAN)]
    assert len(told) == len(expected)
    assert all(count >= wanted for count, wanted in zip((told[name] for name in sorted(told)), expected, strict=True))


@pytest.mark.parametrize("name", CONDITIONS)
@given(hits=arrivals(), gone=st.sets(st.integers(0, 39), max_size=5))
def test_a_hit_that_is_taken_back_leaves_nothing_behind(name: str, hits: list[Hit], gone: set[int]) -> None:
    condition, met = CONDITIONS[name]
    counting = Windows(condition, span_ns=SPAN, allowance_ns=10**6)
    observe(counting, hits)

    for place in gone:
        if place < len(hits):
            counting.withdraw(hits[place])

    kept = [hit for place, hit in enumerate(hits) if place not in gone]
    assert windows_of(counting) == told_at_once(kept, met, span_ns=SPAN)
