"""What an audit entry is: one link of the hash chain."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFact:
    """What is to be recorded, before it has its place in the chain."""

    at: datetime
    actor: str
    """Account id, or `system`."""
    actor_name: str
    """Name and jabatan as they were then."""
    action: str
    """`incident.opened`, `step.completed`, `evidence.added`, `account.created`, …"""
    subject: str
    """`incident:ID`, `account:ID`, `alert:ID`, …"""
    details: str
    """JSON object, sorted keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """A fact with its place: `hash` covers `seq`, `prev_hash` and every field of the fact."""

    seq: int
    fact: AuditFact
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHead:
    seq: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries are wanted; None: any."""

    subject: str | None = None
    actor: str | None = None
    """Account id, or `system`."""
    action: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is no longer wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditStamp:
    """What an outside authority signed about an entry (RFC 3161): that its hash was there at that time."""

    seq: int
    hash: str
    at: datetime
    """When the token was asked for, by our clock; the token holds the authority's own time."""
    token: bytes
    """The whole response, DER."""
