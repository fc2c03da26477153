"""Every test here that asks for `state` runs on SQLite and on a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ir_platform.adapters.sql.database import SqlState
from ir_platform.adapters.sql.engine import sqlite_url
from tests.support.postgres import PostgresServer, postgres_server
from tests.support.sqlite import migrated

__all__ = ["postgres_server"]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.real)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the test's own; with tables where the test asks for `state` too, else still without."""
    is_migrated = "state" in request.fixturenames
    if request.param == "sqlite":
        path = tmp_path / "state.sqlite3"
        if is_migrated:
            path.write_bytes(migrated())
        yield sqlite_url(path)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database(migrated=is_migrated) as url:
        yield url


@pytest.fixture
def state(database_url: str) -> Iterator[SqlState]:
    made = SqlState(database_url)
    yield made
    made.close()
