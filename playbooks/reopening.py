"""What may become of a run that has ended, or ends with another incident's: re-opened, or merged away. Pure."""

from dataclasses import replace

from playbooks.commands import Fact, MergeAway, Reopen, RunMerged, RunReopened, StepActivated
from playbooks.errors import MayNotDecideError, MergedRunError, NotClosedError, ReasonNeededError, RunOverError
from playbooks.findings import verifying_step
from playbooks.run_state import Reopening, RunState, StepPass
from playbooks.sop import Sop
from playbooks.words import signed_as

Decided = tuple[RunState, tuple[Fact, ...]]


def deciding_roles(sop: Sop) -> tuple[str, ...]:
    """Return who decides on re-opening, linking and merging: whoever records a disturbance, and whoever verifies."""
    verifying = verifying_step(sop)
    first = sop.langkah[0]
    # An outside executor has no account; those who record for it stand in its place.
    recording = (role for role in (*first.pelaksana, *first.dicatat_oleh) if not sop.is_outside(role))
    return tuple(dict.fromkeys((*recording, *(verifying.pelaksana if verifying else ()))))


def require_decider(sop: Sop, roles: frozenset[str]) -> None:
    """Raises: MayNotDecideError."""
    allowed = deciding_roles(sop)
    if not roles & set(allowed):
        raise MayNotDecideError(roles=allowed, names=tuple(map(sop.role_name, allowed)))


def step_to_repeat(sop: Sop, state: RunState) -> int:
    """Return where a re-opened run goes on: where the SOP itself sends work back to, if the run ever was there.

    A run that ended without it, such as one closed early, begins with the first step again.
    """
    ways = [answer.ke for step in sop.langkah for answer in step.keputusan if answer.adalah_putaran]
    done = [no for no in ways if no is not None and state.last_done(no) is not None]
    return done[-1] if done else sop.langkah[0].no


def reopen(sop: Sop, state: RunState, command: Reopen) -> Decided:
    """Raises: MayNotDecideError, NotClosedError, MergedRunError, ReasonNeededError."""
    require_decider(sop, command.by.roles)
    if state.ended_at is None:
        raise NotClosedError
    if state.hasil is None:
        raise MergedRunError
    if not command.alasan.strip():
        raise ReasonNeededError(what="membuka kembali insiden")
    no = step_to_repeat(sop, state)
    putaran = state.putaran(no) + 1
    past = Reopening(
        ended_at=state.ended_at,
        hasil=state.hasil,
        at=command.at,
        account_id=command.by.account_id,
        name=command.by.name,
        jabatan=signed_as(command.by.jabatan, command.by.mandat),
        alasan=command.alasan.strip(),
        temuan=command.temuan,
        no=no,
        putaran=putaran,
    )
    opened = replace(
        state,
        ended_at=None,
        hasil=None,
        foreseen=None,
        passes=(*state.passes, StepPass(no=no, putaran=putaran, since=command.at)),
        reopenings=(*state.reopenings, past),
    )
    activated = StepActivated(no=no, putaran=putaran, at=command.at, is_rework=True)
    return opened, (RunReopened(reopening=past), activated)


def merge_away(sop: Sop, state: RunState, command: MergeAway) -> Decided:
    """End the run without an outcome of its own. Raises: MayNotDecideError, RunOverError, ReasonNeededError."""
    require_decider(sop, command.by.roles)
    if state.ended_at is not None:
        raise RunOverError
    if not command.alasan.strip():
        raise ReasonNeededError(what="menggabungkan insiden")
    return replace(state, ended_at=command.at, hasil=None), (RunMerged(at=command.at),)
