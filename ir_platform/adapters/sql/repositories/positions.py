"""Positions in the database."""

from collections import defaultdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from ir_platform.adapters.sql.columns import dump_list, load_strings
from ir_platform.adapters.sql.statements import MissingRowError
from ir_platform.adapters.sql.tables.people import positions
from ir_platform.domain.account_id import AccountId
from ir_platform.domain.office import OfficeId
from ir_platform.domain.position import Kedudukan, Position, PositionId


class SqlPositions:
    """`ports.Positions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, position: Position) -> None:
        self._connection.execute(insert(positions).values(_values(position)))

    def save(self, position: Position) -> None:
        """Raises: MissingRowError."""
        statement = update(positions).where(positions.c.id == position.id).values(_values(position))
        if self._connection.execute(statement).rowcount != 1:
            raise MissingRowError(table="positions", key=position.id)

    def get(self, position_id: PositionId) -> Position | None:
        return next(iter(self._load(positions.c.id == position_id)), None)

    def of_account(self, account_id: AccountId) -> tuple[Position, ...]:
        """Oldest first."""
        return self._load(positions.c.account_id == account_id)

    def of_office(self, office_id: OfficeId) -> tuple[Position, ...]:
        return self._load(positions.c.office_id == office_id)

    def by_holder(self) -> dict[AccountId, list[Position]]:
        """Every position, oldest first, with the account that was given it."""
        held: defaultdict[AccountId, list[Position]] = defaultdict(list)
        for position in self._load():
            held[position.account_id].append(position)
        return dict(held)

    def _load(self, *wanted: ColumnElement[bool]) -> tuple[Position, ...]:
        rows = self._connection.execute(select(positions).where(*wanted).order_by(positions.c.begins, positions.c.id))
        return tuple(map(_position, rows))


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
