"""What a detector is: behaviour over many events that no single rule can see, with state of its own.

Compiled where it can be (`base.pxd`), for the events that detectors are given.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol

from detections.detectors.facts import Connection, Sort
from detections.entities import reference_to
from detections.hits import SUMMARY_CHARACTERS, Ref
from detections.rule import RuleInfo
from detections.sigma.view import EventView
from ir_platform.domain.alert import Detection
from ir_platform.domain.event import EventId


class Observed:
    """An event as a detector sees it."""

    def __init__(
        self,
        id: EventId,
        time_ns: int,
        view: EventView,
        sort: Sort = Sort.OTHER,
        connection: Connection | None = None,
    ) -> None:
        """`connection`: what a flow says; None for everything else."""
        self.id, self.time_ns, self.view, self.sort, self.connection = id, time_ns, view, sort, connection
        self._ref: Ref | None = None

    @property
    def ref(self) -> Ref:
        """The event as evidence; its summary is the dearest part of it, so it is made once for all detectors."""
        if self._ref is None:
            self._ref = reference_to(self.id, self.time_ns, self.view, limit=SUMMARY_CHARACTERS)
        return self._ref

    @property
    def fields(self) -> dict[str, Any]:
        return self.view.fields

    @property
    def is_from_capture(self) -> bool:
        """Whether it was read from a capture that was handed in: of another time, and perhaps another network."""
        return "labels.capture" in self.view.fields

    def text(self, name: str) -> str:
        """Return a field as text, of a list the first; '' where there is none."""
        value = self.view.fields.get(name)
        if isinstance(value, str):
            return value
        if isinstance(value, list):
            value = value[0] if value else None
        return "" if value is None else str(value)


class Detector(Protocol):
    """Stateful, fed batches about in order of time; its memory has a stated limit; its state survives a restart."""

    settings: ClassVar[type]
    """The class of its thresholds, each with its default."""

    @property
    def name(self) -> str:
        """What its state is kept under and what an office's file of thresholds calls it."""

    @property
    def infos(self) -> Sequence[RuleInfo]:
        """What it can find, one for each kind."""

    @property
    def sorts(self) -> frozenset[Sort]:
        """Which events it is given; `EVERY` for all. The same for as long as it is there."""

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        """Return what these events, with those before them, amount to."""

    def snapshot(self) -> dict[str, Any]:
        """Return the state as JSON values."""

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Take up what `snapshot` gave."""

    @property
    def forgotten(self) -> int:
        """How much state was given up to stay within the memory limit."""


EVERY = frozenset(Sort)
NONE: frozenset[Sort] = frozenset()
FLOWS = frozenset({Sort.FLOW})
