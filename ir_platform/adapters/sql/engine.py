"""How a connection is opened and a transaction begun, for SQLite and PostgreSQL."""

import os
import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

READ_ONLY: Final = "irp_read_only"
"""Execution option of a connection whose transactions must not write."""

_BUSY_TIMEOUT_MS: Final = 30_000
_WAL_TRIES: Final = 200
_WAL_PAUSE_SECONDS: Final = 0.05
_FRESH_SECONDS: Final = 1.0
"""A connection that was given back less long ago than this is taken for alive."""
_inherited: list[object] = []


def sqlite_url(path: Path) -> str:
    """Return the database URL of an SQLite file."""
    return URL.create("sqlite", database=str(path)).render_as_string()


def open_engine(url: str) -> Engine:
    """Return the engine for a database URL; `postgresql://` and `postgres://` mean the psycopg 3 driver.

    Raises: sqlalchemy.exc.ArgumentError for what is no URL. Nothing is connected yet.
    """
    wanted = make_url(url)
    if wanted.drivername in ("postgresql", "postgres"):
        wanted = wanted.set(drivername="postgresql+psycopg")
    engine = _pooled(wanted)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", _begin_writing)
    return engine


def reading(engine: Engine) -> Engine:
    """Return an engine on the same database with transactions that see one snapshot and refuse to write.

    On SQLite it has connections of its own, which are told so once and not for each transaction anew; on PostgreSQL it
    shares those of the engine. Close it too.
    """
    if engine.dialect.name == "sqlite":
        own = _pooled(engine.url)
        event.listen(own, "connect", _refuse_writing)
        event.listen(own, "begin", _begin_reading)
        return own.execution_options(**{READ_ONLY: True})
    return engine.execution_options(**{READ_ONLY: True}, isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _pooled(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_size=8,
        max_overflow=8,
        # An error's text ends up in a log, and the parameters are password hashes and lines of an attacker.
        hide_parameters=True,
    )
    event.listen(engine, "connect", _note_process)
    event.listen(engine, "checkout", _refuse_inherited)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    else:
        event.listen(engine, "checkin", _note_rest)
        event.listen(engine, "checkout", partial(_refuse_dead, engine.dialect))
    return engine


def is_read_only(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(READ_ONLY, False))


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    # The driver must not begin transactions on its own: it would begin them deferred, and a deferred transaction
    # that turns to writing fails at once when another writer was faster, whatever the busy timeout says.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
    _switch_to_wal(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    # Without it INSERT OR REPLACE would remove a row without firing the trigger that protects the audit trail.
    connection.execute("PRAGMA recursive_triggers = ON")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    # The switch does not wait for the busy timeout when two processes open a new database at once.
    for tried in range(1, _WAL_TRIES + 1):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or tried == _WAL_TRIES:
                raise
            time.sleep(_WAL_PAUSE_SECONDS)
        else:
            return


def _refuse_writing(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA query_only = ON")


def _begin_writing(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_reading(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _note_process(_connection: object, entry: ConnectionPoolEntry) -> None:
    entry.info["pid"] = os.getpid()


def _note_rest(_connection: object, entry: ConnectionPoolEntry) -> None:
    entry.info["resting_since"] = time.monotonic()


def _refuse_dead(
    dialect: Dialect, connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    # A server that was started anew has closed what rested meanwhile; asking each time would cost a journey to it.
    rests_since = entry.info.get("resting_since")
    if rests_since is None or time.monotonic() - rests_since < _FRESH_SECONDS:
        return
    try:
        is_alive = dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise DisconnectionError("connection was lost") from error
    if not is_alive:
        raise DisconnectionError("connection was lost")


def _refuse_inherited(connection: object, entry: ConnectionPoolEntry, proxy: PoolProxiedConnection) -> None:
    # A forked worker must neither speak over its parent's connection nor close it (https://sqlite.org/howtocorrupt.html,
    # 2.6): it is put aside for good, and the pool opens a fresh one.
    if entry.info["pid"] != os.getpid():
        _inherited.append(connection)
        entry.dbapi_connection = None  # type: ignore[misc]
        proxy.dbapi_connection = None  # type: ignore[misc]
        raise DisconnectionError("connection belongs to another process")
