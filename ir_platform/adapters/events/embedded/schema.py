"""The tantivy schema. The body of an event is not in it: `pos` points to it."""

from typing import Final

import tantivy

from ir_platform.adapters.events.query.fields import ADDRESS_FIELDS, DATE_FIELDS, NUMBER_FIELDS, TEXT_FIELDS

VERSION: Final = 2
"""Raised with every change of the schema or of the forms; an index of another version is made again."""

TEXT_COLUMNS: Final = {name: f"text{i}" for i, name in enumerate(TEXT_FIELDS)}
ADDRESS_COLUMNS: Final = {name: f"address{i}" for i, name in enumerate(ADDRESS_FIELDS)}
NUMBER_COLUMNS: Final = {name: f"number{i}" for i, name in enumerate(NUMBER_FIELDS + DATE_FIELDS)}
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


def json_key(name: str) -> str:
    """A field name as a key without any character that means something in a path."""
    return name.encode().hex()
