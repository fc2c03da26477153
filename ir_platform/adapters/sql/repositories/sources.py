"""Senders of logs in the database."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from ir_platform.adapters.sql.columns import storable
from ir_platform.adapters.sql.statements import (
    delete_oldest,
    insert_if_new,
    insert_into,
    row_with,
    rows_with,
    without_key,
)
from ir_platform.adapters.sql.tables.sources import source_activity, source_rates, sources, tailed_files
from ir_platform.domain.source import Heard, Source, SourceActivity, SourceId, SourceRate, span_of
from ir_platform.ports import ConflictError, NameTakenError, TailedFile


class SqlSources:
    """`ports.Sources`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, source: Source) -> None:
        if not insert_if_new(self._connection, sources, asdict(source)):
            raise NameTakenError(name=source.name)

    def save(self, source: Source) -> None:
        """Raises: ConflictError, NameTakenError."""
        same = row_with(self._connection, sources, address=source.address) if source.address else None
        if same is not None and same.id != source.id:
            raise NameTakenError(name=same.name)
        values = without_key(sources, {**asdict(source), "version": source.version + 1})
        unchanged = (sources.c.id == source.id, sources.c.version == source.version)
        if self._connection.execute(update(sources).where(*unchanged).values(values)).rowcount != 1:
            raise ConflictError(subject=f"source:{source.name}", expected=source.version, found=None)

    def get(self, source_id: SourceId) -> Source | None:
        row = row_with(self._connection, sources, id=storable(source_id))
        return None if row is None else _source(row)

    def by_name(self, name: str) -> Source | None:
        row = row_with(self._connection, sources, name=storable(name))
        return None if row is None else _source(row)

    def all(self) -> tuple[Source, ...]:
        return tuple(map(_source, rows_with(self._connection, sources, order=("name",))))

    def note(self, heard: Sequence[Heard], *, at: datetime) -> None:
        for one in heard:
            self._note_activity(one, at=at)
            if one.events or one.rejected:
                self._note_rate(one, at=at)

    def _note_activity(self, one: Heard, *, at: datetime) -> None:
        has_come = bool(one.events or one.rejected)
        values = {
            "key": storable(one.key),
            "last_seen": at if has_come else None,
            "events": one.events,
            "rejected": one.rejected,
            "quiet_seconds": one.quiet_seconds,
        }
        changed: dict[str, Any] = {
            "events": source_activity.c.events + one.events,
            "rejected": source_activity.c.rejected + one.rejected,
            "quiet_seconds": one.quiet_seconds,
        }
        if has_come:
            changed["last_seen"] = at
        statement = insert_into(self._connection, source_activity).values(values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=("key",), set_=changed))

    def _note_rate(self, one: Heard, *, at: datetime) -> None:
        values = {
            "key": storable(one.key),
            "start": span_of(at),
            "events": one.events,
            "rejected": one.rejected,
        }
        changed = {
            "events": source_rates.c.events + one.events,
            "rejected": source_rates.c.rejected + one.rejected,
        }
        statement = insert_into(self._connection, source_rates).values(values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=("key", "start"), set_=changed))

    def activity(self) -> tuple[SourceActivity, ...]:
        return tuple(
            SourceActivity(
                key=row.key,
                last_seen=row.last_seen,
                events=row.events,
                rejected=row.rejected,
                quiet_seconds=row.quiet_seconds,
            )
            for row in rows_with(self._connection, source_activity, order=("key",))
        )

    def rates(self, *, since: datetime) -> tuple[SourceRate, ...]:
        order = (source_rates.c.key, source_rates.c.start)
        asked = select(source_rates).where(source_rates.c.start >= since).order_by(*order)
        return tuple(
            SourceRate(key=row.key, start=row.start, events=row.events, rejected=row.rejected)
            for row in self._connection.execute(asked)
        )

    def prune_rates(self, *, before: datetime, limit: int) -> int:
        return delete_oldest(self._connection, source_rates, "start", before=before, limit=limit)

    def prune_unnamed(self, *, before: datetime, limit: int) -> int:
        unnamed = (source_activity.c.key.startswith("address:"),)
        return delete_oldest(self._connection, source_activity, "last_seen", before=before, limit=limit, only=unnamed)

    def tailed(self, source_id: SourceId) -> tuple[TailedFile, ...]:
        return tuple(
            TailedFile(
                file=row.file,
                path=row.path,
                offset=row.offset,
                record=row.record,
                format=row.format,
                state=row.state,
                read_at=row.read_at,
            )
            for row in rows_with(self._connection, tailed_files, order=("file",), source_id=source_id)
        )

    def note_tailed(self, source_id: SourceId, tailed: TailedFile) -> None:
        values = {"source_id": source_id, **asdict(tailed)}
        statement = insert_into(self._connection, tailed_files).values(values)
        changed = without_key(tailed_files, values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=("source_id", "file"), set_=changed))

    def prune_tailed(self, *, before: datetime, limit: int) -> int:
        return delete_oldest(self._connection, tailed_files, "read_at", before=before, limit=limit)


def _source(row: Row[Any]) -> Source:
    return Source(
        id=SourceId(row.id),
        name=row.name,
        key_hash=row.key_hash,
        created_at=row.created_at,
        address=row.address,
        path=row.path,
        timezone=row.timezone,
        format=row.format,
        format_string=row.format_string,
        silent_minutes=row.silent_minutes,
        is_hmac_required=row.is_hmac_required,
        disabled=row.disabled,
        version=row.version,
    )
