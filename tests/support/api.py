"""The API over real parts in a folder of the test's own, behind a real HTTP server, with a clock that tests move."""

import asyncio
import socket
import sqlite3
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from api.dependencies import Services
from api.main import create_app
from ir_platform.adapters.events.factory import EventPlace, open_reader, open_writer
from ir_platform.adapters.events.spool_lag import lag_of
from ir_platform.adapters.files.content import ContentFiles
from ir_platform.adapters.sql.database import SqlState
from ir_platform.adapters.sql.engine import sqlite_url
from ir_platform.app.audit_pack import Auditing
from ir_platform.app.delivery import Delivery
from ir_platform.app.event_export import EventExport
from ir_platform.app.ids import new_id
from ir_platform.app.receiving import make_shippers, spool_folder
from ir_platform.app.tools import locate_tshark
from ir_platform.app.wiring import make_registry, make_rule_desk, make_stationer, make_uploads, queue_analysis
from ir_platform.audit.handling import Handling
from ir_platform.audit.record import record
from ir_platform.audit.trail import AuditTrail
from ir_platform.calendar.desk import CalendarDesk
from ir_platform.calendar.source import StoredCalendars
from ir_platform.calendar.zones import zone_of
from ir_platform.config import Settings
from ir_platform.domain import office as opd
from ir_platform.domain.alert import Alert, AlertId
from ir_platform.domain.audit import AuditHead
from ir_platform.domain.event import Event, batch_of
from ir_platform.domain.job import JobId, JobKind
from ir_platform.domain.person import Account
from ir_platform.domain.position import Position, PositionId
from ir_platform.identity.passwords import hash_password
from ir_platform.identity.throttle import SignInThrottle
from ir_platform.identity.tokens import TokenUse, open_tokens
from ir_platform.ports import State
from playbooks.aftermath import Aftermath
from playbooks.clocks import Timing
from playbooks.desk import Desk
from playbooks.legal import LegalDesk
from playbooks.library import shipped
from playbooks.opening import Opener
from playbooks.record import Office
from playbooks.runner import Runner
from tests.support.audited import AuditWatch
from tests.support.builders import NOON, a_position, an_account, an_alert

DATABASE = "state.sqlite3"
PASSWORD = "sandi-Uji-2026"
CSRF = "csrf-of-the-test"

NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""The server speaks plain HTTP; reading the list of authorities for each client would take most of a test's time."""

ROLES = {
    "pemeriksa": ("pemeriksa_ti",),
    "timteknis": ("tim_teknis",),
    "pengelola": ("pengelola_ti",),
    "kasi": ("kasi_keamanan_jaringan",),
    "kasi_infra": ("kasi_infrastruktur_tik",),
    "kabid": ("pejabat_administrator",),
    "pimpinan": ("pimpinan",),
}
OUTSIDERS = ("opd", "opd_lain")
"""Accounts without a role: they report, and see what they reported."""


