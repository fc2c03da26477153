"""Findings (temuan deteksi) in a run: which step repairs, which verifies, and which findings are open for a repair."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ir_platform.domain.alert import Alert, AlertId
from playbooks.commands import CompleteStep
from playbooks.errors import FindingsNotAskedError, UnknownFindingError
from playbooks.run_state import RunState, StepPass
from playbooks.sop import Keputusan, Langkah, Sop


def verifying_step(sop: Sop) -> Langkah | None:
    """Return the step that verifies a repair; None where the SOP has none."""
    return next((step for step in sop.langkah if step.memverifikasi), None)


def repair_no(sop: Sop) -> int | None:
    """Return the step that repairs: the first of those that are verified."""
    step = verifying_step(sop)
    return min(step.memverifikasi) if step else None


def repaired_at(sop: Sop, state: RunState) -> datetime | None:
    """Return when the repair was last reported as done; None: not yet."""
    no = repair_no(sop)
    done = state.last_done(no) if no is not None else None
    return done.done_at if done else None


def checks_repair(sop: Sop, no: int) -> bool:
    """Whether what was done about findings may be told in that step."""
    return any(no in step.memverifikasi for step in sop.langkah)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack:
    """What a repair was sent back with."""

    marked: tuple[str, ...]
    """Alert ids; empty: all that there were."""
    at: datetime


def sent_back(sop: Sop, state: RunState, repair: StepPass) -> SentBack | None:
    """Return what sent the work back to this activation of a repair; None: it is the first one."""
    reopened = next(
        (one for one in state.reopenings if (one.no, one.putaran) == (repair.no, repair.putaran)),
        None,
    )
    if reopened is not None:
        return SentBack(marked=reopened.temuan, at=reopened.at)
    before = state.passes[: state.passes.index(repair)]
    for past in reversed(before):
        step = sop.step(past.no)
        answer = step.answer_named(past.acts[-1].keputusan) if step and past.is_done else None
        if answer is not None and answer.adalah_putaran:
            isian = past.acts[-1].isian
            return SentBack(marked=isian.temuan_terbuka if isian else (), at=past.acts[-1].at)
    return None


def open_findings(sop: Sop, state: RunState, repair: StepPass, alerts: Sequence[Alert]) -> tuple[AlertId, ...]:
    """Return the findings that this activation of a repair has to see to, oldest first.

    All of the incident's; after the work was sent back, those marked as still open and those that came since.
    """
    back = sent_back(sop, state, repair)
    if back is None or not back.marked:
        return tuple(alert.id for alert in alerts)
    return tuple(alert.id for alert in alerts if alert.id in back.marked or alert.first_seen >= back.at)


def findings_by_step(sop: Sop, state: RunState, alerts: Sequence[Alert]) -> dict[int, tuple[AlertId, ...]]:
    """Return what each active step is to be shown: a repair its open findings, a verification what was repaired."""
    no = repair_no(sop)
    repair = state.last_pass(no) if no is not None else None
    if repair is None:
        return {}
    shown = open_findings(sop, state, repair, alerts)
    verifying = verifying_step(sop)
    wanted = {*(verifying.memverifikasi if verifying else ()), *([verifying.no] if verifying else ())}
    return {one.no: shown for one in state.active if one.no in wanted}


def check_findings(sop: Sop, step: Langkah, choice: Keputusan | None, command: CompleteStep) -> None:
    """Raises: FindingsNotAskedError, UnknownFindingError."""
    given = command.isian
    if given is None:
        return
    if given.tindakan and not checks_repair(sop, step.no):
        raise FindingsNotAskedError(no=step.no, what="tindakan")
    if given.temuan_terbuka and not (step.memverifikasi and choice is not None and choice.adalah_putaran):
        raise FindingsNotAskedError(no=step.no, what="temuan_terbuka")
    named = dict.fromkeys((*(one.temuan for one in given.tindakan), *given.temuan_terbuka))
    strangers = tuple(one for one in named if one not in command.temuan)
    if strangers:
        raise UnknownFindingError(no=step.no, alert_ids=strangers)
