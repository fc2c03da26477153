"""`ports.EventIntake` over the intake process's socket: what other processes receive is handed over to it."""

import time
from dataclasses import dataclass
from pathlib import Path

import structlog

from ir_platform.app.handover import IntakeFullError, IntakeGoneError, NoIntakeError, connect
from ir_platform.domain.event import EventBatch
from ir_platform.ports import Accepted, IntakeAwayError, StoreFullError

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 20.0
PAUSE_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """Waits for an intake process that is being started again: the same ids handed over twice are stored once."""

    data_dir: Path
    patience_seconds: float = PATIENCE_SECONDS

    def carry(self, batch: EventBatch, *, sender: str, rejected: int) -> Accepted:
        """Raises: StoreFullError, IntakeAwayError."""
        deadline = time.monotonic() + self.patience_seconds
        is_told = False
        while True:
            try:
                return self._carry(batch, sender, rejected)
            except IntakeFullError as error:
                raise StoreFullError from error
            except (NoIntakeError, IntakeGoneError) as error:
                if time.monotonic() > deadline:
                    raise IntakeAwayError from error
                if not is_told:
                    log.warning("intake_away", waiting_events=len(batch))
                    is_told = True
            time.sleep(PAUSE_SECONDS)

    def _carry(self, batch: EventBatch, sender: str, rejected: int) -> Accepted:
        with connect(self.data_dir) as intake:
            carried = intake.carry(batch, sender=sender, rejected=rejected)
        return Accepted(stored=carried.stored, duplicates=carried.duplicates)
