"""What the live page is told: that something changed, never what it says now."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    id: int
    """Rises in commit order; the SSE event id."""
    topic: str
    """`incident`, `alert`, `job`, `document`, `quarantine`."""
    subject: str
    """The id of what changed."""
    at: datetime
