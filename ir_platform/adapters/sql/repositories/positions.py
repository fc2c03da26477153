"""Positions in the database."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection, Row

from ir_platform.adapters.sql.columns import dump_list, load_strings
from ir_platform.adapters.sql.statements import MissingRowError, insert_row, row_with, rows_with, update_rows
from ir_platform.adapters.sql.tables.people import positions
from ir_platform.domain.account_id import AccountId
from ir_platform.domain.office import OfficeId
from ir_platform.domain.position import Kedudukan, Position, PositionId


class SqlPositions:
    """`ports.Positions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, position: Position) -> None:
        insert_row(self._connection, positions, _values(position))

    def save(self, position: Position) -> None:
        """Raises: MissingRowError."""
        if update_rows(self._connection, positions, _values(position), id=position.id) != 1:
            raise MissingRowError(table="positions", key=position.id)

    def get(self, position_id: PositionId) -> Position | None:
        row = row_with(self._connection, positions, id=position_id)
        return None if row is None else _position(row)

    def of_account(self, account_id: AccountId) -> tuple[Position, ...]:
        """Oldest first."""
        return self._with(account_id=account_id)

    def of_office(self, office_id: OfficeId) -> tuple[Position, ...]:
        return self._with(office_id=office_id)

    def by_holder(self) -> dict[AccountId, list[Position]]:
        """Every position, oldest first, with the account that was given it."""
        held: defaultdict[AccountId, list[Position]] = defaultdict(list)
        for position in self._with():
            held[position.account_id].append(position)
        return dict(held)

    def _with(self, **key: object) -> tuple[Position, ...]:
        return tuple(map(_position, rows_with(self._connection, positions, order=("begins", "id"), **key)))


def _values(position: Position) -> dict[str, Any]:
    return {
        "id": position.id,
        "account_id": position.account_id,
        "office_id": position.office_id,
        "jabatan": position.jabatan,
        "roles": dump_list(sorted(position.roles)),
        "kedudukan": position.kedudukan.value,
        "begins": position.begins,
        "ends": position.ends,
        "letter_number": position.letter_number,
        "letter_date": position.letter_date,
        "replaces": position.replaces,
    }


def _position(row: Row[Any]) -> Position:
    return Position(
        id=row.id,
        account_id=row.account_id,
        office_id=row.office_id,
        jabatan=row.jabatan,
        roles=frozenset(load_strings(row.roles)),
        kedudukan=Kedudukan(row.kedudukan),
        begins=row.begins,
        ends=row.ends,
        letter_number=row.letter_number,
        letter_date=row.letter_date,
        replaces=row.replaces,
    )
