"""Searching an embedded store, in any process: the writer's, or another that may read the folder."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import tantivy
from tantivy import Occur

from ir_platform.adapters.events.counts import fields_by_frequency, most_frequent, require_listable
from ir_platform.adapters.events.embedded import layout
from ir_platform.adapters.events.embedded.compile import Compiler, PatternTooWideError
from ir_platform.adapters.events.embedded.layout import Pointer, unpack_pointer
from ir_platform.adapters.events.embedded.schema import (
    ADDRESS_COLUMNS,
    NUMBER_COLUMNS,
    VERSION,
    build_schema,
    prepare,
)
from ir_platform.adapters.events.embedded.seen import hash_ids
from ir_platform.adapters.events.embedded.segments import read_record_at
from ir_platform.adapters.events.paging import (
    Cursor,
    bucket_width_us,
    filled_buckets,
    page_size,
    parse_cursor,
)
from ir_platform.adapters.events.query.fields import Kind
from ir_platform.adapters.events.query.forms import SEPARATOR, fields_of, whole_term
from ir_platform.adapters.events.query.parser import parse_query
from ir_platform.adapters.events.tallies import (
    MAX_VALUES,
    key_text,
    largest_first,
    merged_tallies,
    require_countable,
    require_number,
    span_of,
)
from ir_platform.domain.event import Event, EventBatch, EventId, to_ns
from ir_platform.ports import BadQueryError, FieldCount, FoundEvent, HistogramBucket, Page, Tally, ValueCount


@dataclass(frozen=True, slots=True, order=True)
class _Hit:
    """Ordered oldest first; `tie` (a hash of the id) orders events of the same microsecond."""

    time_us: int
    tie: int
    pos: int
    day: date


@dataclass(slots=True)
class _Day:
    """The index of one receive day, as last seen."""

    day: date
    index: tantivy.Index
    searcher: tantivy.Searcher
    events: int = 0
    first_us: int = 0
    last_us: int = -1
    """Earliest and latest event time, so that a search by time passes over days that cannot answer."""


@dataclass(frozen=True, slots=True)
class _Asked:
    query: tantivy.Query
    from_us: int | None
    to_us: int | None


@dataclass(frozen=True, slots=True)
class _Order:
    """In which order a search gives its hits."""

    oldest_first: bool

    @property
    def in_tantivy(self) -> tantivy.Order:
        return tantivy.Order.Asc if self.oldest_first else tantivy.Order.Desc

    def is_before(self, one: int, other: int) -> bool:
        return one < other if self.oldest_first else one > other

    def ties_behind(self, tie: int) -> tuple[int, int]:
        """Return the lowest and the highest of the ties that come after this one; the highest is lower: none does."""
        return (tie + 1, MAX_TIE) if self.oldest_first else (0, tie - 1)

    def first_us(self, day: _Day) -> int:
        return day.first_us if self.oldest_first else day.last_us

    def of_days(self, days: Sequence[_Day]) -> list[_Day]:
        return sorted(days, key=self.first_us, reverse=not self.oldest_first)

    def of_hits(self, hits: Sequence[_Hit]) -> list[_Hit]:
        return sorted(hits, reverse=not self.oldest_first)

    def narrowed(self, asked: _Asked, after: Cursor | None) -> _Asked:
        """Return what is asked for, without the cursor's microsecond and what comes before it."""
        if after is None:
            return asked
        if self.oldest_first:
            begin = after.time_us + 1
            return replace(asked, from_us=begin if asked.from_us is None else max(begin, asked.from_us))
        return replace(asked, to_us=after.time_us if asked.to_us is None else min(after.time_us, asked.to_us))


