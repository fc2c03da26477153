"""The tantivy schema, and an event's forms as one of its documents. The body is not in it: `pos` points to it."""

from typing import Any, Final

import orjson
import tantivy

from ir_platform.adapters.events.query.fields import ADDRESS_FIELDS, DATE_FIELDS, NUMBER_FIELDS, TEXT_FIELDS
from ir_platform.adapters.events.query.forms import SEPARATOR, Forms, number_term
from ir_platform.adapters.events.query.text import MAX_TIME_US

VERSION: Final = 2
"""Raised with every change of the schema or of the forms; an index of another version is made again."""

TEXT_COLUMNS: Final = {name: f"text{i}" for i, name in enumerate(TEXT_FIELDS)}
ADDRESS_COLUMNS: Final = {name: f"address{i}" for i, name in enumerate(ADDRESS_FIELDS)}
NUMBER_COLUMNS: Final = {name: f"number{i}" for i, name in enumerate(NUMBER_FIELDS + DATE_FIELDS)}
SHAPE_FIELDS: Final = 64
"""Field names joined into one term; events of one source share it, so `_exists_` looks at few terms."""
_WORDS: Final = "words"


def build_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("time", fast=True)
    builder.add_unsigned_field("pos", fast=True)
    builder.add_unsigned_field("tie", fast=True)
    builder.add_text_field("shape", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("whole", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("others", tokenizer_name=_WORDS)
    for column in TEXT_COLUMNS.values():
        builder.add_text_field(column, tokenizer_name=_WORDS)
    builder.add_json_field("mixed", tokenizer_name=_WORDS)
    for column in ADDRESS_COLUMNS.values():
        builder.add_ip_addr_field(column, fast=True)
    for column in NUMBER_COLUMNS.values():
        builder.add_float_field(column, fast=True)
    return builder.build()


def prepare(index: tantivy.Index) -> tantivy.Index:
    """Give an opened index its tokenizer and leave reloading to us: by default a thread of tantivy polls the folder.

    Text arrives folded, so words are only cut, at everything that is no letter or digit (`query.text.words`).
    """
    cutter = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).build()
    index.register_tokenizer(_WORDS, cutter)
    index.config_reader(reload_policy="manual")
    return index


def document(forms: Forms, *, pos: int, tie: int) -> str:
    """Return the event as a document in JSON, which tantivy takes faster than an object built field by field."""
    columns: dict[str, Any] = {
        "time": max(-MAX_TIME_US, min(MAX_TIME_US, forms.time_us)),
        "pos": pos,
        "tie": tie,
        "shape": shapes(forms.names),
        "whole": [*forms.whole, *(number_term(name, value) for name, value in forms.loose_numbers)],
        "others": forms.others,
    }
    for name, values in forms.texts.items():
        columns[TEXT_COLUMNS[name]] = values
    if forms.mixed:
        columns["mixed"] = _by_name(forms.mixed)
    for name, address in forms.addresses:
        columns.setdefault(ADDRESS_COLUMNS[name], []).append(address)
    for name, value in forms.numbers:
        columns.setdefault(NUMBER_COLUMNS[name], []).append(value)
    return orjson.dumps(columns).decode()


def shapes(names: list[str]) -> list[str]:
    return [SEPARATOR.join(names[i : i + SHAPE_FIELDS]) for i in range(0, len(names), SHAPE_FIELDS)]


def json_key(name: str) -> str:
    """A field name as a key without any character that means something in a path."""
    return name.encode().hex()


def _by_name(values: list[tuple[str, str]]) -> dict[str, list[str]]:
    # A JSON string that looks like a date is indexed as a date, not as words: a leading space keeps it text.
    found: dict[str, list[str]] = {}
    for name, text in values:
        found.setdefault(json_key(name), []).append(" " + text)
    return found
