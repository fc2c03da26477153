"""What every event store does, whichever it is."""

import json
from datetime import timedelta

import pytest

from ir_platform.adapters.events.paging import BadCursorError
from ir_platform.domain.event import Event, EventId, batch_of, isoformat_ns, to_ns
from ir_platform.ports import BadPositionError, BadQueryError, FoundEvent, Page, UncountableFieldError
from tests.ir_platform.adapters.events.conftest import Store
from tests.support.builders import NOON, an_event

TOMORROW = NOON + timedelta(days=1)


def _put(store: Store, *events: Event) -> None:
    store.writer.append(batch_of(list(events)))
    store.writer.flush()


def _find(store: Store, query: str = "*", cursor: str | None = None, limit: int = 100) -> Page[FoundEvent]:
    return store.reader.search(query, time_from=None, time_to=None, cursor=cursor, limit=limit)


def _seconds(count: int, **fields: object) -> list[Event]:
    """One event a second."""
    return [an_event(at=NOON + timedelta(seconds=number), record=number, **fields) for number in range(count)]


def test_a_stored_event_is_found_with_all_its_fields(store: Store) -> None:
    event = an_event(user__name="root", source__port=22, tags=["a", "b"], winlog__event_data__X="é\n")

    _put(store, event)

    assert [(one.id, one.fields) for one in _find(store).items] == [(event.id, event.fields())]


def test_an_empty_store_finds_nothing(store: Store) -> None:
    found = _find(store)

    assert (found.items, found.total, found.cursor) == ((), 0, None)


def test_an_id_stored_before_is_dropped_and_counted(store: Store) -> None:
    first, second = _seconds(2)
    store.writer.append(batch_of([first]))

    appended = store.writer.append(batch_of([first, second, second]))

    assert (appended.stored, appended.duplicates, appended.new.ids) == (1, 2, (second.id,))


def test_what_was_stored_is_read_on_from_a_position(store: Store) -> None:
    first, second, third = _seconds(3)
    position = store.writer.append(batch_of([first])).position
    store.writer.append(batch_of([second, third]))

    after = list(store.writer.read_from(position))
    everything = list(store.writer.read_from(None))

    assert [event_id for _, batch in after for event_id in batch.ids] == [second.id, third.id]
    assert [event_id for _, batch in everything for event_id in batch.ids] == [first.id, second.id, third.id]
    assert list(store.writer.read_from(after[-1][0])) == []


@pytest.mark.parametrize("position", ["", "x", "00000007:12:3", "-1", "٣"])
def test_a_position_of_something_else_is_refused(store: Store, position: str) -> None:
    with pytest.raises(BadPositionError):
        list(store.writer.read_from(position))


def test_pages_are_newest_first_and_do_not_shift_while_events_arrive(store: Store) -> None:
    events = _seconds(25)
    _put(store, *events)

    first = _find(store, limit=10)
    _put(store, an_event(at=TOMORROW, record=99))
    second = _find(store, cursor=first.cursor, limit=10)
    third = _find(store, cursor=second.cursor, limit=10)

    seen = [event.id for page in (first, second, third) for event in page.items]
    assert seen == [event.id for event in reversed(events)]
    assert third.cursor is None
    assert (first.total, third.total) == (25, 26)


def test_events_of_the_same_moment_are_each_on_one_page(store: Store) -> None:
    events = [an_event(record=number) for number in range(23)]
    _put(store, *events)

    seen, cursor = [], None
    for _ in range(5):
        page = _find(store, cursor=cursor, limit=5)
        seen += [event.id for event in page.items]
        cursor = page.cursor

    assert cursor is None
    assert sorted(seen) == sorted(event.id for event in events)


def test_oldest_first_every_event_is_on_one_page_in_the_reverse_order_of_newest_first(store: Store) -> None:
    _put(store, *_seconds(9), *[an_event(record=number) for number in range(100, 107)])
    newest_first = [event.id for event in _find(store).items]

    seen, cursor, pages = [], None, 0
    while pages == 0 or cursor is not None:
        page = store.reader.search("*", time_from=NOON, time_to=None, cursor=cursor, limit=4, oldest_first=True)
        seen += [event.id for event in page.items]
        cursor, pages = page.cursor, pages + 1

    assert (seen, pages) == (newest_first[::-1], 4)


