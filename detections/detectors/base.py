"""What a detector is: behaviour over many events that no single rule can see, with state of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from detections.rule import RuleInfo
from detections.sigma.view import EventView
from ir_platform.domain.alert import Detection
from ir_platform.domain.event import EventId


@dataclass(frozen=True, slots=True)
class Observed:
    """An event as a detector sees it."""

    id: EventId
    time_ns: int
    view: EventView


class Detector(Protocol):
    """Stateful, fed batches in order of time; its memory has a stated limit; its state survives a restart."""

    @property
    def name(self) -> str:
        """What its state is kept under."""

    @property
    def infos(self) -> Sequence[RuleInfo]:
        """What it can find, one for each kind."""

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        """Return what these events, with those before them, amount to."""

    def snapshot(self) -> dict[str, Any]:
        """Return the state as JSON values."""

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Take up what `snapshot` gave."""

    @property
    def forgotten(self) -> int:
        """How much state was given up to stay within the memory limit."""