class Switchboard:
    """The ASGI application of the one server; each test puts its own behind it."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpServer:
    url: str
    switchboard: Switchboard


@contextmanager
def an_http_server() -> Iterator[HttpServer]:
    """A real uvicorn on a free port, in a thread."""
    switchboard = Switchboard()
    # Named as TCP, or asyncio leaves Nagle's algorithm on, and every answer takes 40 ms.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.bind(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(switchboard, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[bound])), name="http")
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield HttpServer(url=f"http://127.0.0.1:{bound.getsockname()[1]}", switchboard=switchboard)
    finally:
        server.should_exit = True
        thread.join()
        bound.close()


@dataclass
class RememberingBell:
    """A bell (`ports.JobBell`) that notes what rang, and insists that it was committed when it did."""

    state: State
    rings: list[tuple[JobId, JobKind]] = field(default_factory=list)

    def ring(self, job_id: JobId, kind: JobKind) -> None:
        with self.state.read() as uow:
            assert uow.jobs.get(job_id) is not None, "rung before the commit"
        self.rings.append((job_id, kind))


@dataclass
class Api:
    """An office: its people, its data and its API."""

    url: str
    app: ASGIApp
    services: Services
    state: SqlState
    bell: RememberingBell
    clock: list[datetime]
    clients: list[httpx.Client] = field(default_factory=list)

    def pass_time(self, **amount: float) -> None:
        self.clock[0] += timedelta(**amount)

    def stranger(self, **options: Any) -> httpx.Client:
        """A client that is nobody."""
        self.clients.append(httpx.Client(base_url=self.url, timeout=120, verify=NO_CERTIFICATES, **options))
        return self.clients[-1]

    def token(self, username: str, *, use: TokenUse = "api") -> str:
        account = self.account(username)
        return self.services.tokens.issue(
            account, use=use, now=self.clock[0], lifetime=timedelta(minutes=15), jti=self.services.new_id()
        )

    def client(self, username: str) -> httpx.Client:
        """A client with the account's bearer token."""
        return self.stranger(headers={"Authorization": f"Bearer {self.token(username)}"})

    def page_client(self, username: str, *, csrf: bool = True) -> httpx.Client:
        """A client with the page's cookies, and the header that proves it read them."""
        cookies = {"irp_session": self.token(username, use="session"), "irp_csrf": CSRF}
        return self.stranger(cookies=cookies, headers={"X-CSRF-Token": CSRF} if csrf else {})

    def account(self, username: str) -> Account:
        with self.state.read() as uow:
            account = uow.accounts.by_username(username)
        assert account is not None, username
        return account

    def add_account(self, username: str, *roles: str, **changes: Any) -> Account:
        account = a_person(username, roles, **changes)
        with self.state.write() as uow:
            uow.accounts.add(account)
        return account

    def add_office(self, office_id: str = "dishub") -> opd.Office:
        office = opd.Office(id=opd.OfficeId(office_id), kode=office_id.upper(), nama=f"Dinas {office_id.title()}")
        with self.state.write() as uow:
            uow.offices.add(office)
        return office

    def give(self, username: str, *roles: str, **changes: Any) -> Position:
        """Give the account one more position."""
        account_id = self.account(username).id
        position = a_position(*roles, **{"id": PositionId(self.services.new_id()), "account_id": account_id, **changes})
        with self.state.write() as uow:
            uow.positions.add(position)
        return position

    def report(self, username: str = "opd", **changes: Any) -> dict[str, Any]:
        """A reported incident, as the API answers it."""
        answer = self.client(username).post("/api/v1/reports", json={**A_REPORT, **changes})
        assert answer.status_code == 201, answer.text
        incident: dict[str, Any] = answer.json()
        return incident

    def add_alert(self, **changes: Any) -> Alert:
        alert = an_alert(**{"id": AlertId(self.services.new_id()), **changes})
        with self.state.write() as uow:
            uow.alerts.add(alert)
        return alert

    def head(self) -> AuditHead:
        with self.state.read() as uow:
            return uow.audit.lock_head()

    def everything(self) -> dict[str, list[str]]:
        """Every row of every table, to be compared before and after a refusal."""
        with closing(sqlite3.connect(self.services.settings.data_dir / DATABASE)) as database:
            tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: sorted(map(repr, database.execute(f'SELECT * FROM "{name}"'))) for name in tables}

    def stored_files(self) -> list[Path]:
        found = (self.services.settings.data_dir / "files").rglob("*")
        return [path for path in found if path.is_file() and ".locks" not in path.parts]


A_REPORT = {
    "judul": "Situs tidak dapat dibuka",
    "uraian": "Halaman depan berubah sejak pagi.",
    "playbook": "kaltim-gangguan-keamanan-jaringan",
    "tingkat": "high",
    "pelapor": "Operator OPD",
}


@cache
def hash_of_password() -> str:
    return hash_password(PASSWORD)


def a_person(username: str, roles: tuple[str, ...] = (), **changes: Any) -> Account:
    given = {"roles": frozenset(roles), "password_hash": hash_of_password(), "jabatan": username.title()}
    return an_account(username, **{**given, **changes})


@cache
def empty_database() -> bytes:
    """A database with its tables and the people in it, as one file; making one takes longer than most tests."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / DATABASE
        state = SqlState(sqlite_url(path))
        state.migrate()
        add_people(state)
        state.close()
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.read_bytes()


def add_people(state: SqlState) -> None:
    with state.write() as uow:
        for username, roles in ROLES.items():
            uow.accounts.add(a_person(username, roles))
        for username in OUTSIDERS:
            uow.accounts.add(a_person(username))
        uow.accounts.add(a_person("admin", is_admin=True))


APPS: dict[int, FastAPI] = {}
"""By how large evidence may be: what else differs between offices comes with each request's services."""


def an_app(services: Services) -> FastAPI:
    """The application without a page; made once, because describing its two hundred routes takes most of a test."""
    limit = services.settings.max_evidence_bytes
    if limit not in APPS:
        APPS[limit] = create_app(services, page_folder=services.settings.data_dir / "no-page")
    APPS[limit].state.services = services
    return APPS[limit]


@contextmanager
def an_api(folder: Path, server: HttpServer, *, page_folder: Path | None = None, **settings: Any) -> Iterator[Api]:
    """The API behind the server until the block ends."""
    folder.mkdir(exist_ok=True)
    (folder / DATABASE).write_bytes(empty_database())
    state = SqlState(sqlite_url(folder / DATABASE))
    bell, clock = RememberingBell(state), [NOON]
    chosen = Settings(data_dir=folder, office_name="Diskominfo Contoh", **settings)
    services = services_over(chosen, state, bell, clock)
    app = an_app(services) if page_folder is None else create_app(services, page_folder=page_folder)
    onlooker = sqlite3.connect(folder / DATABASE, check_same_thread=False)
    watch = AuditWatch(app, seen=lambda: seen_by(onlooker))
    server.switchboard.app = watch
    api = Api(url=server.url, app=app, services=services, state=state, bell=bell, clock=clock)
    try:
        yield api
    finally:
        for client in api.clients:
            client.close()
        onlooker.close()
        state.close()
    assert watch.silent == [], f"accepted without an entry in the audit trail: {watch.silent}"


