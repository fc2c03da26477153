"""Packs in use, switches and exclusions of detection rules; muted rules; whose rule an alert is of."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rule_settings",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_rule_settings"),
    )
    op.create_table(
        "muted_rules",
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("rule_title", sa.Text(), nullable=False),
        sa.Column("hour", _TIME, nullable=False),
        sa.Column("hourly_limit", sa.Integer(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("matches", sa.BigInteger(), nullable=False),
        sa.Column("last_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("rule_id", name="pk_muted_rules"),
    )
    op.add_column("alerts", sa.Column("credit", sa.Text(), nullable=True))
