"""What a period looked like: compliance with standard times, late steps with their reasons, loops, papers. Pure.

One function makes the figures of the leadership's page, of the API and of the auditor's pack, so that they agree.
A step counts where it was finished within the period; one that is still active counts as late once it is past its
time. Times are working minutes of the office's calendar; what somebody outside took is not the office's.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median

from ir_platform.domain.document import DocumentOutline, DocumentStatus
from ir_platform.domain.incident import Incident, IncidentStatus, Outcome
from ir_platform.ports import WorkingCalendar
from playbooks.clocks import loop_costs, outside_spans, step_limit, total_limit
from playbooks.figure_lists import GroupFigures, IncidentFigures, grouped, mean_or_none
from playbooks.run_state import RunState, StepPass
from playbooks.sop import Langkah, Sop


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    begins: datetime
    ends: datetime
    """The first moment that is no longer part of it."""
    now: datetime
    """When it is looked at: nothing later has happened yet."""

    def holds(self, moment: datetime | None) -> bool:
        return moment is not None and self.begins <= moment < self.ends

    @property
    def horizon(self) -> datetime:
        """Up to when something that still goes on is counted."""
        return min(self.ends, self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One incident with what is known of it."""

    incident: Incident
    sop: Sop
    state: RunState
    documents: tuple[DocumentOutline, ...]
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFigures:
    playbook_id: str
    no: int
    uraian: str
    batas: str | None
    """The standard time as the SOP writes it; None: it gives none."""
    selesai: int
    tepat_waktu: int
    terlambat: int
    tanpa_batas: int
    """Finished without a standard time to be measured by."""
    masih_lewat: int
    """Still active, and past their time."""
    median_menit: float | None
    """Working minutes from activation to completion; None: none was finished."""
    median_terlambat_menit: float | None
    terlama_terlambat_menit: int | None
    rata_menit: float | None
    """Mean of what `median_menit` is the median of."""
    batas_menit: float | None
    """Median of the working minutes that the standard time came to for those finished; None: the SOP gives none."""

    @property
    def kepatuhan(self) -> float | None:
        """Share of those with a standard time that kept it, 0 to 1; None: there was none."""
        measured = self.tepat_waktu + self.terlambat + self.masih_lewat
        return self.tepat_waktu / measured if measured else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LateStep:
    incident_id: str
    nomor: str
    playbook_id: str
    no: int
    putaran: int
    uraian: str
    pelaksana: str
    """Who acted last, with jabatan; where it still waits, whose turn the SOP says it is."""
    jatuh_tempo: datetime
    selesai: datetime | None
    """None: not yet."""
    terlambat_menit: int
    """Working minutes past the time."""
    alasan: str
    """What was said with the step: reason and note, in the words given; empty: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    incident_id: str
    nomor: str
    playbook_id: str
    dari: int
    ke: int
    putaran: int
    sejak: datetime
    sampai: datetime | None
    hari_kerja: float
    alasan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFigures:
    kind: str
    judul: str
    dibuat: int
    belum_ada: int
    """Outputs of steps finished in the period that have no document, or one that could not be drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingPaper:
    incident_id: str
    nomor: str
    no: int
    putaran: int
    kind: str
    judul: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookFigures:
    playbook_id: str
    judul: str
    dibuka: int
    ditutup: int
    masih_terbuka: int
    """At the end of the period, or now."""
    hasil: tuple[tuple[Outcome, int], ...]
    """Of those closed in the period."""
    median_hari_kerja: float | None
    """From opening to closing."""
    rata_hari_kerja: float | None
    waktu_total: str | None
    """The SOP's total time as it writes it; None: it gives none."""
    dalam_waktu_total: int
    """Of those closed in the period: within the total time, without what outside executors took."""
    lewat_waktu_total: int
    lewat: int
    """Open ones with a step past its standard time."""
    putaran: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    period: Period
    playbooks: tuple[PlaybookFigures, ...]
    steps: tuple[StepFigures, ...]
    late: tuple[LateStep, ...]
    """The latest first."""
    loops: tuple[Loop, ...]
    """Oldest first."""
    papers: tuple[PaperFigures, ...]
    missing: tuple[MissingPaper, ...]
    incidents: tuple[IncidentFigures, ...]
    """Every incident that was open within the period, in no order."""

    @property
    def levels(self) -> tuple[GroupFigures, ...]:
        return grouped(self.incidents, lambda one: one.level)

    @property
    def offices(self) -> tuple[GroupFigures, ...]:
        return grouped(self.incidents, lambda one: one.office_id)

    @property
    def kepatuhan(self) -> float | None:
        """Share of all measured steps that kept their time, 0 to 1; None: none was measured."""
        kept = sum(one.tepat_waktu for one in self.steps)
        measured = kept + sum(one.terlambat + one.masih_lewat for one in self.steps)
        return kept / measured if measured else None