def seen_by(onlooker: sqlite3.Connection) -> tuple[int, int]:
    """Return a number that is another one after each commit that changed something, and how long the trail is.

    Both of one moment: a commit between the two would look like a change without an entry.
    """
    try:
        with onlooker:
            onlooker.execute("BEGIN")
            (entries,) = onlooker.execute("SELECT seq FROM audit_head").fetchone()
            (version,) = onlooker.execute("PRAGMA data_version").fetchone()
    except sqlite3.DatabaseError:
        return 0, 0  # a test has put something else in the database's place
    return version, entries


def services_over(settings: Settings, state: SqlState, bell: RememberingBell, clock: list[datetime]) -> Services:
    shared: dict[str, Any] = {
        "library": shipped(),
        "timing": Timing(calendars=StoredCalendars(zone=zone_of(settings.timezone))),
        "clock": lambda: clock[0],
        "new_id": new_id,
        "timezone": settings.timezone,
        "office_name": settings.office_name,
    }
    files = ContentFiles(settings.data_dir / "files")
    trail = AuditTrail(
        state=state,
        folder=settings.data_dir / "audit",
        key_file=settings.data_dir / "keys" / "audit-ed25519.pem",
        clock=lambda: clock[0],
    )
    delivery = Delivery(
        state=state,
        files=files,
        library=shipped(),
        calendars=shared["timing"].calendars,
        trail=trail,
        clock=lambda: clock[0],
        new_id=new_id,
        password=settings.sample_password,
    )
    auditing = Auditing(
        state=state,
        library=shipped(),
        calendars=shared["timing"].calendars,
        trail=trail,
        clock=lambda: clock[0],
        office_name=settings.office_name,
        timezone=settings.timezone,
    )
    events = open_reader(EventPlace(folder=settings.data_dir / "events"))
    event_export = EventExport(reader=events, state=state, clock=lambda: clock[0])
    return Services(
        settings=settings,
        state=state,
        events=events,
        files=files,
        library=shipped(),
        runner=Runner(state=state, bell=bell, **shared),
        rules=make_rule_desk(settings, state, lambda: clock[0]),
        registry=make_registry(settings, state, bell, lambda: clock[0]),
        stationer=make_stationer(settings, state, lambda: clock[0]),
        opener=Opener(default_playbook=settings.default_playbook, **shared),
        calendars=shared["timing"].calendars,
        calendar_desk=CalendarDesk(state=state, clock=lambda: clock[0], record=record),
        legal=LegalDesk(
            state=state,
            library=shipped(),
            clock=lambda: clock[0],
            new_id=new_id,
            timezone=settings.timezone,
            office_name=settings.office_name,
        ),
        desk=Desk(
            state=state,
            library=shipped(),
            clock=lambda: clock[0],
            office=Office(
                timing=shared["timing"],
                new_id=new_id,
                zone=zone_of(settings.timezone),
                name=settings.office_name,
            ),
        ),
        aftermath=Aftermath(
            state=state,
            library=shipped(),
            clock=lambda: clock[0],
            office=Office(
                timing=shared["timing"],
                new_id=new_id,
                zone=zone_of(settings.timezone),
                name=settings.office_name,
            ),
        ),
        handling=Handling(state=state, files=files, clock=lambda: clock[0], new_id=new_id),
        audit=trail,
        export=delivery.write,
        audit_pack=auditing.write,
        event_export=event_export.write,
        tokens=open_tokens(settings.data_dir / "keys"),
        throttle=SignInThrottle(state),
        bell=bell,
        clock=lambda: clock[0],
        new_id=new_id,
        version="1.2.3",
        captures_available=lambda: False,
        find_tshark=locate_tshark,
        intake_answers=lambda: False,
        database_answers=state.is_reachable,
        analyse=lambda evidence: queue_analysis(state, bell, evidence),
        uploads=make_uploads(settings, state, bell, Runner(state=state, bell=bell, **shared), lambda: clock[0]),
        shippers=replace(make_shippers(settings, state), clock=lambda: clock[0]),
        spool_lag=lambda: lag_of(spool_folder(settings), store=settings.data_dir / "events"),
    )


def problem_of(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem document of a refusal, which must be one (RFC 9457)."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document["status"] == status
    assert document["detail"]
    return document


def events_written(settings: Settings, events: Iterable[Event]) -> None:
    """Put events into the store that the API reads."""
    writer = open_writer(EventPlace(folder=settings.data_dir / "events"), dedup_days=7, keep_days=0, clock=lambda: NOON)
    try:
        writer.append(batch_of(list(events)))
    finally:
        writer.close()
