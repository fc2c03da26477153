"""What the live page is told, in the database."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from ir_platform.adapters.sql.tables.audit import audit_head, changes
from ir_platform.domain.change import Change


class SqlChanges:
    """`ports.Changes`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, topic: str, subject: str, at: datetime) -> None:
        # Drawn by changing the head's row: its lock is held until the commit, so that a reader who has seen an id
        # will never meet a smaller one later. A sequence gives ids in the order of drawing, not of committing.
        drawn = update(audit_head).values(last_change_id=audit_head.c.last_change_id + 1)
        change_id = self._connection.execute(drawn.returning(audit_head.c.last_change_id)).scalar_one()
        self._connection.execute(insert(changes).values(id=change_id, topic=topic, subject=subject, at=at))

    def after(self, change_id: int, *, limit: int) -> tuple[Change, ...]:
        """Oldest first."""
        rows = self._connection.execute(
            select(changes).where(changes.c.id > change_id).order_by(changes.c.id).limit(limit)
        )
        return tuple(Change(id=row.id, topic=row.topic, subject=row.subject, at=row.at) for row in rows)

    def last_id(self) -> int:
        """0 where nothing has changed yet."""
        return int(self._connection.execute(select(audit_head.c.last_change_id)).scalar_one())
