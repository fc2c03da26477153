"""Transactions, migrations and connections on both databases."""

import multiprocessing
import os
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from ir_platform.adapters.sql import engine as engine_module
from ir_platform.adapters.sql.database import SqlState
from ir_platform.adapters.sql.engine import open_engine, sqlite_url
from ir_platform.adapters.sql.tables.every import metadata
from ir_platform.ports import IncidentFilter, State
from tests.support.builders import an_incident
from tests.support.postgres import PostgresServer

SPAWN = multiprocessing.get_context("spawn")


def test_the_state_is_what_the_port_asks_for(state: SqlState) -> None:
    as_port: State = state

    assert as_port.is_reachable()


def test_the_migrations_build_exactly_the_tables_of_the_code(state: SqlState, database_url: str) -> None:
    engine = open_engine(database_url)

    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)

    engine.dispose()
    assert differences == []


def test_every_constraint_and_index_has_a_name(state: SqlState, database_url: str) -> None:
    engine = open_engine(database_url)
    seen = inspect(engine)

    named = [
        (table, constraint.get("name"))
        for table in metadata.tables
        for constraint in (
            seen.get_pk_constraint(table),
            *seen.get_foreign_keys(table),
            *seen.get_unique_constraints(table),
            *seen.get_check_constraints(table),
            *seen.get_indexes(table),
        )
    ]

    engine.dispose()
    assert [table for table, name in named if not name] == []


def test_migrating_again_keeps_what_is_there(state: SqlState) -> None:
    with state.write() as uow:
        uow.incidents.add(an_incident())

    state.migrate()

    with state.read() as uow:
        assert uow.incidents.get(an_incident().id) == an_incident()


def _migrate(url: str) -> None:
    state = SqlState(url)
    state.migrate()
    state.close()


def test_processes_that_start_at_once_all_find_the_tables(database_url: str) -> None:
    processes = [SPAWN.Process(target=_migrate, args=(database_url,)) for _ in range(4)]

    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    state = SqlState(database_url)
    with state.read() as uow:
        assert uow.incidents.page(IncidentFilter(), cursor=None, limit=1).items == ()
    state.close()


def test_an_exception_rolls_back_everything(state: SqlState) -> None:
    def write_and_fail() -> None:
        with state.write() as uow:
            uow.incidents.add(an_incident())
            uow.checkpoints.put("a", "b")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()

    with state.read() as uow:
        assert uow.incidents.get(an_incident().id) is None
        assert uow.checkpoints.get("a") is None


def test_a_read_transaction_refuses_to_write_and_the_next_write_works(state: SqlState) -> None:
    with pytest.raises(DBAPIError), state.read() as uow:
        uow.checkpoints.put("a", "b")

    with state.write() as uow:
        uow.checkpoints.put("a", "c")
    with state.read() as uow:
        assert uow.checkpoints.get("a") == "c"


def test_a_read_transaction_sees_one_moment(state: SqlState) -> None:
    with state.read() as reader:
        before = reader.checkpoints.get("a")
        with state.write() as writer:
            writer.checkpoints.put("a", "b")
        during = reader.checkpoints.get("a")

    assert (before, during) == (None, None)


def test_an_error_does_not_tell_the_values_that_were_written(state: SqlState) -> None:
    with pytest.raises(DBAPIError) as refused, state.read() as uow:
        uow.checkpoints.put("a", "a-secret-value")

    assert "a-secret-value" not in str(refused.value)


def test_a_forked_worker_uses_connections_of_its_own(state: SqlState) -> None:
    with state.write() as uow:
        uow.checkpoints.put("a", "b")
    reader, writer = os.pipe()

    child = os.fork()
    if child == 0:
        with state.read() as uow:
            os.write(writer, (uow.checkpoints.get("a") or "-").encode())
        os._exit(0)
    os.waitpid(child, 0)

    with state.read() as uow:
        assert uow.checkpoints.get("a") == "b"
    assert os.read(reader, 10) == b"b"
    os.close(reader)
    os.close(writer)


def test_sqlite_is_durable_and_checks_foreign_keys(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "state.sqlite3"))

    with engine.connect() as connection:
        settings = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    engine.dispose()
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_sqlite_takes_the_write_lock_at_the_beginning_of_a_write(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite3"
    state = SqlState(sqlite_url(path))
    state.migrate()
    other = sqlite3.connect(path, timeout=0, isolation_level=None)

    with state.write(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")

    with state.read():
        other.execute("BEGIN IMMEDIATE")
    other.close()
    state.close()


def test_plain_postgresql_urls_mean_the_psycopg_driver() -> None:
    drivers = {open_engine(f"{scheme}://u@127.0.0.1:1/x").driver for scheme in ("postgresql", "postgres")}

    assert drivers == {"psycopg"}


def test_a_database_that_is_not_there_is_not_reachable() -> None:
    state = SqlState("postgresql://nobody@127.0.0.1:1/none")

    assert not state.is_reachable()


@pytest.mark.real
def test_a_connection_that_the_server_has_closed_is_not_used_again(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "_FRESH_SECONDS", 0.0)
    with postgres_server.database() as url:
        state = SqlState(url)
        state.migrate()
        other = open_engine(url)
        with other.begin() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            )
        other.dispose()

        with state.write() as uow:
            uow.checkpoints.put("a", "b")

        with state.read() as uow:
            assert uow.checkpoints.get("a") == "b"
        state.close()
