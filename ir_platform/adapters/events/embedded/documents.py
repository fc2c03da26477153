"""An event's forms as a document of the index.

Compiled where it can be (`documents.pxd`): it is made of every event (docs/adr/0013-compiled-modules.md).
"""

from typing import Any, Final

import orjson

from ir_platform.adapters.events.embedded.schema import ADDRESS_COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS, json_key
from ir_platform.adapters.events.query.forms import SEPARATOR, Forms, number_term
from ir_platform.adapters.events.query.text import MAX_TIME_US

SHAPE_FIELDS: Final = 64
"""Field names joined into one term; events of one source share it, so `_exists_` looks at few terms."""


def document(forms: Forms, *, pos: int, tie: int) -> str:
    """Return the event as a document in JSON, which tantivy takes faster than an object built field by field."""
    columns = _columns(forms)
    columns["pos"], columns["tie"] = pos, tie
    return orjson.dumps(columns).decode()


def _columns(forms: Forms) -> dict[str, Any]:
    columns: dict[str, Any] = {
        "time": max(-MAX_TIME_US, min(MAX_TIME_US, forms.time_us)),
        "shape": _shapes(forms.names),
        "whole": forms.whole,
        "others": forms.others,
    }
    if forms.loose_numbers:
        columns["whole"] = forms.whole + [number_term(name, value) for name, value in forms.loose_numbers]
    for name, values in forms.texts.items():
        columns[TEXT_COLUMNS[name]] = values
    if forms.mixed:
        columns["mixed"] = _by_name(forms.mixed)
    for name, address in forms.addresses:
        columns.setdefault(ADDRESS_COLUMNS[name], []).append(address)
    for name, value in forms.numbers:
        columns.setdefault(NUMBER_COLUMNS[name], []).append(value)
    return columns


def _shapes(names: list[str]) -> list[str]:
    if len(names) <= SHAPE_FIELDS:
        return [SEPARATOR.join(names)] if names else []
    return [SEPARATOR.join(names[i : i + SHAPE_FIELDS]) for i in range(0, len(names), SHAPE_FIELDS)]


def _by_name(values: list[tuple[str, str]]) -> dict[str, list[str]]:
    # A JSON string that looks like a date is indexed as a date, not as words: a leading space keeps it text.
    found: dict[str, list[str]] = {}
    for name, text in values:
        found.setdefault(json_key(name), []).append(" " + text)
    return found
