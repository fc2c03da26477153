"""Statements that several repositories need and that the two databases spell alike."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Delete,
    Insert,
    Select,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite


class MissingRowError(Exception):
    """A record was to be saved that was never added."""

    def __init__(self, *, table: str, key: str) -> None:
        super().__init__(f"{table}: no row {key}")
        self.table, self.key = table, key


def insert_row(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    connection.execute(_insertion(table), dict(values))


def rows_with(connection: Connection, table: Table, *, order: tuple[str, ...] = (), **key: object) -> CursorResult[Any]:
    """Return the rows whose columns have these values, in the order of the columns named."""
    return connection.execute(_selection(table, tuple(key), order), _bound(key))


def update_rows(connection: Connection, table: Table, values: Mapping[str, Any], **key: object) -> int:
    """Change the rows whose columns have these values; return how many."""
    return connection.execute(_change(table, tuple(key)), {**values, **_bound(key)}).rowcount


def delete_rows(connection: Connection, table: Table, **key: object) -> None:
    connection.execute(_removal(table, tuple(key)), _bound(key))


# A plain statement is built once: to build one takes SQLAlchemy three times as long as to run it (70 us against 20).
@cache
def _insertion(table: Table) -> Insert:
    return insert(table)


@cache
def _selection(table: Table, names: tuple[str, ...], order: tuple[str, ...]) -> Select[Any]:
    return select(table).where(_matches(table, names)).order_by(*(table.c[name] for name in order))


@cache
def _change(table: Table, names: tuple[str, ...]) -> Update:
    return update(table).where(_matches(table, names))


@cache
def _removal(table: Table, names: tuple[str, ...]) -> Delete:
    return delete(table).where(_matches(table, names))


def _matches(table: Table, names: tuple[str, ...]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == bindparam(f"wanted_{name}") for name in names))


def _bound(key: Mapping[str, object]) -> dict[str, object]:
    return {f"wanted_{name}": value for name, value in key.items()}


def insert_into(connection: Connection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """Return an INSERT of this connection's dialect, which knows ON CONFLICT."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def insert_if_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert the row and return True; return False, changing nothing, where a unique key of it is taken.

    Unlike a caught IntegrityError this leaves a PostgreSQL transaction usable.
    """
    statement = insert_into(connection, table).values(values).on_conflict_do_nothing()
    return connection.execute(statement.returning(*table.primary_key)).first() is not None


def contains_words(column: ColumnElement[str], words: str) -> Sequence[ColumnElement[bool]]:
    """Return one condition per word: the case-folded column contains it, `%` and `_` meaning themselves."""
    return [column.contains(word, autoescape=True) for word in words.casefold().split()]
