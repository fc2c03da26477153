"""Failed sign-ins that every process of the API knows, and what finds the rows that are kept for a time only."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sign_in_failures",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", _TIME, nullable=False),
        sa.Column("waits_until", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_sign_in_failures"),
    )
    op.create_index("ix_sign_in_failures_last_at", "sign_in_failures", ["last_at"])
    op.create_index("ix_remembered_answers_at", "remembered_answers", ["at"])
    op.create_index("ix_notices_at", "notices", ["at"])
    op.create_index("ix_notices_incident_id", "notices", ["incident_id"])
    op.create_index("ix_alerts_merged_into", "alerts", ["merged_into"])
    op.create_index("ix_notice_addressees_notice_id", "notice_addressees", ["notice_id"])
    op.create_index("ix_notice_reads_notice_id", "notice_reads", ["notice_id"])
    op.create_index("ix_verifications_job_id", "verifications", ["job_id"])
    _date_claims()


def _date_claims() -> None:
    # When an old detection was counted nobody noted: as if today, so that none goes before its time.
    op.add_column("detections", sa.Column("claimed_at", _TIME, nullable=True))
    detections = sa.table("detections", sa.column("claimed_at", _TIME))
    op.get_bind().execute(sa.update(detections).values(claimed_at=datetime.now(UTC)))
    op.create_index("ix_detections_claimed_at", "detections", ["claimed_at"])
