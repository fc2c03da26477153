"""Puts many rows into a table by the shortest way each database has."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Protocol, Self

import psycopg
from psycopg import sql


class Bulk(Protocol):
    def __enter__(self) -> Self: ...
    def __exit__(self, *failure: object) -> None: ...
    def insert(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None: ...
    def execute(self, statement: str) -> None: ...
    def settle(self) -> None:
        """Leave the database as one that has been in use for long: checkpointed, its statistics known."""


class SqliteBulk:
    """Not durable while it writes: a database that was cut off is thrown away."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)

    def __enter__(self) -> Self:
        for pragma in ("synchronous = OFF", "cache_size = -400000", "foreign_keys = OFF"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("BEGIN")
        return self

    def __exit__(self, *failure: object) -> None:
        with closing(self._connection):
            self._connection.execute("COMMIT" if failure[0] is None else "ROLLBACK")
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        marks = ", ".join("?" for _ in columns)
        self._connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)

    def execute(self, statement: str) -> None:
        self._connection.execute(statement)

    def settle(self) -> None:
        """The program itself keeps no statistics in SQLite, so none are made here."""


class PostgresBulk:
    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        with closing(self._connection):
            if failure[0] is None:
                self._connection.commit()

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
        into = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        with self._connection.cursor() as cursor, cursor.copy(into) as copy:
            for row in rows:
                copy.write_row(row)

    def execute(self, statement: str) -> None:
        self._connection.execute(statement.encode())

    def settle(self) -> None:
        """What autovacuum and the checkpointer do in their own time, so that no round waits behind the filling."""
        self._connection.commit()
        self._connection.autocommit = True
        self._connection.execute("VACUUM ANALYZE")
        with suppress(psycopg.errors.InsufficientPrivilege):
            self._connection.execute("CHECKPOINT")
