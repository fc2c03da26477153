"""Events as a file: JSON lines, a table for a spreadsheet, or Parquet. What stands in them is hostile text."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO, Protocol

from ir_platform.app.event_json import json_of
from ir_platform.app.event_parquet import ParquetFile
from ir_platform.app.spreadsheet import harmless
from ir_platform.domain.event_export import ExportForm
from ir_platform.ports import FoundEvent


class EventFile(Protocol):
    def add(self, events: Sequence[FoundEvent]) -> None: ...

    def close(self) -> None:
        """Write what belongs at the end; the target stays open."""


def event_file(form: ExportForm, target: IO[bytes], *, columns: Sequence[str]) -> EventFile:
    """`columns` are the fields of a table's columns, in their order."""
    match form:
        case ExportForm.JSONL:
            return JsonLines(target)
        case ExportForm.CSV:
            return Table(target, columns=columns)
        case ExportForm.PARQUET:
            return ParquetFile(target, columns=columns)


class JsonLines:
    """Every field of an event on a line of its own, its id as `_id`."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target

    def add(self, events: Sequence[FoundEvent]) -> None:
        self._target.write(b"".join(json_of({**event.fields, "_id": event.id}) + b"\n" for event in events))

    def close(self) -> None:
        pass


class Table:
    """UTF-8 with its mark and CRLF, as spreadsheets take it; a list or an object is one cell of JSON."""

    def __init__(self, target: IO[bytes], *, columns: Sequence[str]) -> None:
        self._target, self._columns = target, tuple(columns)
        self._write([[*map(harmless, self._columns), "_id"]], mark=b"\xef\xbb\xbf")

    def add(self, events: Sequence[FoundEvent]) -> None:
        self._write(
            [*(_cell(event.fields.get(name)) for name in self._columns), harmless(event.id)] for event in events
        )

    def close(self) -> None:
        pass

    def _write(self, rows: Iterable[Sequence[object]], *, mark: bytes = b"") -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerows(rows)
        # A spreadsheet has no use for half a surrogate pair, and UTF-8 has no bytes for it.
        self._target.write(mark + text.getvalue().encode(errors="replace"))


def _cell(value: object) -> object:
    return harmless(json_of(value).decode() if isinstance(value, (dict, list)) else value)
