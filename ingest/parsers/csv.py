"""Comma-separated exports with a heading line; also with semicolons, tabs or bars between the columns.

Source: exports of the Windows event viewer, firewalls, spreadsheets.
Fields: each column under its own name; Windows columns (`Channel`, `EventID`) get `winlog.*` as in `jsonl`.
Dataset `csv`. Time: the column named `@timestamp`, `UtcTime`, `timestamp`, `time`, `date`, …, in any case of letters.
A quoted value may hold line ends. The parser's state is the heading.
"""

import csv
import re
from typing import Any, Final

import orjson

from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.flat import time_of
from ingest.parsers.jsonl import finish
from ingest.parsers.windows import add_windows_fields

_DELIMITERS: Final = (",", ";", "\t", "|")
_NAME: Final = re.compile(r"[^\W\d][\w .@#/():%-]{0,99}|@timestamp|_time")
_MAX_COLUMNS: Final = 1_000
_NO_HEADING: Final = '["",[]]'
"""The state after a first line that is no heading: nothing after it can be read."""


class CsvParser:
    """Its state is the heading: delimiter and names."""

    def __init__(self, context: ParseContext) -> None:
        self._zone = context.timezone
        self._reference_ns = context.reference_ns
        self._delimiter = ""
        self._names: tuple[str, ...] = ()
        self._state = context.state
        if context.state:
            self._delimiter, names = orjson.loads(context.state)
            self._names = tuple(names)

    @property
    def state(self) -> str:
        return self._state

    def parse(self, text: str) -> Reading | Refusal | None:
        if not self._state:
            return self._parse_heading(text)
        if not self._names:
            return Refusal("bukan CSV: baris pertama bukan kepala kolom")
        cells = _cells(text, self._delimiter)
        if cells is None:
            return Refusal("baris CSV tidak sah")
        if len(cells) != len(self._names):
            return Refusal(f"jumlah kolom CSV {len(cells)}, seharusnya {len(self._names)}")
        fields: dict[str, Any] = {name: cell for name, cell in zip(self._names, cells, strict=True) if cell}
        add_windows_fields(fields)
        time_ns = time_of(fields, self._zone)
        return finish(fields, time_ns=time_ns, reference_ns=self._reference_ns, dataset="csv")

    def _parse_heading(self, text: str) -> Refusal | None:
        delimiter = max(_DELIMITERS, key=text.count)
        cells = _cells(text, delimiter)
        names = tuple(cell.strip() for cell in cells or ())
        self._state = _NO_HEADING
        if not 2 <= len(names) <= _MAX_COLUMNS or len(set(names)) != len(names):
            return Refusal("bukan CSV: baris pertama bukan kepala kolom")
        if not all(_NAME.fullmatch(name) for name in names):
            return Refusal("bukan CSV: nama kolom tidak sah")
        self._delimiter, self._names = delimiter, names
        self._state = orjson.dumps([delimiter, names]).decode()
        return None


def _cells(text: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None
