"""Verifications of repairs, ties between incidents, and proposals to re-open a closed one."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from ir_platform.adapters.sql.columns import StorableText, UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata

verifications = Table(
    "verifications",
    metadata,
    Column("id", String, primary_key=True),
    Column("incident_id", String, ForeignKey("incidents.id"), nullable=False),
    Column("no", Integer, nullable=False),
    Column("putaran", Integer, nullable=False),
    Column("sejak", UtcDateTime, nullable=False),
    Column("requested_by", String),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("job_id", String, ForeignKey("jobs.id"), nullable=False),
    Column("sampai", UtcDateTime),
    Column("result", StorableText),
)
Index("ix_verifications_job_id", verifications.c.job_id)
Index("ix_verifications_newest", verifications.c.incident_id, verifications.c.requested_at, verifications.c.id)

ties = Table(
    "ties",
    metadata,
    Column("id", String, primary_key=True),
    Column("source", String, ForeignKey("incidents.id"), nullable=False),
    Column("target", String, ForeignKey("incidents.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("by", String, nullable=False),
    Column("by_name", StorableText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("alasan", StorableText, nullable=False),
    Column("alerts", Text, nullable=False),
    # Two incidents are tied once in each way; a merge too, since its source is open no longer.
    UniqueConstraint("source", "target", "kind"),
)
Index("ix_ties_target", ties.c.target)

proposals = Table(
    "proposals",
    metadata,
    Column("id", String, primary_key=True),
    Column("incident_id", String, ForeignKey("incidents.id"), nullable=False),
    # Deferred: the alert that calls for it is added in the same transaction.
    Column("alert_id", String, ForeignKey("alerts.id", deferrable=True, initially="DEFERRED"), nullable=False),
    Column("shared", Text, nullable=False),
    Column("is_same_cause", Boolean, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("status", String, nullable=False),
    Column("decided_by", String),
    Column("decided_by_name", StorableText, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("alasan", StorableText, nullable=False),
    UniqueConstraint("alert_id"),
)
Index("ix_proposals_incident_id", proposals.c.incident_id, proposals.c.made_at, proposals.c.id)
