"""What the live page is told, in the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from ir_platform.adapters.sql.statements import insert_rows
from ir_platform.adapters.sql.tables.audit import audit_head, changes
from ir_platform.domain.change import Change

# Drawn together, by changing the head's row: its lock is held until the commit, so that a reader who has seen an id
# will never meet a smaller one later. A sequence gives ids in the order of drawing, not of committing.
_DRAW = (
    update(audit_head)
    .values(last_change_id=audit_head.c.last_change_id + bindparam("drawn"))
    .returning(audit_head.c.last_change_id)
)


class SqlChanges:
    """`ports.Changes`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._added: list[dict[str, Any]] = []

    def add(self, topic: str, subject: str, at: datetime) -> None:
        """Written with the others by `flush`, so that the head's lock is held no longer than it must be."""
        self._added.append({"topic": topic, "subject": subject, "at": at})

    def flush(self) -> None:
        """Write what was added; called once, as the last thing before the commit."""
        if not self._added:
            return
        last = int(self._connection.execute(_DRAW, {"drawn": len(self._added)}).scalar_one())
        first = last - len(self._added) + 1
        insert_rows(self._connection, changes, [{"id": id_, **one} for id_, one in enumerate(self._added, first)])
        self._added.clear()

    def after(self, change_id: int, *, limit: int) -> tuple[Change, ...]:
        """Oldest first."""
        rows = self._connection.execute(
            select(changes).where(changes.c.id > change_id).order_by(changes.c.id).limit(limit)
        )
        return tuple(Change(id=row.id, topic=row.topic, subject=row.subject, at=row.at) for row in rows)

    def prune(self, *, before: datetime, limit: int) -> int:
        # By id, which rises with the time: there is no index of times, and the oldest ids are read first anyway.
        oldest = select(changes.c.id, changes.c.at).order_by(changes.c.id).limit(limit).subquery()
        old = select(oldest.c.id).where(oldest.c.at < before)
        return self._connection.execute(delete(changes).where(changes.c.id.in_(old))).rowcount

    def last_id(self) -> int:
        """0 where nothing has changed yet."""
        return int(self._connection.execute(select(audit_head.c.last_change_id)).scalar_one())
