"""Findings left open, fixes verified, incidents linked, merged and re-opened."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_CLOSED = sa.text("status = 'closed'")


def upgrade() -> None:
    _create_verifications()
    _create_ties()
    _create_proposals()
    op.create_index(
        "ix_alerts_closed_rule", "alerts", ["rule_id", "last_seen"], sqlite_where=_CLOSED, postgresql_where=_CLOSED
    )


def _create_verifications() -> None:
    op.create_table(
        "verifications",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("putaran", sa.Integer(), nullable=False),
        sa.Column("sejak", _TIME, nullable=False),
        sa.Column("requested_by", sa.String(), nullable=True),
        sa.Column("requested_at", _TIME, nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("sampai", _TIME, nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_verifications"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_verifications_incident_id_incidents"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_verifications_job_id_jobs"),
    )
    op.create_index("ix_verifications_newest", "verifications", ["incident_id", "requested_at", "id"])


def _create_ties() -> None:
    op.create_table(
        "ties",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.Column("alerts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ties"),
        sa.UniqueConstraint("source", "target", "kind", name="uq_ties_source_target_kind"),
        sa.ForeignKeyConstraint(["source"], ["incidents.id"], name="fk_ties_source_incidents"),
        sa.ForeignKeyConstraint(["target"], ["incidents.id"], name="fk_ties_target_incidents"),
    )
    op.create_index("ix_ties_target", "ties", ["target"])


def _create_proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("alert_id", sa.String(), nullable=False),
        sa.Column("shared", sa.Text(), nullable=False),
        sa.Column("is_same_cause", sa.Boolean(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_by_name", sa.Text(), nullable=False),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.Column("alasan", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
        sa.UniqueConstraint("alert_id", name="uq_proposals_alert_id"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_proposals_incident_id_incidents"),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name="fk_proposals_alert_id_alerts", deferrable=True, initially="DEFERRED"
        ),
    )
    op.create_index("ix_proposals_incident_id", "proposals", ["incident_id", "made_at", "id"])
