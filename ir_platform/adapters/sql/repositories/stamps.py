"""Time stamps (RFC 3161) that an authority gave for entries of the audit trail."""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from ir_platform.adapters.sql.statements import insert_if_new
from ir_platform.adapters.sql.tables.custody import audit_stamps
from ir_platform.domain.audit import AuditStamp


class SqlAuditStamps:
    """`ports.AuditStamps`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_if_new(self, stamp: AuditStamp) -> None:
        values = {"seq": stamp.seq, "hash": stamp.hash, "at": stamp.at, "token": stamp.token}
        insert_if_new(self._connection, audit_stamps, values)

    def last(self) -> AuditStamp | None:
        row = self._connection.execute(select(audit_stamps).order_by(audit_stamps.c.seq.desc()).limit(1)).first()
        return None if row is None else AuditStamp(seq=row.seq, hash=row.hash, at=row.at, token=bytes(row.token))

    def all(self) -> Iterator[AuditStamp]:
        rows = self._connection.execute(select(audit_stamps).order_by(audit_stamps.c.seq))
        for row in rows:
            yield AuditStamp(seq=row.seq, hash=row.hash, at=row.at, token=bytes(row.token))
