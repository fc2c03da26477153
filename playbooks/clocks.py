"""What runs against the clock in a run: steps, the whole, and what each putaran has cost. Pure.

Not charged to the office: the time in which only somebody outside could act (until that person acted, as recorded; the
recording itself is the office's), and the time in which a run stood closed before it was taken up again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from ir_platform.calendar.duration import Waktu
from ir_platform.calendar.limits import limit_end
from ir_platform.domain.clock import TOTAL_KEY, Clock, ClockKind, step_key
from ir_platform.domain.incident import Incident
from ir_platform.domain.run import ActiveStep
from ir_platform.notify.stages import DEFAULT_RULES, ReminderRules, tellings
from ir_platform.ports import Calendars, WorkingCalendar
from playbooks.run_state import Act, RunState, StepPass
from playbooks.sop import Sop
from playbooks.turns import turn_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What a run needs to keep its time: the offices' calendars, and when people are reminded."""

    calendars: Calendars
    reminders: ReminderRules = DEFAULT_RULES


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    begins: datetime
    ends: datetime | None
    """None: it still goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A standard time being used up."""

    started_at: datetime
    """When the office's own time began."""
    due: datetime | None
    """None: there is no limit, or it stands still while somebody outside is awaited."""
    stands_still: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopCost:
    """The working time between work being sent back and its coming back to whoever sent it."""

    putaran: int
    """Of the step it was sent back to."""
    dari: int
    ke: int
    sejak: datetime
    sampai: datetime | None
    """None: it has not come back yet."""
    hari_kerja: float


def active_steps(sop: Sop, state: RunState, calendar: WorkingCalendar) -> tuple[ActiveStep, ...]:
    """Return the rows for `Tugas saya`, with their due times."""
    rows = []
    for one in state.active:
        step = sop.step(one.no)
        assert step is not None
        roles, limit = turn_of(sop, step, one).accounts, step_limit(sop, one, calendar)
        rows.append(ActiveStep(no=one.no, putaran=one.putaran, roles=roles, since=one.since, due=limit.due))
    return tuple(rows)


def step_limit(sop: Sop, one: StepPass, calendar: WorkingCalendar) -> Limit:
    """Return when the standard time of this activation is over."""
    step = sop.step(one.no)
    return _limit(calendar, one.since, step.waktu if step else None, outside_spans(sop, one))


def total_limit(sop: Sop, state: RunState, calendar: WorkingCalendar) -> Limit:
    """Return when the SOP's total time is over, counted from the run's beginning."""
    outside = (span for one in state.passes for span in outside_spans(sop, one))
    closed = (Span(begins=past.ended_at, ends=past.at) for past in state.reopenings)
    return _limit(calendar, state.started_at, sop.waktu_total, sorted((*outside, *closed), key=lambda one: one.begins))


def outside_spans(sop: Sop, one: StepPass) -> tuple[Span, ...]:
    """Return when, in this activation, nobody but somebody outside could act."""
    if not any(role.luar for role in sop.pelaksana):
        return ()  # as in most SOPs; the figures of a period ask this of each of its steps, several times
    step = sop.step(one.no)
    assert step is not None
    spans, begins = [], one.since
    acts: tuple[Act | None, ...] = one.acts if one.is_done else (*one.acts, None)
    for position, act in enumerate(acts):
        awaited = turn_of(sop, step, replace(one, acts=one.acts[:position])).roles
        if awaited and all(sop.is_outside(role) for role in awaited):
            spans.append(Span(begins=begins, ends=_acted_outside(act, begins) if act else None))
        begins = act.at if act else begins
    return tuple(spans)


def _acted_outside(act: Act, begins: datetime) -> datetime:
    """Return when the outside person acted: what the office took to record it is its own time."""
    return max(begins, min(act.atas_nama.waktu, act.at)) if act.atas_nama else act.at


def _limit(calendar: WorkingCalendar, start: datetime, waktu: Waktu | None, outside: Iterable[Span]) -> Limit:
    minutes = 0
    for span in outside:
        if span.ends is None:
            return Limit(started_at=start, due=None, stands_still=waktu is not None)
        if span.begins <= start:
            # The office's time had not begun: so nothing is added at its end, where a day may be longer or shorter.
            start = max(start, span.ends)
        else:
            minutes += calendar.working_minutes_between(span.begins, span.ends)
    if waktu is None:
        return Limit(started_at=start, due=None)
    due = limit_end(calendar, start, waktu)
    return Limit(started_at=start, due=calendar.add_working_minutes(due, minutes) if minutes else due)


def running_clocks(
    sop: Sop, state: RunState, incident: Incident, *, calendar: WorkingCalendar, rules: ReminderRules
) -> tuple[Clock, ...]:
    """Return the due rows of the run as it stands: one for each active step with a limit, one for the whole."""
    if state.ended_at is not None:
        return ()
    limits = [
        (step_key(one.no, one.putaran), ClockKind.LANGKAH, one.no, step_limit(sop, one, calendar))
        for one in state.active
    ]
    limits.append((TOTAL_KEY, ClockKind.TOTAL, 0, total_limit(sop, state, calendar)))
    clocks = []
    for key, kind, no, limit in limits:
        if limit.due is not None:
            clock = Clock(
                incident_id=incident.id,
                key=key,
                kind=kind,
                office_id=incident.office_id,
                no=no,
                started_at=limit.started_at,
                due=limit.due,
                next_at=None,
                calendar_version=calendar.version,
            )
            clocks.append(replace(clock, next_at=next(tellings(clock, calendar, rules)).at))
    return tuple(clocks)


def loop_costs(sop: Sop, state: RunState, calendar: WorkingCalendar, *, now: datetime) -> tuple[LoopCost, ...]:
    """Return what each putaran has cost, oldest first."""
    found = []
    for position, one in enumerate(state.passes[:-1]):
        step = sop.step(one.no)
        answer = step.answer_named(one.acts[-1].keputusan) if step and one.is_done and one.acts else None
        if answer is None or not answer.adalah_putaran:
            continue
        assert one.done_at is not None
        sent_to = state.passes[position + 1]
        back = next((later for later in state.passes[position + 1 :] if later.no == one.no), None)
        ends = back.since if back else None
        found.append(
            LoopCost(
                putaran=sent_to.putaran,
                dari=one.no,
                ke=sent_to.no,
                sejak=one.done_at,
                sampai=ends,
                hari_kerja=calendar.working_days_between(one.done_at, ends or state.ended_at or now),
            )
        )
    return tuple(found)
