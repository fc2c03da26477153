"""What a detector remembers of each host or pair of hosts: as much as its limit, the silent longest forgotten first."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, Generic, TypeVar

from detections.detectors.base import Observed
from detections.detectors.facts import Sort
from detections.rule import RuleInfo

EVIDENCE = 20
"""Events kept for a finding."""

State = TypeVar("State")
Key = tuple[str, ...]


class Recent(Generic[State]):
    """State by key. The class of the state is a dataclass of JSON values that are all in its defaults."""

    def __init__(self, state: type[State], *, limit: int) -> None:
        self._state, self._limit = state, limit
        self._kept: OrderedDict[Key, State] = OrderedDict()
        self.forgotten = 0

    def of(self, *key: str) -> State:
        """Return the state of a key, new where there is none; it is now the one heard of last."""
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = self._state()
            if len(self._kept) > self._limit:
                self._kept.popitem(last=False)
                self.forgotten += 1
        else:
            self._kept.move_to_end(key)
        return kept

    def find(self, *key: str) -> State | None:
        """Return the state of a key without making one."""
        return self._kept.get(key)

    def drop(self, *key: str) -> None:
        """Give up what is not needed any more."""
        self._kept.pop(key, None)

    def __len__(self) -> int:
        return len(self._kept)

    def items(self) -> Iterator[tuple[Key, State]]:
        yield from self._kept.items()

    def snapshot(self) -> list[Any]:
        """Return JSON values, the key silent longest first."""
        names = [one.name for one in fields(self._state)]  # type: ignore[arg-type]
        return [[list(key), [getattr(state, name) for name in names]] for key, state in self._kept.items()]

    def restore(self, saved: Iterable[Sequence[Any]]) -> None:
        """Take up what `snapshot` gave in place of what there is."""
        self._kept = OrderedDict((tuple(key), self._state(*values)) for key, values in saved)


class Remembering:
    """A detector whose whole state stands in `Recent`s: what it says of itself, and how that state is kept."""

    name: str
    infos: tuple[RuleInfo, ...]
    sorts: frozenset[Sort]

    def __init__(self, **memories: Recent[Any]) -> None:
        """Each under the name that it is saved by."""
        self._memories = memories

    def snapshot(self) -> dict[str, Any]:
        return {name: memory.snapshot() for name, memory in self._memories.items()}

    def restore(self, saved: Mapping[str, Any]) -> None:
        for name, memory in self._memories.items():
            memory.restore(saved[name])

    @property
    def forgotten(self) -> int:
        return sum(memory.forgotten for memory in self._memories.values())


def note(evidence: list[list[Any]], event: Observed) -> None:
    """Keep the event as evidence, while there is room: how it began tells most."""
    if len(evidence) < EVIDENCE:
        evidence.append([*event.ref])


def note_newest(evidence: list[list[Any]], event: Observed) -> None:
    """Keep the event as evidence in place of the oldest one."""
    note(evidence, event)
    if evidence[-1][1] != event.id:
        del evidence[0]
        note(evidence, event)
