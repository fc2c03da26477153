"""Register numbers in the database, without gaps per office, kind and year."""

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from ir_platform.adapters.sql.head import Head
from ir_platform.adapters.sql.tables.paper import office_registers
from ir_platform.domain.office import HOME_OFFICE, OfficeId


class SqlRegisters:
    """`ports.Registers`."""

    def __init__(self, connection: Connection, head: Head) -> None:
        self._connection = connection
        self._head = head

    def next(self, kind: str, year: int, *, office_id: OfficeId = HOME_OFFICE) -> int:
        # The head's row first, always: two writers that lock the two rows in opposite order would block each other.
        if self._connection.dialect.name != "sqlite":  # there a transaction that writes is alone anyway
            self._head.lock()
        drawn = _draw(postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert)
        values = {"office_id": office_id, "kind": kind, "year": year, "last_number": 1}
        return int(self._connection.execute(drawn, values).scalar_one())


@cache
def _draw(insert: "Callable[[Table], sqlite.Insert | postgresql.Insert]") -> ReturningInsert[Any]:
    return (
        insert(office_registers)
        .on_conflict_do_update(
            index_elements=[office_registers.c.office_id, office_registers.c.kind, office_registers.c.year],
            set_={"last_number": office_registers.c.last_number + 1},
        )
        .returning(office_registers.c.last_number)
    )
