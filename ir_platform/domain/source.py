"""What a Source is: a named sender of logs, how its lines are read, and what was heard of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NewType

SourceId = NewType("SourceId", str)

AUTO_FORMAT: Final = "auto"
RATE_SPAN: Final = timedelta(minutes=5)
"""What is received is counted in spans of this length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who sends, told by its key (HTTP), by its address (syslog) or by the path that is watched (files)."""

    id: SourceId
    name: str
    """`[a-z0-9][a-z0-9._-]{1,63}`; also its user name."""
    key_hash: str
    """SHA-256 (hex) of its secret, which is shown once."""
    created_at: datetime
    address: str | None = None
    """IP address from which it sends syslog."""
    path: str | None = None
    """A file, a folder or a pattern (`/srv/log/*.log`) on this machine that is read as it grows."""
    timezone: str | None = None
    """For times without a zone; None: the office's."""
    format: str = AUTO_FORMAT
    """How its lines are read; `auto`: by their own look."""
    format_string: str | None = None
    """How its web server writes access logs (Apache's `LogFormat`, nginx's `log_format`); for the format `access`."""
    silent_minutes: int = 0
    """How long it may send nothing before an alert tells of it; 0: for ever."""
    is_hmac_required: bool = False
    """Its webhook posts must be signed: a key in a header is not enough."""
    disabled: bool = False
    version: int = 1

    @property
    def layouts(self) -> tuple[str, ...]:
        """Format strings to read its lines by."""
        return (self.format_string,) if self.format_string else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came from one sender since it was last noted."""

    key: str
    """Of `SourceActivity`."""
    events: int = 0
    rejected: int = 0
    quiet_seconds: float = 0.0
    """How long it has been silent up to now, as far as anybody listened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceActivity:
    """What was heard of one sender."""

    key: str
    """The id of a source, or `address:` and the IP address of a sender without a name."""
    last_seen: datetime | None
    events: int
    rejected: int
    quiet_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRate:
    """How much one sender sent within a span of RATE_SPAN."""

    key: str
    start: datetime
    events: int
    rejected: int


def key_of_address(address: str) -> str:
    return f"address:{address}"


def span_of(at: datetime) -> datetime:
    """Return the beginning of the span that holds this moment."""
    return at.replace(minute=at.minute - at.minute % (RATE_SPAN.seconds // 60), second=0, microsecond=0)
