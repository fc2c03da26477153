"""What of an event can be found: its values brought to the forms that queries are compared with, within limits.

The limits bound what one hostile event costs; the event itself is always kept whole. Compiled where it can be
(`forms.pxd`): it is asked for every value of every event (docs/adr/0013-compiled-modules.md).
"""

import json
from collections.abc import Iterator
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
MAX_KNOWN: Final = 32_768
"""Values whose forms are remembered: most of an event's stand in thousands of others too."""
MAX_KNOWN_CHARACTERS: Final = 64
_MAX_KNOWN_NUMBER: Final = 2**32


class Forms:
    """One event as queries see it. Built once per event on the hot path, hence lists and not frozen."""

    __slots__ = (
        "addresses", "id", "is_cut", "loose_numbers", "mixed", "names", "numbers", "others", "texts", "time_us", "whole"
    )  # fmt: skip

    def __init__(self, id: str, time_us: int) -> None:
        self.id = id
        self.time_us = time_us
        self.names: list[str] = []
        self.whole: list[str] = []
        """`whole_term` of everything but TEXT fields; a number by its one text, an address canonical."""
        self.texts: dict[str, list[str]] = {}
        """TEXT fields: folded values."""
        self.mixed: list[tuple[str, str]] = []
        """MIXED fields: (field, folded value) whose words are searched."""
        self.others: list[str] = []
        """Folded values outside TEXT fields, for searches that name no field."""
        self.addresses: list[tuple[str, str]] = []
        """ADDRESS fields: canonical text."""
        self.numbers: list[tuple[str, float]] = []
        """NUMBER fields, and DATE fields in microseconds since 1970."""
        self.loose_numbers: list[tuple[str, float]] = []
        """Numbers in KEYWORD and MIXED fields."""
        self.is_cut = False
        """Whether a limit kept a value, or a part of one, from being found by its words."""


class _Value:
    """What one value of a field is searched by."""

    __slots__ = ("address", "length", "loose", "mixed", "number", "text", "whole")

    def __init__(self, name: str, kind: Kind, value: object) -> None:
        """Each attribute as it stands in `Forms`; None: the value has no such form."""
        self.address: tuple[str, str] | None = None
        self.number: tuple[str, float] | None = None
        self.loose: tuple[str, float] | None = None
        self.text = self._text_of(name, kind, value)
        self.length = len(self.text)
        is_whole = kind is not _TEXT and self.length <= MAX_WHOLE_CHARACTERS
        self.whole: str | None = f"{name}\x1f={self.text}" if is_whole else None
        self.mixed: tuple[str, str] | None = (name, self.text) if kind is _MIXED else None

    def _text_of(self, name: str, kind: Kind, value: object) -> str:
        """Return the value's folded text, and take up numbers and addresses on the way."""
        if not isinstance(value, str):
            measured = number(value)
            if measured is None:
                return str(value).lower()
            if kind is _NUMBER:
                self.number = (name, measured)
            else:
                self.loose = (name, measured)
            return number_text(measured)
        if kind is _ADDRESS and (found := address(value)) is not None:
            text = address_text(found) if ":" in value else value
            self.address = (name, text)
            return text
        if kind is _DATE and (span := time_span(value)) is not None:
            self.number = (name, float(span[0]))
        elif kind is _NUMBER and (measured := number(value)) is not None:
            self.number = (name, measured)
            return number_text(measured)
        return fold(value)


_KNOWN: dict[tuple[str, str | int], _Value] = {}


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


def forms_of(event_id: str, time_ns: int, fields: dict[str, Any]) -> Forms:
    """Return the searchable forms of an event."""
    forms = Forms(event_id, time_ns // 1000)
    budget = MAX_EVENT_WORD_CHARACTERS
    values_left = MAX_VALUES
    for name, given in fields.items():
        if type(given) is list and len(given) == 1 and type(given[0]) is str:
            given = given[0]  # noqa: PLW2901  most lists are one text, and mean the same as it
        known = _known(name, given)
        if known is not None and values_left and known.length <= budget and len(forms.names) < MAX_FIELDS:
            if not forms.names or forms.names[-1] != name:
                forms.names.append(name)
            _put(forms, known)
            values_left -= 1
            budget -= known.length
            continue
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


def _known(name: str, value: object) -> _Value | None:
    """Return the forms of a value that may come again; None for any other, and where its field's name is none."""
    # 1, 1.0 and true would be one key: of these only integers are kept.
    if type(value) is str:
        if len(value) > MAX_KNOWN_CHARACTERS:
            return None
    elif type(value) is not int or not -_MAX_KNOWN_NUMBER < value < _MAX_KNOWN_NUMBER:
        return None
    found = _KNOWN.get((name, value))
    return found if found is not None else _learnt(name, value)


def _learnt(name: str, value: str | int) -> _Value | None:
    kind = kind_of(name)
    if kind is _TIME or kind is _ID or kind is _TEXT or not _is_name(name):
        return None
    made = _Value(name, kind, value)
    if len(_KNOWN) >= MAX_KNOWN:
        _KNOWN.clear()
    _KNOWN[name, value] = made
    return made


def _is_name(name: str) -> bool:
    """Whether values can be found by the name of their field."""
    return len(name) <= MAX_FIELD_CHARACTERS and SEPARATOR not in name


def _put(forms: Forms, value: _Value) -> None:
    """Add all forms of a value, none of which is cut."""
    if value.whole is not None:
        forms.whole.append(value.whole)
    forms.others.append(value.text)
    if value.mixed is not None:
        forms.mixed.append(value.mixed)
    _put_measured(forms, value)


def _put_measured(forms: Forms, value: _Value) -> None:
    if value.number is not None:
        forms.numbers.append(value.number)
    elif value.loose is not None:
        forms.loose_numbers.append(value.loose)
    elif value.address is not None:
        forms.addresses.append(value.address)


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
    if not forms.names or forms.names[-1] != name:
        if len(forms.names) >= MAX_FIELDS or not _is_name(name):
            forms.is_cut = True
            return 0
        forms.names.append(name)
    made = _Value(name, kind, value)
    _put_measured(forms, made)
    if made.whole is not None:
        forms.whole.append(made.whole)
    text, length = made.text, made.length
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
