"""Files that arrive in pieces, and what became of them."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, String, Table

from ir_platform.adapters.sql.columns import StorableText, UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata

uploads = Table(
    "uploads",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", String, ForeignKey("accounts.id"), nullable=False),
    Column("incident_id", String, ForeignKey("incidents.id")),
    Column("kelengkapan", StorableText),
    Column("name", StorableText, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("status", String, nullable=False),
    Column("metadata_sent", StorableText, nullable=False),
    Column("sha256", String),
    Column("evidence_id", String),
    Column("job_id", String),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    CheckConstraint("received BETWEEN 0 AND length", name="received"),
)
Index("ix_uploads_account_id", uploads.c.account_id, uploads.c.status)
Index("ix_uploads_incident_id", uploads.c.incident_id)
Index("ix_uploads_expires_at", uploads.c.expires_at)
Index("ix_uploads_sha256", uploads.c.sha256)
