"""A whole small office on a real database: opener, runner, accounts, a clock that tests move."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from ir_platform.adapters.sql.database import SqlState
from ir_platform.audit.record import record
from ir_platform.calendar.source import StoredCalendars
from ir_platform.calendar.zones import zone_of
from ir_platform.domain.alert import Alert, IncidentId, Level
from ir_platform.domain.incident import Incident
from ir_platform.domain.job import JobId, JobKind
from ir_platform.domain.person import Account
from ir_platform.identity.accounts import add_account
from playbooks.clocks import Timing
from playbooks.library import shipped
from playbooks.opening import Opened, Opener, Report
from playbooks.runner import CompleteStepRequest, Runner
from tests.playbooks.kaltim import EXECUTORS, ID, NIHIL
from tests.support.builders import NOON, an_account

PEOPLE = {role: an_account(role.replace("_", "."), role) for role in sorted(set().union(*EXECUTORS.values()))}


@dataclass
class RememberingBell:
    """A bell that notes what rang, and what was committed when it did."""

    state: SqlState
    rings: list[tuple[JobId, JobKind]] = field(default_factory=list)

    def ring(self, job_id: JobId, kind: JobKind) -> None:
        with self.state.read() as uow:
            assert uow.jobs.get(job_id) is not None, "rung before the commit"
        self.rings.append((job_id, kind))


@dataclass
class Office:
    state: SqlState
    runner: Runner
    opener: Opener
    bell: RememberingBell
    clock: list[datetime]

    def pass_time(self, **amount: float) -> None:
        self.clock[0] += timedelta(**amount)

    def report(self, **changes: object) -> Incident:
        given = {"judul": "Situs berubah", "uraian": "Halaman depan diganti.", "tingkat": Level.HIGH, "pelapor": "Budi"}
        with self.state.write() as uow:
            return self.opener.open_from_report(uow, Report(**{**given, **changes}), PEOPLE["pemeriksa_ti"]).incident

    def open_alert(self, alert: Alert) -> Opened:
        with self.state.write() as uow:
            return self.opener.open_from_alert(uow, alert)

    def do(self, incident_id: IncidentId, no: int, *, account: Account | None = None, **said: object) -> Incident:
        """A right request for the step by one who may do it, except for what the test says."""
        self.pass_time(minutes=1)
        given = {"no": no, "catatan": f"langkah {no}", "nihil": NIHIL if no == 7 else ()}
        who = account or PEOPLE[min(EXECUTORS[no])]
        return self.runner.complete(incident_id, CompleteStepRequest(**{**given, **said}), who).incident

    def walk(self, incident_id: IncidentId, *, until: int) -> None:
        """Carry the hard path out from step 1 up to and with `until`."""
        answers = {4: "sulit", 9: "tuntas"}
        for no in range(1, until + 1):
            self.do(incident_id, no, keputusan=answers.get(no))


@contextmanager
def an_office(url: str) -> Iterator[Office]:
    """An office on a database that has its tables already."""
    state = SqlState(url)
    with state.write() as uow:
        for person in PEOPLE.values():
            add_account(uow, person, by=None, now=NOON, record=record)
    yield office_over(state)
    state.close()


def office_over(state: SqlState) -> Office:
    """An office on a database that has its tables and people already."""
    clock, numbers, bell = [NOON], count(1), RememberingBell(state)
    shared = {
        "library": shipped(),
        "timing": Timing(calendars=StoredCalendars(zone=zone_of("WITA"))),
        "clock": lambda: clock[0],
        "new_id": lambda: f"{next(numbers):026d}",
        "timezone": "Asia/Makassar",
        "office_name": "Diskominfo Contoh",
    }
    return Office(
        state=state,
        runner=Runner(state=state, bell=bell, **shared),
        opener=Opener(default_playbook=ID, **shared),
        bell=bell,
        clock=clock,
    )
