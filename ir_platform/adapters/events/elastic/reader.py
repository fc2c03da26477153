"""Searching events in Elasticsearch, with the same language and the same results as the embedded store."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from elasticsearch import BadRequestError, Elasticsearch

from ir_platform.adapters.events.counts import fields_by_frequency, most_frequent, require_listable
from ir_platform.adapters.events.elastic.connection import data_streams, unreachable_named
from ir_platform.adapters.events.elastic.documents import to_event
from ir_platform.adapters.events.elastic.template import TIE
from ir_platform.adapters.events.paging import (
    MAX_PAGE,
    Cursor,
    bucket_width_us,
    filled_buckets,
    page_size,
    parse_cursor,
)
from ir_platform.adapters.events.query.fields import Kind
from ir_platform.adapters.events.query.forms import fields_of
from ir_platform.adapters.events.query.parser import parse_query
from ir_platform.adapters.events.query.text import fold
from ir_platform.adapters.events.query.to_elasticsearch import NAMES, TIME, Dsl, to_dsl, within
from ir_platform.adapters.events.tallies import (
    MAX_VALUES,
    key_text,
    largest_first,
    merged_tallies,
    require_countable,
    require_number,
    span_of,
)
from ir_platform.domain.event import EventId, to_ns
from ir_platform.ports import BadQueryError, FieldCount, FoundEvent, HistogramBucket, Page, Tally, ValueCount

MAX_TERMS: Final = 10_000
"""Values asked for at once; the server refuses more than 65,536 in one answer."""
_NEWEST_FIRST: Final = [
    {TIME: {"order": "desc", "unmapped_type": "long"}},
    {TIE: {"order": "desc", "unmapped_type": "long"}},
]

_OLDEST_FIRST: Final = [
    {TIME: {"order": "asc", "unmapped_type": "long"}},
    {TIE: {"order": "asc", "unmapped_type": "long"}},
]


class ElasticEventReader:
    """`EventReader` over data streams; sees what was appended within the refresh interval of a second."""

    def __init__(self, client: Elasticsearch, *, namespace: str = "default") -> None:
        self._client, self._streams = client, data_streams(namespace)

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
        size = page_size(limit)
        with _refuse_wide_patterns(query):
            found = self._ask(
                _asked(query, time_from, time_to),
                size=min(size + 1, MAX_PAGE),
                sort=_OLDEST_FIRST if oldest_first else _NEWEST_FIRST,
                track_total_hits=True,
                search_after=None if after is None else [after.time_us, after.tie],
            )["hits"]
        page = found["hits"][:size]
        more = len(found["hits"]) > size or (size == MAX_PAGE and len(page) == size)
        following = str(Cursor(*page[-1]["sort"])) if more else None
        return Page(items=tuple(map(_found, page)), cursor=following, total=found["total"]["value"])

    def histogram(
        self, query: str, *, time_from: datetime, time_to: datetime, buckets: int
    ) -> tuple[HistogramBucket, ...]:
        """Count the events in `buckets` equal parts of [time_from, time_to).

        Raises: BadQueryError, ValueError where there is nothing to divide.
        """
        from_us, to_us = to_ns(time_from) // 1000, to_ns(time_to) // 1000
        width = bucket_width_us(from_us, to_us, buckets)
        wanted = {"field": TIME, "interval": width, "offset": from_us % width, "min_doc_count": 1}
        with _refuse_wide_patterns(query):
            found = self._ask(
                _asked(query, time_from, time_to), size=0, aggregations={"time": {"histogram": wanted}}
            ).get("aggregations", {"time": {"buckets": []}})
        counts = [(int(bucket["key"]), int(bucket["doc_count"])) for bucket in found["time"]["buckets"]]
        return filled_buckets(counts, from_us=from_us, to_us=to_us, width_us=width)

    def tally(self, query: str, *, by: str, sums: Sequence[str], limit: int) -> tuple[Tally, ...]:
        """Raises: BadQueryError, ValueError for a field that cannot be counted by."""
        terms = {"field": require_countable(by), "size": limit, "shard_size": MAX_VALUES, **largest_first(sums)}
        values = {"terms": terms, "aggregations": _sums(sums)}
        with _refuse_wide_patterns(query):
            answer = self._ask(_asked(query, None, None), size=0, aggregations={"values": values})
        buckets = answer.get("aggregations", {"values": {"buckets": []}})["values"]["buckets"]
        found = [(key_text(one["key"]), int(one["doc_count"]), _sums_in(one, sums)) for one in buckets]
        return merged_tallies(found, limit=limit)

    def totals(self, query: str, *, sums: Sequence[str]) -> tuple[int, ...]:
        """Raises: BadQueryError, ValueError for a field that is no number."""
        with _refuse_wide_patterns(query):
            answer = self._ask(_asked(query, None, None), size=0, track_total_hits=True, aggregations=_sums(sums))
        none = {f"sum{i}": {"value": 0} for i in range(len(sums))}
        return answer["hits"]["total"]["value"], *_sums_in(answer.get("aggregations", none), sums)

    def top_values(
        self, query: str, *, field: str, time_from: datetime | None, time_to: datetime | None, limit: int
    ) -> tuple[ValueCount, ...]:
        """Raises: BadQueryError, UncountableFieldError."""
        kind = require_listable(field)
        buckets = self._terms(query, time_from, time_to, field)
        if kind in (Kind.ADDRESS, Kind.NUMBER):
            return most_frequent(((key_text(key), count) for key, count in buckets), limit=limit)
        return most_frequent(((fold(str(key)), count) for key, count in buckets), limit=limit)

    def field_counts(
        self, query: str, *, time_from: datetime | None, time_to: datetime | None
    ) -> tuple[FieldCount, ...]:
        """Raises: BadQueryError."""
        return fields_by_frequency((str(key), count) for key, count in self._terms(query, time_from, time_to, NAMES))

    def _terms(
        self, query: str, time_from: datetime | None, time_to: datetime | None, field: str
    ) -> list[tuple[float | str, int]]:
        terms = {"terms": {"field": field, "size": MAX_TERMS}}
        with _refuse_wide_patterns(query):
            answer = self._ask(_asked(query, time_from, time_to), size=0, aggregations={"values": terms})
        buckets = answer.get("aggregations", {"values": {"buckets": []}})["values"]["buckets"]
        return [(one["key"], int(one["doc_count"])) for one in buckets]

    def span(self, query: str) -> tuple[datetime, datetime] | None:
        """Raises: BadQueryError."""
        wanted = {"first": {"min": {"field": TIME}}, "last": {"max": {"field": TIME}}}
        with _refuse_wide_patterns(query):
            found = self._ask(_asked(query, None, None), size=0, aggregations=wanted).get("aggregations")
        if found is None or found["first"]["value"] is None:
            return None
        return span_of([(found["first"]["value"], found["last"]["value"])])

    def get(self, ids: Sequence[EventId]) -> tuple[FoundEvent, ...]:
        """Return the events that are there, in the order asked for."""
        if not ids:
            return ()
        hits = self._ask({"ids": {"values": list(ids)}}, size=min(len(ids), MAX_PAGE))["hits"]["hits"]
        found = {event.id: event for event in map(_found, hits)}
        return tuple(found[one] for one in ids if one in found)

    def _ask(self, query: Dsl, **rest: Any) -> Mapping[str, Any]:  # noqa: ANN401  the client types each by itself
        given = {name: value for name, value in rest.items() if value is not None}
        with unreachable_named():
            answer: Mapping[str, Any] = self._client.search(
                index=self._streams, query=query, ignore_unavailable=True, allow_no_indices=True, **given
            ).body
        return answer


def _sums(fields: Sequence[str]) -> dict[str, Any]:
    """Raises: ValueError for a field that is no number."""
    return {f"sum{i}": {"sum": {"field": require_number(name)}} for i, name in enumerate(fields)}


def _sums_in(answer: Mapping[str, Any], fields: Sequence[str]) -> tuple[int, ...]:
    return tuple(int(answer[f"sum{i}"]["value"] or 0) for i in range(len(fields)))


def _asked(query: str, time_from: datetime | None, time_to: datetime | None) -> Dsl:
    """Raises: BadQueryError."""
    asked = to_dsl(parse_query(query))
    if time_from is None and time_to is None:
        return asked
    from_us, to_us = (None if end is None else to_ns(end) // 1000 for end in (time_from, time_to))
    return within(asked, from_us=from_us, to_us=to_us)


@contextmanager
def _refuse_wide_patterns(query: str) -> Iterator[None]:
    """The parser lets nothing malformed through, so what the server calls a bad request is a pattern too wide for it.

    Raises: BadQueryError.
    """
    try:
        yield
    except BadRequestError as error:
        reason = "Pola * atau ? terlalu luas; tulis lebih banyak huruf"
        raise BadQueryError(query=query, at=0, reason=reason) from error


def _found(hit: Mapping[str, Any]) -> FoundEvent:
    event = to_event(hit["_id"], hit["_source"])
    return FoundEvent(id=event.id, fields=fields_of(event.body))
