"""The engine: SOP, state and command become a new state and facts, or a refusal; pure, and the only judge of order.

A refusal is raised in a fixed order: unknown step, wrong role, not active (or a stale version or putaran), then what
is missing or wrong in the command itself.
"""

from dataclasses import replace
from datetime import datetime

from ir_platform.domain.incident import Outcome
from ir_platform.domain.person import AccountId
from ir_platform.ports import ConflictError
from playbooks.behalf import CARA_WORDS, Cara
from playbooks.commands import (
    AddNote,
    Command,
    CompleteStep,
    DocumentDue,
    Fact,
    MergeAway,
    NoteAdded,
    Reopen,
    RunEnded,
    Start,
    StepActed,
    StepActivated,
    StepCompleted,
)
from playbooks.completeness import has_evidence, items_of, missing, unknown_nihil
from playbooks.disposisi import check_isian
from playbooks.errors import (
    AlreadyDoneError,
    EmptyNoteError,
    FutureOnBehalfError,
    MissingCauseError,
    MissingDecisionError,
    MissingKelengkapanError,
    MissingLetterError,
    MissingOnBehalfError,
    MissingProofError,
    MissingReasonError,
    MissingRecordError,
    NotActiveError,
    NotOnBehalfError,
    NotYetActiveError,
    NotYourTurnError,
    RunEndedError,
    StalePutaranError,
    TooManyNotesError,
    UnknownAttachmentError,
    UnknownCauseError,
    UnknownDecisionError,
    UnknownNihilError,
    UnknownStepError,
    WrongCaraError,
    WrongRoleError,
)
from playbooks.findings import check_findings
from playbooks.four_eyes import require_other_eyes
from playbooks.reopening import merge_away, reopen
from playbooks.run_state import Act, RunState, StepNote, StepPass
from playbooks.sop import Kelengkapan, Keputusan, Langkah, Sop
from playbooks.turns import Turn, attempts_of, turn_of
from playbooks.words import SYSTEM, SYSTEM_ROLE, signed_as

Decided = tuple[RunState, tuple[Fact, ...]]

MAX_NOTES = 100
"""Of one activation of a step: they are part of the run that every command reads."""


def decide(sop: Sop, state: RunState | None, command: Command) -> Decided:
    """Return the state after the command and what happened.

    `state` is None only for `Start`. Raises: a PlaybookRefusalError or ConflictError, and then nothing has changed.
    """
    if isinstance(command, Start):
        return _start(sop, command)
    assert state is not None
    match command:
        case Reopen():
            return reopen(sop, state, command)
        case MergeAway():
            return merge_away(sop, state, command)
        case AddNote():
            return _add_note(sop, state, command)
        case CompleteStep():
            return _complete(sop, state, command)


def require_role(sop: Sop, no: int, roles: frozenset[str], *, active: StepPass | None = None) -> Langkah:
    """Return the step if one of the roles may ever act in it, or may in its activation `active`.

    Raises: UnknownStepError, WrongRoleError.
    """
    step = sop.step(no)
    if step is None:
        raise UnknownStepError(no=no)
    awaited = turn_of(sop, step, active).accounts if active else ()
    if not roles & {*step.pelaksana, *step.dicatat_oleh, *awaited}:
        names = tuple(sop.role_name(role) for role in step.pelaksana)
        raise WrongRoleError(no=step.no, roles=step.pelaksana, names=names)
    return step


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
    step = require_role(sop, command.no, command.by.roles, active=state.active_pass(command.no))
    if state.active_pass(step.no):
        require_other_eyes(step, state, command.by.account_id)
    active = _active_pass(sop, state, step, command)
    turn = turn_of(sop, step, active)
    role = _acting_role(sop, step, turn, command)
    _check_behalf(sop, step, role, command)
    _check_letter(sop, state, step, active, command)
    _check_proof(state, step, active, command)
    check_isian(sop, step, role, command.isian, at=command.at, zone=command.zone)
    _check_kelengkapan(sop, state, step, active, command, is_last=turn.is_last)
    choice = _choice(step, turn, command)
    check_findings(sop, step, choice, command)
    acted = replace(active, acts=(*active.acts, _act_of(role, command)))
    if _stays_active(step, turn, choice):
        return state.with_pass(acted), (_acted(sop, step, acted, choice),)
    done = replace(acted, done_at=command.at)
    return _go_on(sop, state.with_pass(done), step, done, choice)


