"""Jobs, and the answers remembered for a retried request."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, String, Table, text

from ir_platform.adapters.sql.columns import StorableText, UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("payload", StorableText, nullable=False),
    Column("status", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("phase", StorableText, nullable=False),
    Column("percent", Integer, nullable=False),
    Column("result", StorableText),
    Column("error", StorableText),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("cancel_at", UtcDateTime),
    # Also within the payload: by this column the analysis of a file is found.
    Column("evidence_id", String),
    CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
)
Index("ix_jobs_waiting", jobs.c.status, jobs.c.created_at, jobs.c.id)
Index("ix_jobs_evidence_id", jobs.c.evidence_id, jobs.c.created_at)
# Of files alone, so that the many jobs that draw documents pay nothing for it. Written out: an index of a part serves
# a query only where that says the same without parameters.
IS_RECEIVED = text("jobs.kind = 'ingest_file' AND jobs.evidence_id IS NULL")
_RECEIVED = text("kind = 'ingest_file' AND evidence_id IS NULL")
Index("ix_jobs_received", jobs.c.created_at, jobs.c.id, sqlite_where=_RECEIVED, postgresql_where=_RECEIVED)

remembered_answers = Table(
    "remembered_answers",
    metadata,
    Column("account_id", String, primary_key=True),
    Column("key", StorableText, primary_key=True),
    Column("request_sha256", String, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", StorableText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_remembered_answers_at", remembered_answers.c.at)
