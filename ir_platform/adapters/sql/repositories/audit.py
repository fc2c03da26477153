"""The audit trail in the database: it grows, and nothing here (nor the database's triggers) lets it do else."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from ir_platform.adapters.sql.head import Head
from ir_platform.adapters.sql.statements import insert_row, rows_with
from ir_platform.adapters.sql.tables.audit import audit_entries, audit_head
from ir_platform.domain.audit import AuditEntry, AuditFact, AuditFilter, AuditHead
from ir_platform.ports import Page

_BATCH = 1_000
"""Entries read at once: what `entries` holds in memory."""
_MAX_DIGITS = 18
"""Of a seq; Python refuses to read numbers of thousands of digits."""


class SqlAuditLog:
    """`ports.AuditLog`."""

    def __init__(self, connection: Connection, head: Head) -> None:
        self._connection = connection
        self._head = head

    def lock_head(self) -> AuditHead:
        return self._head.lock()

    def append(self, entry: AuditEntry) -> None:
        self._head.move_to(entry)
        insert_row(self._connection, audit_entries, _values(entry))

    def entries(self, *, after: int = 0) -> Iterator[AuditEntry]:
        while batch := self._batch(after):
            yield from batch
            after = batch[-1].seq

    def of_subject(self, subject: str) -> tuple[AuditEntry, ...]:
        """In order of seq."""
        return tuple(map(_entry, rows_with(self._connection, audit_entries, order=("seq",), subject=subject)))

    def page(self, wanted: AuditFilter, *, cursor: str | None, limit: int) -> Page[AuditEntry]:
        statement = select(audit_entries).order_by(audit_entries.c.seq.desc()).limit(limit + 1)
        for column, value in (
            (audit_entries.c.subject, wanted.subject),
            (audit_entries.c.actor, wanted.actor),
            (audit_entries.c.action, wanted.action),
        ):
            statement = statement if value is None else statement.where(column == value)
        if wanted.since is not None:
            statement = statement.where(audit_entries.c.at >= wanted.since)
        if wanted.until is not None:
            statement = statement.where(audit_entries.c.at < wanted.until)
        if cursor is not None:
            statement = statement.where(audit_entries.c.seq < _seq_of(cursor))
        found = tuple(map(_entry, self._connection.execute(statement)))
        shown = found[:limit]
        return Page(items=shown, cursor=str(shown[-1].seq) if len(found) > limit else None)

    def first_at(self, moment: datetime) -> int:
        # Times rise with seq only as well as the clocks of the processes do, and no index holds them: the first
        # match in order of seq is what a reader of the trail means.
        found = self._connection.scalar(select(func.min(audit_entries.c.seq)).where(audit_entries.c.at >= moment))
        last = self._connection.scalar(select(audit_head.c.seq))
        return int(found) if found is not None else int(last or 0) + 1

    def _batch(self, after: int) -> tuple[AuditEntry, ...]:
        rows = self._connection.execute(
            select(audit_entries).where(audit_entries.c.seq > after).order_by(audit_entries.c.seq).limit(_BATCH)
        )
        return tuple(map(_entry, rows))


def _seq_of(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= _MAX_DIGITS):
        raise ValueError("not a cursor of the audit trail")
    return int(cursor)


def _values(entry: AuditEntry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "at": entry.fact.at,
        "actor": entry.fact.actor,
        "actor_name": entry.fact.actor_name,
        "action": entry.fact.action,
        "subject": entry.fact.subject,
        "details": entry.fact.details,
        "prev_hash": entry.prev_hash,
        "hash": entry.hash,
    }


def _entry(row: Row[Any]) -> AuditEntry:
    fact = AuditFact(
        at=row.at,
        actor=row.actor,
        actor_name=row.actor_name,
        action=row.action,
        subject=row.subject,
        details=row.details,
    )
    return AuditEntry(seq=row.seq, fact=fact, prev_hash=row.prev_hash, hash=row.hash)