def _add_note(sop: Sop, state: RunState, command: AddNote) -> Decided:
    step = require_role(sop, command.no, command.by.roles, active=state.active_pass(command.no))
    active = state.active_pass(step.no)
    if active is None:
        raise _why_not_active(sop, state, step, command)
    if command.putaran is not None and command.putaran != active.putaran:
        raise StalePutaranError(no=step.no, given=command.putaran, current=active.putaran)
    if not command.catatan.strip():
        raise EmptyNoteError
    if len(active.notes) >= MAX_NOTES:
        raise TooManyNotesError(no=step.no, limit=MAX_NOTES)
    accounts = turn_of(sop, step, active).accounts
    note = StepNote(
        role=next((role for role in (*accounts, *step.pelaksana) if role in command.by.roles), ""),
        account_id=command.by.account_id,
        name=command.by.name,
        jabatan=signed_as(command.by.jabatan, command.by.mandat),
        at=command.at,
        catatan=command.catatan.strip(),
    )
    noted = replace(active, notes=(*active.notes, note))
    return state.with_pass(noted), (NoteAdded(no=step.no, putaran=active.putaran, note=note),)


def _stays_active(step: Langkah, turn: Turn, choice: Keputusan | None) -> bool:
    if not turn.is_last:
        return True
    if choice is None:
        return False
    if turn.proposal is not None:
        # Whoever confirms says the same answer; any other sends the question back to the executors.
        return choice is not turn.proposal
    return bool(choice.dikonfirmasi_oleh) or step.is_attempt(choice)


def _acted(sop: Sop, step: Langkah, acted: StepPass, choice: Keputusan | None) -> StepActed:
    is_attempt = choice is not None and step.is_attempt(choice)
    return StepActed(
        no=step.no,
        putaran=acted.putaran,
        act=acted.acts[-1],
        next_role=turn_of(sop, step, acted).roles[0],
        choice=choice,
        attempt=attempts_of(step, acted.acts) if is_attempt else None,
    )


def _go_on(sop: Sop, state: RunState, step: Langkah, done: StepPass, choice: Keputusan | None) -> Decided:
    assert done.done_at is not None
    completed = StepCompleted(no=step.no, putaran=done.putaran, act=done.acts[-1], choice=choice)
    facts: tuple[Fact, ...] = (completed, *_documents(step.makes(), step.no, done.putaran))
    target = choice.ke if choice else step.berikut
    if choice and choice.hasil:
        state = replace(state, foreseen=_outcome_of(sop, state, choice))
    if target is None:
        hasil = state.foreseen or step.hasil
        assert hasil is not None, "playbooks.checks refuses an end without an outcome"
        return replace(state, ended_at=done.done_at, hasil=hasil), (*facts, RunEnded(hasil=hasil, at=done.done_at))
    state, activated = _activate(state, target, done.done_at, is_rework=bool(choice and choice.adalah_putaran))
    state, following = _pass_automatic(sop, state, target, done.done_at)
    return state, (*facts, activated, *following)


def _pass_automatic(sop: Sop, state: RunState, no: int, at: datetime) -> Decided:
    """Finish the step at once where it is an end mark that nobody carries out."""
    step, active = sop.step(no), state.active_pass(no)
    assert step is not None
    assert active is not None
    if not step.otomatis:
        return state, ()
    act = Act(role=SYSTEM_ROLE, account_id=AccountId("system"), name=SYSTEM, jabatan="", at=at)
    done = replace(active, acts=(act,), done_at=at)
    return _go_on(sop, state.with_pass(done), step, done, None)


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


def _why_not_active(sop: Sop, state: RunState, step: Langkah, command: CompleteStep | AddNote) -> NotActiveError:
    active = tuple(one.no for one in state.active)
    past = state.last_done(step.no)
    if past is not None and not state.comes_again(past):
        return AlreadyDoneError(
            no=step.no, active=active, by=past.acts[-1].name, at=past.acts[-1].at, zone=command.zone
        )
    if not active:
        return RunEndedError(no=step.no)
    return NotYetActiveError(no=step.no, active=active)


