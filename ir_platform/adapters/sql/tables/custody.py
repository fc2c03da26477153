"""Riwayat penguasaan bukti, and time stamps of the audit trail."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, LargeBinary, String, Table, Text

from ir_platform.adapters.sql.columns import StorableText, UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata

custody = Table(
    "custody",
    metadata,
    Column("id", String, primary_key=True),
    Column("evidence_id", String, ForeignKey("evidence.id"), nullable=False),
    Column("incident_id", String, ForeignKey("incidents.id"), nullable=False),
    Column("act", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String, nullable=False),
    Column("actor_name", StorableText, nullable=False),
    Column("way", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("is_verified", Boolean, nullable=False),
    Column("facts", Text, nullable=False),
    Column("audit_seq", BigInteger, nullable=False),
)
Index("ix_custody_evidence", custody.c.evidence_id, custody.c.audit_seq, custody.c.id)
Index("ix_custody_incident", custody.c.incident_id, custody.c.audit_seq, custody.c.id)
Index("ix_custody_audit", custody.c.audit_seq, custody.c.id)

audit_stamps = Table(
    "audit_stamps",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("token", LargeBinary, nullable=False),
)
