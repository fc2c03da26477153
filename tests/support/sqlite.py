"""SQLite databases with our tables in them: copied, because making the tables takes longer than most tests."""

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from ir_platform.adapters.sql.database import SqlState
from ir_platform.adapters.sql.engine import sqlite_url


@cache
def migrated() -> bytes:
    """Return the file of a database that holds our tables and nothing else."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "state.sqlite3"
        state = SqlState(sqlite_url(path))
        state.migrate()
        state.close()
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.read_bytes()


def migrated_url(path: Path) -> str:
    """Return the URL of a database of its own, in a file that is made now."""
    path.write_bytes(migrated())
    return sqlite_url(path)


def fresh_state(path: Path) -> SqlState:
    """Return a state of its own, in a file that is made now."""
    return SqlState(migrated_url(path))
