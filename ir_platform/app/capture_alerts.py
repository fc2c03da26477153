"""The alerts of one capture as JSON lines, each saying where its events stand in the files beside it."""

import json
from collections.abc import Sequence
from typing import Any, BinaryIO

from ir_platform.domain.alert import Detection
from ir_platform.domain.event import EventBatch, EventId, derive_event_id, isoformat_ns, to_ns

FLOWS_FILE, EVENTS_FILE, ALERTS_FILE = "flows.jsonl", "events.jsonl", "alerts.jsonl"
_MAX_ALERTS = 100_000
"""Written for one capture; the rest is counted."""


class AlertFile:
    """The file as it is written. Events are numbered in the order of the analysis: flows first, then the others."""

    def __init__(self, file: BinaryIO) -> None:
        self.alerts = 0
        self._file = file
        self._flows = self._events = 0
        self._waiting: list[Detection] = []

    def add(self, detections: Sequence[Detection], batch: EventBatch, *, are_flows: bool) -> None:
        """Write what one event made; what several made waits until the place of each is known."""
        begun = self._flows + self._events
        self._flows += len(batch) if are_flows else 0
        self._events += 0 if are_flows else len(batch)
        numbers = {event_id: begun + at for at, event_id in enumerate(batch.ids)} if detections else {}
        for detection in detections:
            self.alerts += 1
            if self.alerts > _MAX_ALERTS:
                continue
            number = numbers.get(detection.events[0].id) if detection.event_count == 1 else None
            if number is None:
                self._waiting.append(detection)
                continue
            fields = json.loads(batch.bodies[number - begun])
            self._put(detection, {"source": self._place(number), "event": fields})

    def add_files(self, detections: Sequence[Detection], batch: EventBatch) -> None:
        """Write what was found in files that the capture carried: a known-bad hash, a rule about names of files."""
        bodies = dict(zip(batch.ids, batch.bodies, strict=True))
        for detection in detections:
            body = bodies.get(detection.events[0].id)
            self.alerts += 1
            if body is None or self.alerts > _MAX_ALERTS:
                continue
            fields = json.loads(body)
            source = {"file": f"files/{fields['file.hash.sha256']}", "record": 0}
            self._put(detection, {"source": source, "event": fields})

    def finish(self, *, origin: str) -> None:
        """Write what waited; `origin` is what the analysis makes its events' ids of."""
        wanted = {one.id for detection in self._waiting for one in detection.events}
        places = self._places(wanted, origin)
        for detection in self._waiting:
            self._put(detection, {"events": [places[one.id] for one in detection.events if one.id in places]})

    def _put(self, detection: Detection, rest: dict[str, Any]) -> None:
        alert = {
            "rule_id": detection.rule_id,
            "rule_title": detection.rule_title,
            "level": detection.level.value,
            "tags": list(detection.tags),
            "timestamp": isoformat_ns(to_ns(detection.at)),
            "group": dict(detection.group),
            "event_count": detection.event_count,
            **({"figures": dict(detection.figures)} if detection.figures else {}),
            **rest,
        }
        self._file.write(json.dumps(alert, ensure_ascii=False).encode() + b"\n")

    def _places(self, wanted: set[EventId], origin: str) -> dict[EventId, dict[str, Any]]:
        """Return file and line of events by their ids; an id follows from its number, so none has to be kept."""
        places: dict[EventId, dict[str, Any]] = {}
        for number in range(self._flows + self._events):
            if len(places) == len(wanted):
                break
            event_id = derive_event_id(origin, number, b"")
            if event_id in wanted:
                places[event_id] = self._place(number)
        return places

    def _place(self, number: int) -> dict[str, Any]:
        is_flow = number < self._flows
        name, record = (FLOWS_FILE, number) if is_flow else (EVENTS_FILE, number - self._flows)
        return {"file": name, "record": record}