def _acting_role(sop: Sop, step: Langkah, turn: Turn, command: CompleteStep) -> str:
    """Return the role the act counts for: the caller's own, else that of the outside executor it is recorded for."""
    outside = next((role for role in turn.roles if sop.is_outside(role)), None)
    may_record = outside is not None and bool(command.by.roles & set(turn.recorders))
    if may_record and command.atas_nama is not None:
        assert outside is not None
        return outside
    for role in turn.roles:
        if role in command.by.roles:
            return role
    if may_record:
        assert outside is not None
        raise MissingOnBehalfError(no=step.no, name=sop.role_name(outside))
    raise NotYourTurnError(no=step.no, next_role=turn.roles[0], next_name=sop.role_name(turn.roles[0]))


def _check_behalf(sop: Sop, step: Langkah, role: str, command: CompleteStep) -> None:
    given = command.atas_nama
    if given is None:
        return
    if not sop.is_outside(role) or role in command.by.roles:
        raise NotOnBehalfError(no=step.no)
    if given.waktu > command.at:
        raise FutureOnBehalfError(no=step.no, at=given.waktu)
    if step.cara and given.cara not in step.cara:
        allowed = tuple(CARA_WORDS[one] for one in step.cara)
        raise WrongCaraError(no=step.no, cara=CARA_WORDS[given.cara], allowed=allowed)


def _check_letter(sop: Sop, state: RunState, step: Langkah, active: StepPass, command: CompleteStep) -> None:
    """The first step records a report, which some SOPs want in writing: its data, or a file of it."""
    if not sop.kanal_wajib or step.no != sop.langkah[0].no or command.surat:
        return
    if not has_evidence(state, active, evidence=command.evidence, lampiran=command.lampiran):
        raise MissingLetterError(no=step.no)


def _check_proof(state: RunState, step: Langkah, active: StepPass, command: CompleteStep) -> None:
    given = command.atas_nama
    if given is None or (command.surat and given.cara is Cara.SURAT):
        return
    shown = has_evidence(state, active, evidence=command.evidence, lampiran=command.lampiran)
    if not (shown or (not given.cara.is_written and command.catatan.strip())):
        raise MissingProofError(no=step.no, cara=CARA_WORDS[given.cara], is_written=given.cara.is_written)


def _check_kelengkapan(
    sop: Sop, state: RunState, step: Langkah, active: StepPass, command: CompleteStep, *, is_last: bool
) -> None:
    known = {one.id for one in command.evidence}
    strangers = tuple(one for one in command.lampiran if one not in known)
    if strangers:
        raise UnknownAttachmentError(no=step.no, evidence_ids=strangers)
    nihil = dict(command.nihil)
    unknown = unknown_nihil(step, nihil)
    if unknown:
        raise UnknownNihilError(no=step.no, items=unknown)
    items = items_of(
        sop,
        state,
        active,
        evidence=command.evidence,
        lampiran=command.lampiran,
        nihil=nihil,
        surat=command.surat,
    )
    absent = missing(items, is_last=is_last)
    if absent:
        raise MissingKelengkapanError(no=step.no, items=absent)


def _choice(step: Langkah, turn: Turn, command: CompleteStep) -> Keputusan | None:
    names = tuple(one.jawaban for one in turn.answers)
    if command.keputusan is None and turn.answers:
        raise MissingDecisionError(no=step.no, choices=names)
    if command.keputusan is None:
        _check_cause(step, (), command)
        return None
    chosen = next((one for one in turn.answers if one.jawaban == command.keputusan), None)
    if chosen is None:
        raise UnknownDecisionError(no=step.no, given=command.keputusan, choices=names)
    is_refusal = turn.proposal is not None and chosen is not turn.proposal
    if (chosen.alasan_wajib or is_refusal) and not (command.alasan or "").strip():
        raise MissingReasonError(no=step.no, jawaban=chosen.jawaban)
    if chosen.catatan_wajib and not (command.catatan.strip() or command.lampiran):
        raise MissingRecordError(no=step.no, jawaban=chosen.jawaban)
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
        atas_nama=command.atas_nama,
        isian=command.isian,
        mandat=command.by.mandat,
    )


def _documents(items: tuple[Kelengkapan, ...], no: int, putaran: int) -> tuple[DocumentDue, ...]:
    return tuple(
        DocumentDue(kind=item.dokumen, title=item.nama, no=no, putaran=putaran) for item in items if item.dokumen
    )