class EmbeddedEventReader:
    """`EventReader` over a folder. Sees what the writer has committed, about a second after it was appended.

    Events are ordered by time to the microsecond; within one, by a hash of the id.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._schema = build_schema()
        self._compiler = Compiler(self._schema, tie_of=self._tie_of)
        self._known: dict[date, _Day] = {}

    def search(
        self,
        query: str,
        *,
        time_from: datetime | None,
        time_to: datetime | None,
        cursor: str | None,
        limit: int,
        oldest_first: bool = False,
    ) -> Page[FoundEvent]:
        """Newest first unless asked otherwise. Raises: BadQueryError, BadCursorError (a ValueError)."""
        after = None if cursor is None else parse_cursor(cursor)
        asked = self._asked(query, _us(time_from), _us(time_to))
        days = self._days_between(asked.from_us, asked.to_us)
        with _refuse_wide_patterns(query):
            total = sum(_count(day, self._in_time(asked)) for day in days)
            found = self._first(_Order(oldest_first), asked, days, after, page_size(limit) + 1)
        page = found[: page_size(limit)]
        following = str(Cursor(page[-1].time_us, page[-1].tie)) if len(found) > len(page) else None
        return Page(items=self._load(page), cursor=following, total=total)

    def histogram(
        self, query: str, *, time_from: datetime, time_to: datetime, buckets: int
    ) -> tuple[HistogramBucket, ...]:
        """Count the events in `buckets` equal parts of [time_from, time_to).

        Raises: BadQueryError, ValueError where there is nothing to divide.
        """
        from_us, to_us = to_ns(time_from) // 1000, to_ns(time_to) // 1000
        width = bucket_width_us(from_us, to_us, buckets)
        asked = self._asked(query, from_us, to_us)
        wanted = {"time": {"histogram": {"field": "time", "interval": width, "offset": from_us % width}}}
        counts: list[tuple[int, int]] = []
        for day in self._days_between(from_us, to_us):
            with _refuse_wide_patterns(query):
                found = day.searcher.aggregate(self._in_time(asked), wanted)
            counts += [(int(bucket["key"]), bucket["doc_count"]) for bucket in found["time"]["buckets"]]
        return filled_buckets(counts, from_us=from_us, to_us=to_us, width_us=width)

    def tally(self, query: str, *, by: str, sums: Sequence[str], limit: int) -> tuple[Tally, ...]:
        """Raises: BadQueryError, ValueError for a field that cannot be counted by."""
        column = (ADDRESS_COLUMNS | NUMBER_COLUMNS)[require_countable(by)]
        terms = {"field": column, "size": limit, "segment_size": MAX_VALUES, **largest_first(sums)}
        values = {"terms": terms, "aggs": _sums(sums)}
        found = [
            (key_text(bucket["key"]), bucket["doc_count"], _sums_in(bucket, sums))
            for answer in self._aggregate(query, {"values": values})
            for bucket in answer["values"]["buckets"]
        ]
        return merged_tallies(found, limit=limit)

    def totals(self, query: str, *, sums: Sequence[str]) -> tuple[int, ...]:
        """Raises: BadQueryError, ValueError for a field that is no number."""
        count = {"value_count": {"field": "time"}}
        each = [
            (int(answer["count"]["value"]), *_sums_in(answer, sums))
            for answer in self._aggregate(query, {"count": count, **_sums(sums)})
        ]
        return tuple(map(sum, zip(*each, strict=True))) if each else (0,) * (1 + len(sums))

    def top_values(
        self, query: str, *, field: str, time_from: datetime | None, time_to: datetime | None, limit: int
    ) -> tuple[ValueCount, ...]:
        """Raises: BadQueryError, UncountableFieldError."""
        kind = require_listable(field)
        asked = self._asked(query, _us(time_from), _us(time_to))
        found: list[tuple[str, int]] = []
        for day in self._days_between(asked.from_us, asked.to_us):
            with _refuse_wide_patterns(query):
                if kind in (Kind.ADDRESS, Kind.NUMBER):
                    found += self._values_in_column(day, asked, (ADDRESS_COLUMNS | NUMBER_COLUMNS)[field])
                else:
                    found += self._values_among_terms(day, asked, whole_term(field, ""))
        return most_frequent(found, limit=limit)

    def field_counts(
        self, query: str, *, time_from: datetime | None, time_to: datetime | None
    ) -> tuple[FieldCount, ...]:
        """Raises: BadQueryError."""
        asked = self._asked(query, _us(time_from), _us(time_to))
        found: list[tuple[str, int]] = []
        for day in self._days_between(asked.from_us, asked.to_us):
            with _refuse_wide_patterns(query):
                shapes = day.searcher.terms_with_prefix("shape", "", filter_query=self._in_time(asked))
            found += [(name, count) for shape, count in shapes for name in frozenset(shape.split(SEPARATOR))]
        return fields_by_frequency(found)

    def _values_in_column(self, day: _Day, asked: _Asked, column: str) -> list[tuple[str, int]]:
        """Take the values from their column: there may be as many addresses as events."""
        terms = {"field": column, "size": MAX_VALUES, "segment_size": MAX_VALUES}
        answer = day.searcher.aggregate(self._in_time(asked), {"values": {"terms": terms}})
        return [(key_text(bucket["key"]), int(bucket["doc_count"])) for bucket in answer["values"]["buckets"]]

    def _values_among_terms(self, day: _Day, asked: _Asked, prefix: str) -> list[tuple[str, int]]:
        found = day.searcher.terms_with_prefix("whole", prefix, filter_query=self._in_time(asked), limit=MAX_VALUES)
        return [(term.removeprefix(prefix), int(count)) for term, count in found]

    def span(self, query: str) -> tuple[datetime, datetime] | None:
        """Raises: BadQueryError."""
        wanted = {"first": {"min": {"field": "time"}}, "last": {"max": {"field": "time"}}}
        ends = [
            (answer["first"]["value"], answer["last"]["value"])
            for answer in self._aggregate(query, wanted)
            if answer["first"]["value"] is not None
        ]
        return span_of(ends)

    def _aggregate(self, query: str, wanted: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the answer of each day that holds events. Raises: BadQueryError."""
        asked = self._asked(query, None, None)
        for day in self._days():
            with _refuse_wide_patterns(query):
                answer: dict[str, Any] = day.searcher.aggregate(asked.query, wanted)
            yield answer

    def get(self, ids: Sequence[EventId]) -> tuple[FoundEvent, ...]:
        """Return the events that are there, in the order asked for."""
        if not ids:
            return ()
        any_of = tantivy.Query.boolean_query(
            [(Occur.Should, self._compiler.with_tie(self._tie_of(one))) for one in dict.fromkeys(ids)]
        )
        hits = [hit for day in self._days() for hit in _hits(day, any_of, limit=2 * len(ids))]
        found = {event.id: event for event in self._load(hits)}
        return tuple(found[one] for one in ids if one in found)

    # --- finding ---

    def _asked(self, query: str, from_us: int | None, to_us: int | None) -> _Asked:
        tree = parse_query(query)
        with _refuse_wide_patterns(query):
            return _Asked(self._compiler.build(tree), from_us, to_us)

    def _first(self, order: "_Order", asked: _Asked, days: list[_Day], after: Cursor | None, count: int) -> list[_Hit]:
        """Return the first `count` hits behind `after`, looking at no day that has only later ones in the order."""
        best: list[_Hit] = []
        for day in order.of_days(days):
            if len(best) >= count and order.is_before(best[count - 1].time_us, order.first_us(day)):
                break
            best = order.of_hits([*best, *self._first_of(order, asked, day, after, count)])[:count]
        return best

    def _first_of(self, order: "_Order", asked: _Asked, day: _Day, after: Cursor | None, count: int) -> list[_Hit]:
        found = [] if after is None else self._of_instant(order, asked, day, after.time_us, count, behind=after.tie)
        rest = self._in_time(order.narrowed(asked, after))
        top = _hits(day, rest, limit=count, order=order.in_tantivy)
        if len(top) == count:
            # tantivy cuts anywhere among events of the last microsecond: there the ties decide.
            edge = top[-1].time_us
            top = [hit for hit in top if hit.time_us != edge] + self._of_instant(order, asked, day, edge, count)
        return order.of_hits([*found, *top])[:count]

    def _of_instant(
        self, order: "_Order", asked: _Asked, day: _Day, time_us: int, count: int, *, behind: int | None = None
    ) -> list[_Hit]:
        """Return the first hits of one microsecond, in which a whole second's syslog may stand; `behind` a tie."""
        query = self._both(asked.query, self._compiler.exactly_at(time_us))
        if behind is not None:
            query = self._both(query, self._compiler.with_ties(*order.ties_behind(behind)))
        return _hits(day, query, limit=count, order=order.in_tantivy, by="tie")

    def _in_time(self, asked: _Asked) -> tantivy.Query:
        if asked.from_us is None and asked.to_us is None:
            return asked.query
        return self._both(asked.query, self._compiler.time_range("@timestamp", asked.from_us, asked.to_us))

    def _both(self, one: tantivy.Query, other: tantivy.Query) -> tantivy.Query:
        return tantivy.Query.boolean_query([(Occur.Must, one), (Occur.Must, other)])

    def _tie_of(self, event_id: str) -> int:
        try:
            key = (self._folder / "key").read_bytes()
        except FileNotFoundError:  # nothing was ever stored here
            return 0
        return int(hash_ids([event_id], key=key)[0])

    # --- days ---

    def _days_between(self, from_us: int | None, to_us: int | None) -> list[_Day]:
        return [
            day
            for day in self._days()
            if (from_us is None or day.last_us >= from_us) and (to_us is None or day.first_us < to_us)
        ]

    def _days(self) -> list[_Day]:
        """Return the days that hold events, each as the writer last committed it."""
        there = layout.days(self._folder)
        for gone in self._known.keys() - set(there):
            del self._known[gone]
        for day in there:
            self._refresh(day)
        return [self._known[day] for day in there if day in self._known and self._known[day].events]

    def _refresh(self, day: date) -> None:
        known = self._known.get(day)
        if known is None:
            index = _open(layout.index_path(self._folder, day))
            if index is None:
                return
            known = self._known[day] = _Day(day, index, index.searcher())
        try:
            known.index.reload()
        except ValueError:  # the writer is making this index anew
            del self._known[day]
            return
        known.searcher = known.index.searcher()
        if known.searcher.num_docs != known.events:
            known.events = known.searcher.num_docs
            known.first_us, known.last_us = (_edge(known.searcher, order) for order in _BOTH_ENDS)

    # --- bodies ---

    def _load(self, hits: Sequence[_Hit]) -> tuple[FoundEvent, ...]:
        """Read the bodies from the segments, each record once; an event whose day was let go meanwhile is left out."""
        records: dict[tuple[int, int], EventBatch | None] = {}
        found = []
        for hit in hits:
            pointer = unpack_pointer(hit.pos)
            place = (pointer.segment, pointer.offset)
            if place not in records:
                records[place] = self._record(hit.day, pointer)
            batch = records[place]
            if batch is not None:
                found.append(_found(batch[pointer.line]))
        return tuple(found)

    def _record(self, day: date, pointer: Pointer) -> EventBatch | None:
        try:
            return read_record_at(layout.segment_path(self._folder, day, pointer.segment), pointer.offset)
        except FileNotFoundError:
            return None


