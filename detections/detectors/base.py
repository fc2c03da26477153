"""What a detector is: behaviour over many events that no single rule can see, with state of its own.

Compiled where it can be (`base.pxd`), for the events that detectors are given.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol

from detections.detectors.facts import Connection, Sort, is_vain, text_of
from detections.entities import reference_to
from detections.hits import SUMMARY_CHARACTERS, Ref
from detections.rule import RuleInfo
from detections.sigma.match import decode
from detections.sigma.view import EventView
from ir_platform.domain.alert import Detection
from ir_platform.domain.event import EventId


class Observed:
    """An event as a detector sees it."""

    def __init__(self, id: EventId, time_ns: int, view: EventView, body: bytes = b"") -> None:
        """`body`: what `view` was decoded from, for an event that may be put away."""
        self.id, self.time_ns, self.body = id, time_ns, body
        self._view: EventView | None = view
        self._ref: Ref | None = None
        self.sort = Sort.OTHER
        self.connection: Connection | None = None
        """What a flow says; None for everything else."""
        self.is_from_capture = "labels.capture" in view.fields
        """Whether it was read from a capture that was handed in: of another time, and perhaps another network."""

    @property
    def view(self) -> EventView:
        if self._view is None:
            self._view = decode(self.body)
            assert self._view is not None
        return self._view

    @property
    def fields(self) -> dict[str, Any]:
        return self.view.fields

    @property
    def ref(self) -> Ref:
        """The event as evidence; its summary is the dearest part of it, so it is made once for all detectors."""
        if self._ref is None:
            self._ref = reference_to(self.id, self.time_ns, self.view, limit=SUMMARY_CHARACTERS)
        return self._ref

    def put_away(self) -> None:
        """Give the fields of a flow up until they are asked for: `connection` says what detectors ask of nearly all.

        Thousands of flows wait to be observed together; their fields are most of the memory that is then gone through.
        """
        if self.connection is None or not self.body:
            return
        if is_vain(self.connection):
            _ = self.ref  # a scan's evidence
        self._view = None

    def text(self, name: str) -> str:
        """Return a field as text, of a list the first; '' where there is none."""
        return text_of(self.view.fields.get(name))


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
