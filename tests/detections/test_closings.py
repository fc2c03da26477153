"""Spans that are judged when they are over: averages, fewer than, `not`, and what does not follow."""

import json
from collections.abc import Sequence
from statistics import mean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detections import closings
from detections.closings import Closings
from detections.expression import AllOf, AnyOf, Expression, Not, Rule
from detections.hits import Hit, Ref
from detections.lanes import Lanes
from detections.open_window import Window
from detections.verdicts import MAX_MEASURED, Absence, AllThrough, Measure, Measured, Operator, Verdict, nearest_rank
from ir_platform.domain.event import EventId
from tests.detections.plain_correlation import Met, PlainWindow, told_unless, told_when_over

SPAN = 20
ALLOWANCE = 15
GROUP = (("host.name", "web-1"),)
SOURCES = ("a", "b", "d")
A_NOT_D = AllOf((Rule("a"), Not(Rule("d"))))
A_B_NOT_D = AllOf((Rule("a"), Rule("b"), Not(Rule("d"))))
A_OR_B_NOT_D = AllOf((AnyOf((Rule("a"), Rule("b"))), Not(Rule("d"))))


def a_hit(time: int, source: str = "a", *, value: float = 0, number: int = 0, lane: str = "") -> Hit:
    return Hit(time, source, GROUP, (Ref(time, EventId(f"{source}-{time}-{number}"), ""),), value, lane=lane)


def measured(measure: Measure, operator: str, limit: int, *, percentile: int = 0) -> Measured:
    return Measured(measure=measure, operator=Operator(operator), limit=limit, percentile=percentile)


def through(expression: Expression, *, ordered: bool = False) -> AllThrough:
    return AllThrough(expression=expression, ordered=ordered)


def judged(verdict: Verdict, hits: Sequence[Hit], *, until: int = 10_000) -> list[PlainWindow]:
    """Return what is told when events have gone on until then."""
    lanes, waiting = Lanes(allowance_ns=ALLOWANCE), Closings(verdict, span_ns=SPAN)
    for hit in hits:
        waiting.observe(hit, lanes)
    lanes.moved("", until)
    waiting.close(lanes, by_clock=False)
    return plain(waiting.take())


def plain(windows: Sequence[Window]) -> list[PlainWindow]:
    found = [
        PlainWindow(one.start_ns, one.end_ns, one.count, frozenset(str(ref.id) for ref in one.refs)) for one in windows
    ]
    return sorted(found, key=lambda one: one.start_ns)


def values_of(hits: Sequence[Hit]) -> list[float]:
    return [float(hit.value) for hit in hits]


def no_follow_up(hits: Sequence[Hit]) -> bool:
    return all(hit.source != "d" for hit in hits)


VERDICTS: dict[str, tuple[Verdict, Met, str, bool]] = {
    "fewer than three": (measured(Measure.COUNT, "lt", 3), lambda hits: len(hits) < 3, "abd", False),
    "exactly two": (measured(Measure.COUNT, "eq", 2), lambda hits: len(hits) == 2, "abd", False),
    "not two": (measured(Measure.COUNT, "neq", 2), lambda hits: len(hits) != 2, "abd", False),
    "at most two values": (
        measured(Measure.DISTINCT, "lte", 2),
        lambda hits: len({hit.value for hit in hits}) <= 2,
        "abd",
        False,
    ),
    "one rule alone": (
        measured(Measure.SOURCES, "eq", 1),
        lambda hits: len({hit.source for hit in hits}) == 1,
        "abd",
        False,
    ),
    "small sum": (measured(Measure.SUM, "lt", 5), lambda hits: sum(values_of(hits)) < 5, "abd", False),
    "average": (measured(Measure.AVERAGE, "gte", 3), lambda hits: mean(values_of(hits)) >= 3, "abd", False),
    "median": (measured(Measure.MEDIAN, "gt", 2), lambda hits: median(values_of(hits)) > 2, "abd", False),
    "no d after": (Absence(awaited="d"), no_follow_up, "ab", True),
}


@st.composite
def arrivals(draw: st.DrawFn) -> list[Hit]:
    """Hits in an order in which none comes more than the allowance after a newer one."""
    times = draw(st.lists(st.integers(0, 120), max_size=30))
    hits = [
        a_hit(time, draw(st.sampled_from(SOURCES)), value=draw(st.integers(0, 5)), number=number)
        for number, time in enumerate(times)
    ]
    delays = draw(st.lists(st.integers(0, ALLOWANCE), min_size=len(hits), max_size=len(hits)))
    return [hits[place] for place in sorted(range(len(hits)), key=lambda one: hits[one].time_ns + delays[one])]


