"""Files that arrive in pieces; a job that somebody wants to end, and what it has found so far."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=True),
        sa.Column("kelengkapan", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("metadata_sent", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("evidence_id", sa.String(), nullable=True),
        sa.Column("job_id", sa.String(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.CheckConstraint("received BETWEEN 0 AND length", name="ck_uploads_received"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_uploads_account_id_accounts"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_uploads_incident_id_incidents"),
        sa.PrimaryKeyConstraint("id", name="pk_uploads"),
    )
    op.create_index("ix_uploads_account_id", "uploads", ["account_id", "status"])
    op.create_index("ix_uploads_incident_id", "uploads", ["incident_id"])
    op.create_index("ix_uploads_expires_at", "uploads", ["expires_at"])
    op.create_index("ix_uploads_sha256", "uploads", ["sha256"])
    op.add_column("jobs", sa.Column("cancel_at", _TIME, nullable=True))
    op.add_column("jobs", sa.Column("evidence_id", sa.String(), nullable=True))
    op.create_index("ix_jobs_evidence_id", "jobs", ["evidence_id", "created_at"])
