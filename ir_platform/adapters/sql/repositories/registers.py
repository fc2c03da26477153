"""Register numbers in the database, without gaps per kind and year."""

from sqlalchemy import Connection, select

from ir_platform.adapters.sql.statements import insert_into
from ir_platform.adapters.sql.tables.audit import audit_head
from ir_platform.adapters.sql.tables.records import registers


class SqlRegisters:
    """`ports.Registers`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next(self, kind: str, year: int) -> int:
        # The head's row first, always: two writers that lock the two rows in opposite order would block each other.
        self._connection.execute(select(audit_head.c.seq).with_for_update())
        first = insert_into(self._connection, registers).values(kind=kind, year=year, last_number=1)
        drawn = first.on_conflict_do_update(
            index_elements=[registers.c.kind, registers.c.year],
            set_={"last_number": registers.c.last_number + 1},
        ).returning(registers.c.last_number)
        return int(self._connection.execute(drawn).scalar_one())