RULED_OUT = {"a and not d": (A_NOT_D, "a"), "a and b and not d": (A_B_NOT_D, "ab"), "a or b": (A_OR_B_NOT_D, "ab")}


@pytest.mark.parametrize("name", RULED_OUT)
@given(hits=arrivals(), restart=st.integers(0, 30))
def test_what_is_ruled_out_may_not_come_within_a_span_of_the_rest(name: str, hits: list[Hit], restart: int) -> None:
    expression, asked = RULED_OUT[name]
    hits = [hit for hit in hits if hit.source in f"{asked}d"]

    told = told_over_time(through(expression), hits, restart=restart)

    assert plain(told) == told_unless(hits, expression, span_ns=SPAN, asked=asked, ruled_out="d")


@pytest.mark.parametrize("name", VERDICTS)
@given(hits=arrivals(), restart=st.integers(0, 30))
def test_what_is_told_is_what_the_plain_oracle_says_whatever_the_order_within_the_allowance(
    name: str, hits: list[Hit], restart: int
) -> None:
    verdict, met, begins, slides = VERDICTS[name]

    told = told_over_time(verdict, hits, restart=restart)

    expected = told_when_over(hits, met, span_ns=SPAN, begins=lambda hit: hit.source in begins, slides=slides)
    assert plain(told) == expected


def told_over_time(verdict: Verdict, hits: Sequence[Hit], *, restart: int) -> list[Window]:
    """Return what is told while hits come in, with a restart after one of them, and when no more do."""
    lanes, waiting = Lanes(allowance_ns=ALLOWANCE), Closings(verdict, span_ns=SPAN)
    told: list[Window] = []
    for place, hit in enumerate(hits):
        waiting.observe(hit, lanes)
        lanes.moved("", hit.time_ns)
        waiting.close(lanes, by_clock=False)
        told += waiting.take()
        if place == restart:
            saved = json.loads(json.dumps(waiting.snapshot()))
            waiting = Closings(verdict, span_ns=SPAN)
            waiting.restore(saved)
    waiting.finish(until_ns=None)
    return [*told, *waiting.take()]


@pytest.mark.parametrize(
    ("percentile", "expected"), [(0, 1), (1, 1), (50, 50), (90, 90), (95, 95), (99, 99), (100, 100)]
)
def test_a_percentile_is_a_value_that_occurred(percentile: int, expected: int) -> None:
    values = list(range(1, 101))

    assert values[nearest_rank(100, percentile)] == expected


def test_a_percentile_of_one_value_is_that_value() -> None:
    assert [nearest_rank(1, percentile) for percentile in (0, 50, 100)] == [0, 0, 0]


def test_a_percentile_over_the_limit_is_told_with_all_the_events_of_the_span() -> None:
    slow = [a_hit(second, value=value) for second, value in enumerate([1, 1, 2, 900, 950])]

    assert [one.count for one in judged(measured(Measure.PERCENTILE, "gte", 900, percentile=75), slow)] == [5]
    assert judged(measured(Measure.PERCENTILE, "gte", 900, percentile=50), slow) == []


def test_an_average_of_decimal_numbers_is_exact() -> None:
    tenths = [a_hit(second, value=0.5) for second in range(10)]

    assert len(judged(measured(Measure.SUM, "eq", 5), tenths)) == 1


def test_nothing_is_told_before_the_span_and_the_allowance_are_over() -> None:
    assert judged(Absence(awaited="d"), [a_hit(0)], until=SPAN + ALLOWANCE) == []
    assert len(judged(Absence(awaited="d"), [a_hit(0)], until=SPAN + ALLOWANCE + 1)) == 1


def test_one_that_follows_at_the_same_instant_counts_as_following() -> None:
    assert judged(Absence(awaited="d"), [a_hit(5, "d"), a_hit(5)]) == []


def test_one_that_came_before_does_not_answer_for_one_that_comes_after() -> None:
    assert [one.start_ns for one in judged(Absence(awaited="d"), [a_hit(0), a_hit(3, "d"), a_hit(9)])] == [9]


