"""Events as Parquet, in groups of rows as they are read."""

from collections.abc import Sequence
from typing import IO, Final

from ir_platform.adapters.events.query.fields import Kind, kind_of
from ir_platform.adapters.events.query.text import time_span
from ir_platform.app.event_json import json_of
from ir_platform.ports import FoundEvent

_NUMBERS_END: Final = 2**63


class ParquetFile:
    """One column a field: times as UTC microseconds, numbers as 64-bit integers, all else as text.

    What does not fit its column's type is left out there; `_event` holds every event whole, as JSON.
    """

    def __init__(self, target: IO[bytes], *, columns: Sequence[str]) -> None:
        # Loaded where such a file is written: it costs a process 60 MB and a fifth of a second.
        import pyarrow  # noqa: PLC0415
        from pyarrow import parquet  # noqa: PLC0415

        text = pyarrow.string()
        types = {Kind.NUMBER: pyarrow.int64(), Kind.TIME: pyarrow.timestamp("us", tz="UTC")}
        types[Kind.DATE] = types[Kind.TIME]
        self._arrow, self._columns = pyarrow, tuple(columns)
        fields = [(name, types.get(kind_of(name), text)) for name in self._columns]
        self._schema = pyarrow.schema([*fields, ("_id", text), ("_event", text)])
        self._writer = parquet.ParquetWriter(target, self._schema, compression="zstd")

    def add(self, events: Sequence[FoundEvent]) -> None:
        columns = {name: [_value(name, event.fields.get(name)) for event in events] for name in self._columns}
        columns["_id"] = [_storable(event.id) for event in events]
        columns["_event"] = [json_of(event.fields).decode() for event in events]
        self._writer.write_table(self._arrow.Table.from_pydict(columns, schema=self._schema))

    def close(self) -> None:
        self._writer.close()


def _value(name: str, value: object) -> int | str | None:
    if value is None:
        return None
    kind = kind_of(name)
    if kind is Kind.NUMBER:
        return value if type(value) is int and -_NUMBERS_END <= value < _NUMBERS_END else None
    if kind in (Kind.TIME, Kind.DATE):
        span = time_span(value) if isinstance(value, str) else None
        return None if span is None else span[0]
    return _storable(value) if isinstance(value, str) else json_of(value).decode()


def _storable(text: str) -> str:
    """Half a surrogate pair has no bytes in UTF-8."""
    return text.encode(errors="replace").decode()
