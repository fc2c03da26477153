"""The files that came by the intake, newest first, without a look at every job."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_RECEIVED = sa.text("kind = 'ingest_file' AND evidence_id IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_jobs_received", "jobs", ["created_at", "id"], sqlite_where=_RECEIVED, postgresql_where=_RECEIVED
    )