def test_in_order_means_in_order_with_not_too() -> None:
    verdict = through(A_B_NOT_D, ordered=True)

    assert len(judged(verdict, [a_hit(0), a_hit(3, "b")])) == 1
    assert judged(verdict, [a_hit(0, "b"), a_hit(3)]) == []
    assert judged(verdict, [a_hit(0), a_hit(3, "b"), a_hit(9, "d")]) == []


def test_live_it_is_told_by_the_clock_where_no_event_comes_any_more() -> None:
    lanes, waiting = Lanes(allowance_ns=ALLOWANCE), Closings(Absence(awaited="d"), span_ns=SPAN)
    lanes.tick(1_000)
    waiting.observe(a_hit(1_000), lanes)
    lanes.moved("", 1_000)

    told = []
    for now in (1_000, 1_000 + SPAN + ALLOWANCE, 1_001 + SPAN + ALLOWANCE):
        lanes.tick(now)
        waiting.close(lanes, by_clock=True)
        told.append(len(waiting.take()))

    assert told == [0, 0, 1]


def test_an_old_event_that_comes_in_live_waits_for_what_comes_with_it() -> None:
    lanes, waiting = Lanes(allowance_ns=ALLOWANCE), Closings(Absence(awaited="d"), span_ns=SPAN)
    lanes.tick(100_000)
    lanes.moved("", 100_000)

    waiting.observe(a_hit(5), lanes)
    waiting.close(lanes, by_clock=True)
    lanes.tick(100_000 + ALLOWANCE)
    waiting.observe(a_hit(9, "d"), lanes)
    waiting.close(lanes, by_clock=True)
    lanes.tick(200_000)
    waiting.close(lanes, by_clock=True)

    assert waiting.take() == ()


def test_a_file_with_old_dates_is_judged_by_its_own_time() -> None:
    lanes, waiting = Lanes(allowance_ns=ALLOWANCE), Closings(Absence(awaited="d"), span_ns=SPAN)
    lanes.tick(100_000)
    lanes.moved("", 100_000)

    waiting.observe(a_hit(5, lane="old.log"), lanes)
    lanes.moved("old.log", 6)
    waiting.close(lanes, by_clock=True)
    early = waiting.take()
    lanes.moved("old.log", 500)
    waiting.close(lanes, by_clock=True)

    assert (early, len(waiting.take())) == ((), 1)


def test_an_event_ahead_of_the_clock_makes_no_other_late() -> None:
    lanes, waiting = Lanes(allowance_ns=ALLOWANCE), Closings(Absence(awaited="d"), span_ns=SPAN)
    lanes.tick(1_000)
    waiting.observe(a_hit(1_000), lanes)

    lanes.moved("", 9_000_000)
    waiting.close(lanes, by_clock=True)

    assert waiting.take() == ()


def test_a_search_that_ends_says_nothing_of_what_might_still_have_come() -> None:
    waiting = Closings(Absence(awaited="d"), span_ns=SPAN)
    for time in (0, 90):
        waiting.observe(a_hit(time), Lanes(allowance_ns=0))

    waiting.finish(until_ns=100)

    assert [window.start_ns for window in waiting.take()] == [0]


def test_groups_beyond_the_limit_are_forgotten_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closings, "MAX_GROUPS", 10)
    waiting = Closings(Absence(awaited="d"), span_ns=SPAN)

    for number in range(25):
        waiting.observe(a_hit(number)._replace(group=(("host.name", str(number)),)), Lanes(allowance_ns=0))

    assert (len(waiting.snapshot()["waiting"]), waiting.held) == (10, 10)
    assert waiting.counters.groups_forgotten == 15


def test_a_count_stays_right_where_a_group_has_more_than_is_remembered() -> None:
    many = [a_hit(second // 2_000, number=second) for second in range(2 * MAX_MEASURED)]

    assert judged(measured(Measure.COUNT, "lt", 10_000), many) == []
    assert len(judged(measured(Measure.COUNT, "neq", 10_000), many)) == 1


def test_a_flood_is_bounded_and_counted() -> None:
    waiting = Closings(through(A_NOT_D), span_ns=SPAN)

    for number in range(5_000):
        waiting.observe(a_hit(number // 500, "ad"[number % 2], number=number), Lanes(allowance_ns=0))

    assert waiting.held <= 1_000
    assert waiting.counters.hits_forgotten == 5_000 - waiting.held
