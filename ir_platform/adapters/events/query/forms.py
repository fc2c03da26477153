"""What of an event can be found: its values brought to the forms that queries are compared with, within limits.

The limits bound what one hostile event costs; the event itself is always kept whole.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from ir_platform.adapters.events.query.fields import Kind, kind_of
from ir_platform.adapters.events.query.text import address, address_text, fold, number, number_text, sortable, time_span

MAX_FIELDS: Final = 512
"""Fields of one event that can be found by name; those after are found by no query."""
MAX_FIELD_CHARACTERS: Final = 128
MAX_VALUES: Final = 2_048
"""Values of one event over all its fields, list elements counted."""
MAX_DEPTH: Final = 8
MAX_WHOLE_CHARACTERS: Final = 1_024
"""A longer value is not found as a whole, only by words in it (Elasticsearch: `ignore_above`)."""
MAX_WORD_CHARACTERS: Final = 16_000
"""Of one value; what stands after is not searched."""
MAX_EVENT_WORD_CHARACTERS: Final = 128_000
"""Of all values of one event; values after are not searched by words."""
_NESTED: Final = frozenset({list, dict})
# Looking a member up on an Enum takes longer than comparing it.
_TIME, _ID, _TEXT, _KEYWORD, _MIXED = Kind.TIME, Kind.ID, Kind.TEXT, Kind.KEYWORD, Kind.MIXED
_ADDRESS, _NUMBER, _DATE = Kind.ADDRESS, Kind.NUMBER, Kind.DATE
CUT: Final = "tanggap.terpotong"
"""Is among the names of an event of which something cannot be found: whoever must miss none asks for it too."""
_TOO_DEEP: Final = object()
SEPARATOR: Final = "\x1f"
"""Stands between field and value in the store's terms, so no field name holds it."""


@dataclass(slots=True)
class Forms:
    """One event as queries see it. Built once per event on the hot path, hence lists and not frozen."""

    id: str
    time_us: int
    names: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)
    """`whole_term` of everything but TEXT fields; a number by its one text, an address canonical."""
    texts: dict[str, list[str]] = field(default_factory=dict)
    """TEXT fields: folded values."""
    mixed: list[tuple[str, str]] = field(default_factory=list)
    """MIXED fields: (field, folded value) whose words are searched."""
    others: list[str] = field(default_factory=list)
    """Folded values outside TEXT fields, for searches that name no field."""
    addresses: list[tuple[str, str]] = field(default_factory=list)
    """ADDRESS fields: canonical text."""
    numbers: list[tuple[str, float]] = field(default_factory=list)
    """NUMBER fields, and DATE fields in microseconds since 1970."""
    loose_numbers: list[tuple[str, float]] = field(default_factory=list)
    """Numbers in KEYWORD and MIXED fields."""
    is_cut: bool = False
    """Whether a limit kept a value, or a part of one, from being found by its words."""


def whole_term(field_name: str, folded: str) -> str:
    """Return the term under which a value is found as a whole."""
    return f"{field_name}{SEPARATOR}={folded}"


def number_term(field_name: str, value: float) -> str:
    """Return the term of a number: terms of one field are ordered as its numbers are."""
    return f"{field_name}{SEPARATOR}#{sortable(value)}"


def fields_of(body: bytes) -> dict[str, Any]:
    """Return an event's fields; a body that is not a JSON object has none (it is kept all the same)."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        found = _lenient(body)
    return found if isinstance(found, dict) else {}


def _lenient(body: bytes) -> object:
    """The standard library takes what orjson refuses, such as half a surrogate pair; that half becomes `?`."""
    try:
        found = json.loads(body.decode(errors="replace"))
    except (ValueError, RecursionError):
        return None
    return json.loads(json.dumps(found, ensure_ascii=False).encode(errors="replace"))


def forms_of(event_id: str, time_ns: int, fields: Mapping[str, Any]) -> Forms:
    """Return the searchable forms of an event."""
    forms = Forms(event_id, time_ns // 1000)
    budget = MAX_EVENT_WORD_CHARACTERS
    values_left = MAX_VALUES
    for name, given in fields.items():
        leaves = _leaves(name, given, MAX_DEPTH) if type(given) in _NESTED else ((name, given),)
        for leaf_name, value in leaves:
            if value is _TOO_DEEP or (value is not None and not values_left):
                forms.is_cut = True
            elif value is not None:
                values_left -= 1
                budget -= _add(forms, leaf_name, value, budget)
    if forms.is_cut:
        forms.names.append(CUT)
    return forms


def _leaves(name: str, value: object, depth: int) -> Iterator[tuple[str, object]]:
    """Nested objects count as dotted names, lists as several values of one name."""
    if depth == 0:
        yield name, _TOO_DEEP
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(f"{name}.{key}", inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(name, inner, depth - 1)
    else:
        yield name, value


def _add(forms: Forms, name: str, value: object, budget: int) -> int:
    """Add one value; return how many characters its words took from the budget."""
    kind = kind_of(name)
    if kind is _TIME or (kind is _ID and value == forms.id):
        return 0
    names = forms.names
    if not names or names[-1] != name:
        if len(names) >= MAX_FIELDS or len(name) > MAX_FIELD_CHARACTERS or SEPARATOR in name:
            forms.is_cut = True
            return 0
        names.append(name)
    text = fold(value) if kind is _KEYWORD and type(value) is str else _text(name, kind, value, forms)
    length = len(text)
    if kind is not _TEXT and length <= MAX_WHOLE_CHARACTERS:
        forms.whole.append(f"{name}\x1f={text}")
    if length > MAX_WORD_CHARACTERS or length > budget:
        length = min(MAX_WORD_CHARACTERS, budget)
        text = text[:length]
        forms.is_cut = True
    if kind is _TEXT:
        forms.texts.setdefault(name, []).append(text)
        return length
    forms.others.append(text)
    if kind is _MIXED:
        forms.mixed.append((name, text))
    return length


def _text(name: str, kind: Kind, value: object, forms: Forms) -> str:
    """Return the value's folded text, and put numbers and addresses in their own lists on the way."""
    if not isinstance(value, str):
        measured = number(value)
        if measured is None:
            return str(value).lower()
        (forms.numbers if kind is _NUMBER else forms.loose_numbers).append((name, measured))
        return number_text(measured)
    if kind is _ADDRESS and (found := address(value)) is not None:
        text = address_text(found) if ":" in value else value
        forms.addresses.append((name, text))
        return text
    if kind is _DATE and (span := time_span(value)) is not None:
        forms.numbers.append((name, float(span[0])))
    elif kind is _NUMBER and (measured := number(value)) is not None:
        forms.numbers.append((name, measured))
        return number_text(measured)
    return fold(value)
