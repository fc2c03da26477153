"""Brings the database to the tables this version of the program needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

_LOCK_KEY = 7_271_965_001
"""Any number that no other user of the same PostgreSQL database locks."""


def migrate(engine: Engine) -> None:
    """Run the migrations that are missing, all in one transaction; does nothing where none is.

    Safe when several processes start at once: PostgreSQL's advisory lock, SQLite's one writer, let one through at a
    time, and the later ones find the work done.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
