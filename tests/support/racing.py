"""Lets many go at the same moment, and says what each of them got."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Answer = TypeVar("Answer")
CLIENTS = 20


def race(
    acts: Sequence[Callable[[], Answer]], *, refusals: type[Exception] | tuple[type[Exception], ...]
) -> list[Answer | Exception]:
    """Return what each act gave, or the refusal it got; any other error of one of them is raised."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Answer]) -> Answer | Exception:
        start.wait()
        try:
            return act()
        except refusals as refusal:
            return refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