def summarise(cases: Iterable[Case], period: Period) -> Summary:
    """Return the figures; the cases are read once, and only what is counted is kept of them."""
    tally = _Tally(period=period)
    for case in cases:
        tally.take(case)
    return Summary(
        period=period,
        playbooks=tuple(tally.playbook_figures()),
        steps=tuple(tally.step_figures()),
        late=tuple(sorted(tally.late, key=lambda one: (-one.terlambat_menit, one.nomor, one.no))),
        loops=tuple(sorted(tally.loops, key=lambda one: (one.sejak, one.nomor))),
        papers=tuple(tally.paper_figures()),
        missing=tuple(sorted(tally.missing, key=lambda one: (one.nomor, one.no, one.putaran))),
        incidents=tuple(tally.incidents),
    )


@dataclass(slots=True, kw_only=True)
class _StepTally:
    uraian: str
    batas: str | None
    kept: int = 0
    unlimited: int = 0
    still_late: int = 0
    taken: list[int] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    allowed: list[int] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class _PlaybookTally:
    judul: str
    total_time: str | None
    within_total: int = 0
    past_total: int = 0
    overdue: int = 0
    loops: int = 0
    opened: int = 0
    closed: int = 0
    still_open: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    days: list[float] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class _Tally:
    period: Period
    playbooks: dict[str, _PlaybookTally] = field(default_factory=dict)
    steps: dict[tuple[str, int], _StepTally] = field(default_factory=dict)
    late: list[LateStep] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    missing: list[MissingPaper] = field(default_factory=list)
    incidents: list[IncidentFigures] = field(default_factory=list)
    made: Counter[str] = field(default_factory=Counter)
    absent: Counter[str] = field(default_factory=Counter)
    titles: dict[str, str] = field(default_factory=dict)

    def take(self, case: Case) -> None:
        known_late = len(self.late)
        for one in case.state.passes:
            step = case.sop.step(one.no)
            if step is not None and not step.otomatis:
                self._count_pass(case, step, one)
        loops = tuple(_loops_of(case, self.period))
        self.loops.extend(loops)
        self._count_incident(case, incident_figures(case, self.period, self.late[known_late:], loops))
        self._count_papers(case)

    def _count_incident(self, case: Case, one: IncidentFigures) -> None:
        self.incidents.append(one)
        total_time = str(case.sop.waktu_total) if case.sop.waktu_total else None
        tally = self.playbooks.setdefault(one.playbook_id, _PlaybookTally(judul=case.sop.judul, total_time=total_time))
        tally.opened += one.is_opened
        tally.still_open += one.is_open
        tally.overdue += one.langkah_lewat > 0
        tally.loops += one.putaran
        if one.is_closed:
            tally.closed += 1
            tally.days.append(one.hari_kerja or 0.0)
            self._count_total(tally, case, one)
        if one.is_closed and one.hasil is not None:
            tally.outcomes[one.hasil] += 1

    def _count_total(self, tally: _PlaybookTally, case: Case, one: IncidentFigures) -> None:
        due = total_limit(case.sop, case.state, case.calendar).due
        if due is not None and one.ditutup is not None:
            tally.within_total += one.ditutup <= due
            tally.past_total += one.ditutup > due

    def _count_pass(self, case: Case, step: Langkah, one: StepPass) -> None:
        limit = step_limit(case.sop, one, case.calendar)
        ends = one.done_at if self.period.holds(one.done_at) else None
        goes_on = one.done_at is None or one.done_at >= self.period.horizon
        is_past = limit.due is not None and limit.due < self.period.horizon
        if ends is None and not (goes_on and is_past):
            return
        tally = self.steps.setdefault(
            (case.incident.playbook_id, step.no),
            _StepTally(uraian=step.ringkas.id, batas=str(step.waktu) if step.waktu else None),
        )
        if ends is not None:
            tally.taken.append(_own_minutes(case, one, limit.started_at, ends))
            if limit.due is not None:
                tally.allowed.append(_own_minutes(case, one, limit.started_at, limit.due))
        if limit.due is None:
            tally.unlimited += 1
        elif ends is not None and ends <= limit.due:
            tally.kept += 1
        else:
            self._count_late(tally, _late_step(case, step, one, limit.due, ends, self.period.horizon))

    def _count_late(self, tally: _StepTally, late: LateStep) -> None:
        self.late.append(late)
        if late.selesai is None:
            tally.still_late += 1
        else:
            tally.late.append(late.terlambat_menit)

    def _count_papers(self, case: Case) -> None:
        there = {
            (one.kind, one.step_no, one.putaran) for one in case.documents if one.status is not DocumentStatus.FAILED
        }
        for one in case.documents:
            if self.period.holds(one.created_at):
                self.made[one.kind] += 1
                self.titles.setdefault(one.kind, one.title)
        for missing in _missing_of(case, self.period, there):
            self.absent[missing.kind] += 1
            self.titles.setdefault(missing.kind, missing.judul)
            self.missing.append(missing)

    def playbook_figures(self) -> Iterator[PlaybookFigures]:
        for playbook_id, one in sorted(self.playbooks.items()):
            yield PlaybookFigures(
                playbook_id=playbook_id,
                judul=one.judul,
                dibuka=one.opened,
                ditutup=one.closed,
                masih_terbuka=one.still_open,
                hasil=tuple(sorted(one.outcomes.items())),
                median_hari_kerja=median(one.days) if one.days else None,
                rata_hari_kerja=mean_or_none(one.days),
                waktu_total=one.total_time,
                dalam_waktu_total=one.within_total,
                lewat_waktu_total=one.past_total,
                lewat=one.overdue,
                putaran=one.loops,
            )

    def step_figures(self) -> Iterator[StepFigures]:
        for (playbook_id, no), one in sorted(self.steps.items()):
            yield StepFigures(
                playbook_id=playbook_id,
                no=no,
                uraian=one.uraian,
                batas=one.batas,
                selesai=len(one.taken),
                tepat_waktu=one.kept,
                terlambat=len(one.late),
                tanpa_batas=one.unlimited,
                masih_lewat=one.still_late,
                median_menit=median(one.taken) if one.taken else None,
                median_terlambat_menit=median(one.late) if one.late else None,
                terlama_terlambat_menit=max(one.late) if one.late else None,
                rata_menit=mean_or_none(one.taken),
                batas_menit=median(one.allowed) if one.allowed else None,
            )

    def paper_figures(self) -> Iterator[PaperFigures]:
        for kind in sorted(self.titles):
            yield PaperFigures(kind=kind, judul=self.titles[kind], dibuat=self.made[kind], belum_ada=self.absent[kind])


