"""Who verifies work is never one of those who did it, whoever they stand in for. Pure."""

from dataclasses import dataclass

from ir_platform.domain.person import AccountId
from playbooks.errors import OwnWorkError
from playbooks.run_state import RunState, StepPass
from playbooks.sop import Langkah


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWork:
    """Why somebody does not verify in a step: what he has done himself of the work."""

    no: int
    """The step that verifies."""
    done: tuple[int, ...]
    putaran: int


def verified_work(step: Langkah, state: RunState) -> tuple[StepPass, ...]:
    """Return the activations that the step verifies now: those of its `memverifikasi` since it was last done."""
    past = state.last_done(step.no)
    since = state.passes.index(past) + 1 if past else 0
    return tuple(one for one in state.passes[since:] if one.no in step.memverifikasi)


def executors_of(step: Langkah, state: RunState) -> frozenset[AccountId]:
    """Return the accounts that did any of the work the step verifies now, or recorded it for somebody outside."""
    return frozenset(act.account_id for one in verified_work(step, state) for act in one.acts)


def own_work(step: Langkah, state: RunState, account_id: AccountId) -> OwnWork | None:
    """Return what the account has done of the work that the step verifies now; None where nothing bars it."""
    own = [one for one in verified_work(step, state) if any(act.account_id == account_id for act in one.acts)]
    if not own:
        return None
    return OwnWork(no=step.no, done=tuple(sorted({one.no for one in own})), putaran=max(one.putaran for one in own))


def require_other_eyes(step: Langkah, state: RunState, account_id: AccountId) -> None:
    """Raises: OwnWorkError where the account would verify what it has done itself."""
    own = own_work(step, state, account_id)
    if own:
        raise OwnWorkError(no=own.no, done=own.done, putaran=own.putaran)
