"""Windows of event time: one for an attack that goes on, the same ones in whatever order its events come."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detections import windows
from detections.conditions import Count, DistinctValues, Together
from detections.expression import AllOf, Rule
from detections.hits import MAX_EVENTS_SHOWN, Hit, Ref
from detections.open_window import Window
from detections.windows import Windows
from ir_platform.domain.event import EventId, to_datetime
from tests.support.builders import NOON

SECOND = 1_000_000_000
SPAN = 300 * SECOND


def a_hit(second: int, *, source: str = "r", value: str = "", group: str = "g", number: int = 0) -> Hit:
    time_ns = int(NOON.timestamp() + second) * SECOND
    ref = Ref(time_ns, EventId(f"{second}-{source}-{value}-{group}-{number}"), "")
    return Hit(time_ns, source, (("source.ip", group),), (ref,), value)


def opened(hits: list[Hit], *, at_least: int = 3) -> list[Window]:
    counting = Windows(Count(at_least=at_least), span_ns=SPAN)
    for hit in hits:
        counting.observe(hit)
    return list(counting.take())


def test_enough_hits_within_the_span_open_one_window_that_counts_all_of_them() -> None:
    found = opened([a_hit(second) for second in range(0, 100, 10)])

    assert [(window.count, window.end_ns - window.start_ns) for window in found] == [(10, SPAN)]


def test_too_few_hits_within_the_span_open_none() -> None:
    assert opened([a_hit(0), a_hit(200), a_hit(301), a_hit(501), a_hit(602)]) == []


def test_hits_on_both_sides_of_a_round_minute_belong_together() -> None:
    assert len(opened([a_hit(290), a_hit(299), a_hit(310)])) == 1


def test_an_attack_that_goes_on_gives_one_window_for_each_span() -> None:
    found = opened([a_hit(second) for second in range(1000)])

    assert [window.count for window in found] == [301, 301, 301, 97]


def test_groups_do_not_add_up() -> None:
    assert opened([a_hit(0, group="a"), a_hit(1, group="b"), a_hit(2, group="a"), a_hit(3, group="b")]) == []


def test_a_hit_delivered_twice_counts_once() -> None:
    hit = a_hit(0)

    assert opened([hit, hit, hit, a_hit(1)]) == []


def test_a_late_hit_opens_the_window_around_itself() -> None:
    found = opened([a_hit(0), a_hit(20), a_hit(5000), a_hit(10)])

    assert [window.count for window in found] == [3]


@given(st.lists(st.integers(0, 2000), max_size=60), st.data())
def test_batches_may_be_cut_anywhere(seconds: list[int], data: st.DataObject) -> None:
    hits = [a_hit(second, number=number) for number, second in enumerate(sorted(seconds))]
    cut = data.draw(st.integers(0, len(hits)))
    split, whole = (Windows(Count(at_least=4), span_ns=SPAN) for _ in range(2))

    for hit in hits[:cut]:
        split.observe(hit)
    first = split.take()
    restored = Windows(Count(at_least=4), span_ns=SPAN)
    restored.restore(split.snapshot())
    for hit in hits:
        whole.observe(hit)
    for hit in hits[cut:]:
        restored.observe(hit)

    found = [(window.group, window.start_ns) for window in (*first, *restored.take())]
    assert found == [(window.group, window.start_ns) for window in whole.take()]


@given(st.lists(st.integers(0, 400), min_size=1, max_size=40), st.randoms(use_true_random=False))
def test_where_all_hits_fit_one_span_their_order_does_not_matter_to_whether_it_opens(
    seconds: list[int], random: object
) -> None:
    hits = [a_hit(second * 300 // 400, number=number) for number, second in enumerate(seconds)]
    shuffled = list(hits)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert bool(opened(shuffled, at_least=5)) is (len(hits) >= 5)


def test_a_value_seen_again_and_again_counts_once() -> None:
    counting = Windows(DistinctValues(at_least=3), span_ns=SPAN)

    for second, value in enumerate(["a", "a", "b", "a", "b"]):
        counting.observe(a_hit(second, value=value))

    assert counting.take() == ()
    assert counting.observe(a_hit(9, value="c")) is not None


@pytest.mark.parametrize(
    ("order", "ordered", "expected"),
    [("ab", True, True), ("ba", True, False), ("ba", False, True), ("aa", False, False), ("bab", True, True)],
)
def test_hits_of_several_rules_come_together_in_order_where_order_is_asked(
    order: str, ordered: bool, expected: bool
) -> None:
    counting = Windows(Together(expression=AllOf((Rule("a"), Rule("b"))), ordered=ordered), span_ns=SPAN)

    for second, source in enumerate(order):
        counting.observe(a_hit(second, source=source))

    assert bool(counting.take()) is expected


def test_groups_beyond_the_limit_are_forgotten_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "MAX_GROUPS", 10)
    counting = Windows(Count(at_least=2), span_ns=SPAN)

    for number in range(25):
        counting.observe(a_hit(number, group=str(number)))

    assert len(counting.snapshot()) == 10
    assert counting.counters.groups_forgotten == 15


def test_a_window_whose_group_is_forgotten_before_it_was_told_is_still_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "MAX_GROUPS", 2)
    counting = Windows(Count(at_least=2), span_ns=SPAN)

    for hit in [a_hit(0), a_hit(1), a_hit(2), *(a_hit(9, group=str(number)) for number in range(5))]:
        counting.observe(hit)

    assert [window.count for window in counting.take()] == [3]


def test_windows_are_taken_once_and_those_still_running_only_when_asked() -> None:
    counting = Windows(Count(at_least=2), span_ns=SPAN)
    for second in (0, 1, 1000, 1001):
        counting.observe(a_hit(second))

    over = counting.take(ended_before_ns=a_hit(1001).time_ns)

    assert [window.start_ns for window in over] == [a_hit(0).time_ns]
    assert [window.start_ns for window in counting.take()] == [a_hit(1000).time_ns]
    assert counting.take() == ()


def test_a_window_shows_at_most_fifty_events_oldest_first() -> None:
    (window,) = opened([a_hit(second) for second in range(120)])

    assert len(window.refs) == MAX_EVENTS_SHOWN
    assert [to_datetime(ref.time_ns) for ref in window.refs] == [NOON + timedelta(seconds=n) for n in range(50)]
