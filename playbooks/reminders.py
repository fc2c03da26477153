"""Sweeps due rows: tells who is to be told, notes what is overdue once, and follows changes of the calendar.

Each clock is one short write transaction that locks the incident, as everybody does who works on its run, and then
changes the clock's row as it was seen: of two sweepers, or of a sweeper and a person who finishes the step, only one
gets through. A loop is never stopped, a step never passed on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog

from ir_platform.calendar.limits import span_words
from ir_platform.calendar.round_the_clock import RoundTheClock
from ir_platform.domain.clock import Clock as DueClock
from ir_platform.domain.clock import ClockKind
from ir_platform.domain.incident import Incident, IncidentStatus, TimelineEntry
from ir_platform.domain.legal_clock import LegalClock
from ir_platform.domain.notice import Notice, NoticeId, NoticeKind
from ir_platform.domain.run import StoredRun
from ir_platform.notify.post import add_new, announce
from ir_platform.notify.stages import Stage, Telling, next_telling, tellings_due
from ir_platform.ports import Clock, NewId, State, UnitOfWork, WorkingCalendar
from playbooks.clocks import Timing, active_steps, running_clocks
from playbooks.legal import legal_clock_of
from playbooks.library import Library
from playbooks.record import add_audit
from playbooks.run_state import state_from_json
from playbooks.sop import Sop
from playbooks.words import SYSTEM

log = structlog.get_logger()

BATCH: Final = 200
"""Clocks looked at in one sweep; the rest is found by the next."""
ROUND_THE_CLOCK: Final = RoundTheClock()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A clock that has something to tell, with what it is about."""

    clock: DueClock
    calendar: WorkingCalendar
    now: datetime
    incident: Incident
    run: StoredRun
    sop: Sop
    legal: LegalClock | None

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Number, step and time only: these may leave the page."""
        clock, now = self.clock, self.now
        left, past = span_words(self.calendar, now, clock.due), span_words(self.calendar, clock.due, now)
        facts = {
            "nomor": self.incident.nomor,
            "langkah": str(clock.no) if clock.no else "",
            "pelaksana": " atau ".join(self.sop.role_name(one) for one in self.executors()),
            "sisa": left if now < clock.due else "",
            "lewat": past if now >= clock.due else "",
            "dasar": self.legal.basis.label if self.legal else "",
        }
        return tuple((name, value) for name, value in facts.items() if value)

    def executors(self) -> tuple[str, ...]:
        """Return who may act in the step now; for a limit on the whole, in any active step."""
        active = (one for one in self.run.active if self.clock.no in (0, one.no))
        return tuple(dict.fromkeys(role for one in active for role in one.roles))


class Reminders:
    def __init__(
        self,
        *,
        state: State,
        library: Library,
        timing: Timing,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._state, self._library, self._clock, self._new_id = state, library, clock, new_id
        self._calendars, self._rules = timing.calendars, timing.reminders

    def sweep(self) -> int:
        """Return how many clocks were moved or have told something."""
        now = self._clock()
        with self._state.read() as uow:
            outdated = uow.clocks.outdated(self._calendars.version(uow), limit=BATCH)
        moved = sum(self._move(one, now) for one in outdated)
        with self._state.read() as uow:
            ringing = uow.clocks.ringing(now, limit=BATCH)
        told = sum(self._tell(one, now) for one in ringing)
        if moved or told:
            log.info("clocks_swept", moved=moved, told=told)
        return moved + told

    def _move(self, clock: DueClock, now: datetime) -> bool:
        """Work the due time out again with the calendar as it is now."""
        with self._state.write() as uow:
            incident, run = uow.incidents.get(clock.incident_id, lock=True), uow.runs.get(clock.incident_id)
            assert incident is not None
            assert run is not None
            calendar = self._calendars.of(uow, incident.office_id)
            sop, state = self._library.sop_of(uow, run), state_from_json(run.state)
            fresh = running_clocks(sop, state, incident, calendar=calendar, rules=self._rules)
            same = next((one for one in fresh if one.key == clock.key), None)
            if same is None:
                uow.clocks.remove(clock)
                return True
            # A clock that has told everything stays silent, where the limit has not moved.
            changed = same if same.due != clock.due else replace(clock, calendar_version=same.calendar_version)
            if not uow.clocks.change(clock, changed):
                return False
            for step in active_steps(sop, state, calendar):
                if clock.kind is ClockKind.LANGKAH and step.no == clock.no and step.due is not None:
                    uow.runs.set_due(incident.id, step.no, step.putaran, step.due)
            if same.due != clock.due:
                uow.changes.add("incident", incident.id, now)
            return True

    def _tell(self, clock: DueClock, now: datetime) -> bool:
        with self._state.write() as uow:
            case = self._case(uow, clock, now)
            following = next_telling(clock, case.calendar, self._rules, after=now)
            if not uow.clocks.change(clock, replace(clock, next_at=following)):
                return False
            if _is_over(case):
                uow.clocks.remove(clock)
                return False
            due = tellings_due(clock, case.calendar, self._rules, now=now)
            added = add_new(uow, (one for telling in due for one in self._notices(case, telling)))
            # A limit that was moved and comes a second time is no second fact.
            is_first = any(one.kind in _REACHED for one in added)
            if is_first:
                uow.incidents.add_timeline(case.incident.id, _overdue_entry(case))
                add_audit(
                    uow,
                    at=now,
                    actor=("system", SYSTEM),
                    action=_ACTIONS[clock.kind],
                    subject=f"incident:{case.incident.id}",
                    details=_overdue_details(case),
                )
            elif added:
                add_audit(
                    uow,
                    at=now,
                    actor=("system", SYSTEM),
                    action="clock.told",
                    subject=f"incident:{case.incident.id}",
                    details=_told_details(case, added),
                )
            announce(uow, added)
            if is_first:
                uow.changes.add("incident", case.incident.id, now)
        for telling in due:
            log.info("clock_told", incident_id=clock.incident_id, clock=clock.key, stage=telling.stage.value)
        return True

    def _case(self, uow: UnitOfWork, clock: DueClock, now: datetime) -> _Case:
        incident, run = uow.incidents.get(clock.incident_id, lock=True), uow.runs.get(clock.incident_id)
        assert incident is not None
        assert run is not None
        is_legal = clock.kind is ClockKind.HUKUM
        return _Case(
            clock=clock,
            calendar=ROUND_THE_CLOCK if is_legal else self._calendars.of(uow, incident.office_id),
            now=now,
            incident=incident,
            run=run,
            sop=self._library.sop_of(uow, run),
            legal=legal_clock_of(uow, clock) if is_legal else None,
        )

    def _notices(self, case: _Case, telling: Telling) -> tuple[Notice, ...]:
        clock, facts = case.clock, case.facts()
        return tuple(
            Notice(
                id=NoticeId(self._new_id()),
                key=f"clock:{clock.incident_id}:{clock.key}:{telling.key}:{kind}",
                office_id=clock.office_id,
                kind=kind,
                at=case.now,
                account_id=case.legal.rated_by if case.legal else None,
                roles=tuple(roles),
                playbook_id=case.sop.id,
                incident_id=clock.incident_id,
                facts=facts,
            )
            for kind, roles in _addressed(case, telling.stage)
            if roles or case.legal
        )


def _is_over(case: _Case) -> bool:
    """A law goes on asking after the incident is closed; the SOP does not."""
    if case.clock.kind is ClockKind.HUKUM:
        return case.legal is None or case.legal.sent is not None
    return case.incident.status is not IncidentStatus.OPEN


def _addressed(case: _Case, stage: Stage) -> tuple[tuple[NoticeKind, Sequence[str]], ...]:
    """Return who is told what at this stage of the clock."""
    executors, heads = case.executors(), case.sop.eskalasi.heads
    superiors = case.sop.eskalasi.superiors_of(executors)
    everyone = tuple(dict.fromkeys((*executors, *heads)))
    told: dict[tuple[ClockKind, Stage], tuple[tuple[NoticeKind, Sequence[str]], ...]] = {
        (ClockKind.LANGKAH, Stage.BEFORE): ((NoticeKind.REMINDER_BEFORE, executors),),
        (ClockKind.LANGKAH, Stage.DUE): ((NoticeKind.DUE, executors),),
        (ClockKind.LANGKAH, Stage.SUPERIOR): ((NoticeKind.OVERDUE_SUPERIOR, superiors),),
        (ClockKind.LANGKAH, Stage.LATE): (
            (NoticeKind.OVERDUE, executors),
            (NoticeKind.OVERDUE_SUPERIOR, superiors),
        ),
        (ClockKind.TOTAL, Stage.BEFORE): ((NoticeKind.TOTAL_BEFORE, executors),),
        # Past the total time the superior is told at once: the whole is already late.
        (ClockKind.TOTAL, Stage.DUE): ((NoticeKind.TOTAL_DUE, everyone),),
        (ClockKind.TOTAL, Stage.LATE): ((NoticeKind.TOTAL_OVERDUE, everyone),),
        (ClockKind.HUKUM, Stage.BEFORE): ((NoticeKind.LEGAL_BEFORE, heads),),
        (ClockKind.HUKUM, Stage.DUE): ((NoticeKind.LEGAL_DUE, heads),),
        (ClockKind.HUKUM, Stage.LATE): ((NoticeKind.LEGAL_OVERDUE, heads),),
    }
    return told.get((case.clock.kind, stage), ())


_REACHED: Final = frozenset({NoticeKind.DUE, NoticeKind.TOTAL_DUE, NoticeKind.LEGAL_DUE})
_KINDS: Final = {
    ClockKind.LANGKAH: "step_overdue",
    ClockKind.TOTAL: "total_overdue",
    ClockKind.HUKUM: "legal_overdue",
}
_ACTIONS: Final = {
    ClockKind.LANGKAH: "step.overdue",
    ClockKind.TOTAL: "run.overdue",
    ClockKind.HUKUM: "legal.overdue",
}


def _told_details(case: _Case, added: Sequence[Notice]) -> dict[str, object]:
    """Who was told, and that it was told: the notice itself goes once its time is past."""
    told = [{"jenis": one.kind, "peran": list(one.roles), "akun": one.account_id} for one in added]
    return {"nomor": case.incident.nomor, "langkah": case.clock.no or None, "diberitahu": told}


def _overdue_entry(case: _Case) -> TimelineEntry:
    facts = {key: value for key, value in _overdue_details(case).items() if value and key != "nomor"}
    return TimelineEntry(at=case.now, kind=_KINDS[case.clock.kind], actor=SYSTEM, facts=tuple(facts.items()))


def _overdue_details(case: _Case) -> dict[str, str]:
    active = next((one for one in case.run.active if one.no == case.clock.no), None)
    return {
        "nomor": case.incident.nomor,
        "langkah": str(case.clock.no) if case.clock.no else "",
        "putaran": str(active.putaran) if active else "",
        "pelaksana": " atau ".join(case.sop.role_name(one) for one in case.executors()) if active else "",
        "dasar": case.legal.basis.label if case.legal else "",
        "batas": case.clock.due.isoformat(),
    }