def incident_figures(case: Case, period: Period, late: Sequence[LateStep], loops: Sequence[Loop]) -> IncidentFigures:
    """Return what the incident adds to the figures; `late` and `loops` are its own of the period."""
    incident = case.incident
    closed_at = incident.closed_at if incident.status is not IncidentStatus.OPEN else None
    is_closed = period.holds(closed_at)
    return IncidentFigures(
        incident_id=incident.id,
        nomor=incident.nomor,
        judul=incident.judul,
        level=incident.level,
        playbook_id=incident.playbook_id,
        office_id=incident.office_id,
        dibuka=incident.opened_at,
        ditutup=closed_at,
        hasil=incident.hasil if closed_at else None,
        hari_kerja=case.calendar.working_days_between(incident.opened_at, closed_at)
        if closed_at and is_closed
        else None,
        is_opened=period.holds(incident.opened_at),
        is_closed=is_closed,
        is_open=closed_at is None or closed_at >= period.horizon,
        langkah_terlambat=sum(one.selesai is not None for one in late),
        langkah_lewat=sum(one.selesai is None for one in late),
        putaran=len(loops),
    )


def _own_minutes(case: Case, one: StepPass, start: datetime, ends: datetime) -> int:
    """Return the office's own working minutes of the activation."""
    own = case.calendar.working_minutes_between(start, ends)
    for span in outside_spans(case.sop, one):
        if span.ends is not None and span.begins > start:
            own -= case.calendar.working_minutes_between(span.begins, span.ends)
    return max(0, own)


