"""How often each rule has fired in an hour: a restart of the intake must not begin counting anew."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "rule_hours",
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("hour", _TIME, nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("counted_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("rule_id", "hour", name="pk_rule_hours"),
    )
    op.create_index("ix_rule_hours_counted_at", "rule_hours", ["counted_at"])
