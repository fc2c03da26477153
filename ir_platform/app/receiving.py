"""Joins the ports of what receives events over HTTP; apart from the wiring, for a process that needs nothing else."""

import os
import secrets
from pathlib import Path

from api.shippers.bodies import InFlight
from api.shippers.desk import HELD_SHIPMENTS, Shippers
from ir_platform.adapters.events.spool import SpoolWriter
from ir_platform.adapters.sql.database import SqlState
from ir_platform.adapters.sql.engine import sqlite_url
from ir_platform.app.ids import utc_now
from ir_platform.app.shipping import HandedOver
from ir_platform.config import Settings
from ir_platform.ports import State

STATE_FILE = "state.sqlite3"
KEY_BYTES = 32


def state_url(settings: Settings) -> str:
    return settings.database_url or sqlite_url(settings.data_dir / STATE_FILE)


def spool_folder(settings: Settings) -> Path:
    return settings.data_dir / "spool"


def open_spool(settings: Settings) -> SpoolWriter:
    return SpoolWriter(spool_folder(settings), max_bytes=settings.spool_max_bytes)


def make_shippers(settings: Settings, state: State | None = None) -> Shippers:
    return Shippers(
        state=state or SqlState(state_url(settings)),
        intake=HandedOver(data_dir=settings.data_dir),
        spool=open_spool(settings),
        clock=utc_now,
        timezone=settings.timezone,
        max_bytes=settings.bulk_max_bytes,
        in_flight=InFlight(limit_bytes=HELD_SHIPMENTS * settings.bulk_max_bytes),
        webhook_key=webhook_key(settings.data_dir / "keys"),
    )


def webhook_key(folder: Path) -> bytes:
    """Return this installation's key for the secrets of webhooks, made at first use (0600).

    Two that make it at once end with the same one: whoever links first has made it.
    """
    path = folder / "webhook.key"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = folder / f"webhook.{secrets.token_hex(8)}.new"
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass  # somebody else was first, and theirs is the key
        finally:
            temporary.unlink()
    return path.read_bytes()
