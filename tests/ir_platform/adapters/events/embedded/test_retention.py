"""The oldest days go when they are past their time or the store is too large; the newest stays, and so does reading."""

from datetime import date, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ir_platform.adapters.events.embedded.reader import EmbeddedEventReader
from ir_platform.adapters.events.embedded.retention import EmbeddedRetention, KeptDay, Limits, days_to_let_go
from ir_platform.domain.event import batch_of
from tests.ir_platform.adapters.events.embedded.stores import RECEIVED, a_writer, found_ids
from tests.support.builders import an_event

DAY = timedelta(days=1)
TODAY = RECEIVED.date()


def a_store_of_days(folder: Path, days: int) -> list[str]:
    """One event a day, today the last; return their ids, oldest first."""
    events = [an_event(record=number, message="line") for number in range(days)]
    for number, event in enumerate(events):
        with a_writer(folder, now=RECEIVED - (days - 1 - number) * DAY) as writer:
            writer.append(batch_of([event]))
    return [event.id for event in events]


def test_days_past_their_time_are_no_longer_found_and_are_told_with_their_events(tmp_path: Path) -> None:
    _, second, third = a_store_of_days(tmp_path, 3)
    reader = EmbeddedEventReader(tmp_path)
    retention = EmbeddedRetention(tmp_path, limits=Limits(days=1, size_bytes=None))
    before = len(found_ids(reader, "line"))

    gone = retention.take_out(today=TODAY)

    assert before == 3
    assert [(one.day, one.events) for one in gone] == [(TODAY - 2 * DAY, 1)]
    assert found_ids(reader, "line") == {second, third}


def test_a_day_taken_out_is_named_until_it_is_removed(tmp_path: Path) -> None:
    a_store_of_days(tmp_path, 2)
    retention = EmbeddedRetention(tmp_path, limits=Limits(days=None, size_bytes=1))
    first, again = retention.take_out(today=TODAY), retention.take_out(today=TODAY)

    retention.remove(first[0])

    assert first == again
    assert retention.take_out(today=TODAY) == ()
    assert not list(tmp_path.glob("let-go/*"))


def test_the_writer_goes_on_while_older_days_are_let_go(tmp_path: Path) -> None:
    newest = a_store_of_days(tmp_path, 3)[-1]
    later = an_event(record=9, message="line")

    with a_writer(tmp_path) as writer:
        for gone in EmbeddedRetention(tmp_path, limits=Limits(days=None, size_bytes=1)).take_out(today=TODAY):
            EmbeddedRetention(tmp_path, limits=Limits(days=None, size_bytes=1)).remove(gone)
        writer.append(batch_of([later]))
        writer.flush()
        there = [one for _, batch in writer.read_from(None) for one in batch.ids]

    assert there == [newest, later.id]
    assert found_ids(EmbeddedEventReader(tmp_path), "line") == {newest, later.id}


def test_a_store_within_its_limits_and_one_that_is_not_there_let_nothing_go(tmp_path: Path) -> None:
    a_store_of_days(tmp_path, 2)
    limits = Limits(days=1, size_bytes=10**9)

    assert EmbeddedRetention(tmp_path, limits=limits).take_out(today=TODAY) == ()
    assert EmbeddedRetention(tmp_path / "none", limits=limits).take_out(today=TODAY) == ()


def test_a_clock_that_jumps_ahead_empties_nothing() -> None:
    kept = [KeptDay(TODAY - number * DAY, 10) for number in range(3)]

    going = days_to_let_go(kept, limits=Limits(days=2, size_bytes=None), today=TODAY + 4000 * DAY)

    assert going == ()


@given(
    st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 3, 1)), st.integers(0, 100), max_size=12),
    st.none() | st.integers(1, 60),
    st.none() | st.integers(1, 500),
)
def test_what_goes_is_the_oldest_and_no_more_than_the_limits_ask_for(
    sizes: dict[date, int], days: int | None, size_bytes: int | None
) -> None:
    kept = [KeptDay(day, size) for day, size in sizes.items()]
    today = date(2026, 3, 1)

    going = days_to_let_go(kept, limits=Limits(days=days, size_bytes=size_bytes), today=today)

    staying = sorted(set(sizes) - set(going))
    assert list(going) == sorted(sizes)[: len(going)]
    assert bool(staying) == bool(sizes)
    if going:
        last = going[-1]
        is_old = days is not None and max(sizes) - last > timedelta(days=days)
        held = sum(sizes[day] for day in [last, *staying])
        assert is_old or (size_bytes is not None and held > size_bytes)
    for day in staying[:-1]:
        assert days is None or max(sizes) - day <= timedelta(days=days)
    assert len(staying) < 2 or size_bytes is None or sum(sizes[day] for day in staying) <= size_bytes
