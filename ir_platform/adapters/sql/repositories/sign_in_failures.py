"""Failed sign-ins, in the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from ir_platform.adapters.sql.statements import delete_oldest, delete_rows, insert_into, row_with, update_rows
from ir_platform.adapters.sql.tables.people import sign_in_failures
from ir_platform.domain.sign_in import Failures


class SqlSignInFailures:
    """`ports.SignInFailures`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, key: str) -> Failures | None:
        row = row_with(self._connection, sign_in_failures, key=key)
        return None if row is None else _failures(row)

    def lock(self, key: str, now: datetime) -> Failures:
        # A change to what it is already locks the row, made or found: to ask first would let two first failures at once
        # both find none, and let a row that was found be forgotten before it is locked.
        none = insert_into(self._connection, sign_in_failures).values(
            _values(Failures(key=key, count=0, last=now, waits_until=now))
        )
        statement = none.on_conflict_do_update(index_elements=["key"], set_={"key": none.excluded.key})
        return _failures(self._connection.execute(statement.returning(*sign_in_failures.c)).one())

    def save(self, failures: Failures) -> None:
        update_rows(self._connection, sign_in_failures, _values(failures), key=failures.key)

    def forget(self, key: str) -> None:
        delete_rows(self._connection, sign_in_failures, key=key)

    def prune(self, *, before: datetime, limit: int) -> int:
        return delete_oldest(self._connection, sign_in_failures, "last_at", before=before, limit=limit)


def _values(one: Failures) -> dict[str, Any]:
    return {"key": one.key, "failures": one.count, "last_at": one.last, "waits_until": one.waits_until}


def _failures(row: Row[Any]) -> Failures:
    return Failures(key=row.key, count=row.failures, last=row.last_at, waits_until=row.waits_until)
