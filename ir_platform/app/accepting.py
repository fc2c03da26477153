"""The hot path of the scaled-out form: a batch is stored and numbered here; workers match it, owners judge it.

Number and position are one transaction: after a stop, what was stored but not numbered is read from the store again.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from ir_platform.app.batch_content import pack_batch
from ir_platform.app.handover import Carried
from ir_platform.app.pipeline import CHECKPOINT
from ir_platform.app.triage import Triage
from ir_platform.domain.event import EventBatch
from ir_platform.domain.key_range import BatchNo
from ir_platform.ports import BadPositionError, BatchBell, Clock, EventWriter, State, StoreFullError

log = structlog.get_logger()

MAX_WAITING = 5_000
"""Batches that are not judged yet; with more of them nothing is taken in, and senders wait."""
RUNG_AT_ONCE = 200
STILL_SECONDS = 10.0
"""Without any progress for so long, nobody waits for the workers any more."""
LOOK_SECONDS = 0.1


@dataclass(slots=True, kw_only=True)
class Acceptance:
    """Owned by the one intake process; not for use from two threads at once."""

    writer: EventWriter
    state: State
    triage: Triage
    """For findings about the sources themselves."""
    bell: BatchBell
    clock: Clock
    takeover: timedelta
    """How long a batch is left to the worker that was told of it."""
    sleep: Callable[[float], None] = time.sleep
    monotonic: Callable[[], float] = time.monotonic
    _is_behind: bool = False

    def recover(self) -> Carried:
        """Number what was stored but not numbered before the last stop; call once, before the first `carry`."""
        with self.state.read() as uow:
            saved = uow.checkpoints.get(CHECKPOINT)
        position = None if saved is None else json.loads(saved)["position"]
        try:
            for after, batch in self.writer.read_from(position):
                self._accept(batch, after)
        except BadPositionError:
            # Events are kept elsewhere since then; those that were copied there have been matched where they were.
            log.warning("event_store_changed", position=position)
        return Carried()

    def carry(self, batch: EventBatch) -> Carried:
        """Store and number a batch; when it returns, the batch is durable, and so is that it will be matched.

        Raises: StoreFullError, and then nothing of the batch is stored.
        """
        if self._is_behind:
            raise StoreFullError
        appended = self.writer.append(batch)
        if appended.new:
            self._accept(appended.new, appended.position)
        return Carried(stored=appended.stored, duplicates=appended.duplicates)

    def flush(self) -> None:
        """Return once everything carried before can be found by a search and is judged; from any thread.

        Where nothing moves for a while, because no worker runs, it is not waited for.
        """
        self.writer.flush()
        with self.state.read() as uow:
            newest, judged = uow.batches.newest(), uow.ranges.least_judged()
        moved_at = self.monotonic()
        while judged < newest:
            if self.monotonic() - moved_at > STILL_SECONDS:
                log.warning("judging_stands_still", waiting_batches=newest - judged)
                return
            self.sleep(LOOK_SECONDS)
            self._ring_again()
            before, judged = judged, self._judged()
            if judged > before:
                moved_at = self.monotonic()

    def tick(self) -> Carried:
        """Tell workers again of what nobody has finished, and see whether they keep up; about once a second."""
        self._ring_again()
        with self.state.read() as uow:
            waiting = uow.batches.newest() - uow.ranges.least_judged()
        if (waiting > MAX_WAITING) != self._is_behind:
            self._is_behind = not self._is_behind
            log.warning("matching_fell_behind" if self._is_behind else "matching_caught_up", waiting_batches=waiting)
        return Carried()

    def count_on(self) -> Carried:
        """Nothing is counted here: owners bring alerts up to date by themselves."""
        return Carried()

    def close(self) -> None:
        self.writer.close()

    def _accept(self, batch: EventBatch, position: str) -> None:
        now = self.clock()
        content = pack_batch(batch)
        with self.state.write() as uow:
            # No snapshot: the state is with the owners of the key ranges.
            uow.checkpoints.put(CHECKPOINT, json.dumps({"position": position, "snapshot": None}))
            no = uow.batches.accept(content, at=now, due_at=now + self.takeover)
        self.bell.ring(no)

    def _ring_again(self) -> None:
        now = self.clock()
        with self.state.write() as uow:
            due = uow.batches.take_due(now=now, due_at=now + self.takeover, limit=RUNG_AT_ONCE)
        for no in due:
            self.bell.ring(no)

    def _judged(self) -> BatchNo:
        with self.state.read() as uow:
            return uow.ranges.least_judged()