def test_times_are_half_open(store: Store) -> None:
    first, second, third = _seconds(3)
    _put(store, first, second, third)

    found = store.reader.search("*", time_from=first.at, time_to=third.at, cursor=None, limit=10)

    assert [event.id for event in found.items] == [second.id, first.id]


def test_a_histogram_counts_every_part_of_the_time_asked_for(store: Store) -> None:
    _put(store, *_seconds(10, user__name="root"), an_event(at=TOMORROW, record=99, user__name="root"))

    parts = store.reader.histogram("user.name:root", time_from=NOON, time_to=NOON + timedelta(seconds=12), buckets=4)

    assert [(part.start, part.count) for part in parts] == [
        (NOON, 3),
        (NOON + timedelta(seconds=3), 3),
        (NOON + timedelta(seconds=6), 3),
        (NOON + timedelta(seconds=9), 1),
    ]


def test_events_are_had_by_their_ids_in_the_order_asked_for(store: Store) -> None:
    first, second, third = _seconds(3)
    _put(store, first, second, third)

    found = store.reader.get([third.id, EventId("unknown"), first.id])

    assert [event.id for event in found] == [third.id, first.id]


def test_a_query_that_cannot_be_read_is_refused(store: Store) -> None:
    with pytest.raises(BadQueryError) as caught:
        _find(store, "user.name:(root")

    assert caught.value.at == 10


def test_a_cursor_of_someone_else_is_refused(store: Store) -> None:
    with pytest.raises(BadCursorError):
        _find(store, cursor="../../etc/passwd")


HOSTILE: list[dict[str, object]] = [
    {f"field{number}": number for number in range(5_000)},
    {"user.name": "x" * 100_000, "message": "y " * 100_000},
    {"user": "a scalar", "user.name": "and a dotted name", "user.name.deep": {"er": [{"still": 1}]}},
    {"": 1, ".": 2, "a.": 3, "_id": "mine", "\x1f": 4, "a" * 5_000: 5, "tanggap.whole": "mine"},
    {"source.ip": "not an address", "source.port": "not a port", "event.start": "yesterday", "x": 2**80},
    {"message": "\ud800", "\udfff": 1},
    {"source.port": {"a": 1}, "source.ip": [["10.0.0.1", None]], "message": [1, True, {}]},
]


@pytest.mark.parametrize("fields", HOSTILE)
def test_a_hostile_event_is_kept_whole_and_harms_no_other(store: Store, fields: dict[str, object]) -> None:
    hostile = _with_any_fields(EventId("hostile"), fields)
    harmless = an_event(user__name="root")

    _put(store, hostile, harmless)

    assert {event.id for event in _find(store).items} == {hostile.id, harmless.id}
    assert [event.id for event in _find(store, "user.name:root").items] == [harmless.id]
    assert [event.id for event in store.reader.get([hostile.id])] == [hostile.id]


def _with_any_fields(event_id: EventId, fields: dict[str, object]) -> Event:
    body = {"@timestamp": isoformat_ns(to_ns(NOON)), **fields, "event.id": event_id}
    return Event(event_id, to_ns(NOON), json.dumps(body).encode())


