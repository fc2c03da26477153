"""A state whose write transactions begin with a condition: what lost its right writes nothing any more."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from ir_platform.domain.key_range import RangeNo
from ir_platform.ports import State, UnitOfWork


class LostRangeError(Exception):
    """The key range belongs to another owner by now; nothing was written."""

    def __init__(self, *, range_no: RangeNo, epoch: int) -> None:
        super().__init__(f"key range {range_no} is no longer held with epoch {epoch}")
        self.range_no, self.epoch = range_no, epoch


@dataclass(frozen=True, slots=True, kw_only=True)
class FencedState:
    """`ports.State`; `enter` comes first in each write transaction, and raises where nothing may be written."""

    state: State
    enter: Callable[[UnitOfWork], None]

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """Raises: what `enter` does."""
        with self.state.write() as uow:
            self.enter(uow)
            yield uow

    def read(self) -> AbstractContextManager[UnitOfWork]:
        return self.state.read()

    def is_reachable(self) -> bool:
        return self.state.is_reachable()


def one_at_a_time(state: State) -> FencedState:
    """Return the state for a recorder of findings beside others: who opens an incident sees what the others opened."""
    return FencedState(state=state, enter=lambda uow: uow.ranges.take_turn())


def held_by(state: State, range_no: RangeNo, *, epoch: int) -> FencedState:
    """Return the state for what only the owner of a key range may write. Its writes raise LostRangeError."""

    def require(uow: UnitOfWork) -> None:
        if not uow.ranges.is_held(range_no, epoch=epoch):
            raise LostRangeError(range_no=range_no, epoch=epoch)

    return FencedState(state=state, enter=require)
