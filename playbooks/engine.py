"""The engine: SOP, state and command become a new state and facts, or a refusal; pure, and the only judge of order.

A refusal is raised in a fixed order: unknown step, wrong role, not active (or a stale version or putaran), then what
is missing or wrong in the command itself.
"""

from dataclasses import replace
from datetime import datetime

from ir_platform.domain.incident import Outcome
from ir_platform.ports import ConflictError
from playbooks.commands import (
    Command,
    CompleteStep,
    DocumentDue,
    Fact,
    RunEnded,
    Start,
    StepActed,
    StepActivated,
    StepCompleted,
)
from playbooks.completeness import items_of, missing, unknown_nihil
from playbooks.errors import (
    AlreadyDoneError,
    MissingCauseError,
    MissingDecisionError,
    MissingKelengkapanError,
    MissingReasonError,
    NotActiveError,
    NotYetActiveError,
    NotYourTurnError,
    RunEndedError,
    StalePutaranError,
    UnknownAttachmentError,
    UnknownCauseError,
    UnknownDecisionError,
    UnknownNihilError,
    UnknownStepError,
    WrongRoleError,
)
from playbooks.run_state import Act, RunState, StepPass
from playbooks.sop import Kelengkapan, Keputusan, Langkah, Mode, Sop

Decided = tuple[RunState, tuple[Fact, ...]]


def decide(sop: Sop, state: RunState | None, command: Command) -> Decided:
    """Return the state after the command and what happened.

    `state` is None only for `Start`. Raises: a PlaybookRefusalError or ConflictError, and then nothing has changed.
    """
    if isinstance(command, Start):
        return _start(sop, command)
    assert state is not None
    return _complete(sop, state, command)


def require_role(sop: Sop, no: int, roles: frozenset[str]) -> Langkah:
    """Return the step if one of the roles may ever do it. Raises: UnknownStepError, WrongRoleError."""
    step = sop.step(no)
    if step is None:
        raise UnknownStepError(no=no)
    if not roles & set(step.pelaksana):
        names = tuple(sop.role_name(role) for role in step.pelaksana)
        raise WrongRoleError(no=step.no, roles=step.pelaksana, names=names)
    return step


def next_roles(step: Langkah, one: StepPass) -> tuple[str, ...]:
    """Return who may act now in that activation of the step."""
    if step.mode is Mode.SALAH_SATU:
        return step.pelaksana
    return step.pelaksana[len(one.acts) : len(one.acts) + 1]


def _start(sop: Sop, command: Start) -> Decided:
    first = sop.langkah[0]
    prepared = tuple(item for item in first.kelengkapan if item.disiapkan)
    state = RunState(
        started_at=command.at,
        passes=(StepPass(no=first.no, putaran=1, since=command.at),),
        prepared=tuple(item.nama for item in prepared),
    )
    activated = StepActivated(no=first.no, putaran=1, at=command.at, is_rework=False)
    return state, (activated, *_documents(prepared, first.no, 1))


def _complete(sop: Sop, state: RunState, command: CompleteStep) -> Decided:
    step = require_role(sop, command.no, command.by.roles)
    active = _active_pass(sop, state, step, command)
    role = _acting_role(sop, step, active, command)
    _check_kelengkapan(sop, state, step, active, command)
    is_last = step.mode is Mode.SALAH_SATU or len(active.acts) + 1 == len(step.pelaksana)
    choice = _choice(step, active, command, is_last=is_last)
    act = _act_of(role, command)
    if not is_last:
        half_done = replace(active, acts=(*active.acts, act))
        next_role = step.pelaksana[len(half_done.acts)]
        return state.with_pass(half_done), (
            StepActed(no=step.no, putaran=active.putaran, act=act, next_role=next_role),
        )
    done = replace(active, acts=(*active.acts, act), done_at=command.at)
    return _go_on(sop, state.with_pass(done), step, done, choice)


def _go_on(sop: Sop, state: RunState, step: Langkah, done: StepPass, choice: Keputusan | None) -> Decided:
    assert done.done_at is not None
    completed = StepCompleted(no=step.no, putaran=done.putaran, act=done.acts[-1], choice=choice)
    facts: tuple[Fact, ...] = (completed, *_documents(step.output, step.no, done.putaran))
    target = choice.ke if choice else step.berikut
    if choice and choice.hasil:
        state = replace(state, foreseen=_outcome_of(sop, state, choice))
    if target is None:
        hasil = state.foreseen or step.hasil
        assert hasil is not None, "playbooks.checks refuses an end without an outcome"
        return replace(state, ended_at=done.done_at, hasil=hasil), (*facts, RunEnded(hasil=hasil, at=done.done_at))
    state, activated = _activate(state, target, done.done_at, is_rework=bool(choice and choice.adalah_putaran))
    return state, (*facts, activated)