def test_events_are_counted_and_summed_by_a_value_the_largest_sum_first(store: Store) -> None:
    _put(
        store,
        an_event(record=1, source__ip="10.0.0.1", network__bytes=10, network__packets=1, destination__port=53),
        an_event(record=2, source__ip="10.0.0.1", network__bytes=5, network__packets=2, destination__port=443),
        an_event(record=3, source__ip="2001:db8::1", network__bytes=100, network__packets=1, destination__port=443),
        an_event(record=4, source__ip="10.9.9.9", network__bytes=3_000_000_000_000, message="other"),
    )
    sums = ("network.bytes", "network.packets")

    by_address = store.reader.tally("NOT message:other", by="source.ip", sums=sums, limit=10)
    by_port = store.reader.tally("*", by="destination.port", sums=sums[:1], limit=1)

    assert [(one.key, one.count, one.sums) for one in by_address] == [
        ("2001:db8::1", 1, (100, 1)),
        ("10.0.0.1", 2, (15, 3)),
    ]
    assert [(one.key, one.count, one.sums) for one in by_port] == [("443", 2, (105,))]
    assert store.reader.totals("*", sums=sums) == (4, 3_000_000_000_115, 4)


def test_the_span_of_events_is_from_the_oldest_to_the_newest(store: Store) -> None:
    _put(store, *_seconds(3, user__name="root"), an_event(record=9, at=NOON + timedelta(days=9)))

    span = store.reader.span("user.name:root")

    assert span == (NOON, NOON + timedelta(seconds=2))


def test_where_no_event_is_there_is_nothing_to_count(store: Store) -> None:
    found = store.reader.tally("*", by="source.ip", sums=("network.bytes",), limit=10)

    assert (found, store.reader.totals("*", sums=("network.bytes",)), store.reader.span("*")) == ((), (0, 0), None)


def test_only_addresses_and_numbers_can_be_counted_by(store: Store) -> None:
    _put(store, *_seconds(1))

    with pytest.raises(ValueError, match=r"user\.name"):
        store.reader.tally("*", by="user.name", sums=(), limit=10)
    with pytest.raises(ValueError, match=r"source\.ip"):
        store.reader.totals("*", sums=("source.ip",))


def test_the_most_frequent_values_of_a_field_are_counted_among_what_is_asked_for(store: Store) -> None:
    _put(
        store,
        an_event(record=1, user__name="Root", source__ip="10.0.0.1", destination__port=22, x__y="a b"),
        an_event(record=2, user__name="root", source__ip="10.0.0.1", destination__port=22, x__y=7),
        an_event(record=3, user__name=["admin", "root"], source__ip="2001:DB8::1", x__y=True),
        an_event(record=4, at=TOMORROW, user__name="guest", source__ip="10.0.0.9", destination__port=80),
    )

    def top(field: str, query: str = "*", limit: int = 10) -> list[tuple[str, int]]:
        found = store.reader.top_values(query, field=field, time_from=NOON, time_to=TOMORROW, limit=limit)
        return [(one.value, one.events) for one in found]

    assert top("user.name") == [("root", 3), ("admin", 1)]
    assert top("user.name", "source.ip:2001\\:db8\\:\\:1", limit=1) == [("admin", 1)]
    assert top("source.ip") == [("10.0.0.1", 2), ("2001:db8::1", 1)]
    assert top("destination.port") == [("22", 2)]
    assert top("x.y") == [("7", 1), ("a b", 1), ("true", 1)]
    assert top("no.such.field") == []


def test_the_fields_of_events_are_listed_with_how_many_events_have_them(store: Store) -> None:
    _put(
        store,
        an_event(record=1, user__name="root", source__ip="10.0.0.1"),
        an_event(record=2, user__name=["a", "b"], message="failed"),
        an_event(record=3, at=TOMORROW, other="x"),
    )

    fields = store.reader.field_counts("_exists_:user.name", time_from=None, time_to=TOMORROW)

    found = {one.name: (one.events, one.kind) for one in fields}
    assert found["user.name"] == (2, "keyword")
    assert (found["source.ip"], found["message"]) == ((1, "address"), (1, "text"))
    assert "other" not in found
    assert [one.events for one in fields] == sorted((one.events for one in fields), reverse=True)


@pytest.mark.parametrize("field", ["@timestamp", "event.id", "event.original", "event.created"])
def test_values_of_times_ids_and_long_text_are_not_counted(store: Store, field: str) -> None:
    with pytest.raises(UncountableFieldError):
        store.reader.top_values("*", field=field, time_from=None, time_to=None, limit=10)