@contextmanager
def _refuse_wide_patterns(query: str) -> Iterator[None]:
    """Say that a wildcard is too wide where tantivy will not try all it stands for.

    Raises: BadQueryError. Other ValueErrors of tantivy, which can only be damage, pass.
    """
    try:
        yield
    except PatternTooWideError as error:
        raise BadQueryError(query=query, at=0, reason=_TOO_WIDE) from error
    except ValueError as error:
        if _EXPANSIONS in str(error):  # tantivy gives all its errors one type
            raise BadQueryError(query=query, at=0, reason=_TOO_WIDE) from error
        raise


_TOO_WIDE: Final = "Pola * atau ? terlalu luas; tulis lebih banyak huruf"
_EXPANSIONS: Final = "expan"
MAX_TIE: Final = 2**64 - 1
_BOTH_ENDS = (tantivy.Order.Asc, tantivy.Order.Desc)


def _sums(fields: Sequence[str]) -> dict[str, Any]:
    """Raises: ValueError for a field that is no number."""
    return {f"sum{i}": {"sum": {"field": NUMBER_COLUMNS[require_number(name)]}} for i, name in enumerate(fields)}


def _sums_in(answer: Mapping[str, Any], fields: Sequence[str]) -> tuple[int, ...]:
    return tuple(int(answer[f"sum{i}"]["value"] or 0) for i in range(len(fields)))


