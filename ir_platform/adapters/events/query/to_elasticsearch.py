"""A query tree as Elasticsearch query DSL, over the template in `elastic.template`; plain data, no client needed."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from ir_platform.adapters.events.query.evaluate import Part, word_patterns
from ir_platform.adapters.events.query.fields import TEXT_FIELDS, Kind, kind_of
from ir_platform.adapters.events.query.forms import whole_term
from ir_platform.adapters.events.query.syntax import (
    AddressRange,
    And,
    AnyText,
    Everything,
    Exists,
    Literal,
    Match,
    Not,
    NumberRange,
    Or,
    Query,
    TimeRange,
    Wildcard,
)
from ir_platform.adapters.events.query.text import address_text, fold, sortable, words

Dsl: TypeAlias = dict[str, Any]

WHOLE = "tanggap.whole"
"""Keyword: `field␟=folded value`, and `field␟#16 hex digits` for a number or a time."""
NAMES = "tanggap.names"
MIXED = "tanggap.mixed"
"""Words, each with its field's name before it, so that one field holds those of all MIXED fields."""
OTHERS = "tanggap.others"
TIME = "tanggap.time_us"
TEXTS = {name: f"tanggap.text{i}" for i, name in enumerate(TEXT_FIELDS)}
_WILDCARD_META = frozenset("\\*?")


def to_dsl(query: Query) -> Dsl:  # noqa: PLR0911  one line per kind of query
    """Return the query as the `query` part of a search request."""
    match query:
        case Everything():
            return {"match_all": {}}
        case And(parts):
            return {"bool": {"filter": [to_dsl(part) for part in parts]}}
        case Or(parts):
            return _any([to_dsl(part) for part in parts])
        case Not(inner):
            return {"bool": {"must_not": [to_dsl(inner)]}}
        case Exists(field):
            known = kind_of(field) in (Kind.TIME, Kind.ID)
            return {"match_all": {}} if known else {"term": {NAMES: field}}
        case Match(field, text):
            return _match(field, text)
        case Wildcard(field, parts):
            return _wildcard(field, parts)
        case NumberRange(field, low, high, includes_low, includes_high):
            return _sortable_range(field, low, high, includes_low, includes_high)
        case TimeRange(field, from_us, to_us):
            return _time_range(field, from_us, to_us)
        case AddressRange(field, low, high):
            return _address_range(field, low, high)


def within(query: Dsl, *, from_us: int | None, to_us: int | None) -> Dsl:
    """Return the query for events of [from, to) only."""
    return {"bool": {"filter": [query, _time_range("@timestamp", from_us, to_us)]}}


def mixed_word(field: str, word: str) -> str:
    return f"{field.encode().hex()}={word}"


def _match(field: str | None, text: str) -> Dsl:
    wanted = words(fold(text))
    if field is None:
        return _any([_phrase(column, wanted) for column in _word_columns()])
    kind = kind_of(field)
    if kind is Kind.TEXT:
        return _phrase(TEXTS[field], wanted)
    whole = {"term": {WHOLE: whole_term(field, fold(text))}}
    if kind is Kind.ID:
        return _any([{"ids": {"values": [text]}}, whole])
    if kind is Kind.MIXED and wanted:
        return _any([whole, _phrase(MIXED, [mixed_word(field, word) for word in wanted])])
    return whole


def _phrase(column: str, wanted: Sequence[str]) -> Dsl:
    return {"match_phrase": {column: " ".join(wanted)}}


def _wildcard(field: str | None, parts: Sequence[Part]) -> Dsl:
    if field is None:
        return _any([_word_wildcard(column, parts) for column in _word_columns()])
    if kind_of(field) is Kind.TEXT:
        return _word_wildcard(TEXTS[field], parts)
    return {"wildcard": {WHOLE: {"value": _literal(whole_term(field, "")) + _pattern(parts)}}}


def _word_wildcard(column: str, parts: Sequence[Part]) -> Dsl:
    patterns = [_pattern(pattern) for pattern in word_patterns(parts)]
    if len(patterns) == 1:
        return {"wildcard": {column: {"value": patterns[0]}}}
    each = [{"wildcard": {"pattern": pattern}} for pattern in patterns]
    return {"intervals": {column: {"all_of": {"ordered": True, "max_gaps": 0, "intervals": each}}}}


def _sortable_range(
    field: str, low: float | None, high: float | None, includes_low: bool = True, includes_high: bool = True
) -> Dsl:
    bounds = {
        "gte" if includes_low or low is None else "gt": f"{field}\x1f#{'' if low is None else sortable(low)}",
        "lte" if includes_high or high is None else "lt": f"{field}\x1f#{'g' if high is None else sortable(high)}",
    }
    return {"range": {WHOLE: bounds}}


def _time_range(field: str, from_us: int | None, to_us: int | None) -> Dsl:
    if kind_of(field) is not Kind.TIME:
        low, high = (None if end is None else float(end) for end in (from_us, to_us))
        return _sortable_range(field, low, high, includes_high=False)
    bounds = {name: end for name, end in (("gte", from_us), ("lt", to_us)) if end is not None}
    return {"range": {TIME: bounds}}


def _address_range(field: str, low: int, high: int) -> Dsl:
    if low > high or high < 0 or low >= 2**128:
        return {"match_none": {}}
    return {"range": {field: {"gte": address_text(low), "lte": address_text(high)}}}


def _any(queries: list[Dsl]) -> Dsl:
    return {"bool": {"should": queries, "minimum_should_match": 1}}


def _word_columns() -> list[str]:
    return [OTHERS, *TEXTS.values()]


def _pattern(parts: Sequence[Part]) -> str:
    return "".join(
        _literal(fold(part.text)) if isinstance(part, Literal) else "*" if isinstance(part, AnyText) else "?"
        for part in parts
    )


def _literal(text: str) -> str:
    return "".join("\\" + letter if letter in _WILDCARD_META else letter for letter in text)
