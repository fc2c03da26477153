"""The one row of `audit_head`: whoever writes the trail, draws a number or a change's id waits for its lock."""

from sqlalchemy import Connection, select

from ir_platform.adapters.sql.engine import is_read_only
from ir_platform.adapters.sql.statements import update_rows
from ir_platform.adapters.sql.tables.audit import audit_head
from ir_platform.domain.audit import AuditEntry, AuditHead
from ir_platform.ports import ConflictError

_HEAD = select(audit_head.c.seq, audit_head.c.hash)
_LOCKED_HEAD = _HEAD.with_for_update()


class Head:
    """As one transaction sees it: once locked, nobody else changes it, so it is read once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._held: AuditHead | None = None

    def lock(self) -> AuditHead:
        """Return the head, locked until the commit.

        In a `read()` transaction it is only read: nothing can follow that would need the lock.
        """
        if self._held is not None:
            return self._held
        reads_only = is_read_only(self._connection)
        row = self._connection.execute(_HEAD if reads_only else _LOCKED_HEAD).one()
        head = AuditHead(seq=row.seq, hash=row.hash)
        self._held = None if reads_only else head
        return head

    def move_to(self, entry: AuditEntry) -> None:
        """Let the entry be the last of the trail. Raises: ConflictError where it does not follow the one that is."""
        after = AuditHead(seq=entry.seq, hash=entry.hash)
        values = {"seq": after.seq, "hash": after.hash}
        if update_rows(self._connection, audit_head, values, seq=entry.seq - 1, hash=entry.prev_hash) != 1:
            found = self._connection.scalar(select(audit_head.c.seq))
            raise ConflictError(subject="audit", expected=entry.seq - 1, found=found)
        self._held = after
