"""Whose turn it is in an active step: executors, those who record for outside ones, and those who confirm. Pure."""

from dataclasses import dataclass

from playbooks.run_state import Act, StepPass
from playbooks.sop import Keputusan, Langkah, Mode, Sop


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What may happen next in one activation of a step."""

    roles: tuple[str, ...]
    """Whose act the step waits for, outside ones among them."""
    recorders: tuple[str, ...]
    """Who may record it where an outside executor is awaited."""
    answers: tuple[Keputusan, ...]
    """What may be answered; empty where nothing is asked."""
    is_last: bool
    """Whether the act of this turn may finish the step."""
    proposal: Keputusan | None
    """The answer that waits to be confirmed."""

    @property
    def accounts(self) -> tuple[str, ...]:
        """Roles whose holders may act now."""
        return tuple(dict.fromkeys((*self.roles, *self.recorders)))


def turn_of(sop: Sop, step: Langkah, one: StepPass) -> Turn:
    proposal = proposal_of(step, one.acts)
    roles = _awaited(step, one, proposal)
    is_last = step.mode is Mode.SALAH_SATU or len(one.acts) + 1 == len(step.pelaksana)
    answers = step.choices(one.putaran, attempts=attempts_of(step, one.acts)) if is_last else ()
    return Turn(
        roles=roles,
        recorders=step.dicatat_oleh if any(sop.is_outside(role) for role in roles) else (),
        answers=answers,
        is_last=is_last,
        proposal=proposal,
    )


def attempts_of(step: Langkah, acts: tuple[Act, ...]) -> int:
    """Return how many tests were recorded that left the step active."""
    answers = (step.answer_named(act.keputusan) for act in acts)
    return sum(answer is not None and step.is_attempt(answer) for answer in answers)


def proposal_of(step: Langkah, acts: tuple[Act, ...]) -> Keputusan | None:
    """Return the latest answer if it still has to be confirmed."""
    if not acts:
        return None
    answer = step.answer_named(acts[-1].keputusan)
    if answer is None or not answer.dikonfirmasi_oleh or acts[-1].role in answer.dikonfirmasi_oleh:
        return None
    return answer


def _awaited(step: Langkah, one: StepPass, proposal: Keputusan | None) -> tuple[str, ...]:
    if proposal is not None:
        return proposal.dikonfirmasi_oleh
    if step.mode is Mode.SALAH_SATU:
        return step.pelaksana
    return step.pelaksana[len(one.acts) : len(one.acts) + 1]
