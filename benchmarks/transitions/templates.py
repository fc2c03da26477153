"""Real incidents to copy from: made by a real server over HTTP, each stopped at another place of the SOP."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine, Table, select

from ir_platform.adapters.sql.engine import open_engine, sqlite_url
from ir_platform.adapters.sql.tables.every import metadata
from ir_platform.app.wiring import STATE_FILE
from tests.support.chaos import ingest_until_done, write_auth_log
from tests.support.server import Server, irp, items, running, wait_for
from tests.support.walk import WALK, complete

PASSWORD = "sandi-tolok-ukur-2026"
ROLES = {
    "pemeriksa": "pemeriksa_ti",
    "kabid": "pejabat_administrator",
    "kasi": "kasi_keamanan_jaringan",
    "pengelola": "pengelola_ti",
}
REPORT = {
    "judul": "Situs perizinan tidak dapat dibuka",
    "uraian": "Halaman depan berubah sejak pagi dan pemohon tidak dapat masuk.",
    "tingkat": "high",
    "pelapor": "Operator OPD",
}
Act = tuple[str, int, dict[str, Any]]
EARLY: tuple[Act, ...] = (
    *WALK[:3],
    ("pengelola", 4, {"catatan": "Kabel longgar.", "keputusan": "tidak_sulit", "sebab": "diselesaikan"}),
    ("pemeriksa", 1, {"catatan": "Layanan kembali normal.", "keputusan": "selesai"}),
)
"""The short way: not hard, finished by the Pemeriksa TI."""
DETECTED_EVERY = 4
"""One template in four was opened by an alert."""

Row = dict[str, Any]
Rows = dict[str, dict[tuple[Any, ...], Row]]
"""By table and primary key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One incident and every row that its opening, its steps and its documents have written."""

    incident_id: str
    acts: int
    """How far along `WALK` it is."""
    is_open: bool
    rows: dict[str, tuple[Row, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A data folder with people and templates, to be copied and filled."""

    folder: Path
    templates: tuple[Template, ...]
    rows: Rows
    """Everything in its database."""

    def copy_to(self, folder: Path) -> None:
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("*.sock"))


def make_base(folder: Path) -> Base:
    folder.mkdir(parents=True)
    for name, role in ROLES.items():
        done = irp("user", "add", name, "--peran", role, "--password-stdin", data=folder, stdin=f"{PASSWORD}\n")
        assert done.returncode == 0, done.stderr
    engine = open_engine(sqlite_url(folder / STATE_FILE))
    with running(folder) as server:
        made = make_templates(server, engine)
    rows = all_rows(engine)
    engine.dispose()
    return Base(folder=folder, templates=made, rows=rows)


def make_templates(server: Server, engine: Engine) -> tuple[Template, ...]:
    """Make one incident stopped before each act of the walk, one that walked it whole, and two closed early."""
    clients = {name: server.client(name, PASSWORD) for name in ROLES}
    ways: list[tuple[Act, ...]] = [WALK[:acts] for acts in range(len(WALK) + 1)]
    return tuple(
        make_template(server, engine, clients, way, is_detected=number % DETECTED_EVERY == 0)
        for number, way in enumerate((*ways, EARLY, EARLY))
    )


def make_template(
    server: Server, engine: Engine, clients: dict[str, httpx.Client], way: Sequence[Act], *, is_detected: bool
) -> Template:
    before = all_rows(engine)
    incident = detected(server, clients["kasi"]) if is_detected else reported(clients["pemeriksa"])
    for who, no, body in way:
        answer = complete(clients[who], incident["id"], no, body)
        assert answer.status_code == 200, answer.text
        incident = answer.json()
    wait_for(lambda: all(job["status"] == "done" for job in all_rows(engine)["jobs"].values()), 120)
    rows = {
        name: tuple(row for key, row in found.items() if key not in before[name])
        for name, found in all_rows(engine).items()
    }
    return Template(incident_id=incident["id"], acts=len(way), is_open=incident["status"] == "open", rows=rows)


def reported(client: httpx.Client) -> dict[str, Any]:
    answer = client.post("/api/v1/reports", json=REPORT)
    assert answer.status_code == 201, answer.text
    incident: dict[str, Any] = answer.json()
    return incident


def detected(server: Server, client: httpx.Client) -> dict[str, Any]:
    """Let a log with guessed passwords through the intake and return the incident it opened."""
    known = {one["id"] for one in items(client, "/api/v1/incidents", limit=200)}
    host = f"web-{len(known) + 1}"
    log = server.data / f"{host}.log"
    write_auth_log(log, lines=400, host=host)
    ingest_until_done(server, log)
    return next(one for one in items(client, "/api/v1/incidents", limit=200) if one["id"] not in known)


def all_rows(engine: Engine) -> Rows:
    """Return every row of every table; the database is small while templates are made."""
    with engine.begin() as connection:
        return {
            table.name: {key_of(table, row): row for row in map(dict, connection.execute(select(table)).mappings())}
            for table in metadata.sorted_tables
        }


def key_of(table: Table, row: Row) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key)