def _late_step(
    case: Case, step: Langkah, one: StepPass, due: datetime, ends: datetime | None, horizon: datetime
) -> LateStep:
    return LateStep(
        incident_id=case.incident.id,
        nomor=case.incident.nomor,
        playbook_id=case.incident.playbook_id,
        no=step.no,
        putaran=one.putaran,
        uraian=step.ringkas.id,
        pelaksana=_who(case.sop, step, one),
        jatuh_tempo=due,
        selesai=ends,
        terlambat_menit=case.calendar.working_minutes_between(due, ends or horizon),
        alasan=_said(one),
    )


def _who(sop: Sop, step: Langkah, one: StepPass) -> str:
    if one.acts and one.is_done:
        return f"{one.acts[-1].name} ({one.acts[-1].jabatan})"
    return ", ".join(sop.role_name(role) for role in step.pelaksana)


def _said(one: StepPass) -> str:
    """Return reasons and notes given with the activation, in order."""
    acts = (text for act in one.acts for text in (act.alasan, act.catatan))
    notes = (note.catatan for note in one.notes)
    return "; ".join(text.strip() for text in (*acts, *notes) if text and text.strip())


def _loops_of(case: Case, period: Period) -> Iterator[Loop]:
    for cost in loop_costs(case.sop, case.state, case.calendar, now=period.now):
        if period.holds(cost.sejak):
            sent = next(one for one in case.state.passes if one.no == cost.dari and one.done_at == cost.sejak)
            yield Loop(
                incident_id=case.incident.id,
                nomor=case.incident.nomor,
                playbook_id=case.incident.playbook_id,
                dari=cost.dari,
                ke=cost.ke,
                putaran=cost.putaran,
                sejak=cost.sejak,
                sampai=cost.sampai,
                hari_kerja=cost.hari_kerja,
                alasan=_said(sent),
            )


def _missing_of(case: Case, period: Period, there: set[tuple[str, int, int]]) -> Iterator[MissingPaper]:
    for one in case.state.passes:
        step = case.sop.step(one.no)
        for item in step.makes() if step is not None and period.holds(one.done_at) else ():
            if item.dokumen and (item.dokumen, one.no, one.putaran) not in there:
                yield MissingPaper(
                    incident_id=case.incident.id,
                    nomor=case.incident.nomor,
                    no=one.no,
                    putaran=one.putaran,
                    kind=item.dokumen,
                    judul=item.nama,
                )
