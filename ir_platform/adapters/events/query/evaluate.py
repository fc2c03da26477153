"""Whether one event answers a query, in plain Python: what every store's own search has to agree with."""

import re
from collections.abc import Sequence
from functools import lru_cache

from ir_platform.adapters.events.query.fields import Kind, kind_of
from ir_platform.adapters.events.query.forms import Forms, whole_term
from ir_platform.adapters.events.query.syntax import (
    AddressRange,
    And,
    AnyCharacter,
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
from ir_platform.adapters.events.query.text import address, fold, words

Part = Literal | AnyText | AnyCharacter


def matches(query: Query, forms: Forms) -> bool:  # noqa: PLR0911  one line per kind of query
    """Return whether the event is found by the query."""
    match query:
        case Everything():
            return True
        case And(parts):
            return all(matches(part, forms) for part in parts)
        case Or(parts):
            return any(matches(part, forms) for part in parts)
        case Not(inner):
            return not matches(inner, forms)
        case Exists(field):
            return kind_of(field) in (Kind.TIME, Kind.ID) or field in forms.names
        case Match(field, text):
            return _matches_text(field, text, forms)
        case Wildcard(field, parts):
            return _matches_wildcard(field, parts, forms)
        case NumberRange():
            return any(_within(query, value) for name, value in _numbers(forms) if name == query.field)
        case TimeRange():
            return any(_within_time(query, at) for at in _times(query.field, forms))
        case AddressRange(field, low, high):
            return any(low <= (address(text) or 0) <= high for name, text in forms.addresses if name == field)


def word_patterns(parts: Sequence[Part]) -> tuple[tuple[Part, ...], ...]:
    """Return the patterns of single words that a wildcard asks for, one word after another.

    `web-*` asks for the word `web`: a lone `*` at either end says nothing.
    """
    found: list[list[Part]] = [[]]
    for part in parts:
        if not isinstance(part, Literal):
            found[-1].append(part)
            continue
        for piece in re.split(r"([\W_]+)", fold(part.text)):
            if not piece:
                continue
            if words(piece):
                found[-1].append(Literal(piece))
            else:
                found.append([])
    patterns = [tuple(pattern) for pattern in found if pattern]
    while patterns and patterns[0] == (AnyText(),):
        patterns.pop(0)
    while patterns and patterns[-1] == (AnyText(),):
        patterns.pop()
    return tuple(patterns)


def _matches_text(field: str | None, text: str, forms: Forms) -> bool:
    if field is None:
        return any(_holds(value, text) for value in _all_texts(forms))
    kind = kind_of(field)
    if kind is Kind.ID:
        return text == forms.id or _is_whole(field, text, forms)
    if kind is Kind.TEXT:
        return any(_holds(value, text) for value in forms.texts.get(field, ()))
    if _is_whole(field, text, forms):
        return True
    return kind is Kind.MIXED and any(_holds(value, text) for name, value in forms.mixed if name == field)


def _matches_wildcard(field: str | None, parts: tuple[Part, ...], forms: Forms) -> bool:
    if field is None or kind_of(field) is Kind.TEXT:
        values = _all_texts(forms) if field is None else forms.texts.get(field, [])
        wanted = [_compiled(pattern) for pattern in word_patterns(parts)]
        return any(_follow(words(value), wanted) for value in values)
    pattern = _compiled(parts)
    begin = whole_term(field, "")
    return any(pattern.fullmatch(term, len(begin)) for term in forms.whole if term.startswith(begin))


def _is_whole(field: str, text: str, forms: Forms) -> bool:
    return whole_term(field, fold(text)) in forms.whole


def _holds(value: str, text: str) -> bool:
    """Return whether the words of `text` stand in `value`, one after another."""
    wanted, there = words(fold(text)), words(value)
    return bool(wanted) and any(
        there[start : start + len(wanted)] == wanted for start in range(len(there) - len(wanted) + 1)
    )


def _follow(there: list[str], wanted: "list[re.Pattern[str]]") -> bool:
    return bool(wanted) and any(
        all(pattern.fullmatch(there[start + offset]) for offset, pattern in enumerate(wanted))
        for start in range(len(there) - len(wanted) + 1)
    )


@lru_cache(maxsize=256)
def _compiled(parts: tuple[Part, ...]) -> "re.Pattern[str]":
    pieces = {AnyText: ".*", AnyCharacter: "."}
    return re.compile(
        "".join(re.escape(fold(p.text)) if isinstance(p, Literal) else pieces[type(p)] for p in parts), re.DOTALL
    )


def _all_texts(forms: Forms) -> list[str]:
    return [*forms.others, *(value for values in forms.texts.values() for value in values)]


def _numbers(forms: Forms) -> list[tuple[str, float]]:
    return [*forms.numbers, *forms.loose_numbers]


def _times(field: str, forms: Forms) -> list[float]:
    if kind_of(field) is Kind.TIME:
        return [forms.time_us]
    return [value for name, value in forms.numbers if name == field]


def _within(wanted: NumberRange, value: float) -> bool:
    if wanted.low is not None and (value < wanted.low or (value == wanted.low and not wanted.includes_low)):
        return False
    return wanted.high is None or value < wanted.high or (value == wanted.high and wanted.includes_high)


def _within_time(wanted: TimeRange, at: float) -> bool:
    return (wanted.from_us is None or at >= wanted.from_us) and (wanted.to_us is None or at < wanted.to_us)
