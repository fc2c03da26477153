"""Offices in the database."""

from typing import Any

from sqlalchemy import Connection, Row, select

from ir_platform.adapters.sql.statements import insert_if_new, row_with
from ir_platform.adapters.sql.tables.people import offices
from ir_platform.domain.office import HOME_OFFICE, Office, OfficeId
from ir_platform.ports import NameTakenError


class SqlOffices:
    """`ports.Offices`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, office: Office) -> None:
        values = {"id": office.id, "kode": office.kode, "nama": office.nama}
        if not insert_if_new(self._connection, offices, values):
            raise NameTakenError(name=office.kode)

    def get(self, office_id: OfficeId) -> Office | None:
        row = row_with(self._connection, offices, id=office_id)
        return None if row is None else _office(row)

    def all(self) -> tuple[Office, ...]:
        home_first = (offices.c.id != HOME_OFFICE, offices.c.nama, offices.c.id)
        return tuple(map(_office, self._connection.execute(select(offices).order_by(*home_first))))


def _office(row: Row[Any]) -> Office:
    return Office(id=row.id, kode=row.kode, nama=row.nama)
