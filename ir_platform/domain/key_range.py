"""The scaled-out pipeline's way: accepted batches, their parts by key range, and who owns a range."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NewType

BatchNo = NewType("BatchNo", int)
"""From 1 without a gap, in the order in which batches were accepted."""
RangeNo = NewType("RangeNo", int)
"""From 0."""

KEY_RANGES: Final = 8
"""Into how many ranges keys are divided, whoever owns them. A fixed number: another would take state apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedBatch:
    """Events that are stored and wait to be matched."""

    no: BatchNo
    accepted_at: datetime
    attempts: int
    """How often somebody began with it, this time included."""
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RangePart:
    """What one key range is to know of one batch."""

    batch_no: BatchNo
    accepted_at: datetime
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Who owns a key range, and until when unless the owner says so again."""

    range_no: RangeNo
    owner: str | None
    until: datetime | None

    def is_free(self, now: datetime) -> bool:
        return self.owner is None or self.until is None or self.until <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A key range as its new owner finds it."""

    range_no: RangeNo
    epoch: int
    """The fencing number: higher with each owner."""
    position: BatchNo
    """The last batch that the state covers; 0: none."""
    snapshot: str | None
