"""What of an event can be found: its values brought to the forms that queries are compared with, within limits.

The limits bound what one hostile event costs; the event itself is always kept whole.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from ir_platform.adapters.events.query.fields import Kind, kind_of
from ir_platform.adapters.events.query.text import address, address_text, fold, number, number_text, time_span

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
SEPARATOR: Final = "\x1f"
"""Stands between field and value in the store's terms, so no field name holds it."""


@dataclass(slots=True)
class Forms:
    """One event as queries see it. Built once per event on the hot path, hence lists and not frozen."""

    id: str
    time_us: int
    names: list[str] = field(default_factory=list)
    whole: list[tuple[str, str]] = field(default_factory=list)
    """(field, folded value) for everything but TEXT fields; a number by its one text, an address canonical."""
    texts: dict[str, list[str]] = field(default_factory=dict)
    """TEXT fields: folded values."""
    mixed: list[tuple[str, str]] = field(default_factory=list)
    """MIXED fields: (field, folded value) whose words are searched."""
    others: list[str] = field(default_factory=list)
    """Folded values outside TEXT fields, for searches that name no field."""
    addresses: list[tuple[str, int]] = field(default_factory=list)
    numbers: list[tuple[str, float]] = field(default_factory=list)
    """NUMBER fields, and DATE fields in microseconds since 1970."""
    loose_numbers: list[tuple[str, float]] = field(default_factory=list)
    """Numbers in KEYWORD and MIXED fields."""


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
        for leaf_name, value in _leaves(name, given, MAX_DEPTH) if isinstance(given, list | dict) else ((name, given),):
            if value is None or values_left == 0:
                continue
            values_left -= 1
            budget -= _add(forms, leaf_name, value, budget)
    return forms


def _leaves(name: str, value: object, depth: int) -> Iterator[tuple[str, object]]:
    """Nested objects count as dotted names, lists as several values of one name."""
    if depth == 0:
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
    if kind is Kind.TIME or (kind is Kind.ID and value == forms.id):
        return 0
    if not forms.names or forms.names[-1] != name:
        if len(forms.names) >= MAX_FIELDS or len(name) > MAX_FIELD_CHARACTERS or SEPARATOR in name:
            return 0
        forms.names.append(name)
    text = _text(name, kind, value, forms)
    if kind is Kind.TEXT:
        text = text[: min(MAX_WORD_CHARACTERS, budget)]
        forms.texts.setdefault(name, []).append(text)
        return len(text)
    if len(text) <= MAX_WHOLE_CHARACTERS:
        forms.whole.append((name, text))
    text = text[: min(MAX_WORD_CHARACTERS, budget)]
    forms.others.append(text)
    if kind is Kind.MIXED:
        forms.mixed.append((name, text))
    return len(text)


def _text(name: str, kind: Kind, value: object, forms: Forms) -> str:
    """Return the value's folded text, and put numbers and addresses in their own lists on the way."""
    if kind is Kind.ADDRESS and isinstance(value, str):
        found = address(value)
        if found is not None:
            forms.addresses.append((name, found))
            return address_text(found)
    elif kind is Kind.DATE and isinstance(value, str):
        span = time_span(value)
        if span is not None:
            forms.numbers.append((name, float(span[0])))
    elif kind is Kind.NUMBER or not isinstance(value, str):
        measured = number(value)
        if measured is not None:
            (forms.numbers if kind is Kind.NUMBER else forms.loose_numbers).append((name, measured))
            return number_text(measured)
    if isinstance(value, str):
        return fold(value)
    return str(value).lower()
