"""What the database holds about one incident beyond its record, whatever room wrote it, and which files it names."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, LargeBinary, Row, Table, literal, select, union_all

from ir_platform.adapters.sql.tables.every import metadata
from ir_platform.domain.alert import IncidentId

NO_FILES: Final = frozenset(
    {
        ("alerts", "group_sha256"),
        ("custody", "sha256"),
        ("document_revisions", "content_sha256"),
        ("documents", "content_sha256"),
        ("playbook_texts", "sha256"),
        ("playbook_versions", "sha256"),
        ("remembered_answers", "request_sha256"),
        ("runs", "playbook_sha256"),
    }
)
"""Columns named for a SHA-256 that is not that of a stored file, or of one that another column names already."""
_KEY: Final = "incident_id"
_INCIDENTS: Final = "incidents"


def file_columns() -> tuple[Column[Any], ...]:
    """Return every column that names a stored file."""
    return tuple(
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("sha256") and (table.name, column.name) not in NO_FILES
    )


class SqlHoldings:
    """`ports.Holdings`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def is_file_in_use(self, sha256: str) -> bool:
        found = (select(literal(1).label("one")).where(column == sha256) for column in file_columns())
        return self._connection.execute(union_all(*found).limit(1)).first() is not None

    def rows_of(self, incident_id: IncidentId) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        for table in metadata.sorted_tables:
            belongs = belonging(table, incident_id)
            if belongs is not None:
                yield str(table.name), self._rows(table, belongs)

    def files_of(self, incident_id: IncidentId) -> tuple[tuple[str, str], ...]:
        found: set[tuple[str, str]] = set()
        for column in file_columns():
            belongs = belonging(column.table, incident_id)
            if belongs is not None:
                wanted = select(column).where(belongs, column.is_not(None))
                name = f"{column.table.name}.{column.name}"
                found |= {(name, sha256) for sha256 in self._connection.scalars(wanted)}
        return tuple(sorted(found))

    def _rows(self, table: Table, belongs: ColumnElement[bool]) -> list[dict[str, Any]]:
        wanted = select(table).where(belongs).order_by(*table.primary_key.columns)
        kept = [column for column in table.columns if not isinstance(column.type, LargeBinary)]
        return [_plain(kept, row) for row in self._connection.execute(wanted)]


def belonging(table: Table, incident_id: IncidentId) -> ColumnElement[bool] | None:
    """Return which rows of the table are about the incident: by its own column, or through the row they hang on.

    None: the table knows nothing of incidents.
    """
    if table.name == _INCIDENTS:
        return table.c.id == incident_id
    if _KEY in table.columns:
        return table.c[_KEY] == incident_id
    for key in table.foreign_keys:
        above = key.column.table
        belongs = None if above.name in {table.name, _INCIDENTS} else belonging(above, incident_id)
        if belongs is not None:
            return key.parent.in_(select(key.column).where(belongs))
    return None


def _plain(columns: list[Column[Any]], row: Row[Any]) -> dict[str, Any]:
    return {str(column.name): _json_value(row._mapping[column]) for column in columns}


def _json_value(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, str) and value[:1] in {"{", "["}:
        return _parsed(value)
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def _parsed(text: str) -> object:
    """Return JSON text as its value; a text that only looks like JSON stays what it is."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
