"""Register numbers in the database, without gaps per office, kind and year."""

from sqlalchemy import Connection, select

from ir_platform.adapters.sql.statements import insert_into
from ir_platform.adapters.sql.tables.audit import audit_head
from ir_platform.adapters.sql.tables.paper import office_registers
from ir_platform.domain.office import HOME_OFFICE, OfficeId


class SqlRegisters:
    """`ports.Registers`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next(self, kind: str, year: int, *, office_id: OfficeId = HOME_OFFICE) -> int:
        # The head's row first, always: two writers that lock the two rows in opposite order would block each other.
        self._connection.execute(select(audit_head.c.seq).with_for_update())
        first = insert_into(self._connection, office_registers).values(
            office_id=office_id, kind=kind, year=year, last_number=1
        )
        drawn = first.on_conflict_do_update(
            index_elements=[office_registers.c.office_id, office_registers.c.kind, office_registers.c.year],
            set_={"last_number": office_registers.c.last_number + 1},
        ).returning(office_registers.c.last_number)
        return int(self._connection.execute(drawn).scalar_one())
