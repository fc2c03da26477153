"""Clocks: the due rows that are swept, and what persons rated by law."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint, text

from ir_platform.adapters.sql.columns import StorableText, UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata

clocks = Table(
    "clocks",
    metadata,
    Column("incident_id", String, ForeignKey("incidents.id"), primary_key=True),
    Column("key", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("office_id", String, nullable=False),
    Column("no", Integer, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime),
    Column("calendar_version", Integer, nullable=False),
)
_TELLS = text("next_at IS NOT NULL")
Index("ix_clocks_next_at", clocks.c.next_at, sqlite_where=_TELLS, postgresql_where=_TELLS)
Index("ix_clocks_calendar_version", clocks.c.calendar_version)

legal_clocks = Table(
    "legal_clocks",
    metadata,
    Column("id", String, primary_key=True),
    Column("incident_id", String, ForeignKey("incidents.id"), nullable=False),
    Column("basis", String, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("reason", StorableText, nullable=False),
    Column("rated_by", String, nullable=False),
    Column("rated_name", StorableText, nullable=False),
    Column("rated_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("sent_how", StorableText),
    Column("sent_evidence_id", String, ForeignKey("evidence.id")),
    Column("sent_by", String),
    Column("sent_by_name", StorableText),
    Column("sent_recorded_at", UtcDateTime),
    UniqueConstraint("incident_id", "basis"),
)
