"""A query tree as tantivy query objects. tantivy's own parser is never called: its language is not ours."""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import tantivy
from tantivy import Occur

from ir_platform.adapters.events.embedded.schema import (
    ADDRESS_COLUMNS,
    NUMBER_COLUMNS,
    TEXT_COLUMNS,
    json_key,
)
from ir_platform.adapters.events.query.evaluate import Part, word_patterns
from ir_platform.adapters.events.query.fields import Kind, kind_of
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
from ir_platform.adapters.events.query.text import MAX_TIME_US, address_text, fold, sortable, words

_Bound: TypeAlias = int | float | str

_META: Final = frozenset("\\.+*?()|[]{}^$")
_ANY_CHARACTER: Final = "(?:.|\n)"
_MAX_SORTABLE: Final = "f" * 16


class PatternTooWideError(Exception):
    """A wildcard stands for more than the store will try."""


class Compiler:
    """Builds queries for one schema; `tie_of` gives the stored hash of an event id."""

    def __init__(self, schema: tantivy.Schema, *, tie_of: Callable[[str], int]) -> None:
        self._schema, self._tie_of = schema, tie_of

    def build(self, query: Query) -> tantivy.Query:  # noqa: PLR0911  one line per kind of query
        match query:
            case Everything():
                return tantivy.Query.all_query()
            case And(parts):
                return tantivy.Query.boolean_query([(Occur.Must, self.build(part)) for part in parts])
            case Or(parts):
                return self._any([self.build(part) for part in parts])
            case Not(inner):
                return tantivy.Query.boolean_query(
                    [(Occur.Must, tantivy.Query.all_query()), (Occur.MustNot, self.build(inner))]
                )
            case Exists(field):
                return self._exists(field)
            case Match(field, text):
                return self._match(field, text)
            case Wildcard(field, parts):
                return self._wildcard(field, parts)
            case NumberRange():
                return self._number_range(query)
            case TimeRange(field, from_us, to_us):
                return self.time_range(field, from_us, to_us)
            case AddressRange(field, low, high):
                return self._address_range(field, low, high)

    def time_range(self, field: str, from_us: int | None, to_us: int | None) -> tantivy.Query:
        if kind_of(field) is Kind.TIME:
            low = None if from_us is None else max(-MAX_TIME_US, from_us)
            high = None if to_us is None else min(MAX_TIME_US, to_us)
            return self._column("time", tantivy.FieldType.Integer, low, high, includes_high=False)
        low_f, high_f = (None if end is None else float(end) for end in (from_us, to_us))
        return self._column(NUMBER_COLUMNS[field], tantivy.FieldType.Float, low_f, high_f, includes_high=False)

    def exactly_at(self, time_us: int) -> tantivy.Query:
        return self._column("time", tantivy.FieldType.Integer, time_us, time_us)

    def with_ties(self, low: int, high: int) -> tantivy.Query:
        """Both included; the highest is lower: no event."""
        if high < low:
            return tantivy.Query.empty_query()
        return self._column("tie", tantivy.FieldType.Unsigned, low, high)

    def with_tie(self, tie: int) -> tantivy.Query:
        return self._column("tie", tantivy.FieldType.Unsigned, tie, tie)

    def _exists(self, field: str) -> tantivy.Query:
        if kind_of(field) in (Kind.TIME, Kind.ID):
            return tantivy.Query.all_query()
        any_text = f"{_ANY_CHARACTER}*"
        return self._regex("shape", f"(?:{any_text}\x1f)?{_literal(field)}(?:\x1f{any_text})?")

    def _match(self, field: str | None, text: str) -> tantivy.Query:
        if field is None:
            return self._any([self._phrase(column, text) for column in _word_columns()])
        kind = kind_of(field)
        if kind is Kind.TEXT:
            return self._phrase(TEXT_COLUMNS[field], text)
        whole = self._whole(field, text)
        if kind is Kind.ID:
            return self._any([self.with_tie(self._tie_of(text)), whole])
        if kind is Kind.MIXED and words(fold(text)):
            return self._any([whole, self._phrase(f"mixed.{json_key(field)}", text)])
        return whole

    def _whole(self, field: str, text: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._schema, "whole", whole_term(field, fold(text)), "basic")

    def _phrase(self, column: str, text: str) -> tantivy.Query:
        wanted = words(fold(text))
        if len(wanted) == 1:
            return tantivy.Query.term_query(self._schema, column, wanted[0], "basic")
        return tantivy.Query.phrase_query(self._schema, column, list(wanted))

    def _wildcard(self, field: str | None, parts: Sequence[Part]) -> tantivy.Query:
        if field is None:
            return self._any([self._word_wildcard(column, parts) for column in _word_columns()])
        if kind_of(field) is Kind.TEXT:
            return self._word_wildcard(TEXT_COLUMNS[field], parts)
        return self._regex("whole", f"{_literal(field)}\x1f={_pattern(parts)}")

    def _word_wildcard(self, column: str, parts: Sequence[Part]) -> tantivy.Query:
        patterns = [_pattern(pattern) for pattern in word_patterns(parts)]
        if len(patterns) == 1:
            return self._regex(column, patterns[0])
        return tantivy.Query.regex_phrase_query(self._schema, column, list(patterns))

    def _number_range(self, asked: NumberRange) -> tantivy.Query:
        if kind_of(asked.field) is Kind.NUMBER:
            return self._column(
                NUMBER_COLUMNS[asked.field],
                tantivy.FieldType.Float,
                asked.low,
                asked.high,
                includes_low=asked.includes_low,
                includes_high=asked.includes_high,
            )
        low = "0" * 16 if asked.low is None else sortable(asked.low)
        high = _MAX_SORTABLE if asked.high is None else sortable(asked.high)
        first = int(low, 16) + (asked.low is not None and not asked.includes_low)
        last = int(high, 16) - (asked.high is not None and not asked.includes_high)
        if first > last:
            return tantivy.Query.empty_query()
        return self._regex("whole", f"{_literal(asked.field)}\x1f#{hex_range(f'{first:016x}', f'{last:016x}')}")

    def _address_range(self, field: str, low: int, high: int) -> tantivy.Query:
        if low > high or high < 0 or low >= 2**128:
            return tantivy.Query.empty_query()
        column = ADDRESS_COLUMNS[field]
        return self._column(column, tantivy.FieldType.IpAddr, address_text(low), address_text(high))

    def _column(
        self,
        column: str,
        kind: tantivy.FieldType,
        low: _Bound | None,
        high: _Bound | None,
        *,
        includes_low: bool = True,
        includes_high: bool = True,
    ) -> tantivy.Query:
        """Both bounds of one type; a side without a bound is always included."""
        return tantivy.Query.range_query(
            self._schema, column, kind, low, high, includes_low or low is None, includes_high or high is None
        )

    def _regex(self, column: str, pattern: str) -> tantivy.Query:
        """Raises: PatternTooWideError."""
        try:
            return tantivy.Query.regex_query(self._schema, column, pattern)
        except ValueError as error:  # the automaton would be larger than 10 MB
            raise PatternTooWideError from error

    def _any(self, queries: list[tantivy.Query]) -> tantivy.Query:
        return tantivy.Query.boolean_query([(Occur.Should, query) for query in queries])


