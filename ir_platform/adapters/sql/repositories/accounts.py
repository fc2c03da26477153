"""Accounts in the database, each with the positions it was given."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from ir_platform.adapters.sql.columns import dump_list
from ir_platform.adapters.sql.repositories.positions import SqlPositions
from ir_platform.adapters.sql.statements import MissingRowError, insert_if_new, row_with
from ir_platform.adapters.sql.tables.people import accounts
from ir_platform.domain.person import Account, AccountId
from ir_platform.domain.position import Position
from ir_platform.ports import NameTakenError

_NO_ROLES = dump_list(())


class SqlAccounts:
    """`ports.Accounts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._positions = SqlPositions(connection)

    def add(self, account: Account) -> None:
        if not insert_if_new(self._connection, accounts, {**_values(account), "roles": _NO_ROLES}):
            raise NameTakenError(name=account.username)
        for position in account.positions:
            self._positions.add(position)

    def save(self, account: Account) -> None:
        """Raises: MissingRowError."""
        statement = update(accounts).where(accounts.c.id == account.id).values(_values(account))
        if self._connection.execute(statement).rowcount != 1:
            raise MissingRowError(table="accounts", key=account.id)

    def by_id(self, account_id: AccountId) -> Account | None:
        return self._with_positions(row_with(self._connection, accounts, id=account_id))

    def by_username(self, username: str) -> Account | None:
        return self._with_positions(row_with(self._connection, accounts, username=username))

    def all(self) -> tuple[Account, ...]:
        rows = self._connection.execute(select(accounts).order_by(accounts.c.username)).all()
        held = self._positions.by_holder()
        return tuple(_account(row, held.get(row.id, ())) for row in rows)

    def _with_positions(self, row: Row[Any] | None) -> Account | None:
        return None if row is None else _account(row, self._positions.of_account(row.id))


def _values(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "username": account.username,
        "display_name": account.display_name,
        "jabatan": account.jabatan,
        "office_id": account.office_id,
        "is_admin": account.is_admin,
        "password_hash": account.password_hash,
        "must_change_password": account.must_change_password,
        "disabled": account.disabled,
        "token_epoch": account.token_epoch,
        "created_at": account.created_at,
    }


def _account(row: Row[Any], positions: Sequence[Position]) -> Account:
    return Account(
        id=row.id,
        username=row.username,
        display_name=row.display_name,
        jabatan=row.jabatan,
        office_id=row.office_id,
        positions=tuple(positions),
        is_admin=row.is_admin,
        password_hash=row.password_hash,
        must_change_password=row.must_change_password,
        disabled=row.disabled,
        token_epoch=row.token_epoch,
        created_at=row.created_at,
    )
