"""The demo: accounts, and an hour of logs and a capture with an attack in them, sent through the ordinary intake."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ir_platform.app.demo_capture import Endpoint, dns_lookup, http_get, pcap_bytes, port_scan
from ir_platform.app.demo_logs import BROWSER, PAGES, STAFF_ADDRESSES, access_lines, auth_lines
from ir_platform.app.jobs import add_job
from ir_platform.audit.record import record
from ir_platform.calendar.zones import zone_of
from ir_platform.config import Settings
from ir_platform.domain.event import to_ns
from ir_platform.domain.job import JobKind
from ir_platform.domain.person import Account, AccountId
from ir_platform.identity.accounts import NewAccount, add_account, prepare_account
from ir_platform.identity.passwords import make_one_time_password
from ir_platform.ports import Clock, Files, JobBell, NewId, State

CHECKPOINT = "demo"
SCANNED = "10.20.0.25"
SCANNER = "198.51.100.23"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    username: str
    name: str
    jabatan: str
    roles: tuple[str, ...]
    is_admin: bool = False


PEOPLE = (
    Person(username="pemeriksa", name="Rina Pratiwi", jabatan="Pemeriksa TI", roles=("pemeriksa_ti",)),
    Person(username="timteknis", name="Bayu Saputra", jabatan="Tim Teknis", roles=("tim_teknis",)),
    Person(username="pengelola", name="Lestari Wulandari", jabatan="Pengelola TI", roles=("pengelola_ti",)),
    Person(username="kasi", name="Hendra Kusuma", jabatan="Kasi Keamanan Jaringan", roles=("kasi_keamanan_jaringan",)),
    Person(
        username="kasi_infra", name="Maya Sari", jabatan="Kasi Infrastruktur TIK", roles=("kasi_infrastruktur_tik",)
    ),
    Person(username="kabid", name="Agus Wibowo", jabatan="Kepala Bidang TIK", roles=("pejabat_administrator",)),
    Person(username="kasubag_tu", name="Nurul Hidayah", jabatan="Kasubag Tata Usaha", roles=("kasubag_tu",)),
    Person(username="kadis", name="Suryanto", jabatan="Kepala Dinas", roles=("kepala_dinas",)),
    Person(username="pimpinan", name="Ratna Dewi", jabatan="Sekretaris Daerah", roles=("pimpinan",)),
    Person(username="opd", name="Dedi Firmansyah", jabatan="Operator OPD", roles=()),
    Person(username="admin", name="Administrator program", jabatan="Administrator program", roles=(), is_admin=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    usernames: tuple[str, ...]
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """Loads the demo into a data folder."""

    settings: Settings
    state: State
    files: Files
    bell: JobBell
    clock: Clock
    new_id: NewId

    def load(self) -> Loaded | None:
        """Return who can sign in with which password; None, changing nothing, where the demo was loaded before."""
        with self.state.read() as uow:
            if uow.checkpoints.get(CHECKPOINT) is not None:
                return None
            taken = {account.username for account in uow.accounts.all()}
        now = self.clock()
        password = self.settings.demo_password or make_one_time_password(secrets.choice)
        accounts = [self._account(person, password, now) for person in PEOPLE if person.username not in taken]
        logs = [self._store(name, content) for name, content in self._samples(now)]
        with self.state.write() as uow:
            uow.checkpoints.put(CHECKPOINT, now.isoformat())
            jobs = [add_job(uow, JobKind.INGEST_FILE, payload, job_id=self.new_id(), now=now) for payload in logs]
            for account in accounts:
                add_account(uow, account, by=None, now=now, record=record)
        for job_id in jobs:
            self.bell.ring(job_id, JobKind.INGEST_FILE)
        return Loaded(usernames=tuple(account.username for account in accounts), password=password)

    def _account(self, person: Person, password: str, now: datetime) -> Account:
        new = NewAccount(
            username=person.username,
            display_name=person.name,
            jabatan=person.jabatan,
            roles=frozenset(person.roles),
            password=password,
            is_admin=person.is_admin,
            must_change_password=False,
        )
        local = now.astimezone(zone_of(self.settings.timezone))
        return prepare_account(new, account_id=AccountId(self.new_id()), now=local, any_password=True)

    def _samples(self, now: datetime) -> Iterator[tuple[str, bytes]]:
        local = now.astimezone(zone_of(self.settings.timezone))
        yield "auth.log", "".join(f"{line}\n" for line in auth_lines(local)).encode()
        yield "access.log", "".join(f"{line}\n" for line in access_lines(local)).encode()
        yield "tangkapan.pcap", capture(now)

    def _store(self, name: str, content: bytes) -> dict[str, str]:
        """Keep the sample where a person can read it, and give it to the intake as any file is given."""
        folder = self.settings.data_dir / "demo"
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / name).write_bytes(content)
        stored = self.files.put([content], limit_bytes=len(content))
        return {"sha256": stored.sha256, "name": name}


def capture(now: datetime) -> bytes:
    """Return a capture of the quarter of an hour before `now`: name look-ups, web visits, and a scan of one server."""
    start = now - timedelta(minutes=15)
    server = Endpoint(address=SCANNED, port=80)
    resolver = Endpoint(address="10.20.0.2", port=53)
    frames = []
    for number in range(60):
        at = to_ns(start + timedelta(seconds=11 * number))
        client = Endpoint(address=STAFF_ADDRESSES[number % len(STAFF_ADDRESSES)], port=50_000 + number)
        frames += dns_lookup(client, resolver, time_ns=at, name="portal.example.go.id", address=SCANNED)
        frames += http_get(
            client,
            server,
            time_ns=at + 20_000_000,
            host="portal.example.go.id",
            path=PAGES[number % len(PAGES)],
            agent=BROWSER,
            body=b"<p>Layanan informasi publik.</p>" * 20,
        )
    scan_start = to_ns(start + timedelta(minutes=4))
    frames += port_scan(SCANNER, SCANNED, time_ns=scan_start, ports=range(1, 401), open_ports=frozenset({22, 80}))
    return pcap_bytes(sorted(frames, key=lambda frame: frame.time_ns))
