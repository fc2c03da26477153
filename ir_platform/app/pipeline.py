"""The hot path: a batch is stored durably, matched in process, and what is found becomes alerts and incidents.

Position and state of the detection engine are saved together every few seconds; after a stop the events behind that
position are matched again. Ids of detections are the same then, and each counts once.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from ir_platform.app.handover import Carried
from ir_platform.app.triage import Triage
from ir_platform.domain.alert import Detection
from ir_platform.domain.event import EventBatch, to_ns
from ir_platform.ports import Appended, BadPositionError, Clock, EventWriter, State, StateUnavailableError

log = structlog.get_logger()

CHECKPOINT = "detection"
CHECKPOINT_EVERY = timedelta(seconds=2)
CHECKPOINT_SHARE = 20
"""A save that took one second is followed by at least so many seconds without one."""
CHECKPOINT_AT_MOST = timedelta(minutes=1)
"""Between two saves, however long one takes: what lies behind the last is matched again after a stop."""


class Scanner(Protocol):
    """What the pipeline needs of `detections.scan`."""

    def scan(self, batch: EventBatch) -> tuple[Detection, ...]: ...
    def grown(self) -> tuple[Detection, ...]:
        """Detections told before that have had more events since."""

    def tick(self, now_ns: int) -> tuple[Detection, ...]:
        """What is over by the clock."""

    def snapshot(self) -> str: ...
    def restore(self, snapshot: str) -> None: ...


class HotPath(Protocol):
    """What the intake process carries batches with: the embedded pipeline, or the scaled-out form's acceptance."""

    @property
    def triage(self) -> Triage:
        """For findings about the sources themselves."""

    def recover(self) -> Carried: ...
    def carry(self, batch: EventBatch) -> Carried:
        """Raises: StoreFullError."""

    def flush(self) -> None: ...
    def tick(self) -> Carried: ...
    def count_on(self) -> Carried: ...
    def close(self) -> None: ...


@dataclass(slots=True, kw_only=True)
class Pipeline:
    """Owned by the one intake process; not for use from two threads at once."""

    writer: EventWriter
    scanner: Scanner
    state: State
    triage: Triage
    clock: Clock
    _saved_at: datetime | None = None
    _pause: timedelta = CHECKPOINT_EVERY
    _counted_at: datetime | None = None
    _count_pause: timedelta = CHECKPOINT_EVERY

    def recover(self) -> Carried:
        """Match what was stored but not matched before the last stop; call once, before the first `carry`."""
        with self.state.read() as uow:
            saved = uow.checkpoints.get(CHECKPOINT)
        position = None
        if saved is not None:
            checkpoint = json.loads(saved)
            position = checkpoint["position"]
            if checkpoint["snapshot"] is not None:  # none where the scaled-out form has numbered the last batch
                self.scanner.restore(checkpoint["snapshot"])
        total = Carried()
        try:
            for after, batch in self.writer.read_from(position):
                total += self._detect(batch, after)
        except BadPositionError:
            # Events are kept elsewhere since then; those that were copied there have been matched where they were.
            log.warning("event_store_changed", position=position)
        if total.detections:
            log.info("detections_recovered", detections=total.detections, incidents=total.incidents)
        return total

    def carry(self, batch: EventBatch) -> Carried:
        """Store and match a batch; when it returns, the batch is durable and its alerts are committed.

        Raises: StoreFullError, and then nothing of the batch is stored.
        """
        appended: Appended = self.writer.append(batch)
        stored = Carried(stored=appended.stored, duplicates=appended.duplicates)
        if not appended.new:
            return stored
        return stored + self._detect(appended.new, appended.position)

    def renew(self, renewed: Callable[[str], Scanner]) -> None:
        """Go on with another scanner; `renewed` makes it from a snapshot of the one in use."""
        self.scanner = renewed(self.scanner.snapshot())
        # The state of rules that are gone must not come back at the next start.
        self._saved_at = None

    def flush(self) -> None:
        """Return once everything carried before can be found by a search."""
        self.writer.flush()

    def tick(self) -> Carried:
        """Tell the time, about once a second: what waits for something that does not come is judged by it.

        Counts of what goes on are brought up to date too, less often the longer that takes.
        """
        now = self.clock()
        carried = self.triage.record(self.scanner.tick(to_ns(now)))
        is_due = self._counted_at is None or not timedelta(0) <= now - self._counted_at < self._count_pause
        return carried + self.count_on() if is_due else carried

    def count_on(self) -> Carried:
        """Bring the alerts of what goes on up to date with the events it has had; call it when a load is done."""
        started = self.clock()
        carried = self.triage.record(self.scanner.grown())
        self._counted_at = self.clock()
        self._count_pause = pause_after(self._counted_at - started)
        return carried

    def close(self) -> None:
        self.writer.close()

    def _detect(self, batch: EventBatch, position: str) -> Carried:
        detections = self.scanner.scan(batch)
        carried = self.triage.record(detections)
        self._save_checkpoint(position)
        return carried

    def _save_checkpoint(self, position: str) -> None:
        """Save it now and then: a snapshot can be large, and what lies behind it is only matched again."""
        now = self.clock()
        # A clock that was set back must not put the next save off until it has caught up.
        if self._saved_at is not None and timedelta(0) <= now - self._saved_at < self._pause:
            return
        checkpoint = json.dumps({"position": position, "snapshot": self.scanner.snapshot()})
        try:
            with self.state.write() as uow:
                uow.checkpoints.put(CHECKPOINT, checkpoint)
        except StateUnavailableError as error:
            # A full disk above all: what was found is committed, and an older place only has more matched again.
            log.warning("checkpoint_put_off", reason=error.reason)
        self._saved_at = self.clock()
        self._pause = pause_after(self._saved_at - now)


def pause_after(took: timedelta) -> timedelta:
    """Return how long to wait after a save, or a count, that took so long; a bulk load is not slowed by it."""
    return min(max(CHECKPOINT_EVERY, CHECKPOINT_SHARE * took), CHECKPOINT_AT_MOST)
