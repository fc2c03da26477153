"""When a clock tells somebody: before its limit, at it, after it, and then once a working day. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from ir_platform.calendar.duration import MINUTES_PER_DAY
from ir_platform.config import LEAD
from ir_platform.domain.clock import Clock
from ir_platform.ports import WorkingCalendar


class Stage(StrEnum):
    BEFORE = "before"
    DUE = "due"
    SUPERIOR = "superior"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """How far from the limit: a share of the whole time, or so many working minutes."""

    percent: int | None = None
    minutes: int = 0

    def of(self, total_minutes: int) -> int:
        return self.minutes if self.percent is None else total_minutes * self.percent // 100


def lead_of(text: str) -> Lead:
    """Return what a setting says: `25%`, `60 menit`, `2 jam`; checked when the settings were read."""
    found = LEAD.fullmatch(text)
    assert found is not None
    if found["percent"]:
        return Lead(percent=int(found["percent"]))
    return Lead(minutes=int(found["amount"]) * (60 if found["unit"] == "jam" else 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderRules:
    before: Lead = field(default_factory=lambda: Lead(percent=25))
    superior_after: Lead = field(default_factory=lambda: Lead(percent=25))
    """How long past the limit the superior is told; at most one working day."""
    repeat_days: int = 10
    """How many working days long a late step is told of again."""


DEFAULT_RULES: Final = ReminderRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    at: datetime
    stage: Stage
    number: int = 0
    """The nth working day past the limit."""

    @property
    def key(self) -> str:
        return f"{self.stage}:{self.number}"


def tellings(clock: Clock, calendar: WorkingCalendar, rules: ReminderRules) -> Iterator[Telling]:
    """Yield every moment at which somebody is to be told, in order, each worked out when it is asked for."""
    total = calendar.working_minutes_between(clock.started_at, clock.due)
    lead = rules.before.of(total)
    if 0 < lead < total:
        yield Telling(at=calendar.add_working_minutes(clock.started_at, total - lead), stage=Stage.BEFORE)
    yield Telling(at=clock.due, stage=Stage.DUE)
    # Never after the first repetition: a limit of a fortnight must not keep the superior waiting for days.
    late = min(max(rules.superior_after.of(total), 1), MINUTES_PER_DAY)
    first_repeat = calendar.add_working_days(clock.due, 1)
    yield Telling(at=min(calendar.add_working_minutes(clock.due, late), first_repeat), stage=Stage.SUPERIOR)
    for number in range(1, rules.repeat_days + 1):
        yield Telling(at=calendar.add_working_days(clock.due, number), stage=Stage.LATE, number=number)


def next_telling(clock: Clock, calendar: WorkingCalendar, rules: ReminderRules, *, after: datetime) -> datetime | None:
    """Return the first moment later than `after`; None: nobody is told any more."""
    return next((one.at for one in tellings(clock, calendar, rules) if one.at > after), None)


def tellings_due(
    clock: Clock, calendar: WorkingCalendar, rules: ReminderRules, *, now: datetime
) -> tuple[Telling, ...]:
    """Return what is to be told now, of all that has come since the clock last told something.

    After a pause of the program several moments have passed at once: a reminder ahead of a limit that is over is left
    out, and of the repetitions only the last is told.
    """
    assert clock.next_at is not None
    passed = []
    for one in tellings(clock, calendar, rules):
        if one.at > now:
            break
        if one.at >= clock.next_at:
            passed.append(one)
    if not passed:
        return ()
    last = passed[-1]
    return tuple(one for one in passed if one is last or _still_counts(one, last))


def _still_counts(one: Telling, last: Telling) -> bool:
    """Whether an earlier telling is told beside the last: the limit itself is a fact, and the superior hears once."""
    return one.stage is Stage.DUE or (one.stage is Stage.SUPERIOR and last.stage is not Stage.LATE)
