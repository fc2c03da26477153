"""What an Alert is: a rule's claim about events, counted when it repeats."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from ir_platform.domain.event import EventId

AlertId = NewType("AlertId", str)
IncidentId = NewType("IncidentId", str)


class Level(StrEnum):
    """Sigma's levels, lowest first."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Level).index(self)

    def reaches(self, threshold: "Level") -> bool:
        return self.rank >= threshold.rank


class AlertStatus(StrEnum):
    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    DISMISSED = "dismissed"
    ESCALATED = "escalated"
    MERGED = "merged"
    CLOSED = "closed"
    """Its incident was closed."""

    @property
    def is_open(self) -> bool:
        return self in (AlertStatus.NEW, AlertStatus.ACKNOWLEDGED, AlertStatus.ESCALATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRef:
    """An event that made an alert, with the snapshot a reader needs when the store has let it go."""

    id: EventId
    at: datetime
    summary: str
    """The original line, or for a flow its addresses and counts; at most 2,000 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCredit:
    """Whose rule it is: what its licence asks to be shown where it has matched. All of it hostile text."""

    author: str = ""
    licence: str = ""
    """The rule's own, else that of its pack."""
    pack: str = ""
    version: str = ""
    """The first digits of the pack's SHA-256."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """What a rule or detector found once: the input of an alert, the same for the same cause.

    `id` is a hash of rule, group and window (or event id), so that a batch matched twice counts once.
    """

    id: str
    rule_id: str
    rule_title: str
    level: Level
    tags: tuple[str, ...]
    at: datetime
    """Time of the newest event that made it."""
    group: tuple[tuple[str, str], ...]
    """Group-by fields with values, or for a single event its entity fields (host.name, source.ip, user.name)."""
    events: tuple[EventRef, ...]
    """Oldest first, at most 50."""
    event_count: int
    look_at: tuple[str, ...] = ()
    """What a person checks next, in Bahasa Indonesia."""
    false_positives: tuple[str, ...] = ()
    playbook_id: str | None = None
    """The SOP the rule names; None: the configured default."""
    source: str = "sigma"
    """`sigma`, `detector` or `yara`."""
    credit: RuleCredit | None = None
    """None: our own."""
    figures: tuple[tuple[str, str], ...] = ()
    """What a detector measured, and its value, in Bahasa Indonesia; none of a rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A Detection as people see it: one open alert per rule and group; repeats raise `count`."""

    id: AlertId
    rule_id: str
    rule_title: str
    level: Level
    tags: tuple[str, ...]
    group: tuple[tuple[str, str], ...]
    status: AlertStatus
    count: int
    """How many detections."""
    event_count: int
    first_seen: datetime
    last_seen: datetime
    events: tuple[EventRef, ...]
    look_at: tuple[str, ...]
    false_positives: tuple[str, ...]
    source: str
    playbook_id: str | None = None
    incident_id: IncidentId | None = None
    merged_into: AlertId | None = None
    reason: str | None = None
    """Why a person dismissed it."""
    credit: RuleCredit | None = None
    figures: tuple[tuple[str, str], ...] = ()
    """Those of the newest detection."""
    version: int = 1
