"""What is shown of the time of a run: the limit of a step, of the whole, and what each putaran has cost. Pure."""

from dataclasses import dataclass
from datetime import datetime

from ir_platform.calendar.limits import days_words, span_words
from ir_platform.domain.run import ActiveStep
from ir_platform.ports import WorkingCalendar
from playbooks.clocks import loop_costs, total_limit
from playbooks.run_state import RunState
from playbooks.sop import Sop, Teks


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenggat:
    no: int
    putaran: int
    jatuh_tempo: datetime | None
    """None: the SOP gives no time, or somebody outside is awaited."""
    sisa_menit: int | None
    """Working minutes left; negative: working minutes past it."""
    sisa: str | None
    """In words, `1 hari 4 jam`; a day is a working day."""
    lewat: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TenggatTotal:
    jatuh_tempo: datetime | None
    sisa_menit: int | None
    """None: there is no limit, it stands still, or the run is over."""
    sisa: str | None
    lewat: bool
    berhenti: bool
    """It stands still while somebody outside is awaited."""
    waktu: str | None
    """As the SOP gives it, `2–5 hari kerja`."""
    terpakai: str
    """Working days since the beginning, `1,4 hari kerja`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BiayaPutaran:
    putaran: int
    dari: int
    ke: int
    sejak: datetime
    sampai: datetime | None
    hari_kerja: float
    kalimat: Teks


def tenggat_of(one: ActiveStep, *, now: datetime, calendar: WorkingCalendar) -> Tenggat:
    if one.due is None:
        return Tenggat(no=one.no, putaran=one.putaran, jatuh_tempo=None, sisa_menit=None, sisa=None, lewat=False)
    left, words = _left(calendar, now, one.due)
    return Tenggat(
        no=one.no,
        putaran=one.putaran,
        jatuh_tempo=one.due,
        sisa_menit=left,
        sisa=words,
        lewat=now > one.due,
    )


def tenggat_total_of(sop: Sop, state: RunState, *, now: datetime, calendar: WorkingCalendar) -> TenggatTotal:
    limit, end = total_limit(sop, state, calendar), state.ended_at or now
    runs = limit.due is not None and state.ended_at is None
    left, words = _left(calendar, now, limit.due) if runs and limit.due else (None, None)
    return TenggatTotal(
        jatuh_tempo=limit.due,
        sisa_menit=left,
        sisa=words,
        lewat=limit.due is not None and end > limit.due,
        berhenti=limit.stands_still,
        waktu=str(sop.waktu_total) if sop.waktu_total else None,
        terpakai=days_words(calendar.working_days_between(state.started_at, end)),
    )


def biaya_putaran_of(
    sop: Sop, state: RunState, *, now: datetime, calendar: WorkingCalendar
) -> tuple[BiayaPutaran, ...]:
    return tuple(
        BiayaPutaran(
            putaran=one.putaran,
            dari=one.dari,
            ke=one.ke,
            sejak=one.sejak,
            sampai=one.sampai,
            hari_kerja=round(one.hari_kerja, 2),
            kalimat=cost_words(one.putaran, one.hari_kerja, is_over=one.sampai is not None),
        )
        for one in loop_costs(sop, state, calendar, now=now)
    )


def cost_words(putaran: int, days: float, *, is_over: bool) -> Teks:
    """Return `putaran 2 menghabiskan 1,4 hari kerja`, in both languages."""
    if is_over:
        return Teks(
            id=f"putaran {putaran} menghabiskan {days_words(days)}",
            en=f"round {putaran} took {days:.1f} working days",
        )
    return Teks(
        id=f"putaran {putaran} sudah berjalan {days_words(days)}",
        en=f"round {putaran} has been running for {days:.1f} working days",
    )


def _left(calendar: WorkingCalendar, now: datetime, due: datetime) -> tuple[int, str]:
    """Return the working minutes left, negative past the limit, and how they are said."""
    left = calendar.working_minutes_between(now, due) or -calendar.working_minutes_between(due, now)
    return left, span_words(calendar, *((now, due) if now <= due else (due, now)))