def hex_range(low: str, high: str) -> str:
    """Return a regular expression for the hex numbers from `low` to `high`, both included and of the same length."""
    rest = len(low) - 1
    if low == high:
        return low
    if low == "0" * len(low) and high == "f" * len(high):
        return "[0-9a-f]*"  # not counted: a counted repetition of a class makes the automaton hundreds of times larger
    if low[0] == high[0]:
        return low[0] + hex_range(low[1:], high[1:])
    if rest == 0:
        return _digits(low, high)
    choices = [low[0] + hex_range(low[1:], "f" * rest), high[0] + hex_range("0" * rest, high[1:])]
    if int(high[0], 16) - int(low[0], 16) > 1:
        middle = _digits(f"{int(low[0], 16) + 1:x}", f"{int(high[0], 16) - 1:x}")
        choices.append(middle + "[0-9a-f]*")
    return f"(?:{'|'.join(choices)})"


def _digits(low: str, high: str) -> str:
    return f"[{''.join(f'{digit:x}' for digit in range(int(low, 16), int(high, 16) + 1))}]"


def _word_columns() -> list[str]:
    return ["others", *TEXT_COLUMNS.values()]


def _pattern(parts: Sequence[Part]) -> str:
    return "".join(
        _literal(fold(part.text)) if isinstance(part, Literal)
        else f"{_ANY_CHARACTER}*" if isinstance(part, AnyText)
        else _ANY_CHARACTER
        for part in parts
    )  # fmt: skip


def _literal(text: str) -> str:
    return "".join("\\" + letter if letter in _META else letter for letter in text)
