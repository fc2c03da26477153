"""Time stamps as work of the worker: now and then, where an authority is named; a failure waits for the next turn."""

from dataclasses import dataclass
from datetime import timedelta

import structlog

from ir_platform.audit.checkpoint import CheckpointFileError
from ir_platform.audit.stamping import Ask, StampError, stamp_head
from ir_platform.audit.trail import AuditTrail
from ir_platform.domain.audit import AuditHead
from ir_platform.ports import Clock, State

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamping:
    state: State
    trail: AuditTrail
    ask: Ask | None
    """None: no authority is named, and nothing is asked."""
    every: timedelta
    clock: Clock

    def run(self) -> bool:
        """Stamp the last checkpoint if it is due; return whether that was done. Nothing waits for the answer."""
        if self.ask is None:
            return False
        try:
            head = self._due()
            if head is None:
                return False
            # Outside of any transaction: an authority that is slow must not hold a lock.
            stamp = stamp_head(head, self.ask, now=self.clock())
        except (StampError, CheckpointFileError) as error:
            log.warning("audit_stamp_refused", reason=str(error))
            return False
        with self.state.write() as uow:
            uow.stamps.add_if_new(stamp)
        log.info("audit_stamped", seq=stamp.seq)
        return True

    def _due(self) -> AuditHead | None:
        """Raises: CheckpointFileError."""
        line = self.trail.last_line()
        with self.state.read() as uow:
            last = uow.stamps.last()
        if line is None:
            return None
        noted = AuditHead(seq=line.checkpoint.seq, hash=line.checkpoint.hash)
        if last is not None and (last.seq >= noted.seq or self.clock() - last.at < self.every):
            return None
        return noted