def _open(path: Path) -> tantivy.Index | None:
    """Return the index; None where the writer has not begun it, or is making it anew for this version."""
    version = path / "VERSION"
    if not version.is_file() or version.read_text() != str(VERSION):
        return None
    try:
        return prepare(tantivy.Index.open(str(path)))
    except ValueError:
        return None


def _edge(searcher: tantivy.Searcher, order: tantivy.Order) -> int:
    everything = tantivy.Query.all_query()
    hits = searcher.search(everything, limit=1, count=False, order_by_field="time", order=order).hits
    return int(hits[0][0])


def _count(day: _Day, query: tantivy.Query) -> int:
    counted: int = day.searcher.search(query, limit=1).count  # type: ignore[attr-defined]  # missing in its stubs
    return counted


def _hits(
    day: _Day, query: tantivy.Query, *, limit: int, order: tantivy.Order = tantivy.Order.Desc, by: str = "time"
) -> list[_Hit]:
    """Return the newest hits, newest first, or the oldest; `by` `tie` those with the highest or lowest."""
    found = day.searcher.search(query, limit=max(1, limit), count=False, order_by_field=by, order=order).hits
    addresses = [address for _, address in found]
    times, ties, places = (day.searcher.fast_field_values(name, addresses) for name in ("time", "tie", "pos"))
    return [
        _Hit(int(at or 0), int(tie or 0), int(pos or 0), day.day)
        for at, tie, pos in zip(times, ties, places, strict=True)
    ]


def _found(event: Event) -> FoundEvent:
    return FoundEvent(id=event.id, fields=fields_of(event.body))


def _us(at: datetime | None) -> int | None:
    return None if at is None else to_ns(at) // 1000
