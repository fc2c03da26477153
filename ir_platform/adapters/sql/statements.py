"""Statements that several repositories need and that the two databases spell alike."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


class MissingRowError(Exception):
    """A record was to be saved that was never added."""

    def __init__(self, *, table: str, key: str) -> None:
        super().__init__(f"{table}: no row {key}")
        self.table, self.key = table, key


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
