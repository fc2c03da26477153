"""Statements that several repositories need and that the two databases spell alike."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Insert,
    Row,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

ASKED: Final = "irp_asked"
"""Execution option of a connection that sees one snapshot: what was asked of it already, with the answers."""
_KEPT_ANSWERS: Final = 1_000


class MissingRowError(Exception):
    """A record was to be saved that was never added."""

    def __init__(self, *, table: str, key: str) -> None:
        super().__init__(f"{table}: no row {key}")
        self.table, self.key = table, key


def insert_row(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    connection.execute(_insertion(table), dict(values))


def insert_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of the same columns, in their order."""
    if rows:
        connection.execute(_insertion(table), rows)


def rows_with(
    connection: Connection, table: Table, *, order: tuple[str, ...] = (), **key: object
) -> Sequence[Row[Any]]:
    """Return the rows whose columns have these values, in the order of the columns named."""
    return rows_of(connection, _selection(table, tuple(key), order), _bound(key))


def row_with(connection: Connection, table: Table, **key: object) -> Row[Any] | None:
    """Return the row whose columns have these values, None where there is none."""
    return next(iter(rows_of(connection, _selection(table, tuple(key), ()), _bound(key))), None)


def rows_of(connection: Connection, statement: Select[Any], values: Mapping[str, object]) -> Sequence[Row[Any]]:
    """Return the rows of a query that was built once, with these values (hashable) for its parameters.

    Of one snapshot the same is asked once: several parts of an answer look at the same incident, each for itself.
    """
    asked = connection.get_execution_options().get(ASKED)
    if asked is None:
        return connection.execute(statement, dict(values)).all()
    question = (statement, *values.items())
    if question not in asked:
        if len(asked) >= _KEPT_ANSWERS:
            asked.clear()
        asked[question] = connection.execute(statement, dict(values)).all()
    answer: Sequence[Row[Any]] = asked[question]
    return answer


def update_rows(connection: Connection, table: Table, values: Mapping[str, Any], **key: object) -> int:
    """Change the rows whose columns have these values; return how many. Their primary key stays what it is."""
    changed = without_key(table, values)
    return connection.execute(_change(table, tuple(key)), {**changed, **_bound(key)}).rowcount


def without_key(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that an UPDATE is to set.

    Not the primary key: SQLite takes one that is set for one that changes, even to what it was, and looks through every
    table that refers to it (70 ms at 100,000 incidents).
    """
    return {name: value for name, value in values.items() if name not in table.primary_key.columns}


def delete_rows(connection: Connection, table: Table, **key: object) -> None:
    connection.execute(_removal(table, tuple(key)), _bound(key))


def delete_oldest(
    connection: Connection,
    table: Table,
    time: str,
    *,
    before: datetime,
    limit: int,
    only: Sequence[ColumnElement[bool]] = (),
) -> int:
    """Remove at most `limit` rows whose time is before that, the oldest first; return how many were removed.

    A few at a time, because a writer waits for each; `only` says which others are not to be kept.
    """
    oldest = (
        select(*table.primary_key)
        .where(table.c[time] < before, *only)
        .order_by(table.c[time])
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    statement = delete(table).where(tuple_(*table.primary_key).in_(oldest))
    return connection.execute(statement).rowcount


# A plain statement is built once: to build one takes SQLAlchemy three times as long as to run it (70 us against 20).
@cache
def _insertion(table: Table) -> Insert:
    return insert(table)


@cache
def _insertion_if_new(dialect: str, table: Table) -> ReturningInsert[Any]:
    statement = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return statement.on_conflict_do_nothing().returning(*table.primary_key)


@cache
def _selection(table: Table, names: tuple[str, ...], order: tuple[str, ...]) -> Select[Any]:
    return select(table).where(*_matches(table, names)).order_by(*(table.c[name] for name in order))


@cache
def _change(table: Table, names: tuple[str, ...]) -> Update:
    return update(table).where(*_matches(table, names))


@cache
def _removal(table: Table, names: tuple[str, ...]) -> Delete:
    return delete(table).where(*_matches(table, names))


def _matches(table: Table, names: tuple[str, ...]) -> tuple[ColumnElement[bool], ...]:
    return tuple(table.c[name] == bindparam(f"wanted_{name}") for name in names)


def _bound(key: Mapping[str, object]) -> dict[str, object]:
    return {f"wanted_{name}": value for name, value in key.items()}


def insert_into(connection: Connection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """Return an INSERT of this connection's dialect, which knows ON CONFLICT."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def insert_if_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert the row and return True; return False, changing nothing, where a unique key of it is taken.

    Unlike a caught IntegrityError this leaves a PostgreSQL transaction usable.
    """
    return connection.execute(_insertion_if_new(connection.dialect.name, table), dict(values)).first() is not None


def contains_words(column: ColumnElement[str], words: str) -> Sequence[ColumnElement[bool]]:
    """Return one condition per word: the case-folded column contains it, `%` and `_` meaning themselves."""
    return [column.contains(word, autoescape=True) for word in words.casefold().split()]