def _activate(state: RunState, no: int, at: datetime, *, is_rework: bool) -> tuple[RunState, StepActivated]:
    putaran = state.putaran(no) + 1
    fresh = StepPass(no=no, putaran=putaran, since=at)
    return (
        replace(state, passes=(*state.passes, fresh)),
        StepActivated(no=no, putaran=putaran, at=at, is_rework=is_rework),
    )


def _outcome_of(sop: Sop, state: RunState, choice: Keputusan) -> Outcome | None:
    """Return the outcome of the answer: that of the latest cause it defers to, else its own."""
    if choice.hasil_dari_sebab is None:
        return choice.hasil
    asked, past = sop.step(choice.hasil_dari_sebab), state.last_done(choice.hasil_dari_sebab)
    if asked is None or past is None:
        return choice.hasil
    causes = (cause for answer in asked.keputusan for cause in answer.sebab if cause.kode == past.acts[-1].sebab)
    return next((cause.hasil for cause in causes if cause.hasil), choice.hasil)


def _active_pass(sop: Sop, state: RunState, step: Langkah, command: CompleteStep) -> StepPass:
    active = state.active_pass(step.no)
    if active is None:
        raise _why_not_active(sop, state, step, command)
    if command.expected_version is not None and command.expected_version != command.version:
        raise ConflictError(subject="incident", expected=command.expected_version, found=command.version)
    if command.putaran is not None and command.putaran != active.putaran:
        raise StalePutaranError(no=step.no, given=command.putaran, current=active.putaran)
    return active


def _why_not_active(sop: Sop, state: RunState, step: Langkah, command: CompleteStep) -> NotActiveError:
    active = tuple(one.no for one in state.active)
    past = state.last_done(step.no)
    if past is not None and not state.comes_again(past):
        return AlreadyDoneError(
            no=step.no, active=active, by=past.acts[-1].name, at=past.acts[-1].at, zone=command.zone
        )
    if not active:
        return RunEndedError(no=step.no)
    return NotYetActiveError(no=step.no, active=active)


def _acting_role(sop: Sop, step: Langkah, active: StepPass, command: CompleteStep) -> str:
    allowed = next_roles(step, active)
    for role in allowed:
        if role in command.by.roles:
            return role
    raise NotYourTurnError(no=step.no, next_role=allowed[0], next_name=sop.role_name(allowed[0]))


def _check_kelengkapan(sop: Sop, state: RunState, step: Langkah, active: StepPass, command: CompleteStep) -> None:
    known = {one.id for one in command.evidence}
    strangers = tuple(one for one in command.lampiran if one not in known)
    if strangers:
        raise UnknownAttachmentError(no=step.no, evidence_ids=strangers)
    nihil = dict(command.nihil)
    unknown = unknown_nihil(step, nihil)
    if unknown:
        raise UnknownNihilError(no=step.no, items=unknown)
    items = items_of(sop, state, active, evidence=command.evidence, lampiran=command.lampiran, nihil=nihil)
    absent = missing(items)
    if absent:
        raise MissingKelengkapanError(no=step.no, items=absent)


def _choice(step: Langkah, active: StepPass, command: CompleteStep, *, is_last: bool) -> Keputusan | None:
    # Of several executors in order only the last decides.
    offered = step.choices(active.putaran) if is_last else ()
    names = tuple(one.jawaban for one in offered)
    if command.keputusan is None and offered:
        raise MissingDecisionError(no=step.no, choices=names)
    if command.keputusan is None:
        _check_cause(step, (), command)
        return None
    chosen = next((one for one in offered if one.jawaban == command.keputusan), None)
    if chosen is None:
        raise UnknownDecisionError(no=step.no, given=command.keputusan, choices=names)
    if chosen.alasan_wajib and not (command.alasan or "").strip():
        raise MissingReasonError(no=step.no, jawaban=chosen.jawaban)
    causes = tuple(cause.kode for cause in chosen.sebab)
    if causes and command.sebab is None:
        raise MissingCauseError(no=step.no, jawaban=chosen.jawaban, choices=causes)
    _check_cause(step, causes, command)
    return chosen


def _check_cause(step: Langkah, causes: tuple[str, ...], command: CompleteStep) -> None:
    if command.sebab is not None and command.sebab not in causes:
        raise UnknownCauseError(no=step.no, given=command.sebab, choices=causes)


def _act_of(role: str, command: CompleteStep) -> Act:
    return Act(
        role=role,
        account_id=command.by.account_id,
        name=command.by.name,
        jabatan=command.by.jabatan,
        at=command.at,
        keputusan=command.keputusan,
        alasan=command.alasan,
        sebab=command.sebab,
        catatan=command.catatan,
        lampiran=command.lampiran,
        nihil=command.nihil,
    )


def _documents(items: tuple[Kelengkapan, ...], no: int, putaran: int) -> tuple[DocumentDue, ...]:
    return tuple(
        DocumentDue(kind=item.dokumen, title=item.nama, no=no, putaran=putaran) for item in items if item.dokumen
    )
