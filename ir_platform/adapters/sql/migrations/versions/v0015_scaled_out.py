"""The scaled-out pipeline: accepted batches, their parts by key range, owners and state of the ranges."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_RANGES = 8


def upgrade() -> None:
    heads = op.create_table(
        "pipeline_heads",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_pipeline_heads"),
    )
    op.create_table(
        "accepted_batches",
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("accepted_at", _TIME, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_accepted_batches"),
    )
    op.create_index("ix_accepted_batches_due", "accepted_batches", ["due_at"])
    ranges = op.create_table(
        "key_ranges",
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.String()),
        sa.Column("until", _TIME),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_key_ranges"),
    )
    states = op.create_table(
        "range_states",
        sa.Column("range_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("judged", sa.BigInteger(), nullable=False),
        sa.Column("snapshot", sa.Text()),
        sa.PrimaryKeyConstraint("range_no", name="pk_range_states"),
        sa.ForeignKeyConstraint(["range_no"], ["key_ranges.no"], name="fk_range_states_range_no_key_ranges"),
    )
    op.create_table(
        "range_parts",
        sa.Column("range_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("batch_no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("accepted_at", _TIME, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("range_no", "batch_no", name="pk_range_parts"),
        sa.ForeignKeyConstraint(["range_no"], ["key_ranges.no"], name="fk_range_parts_range_no_key_ranges"),
    )
    op.create_table(
        "range_owners",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("owner", name="pk_range_owners"),
    )
    op.bulk_insert(heads, [{"name": "batch", "value": 0}, {"name": "triage", "value": 0}])
    op.bulk_insert(ranges, [{"no": no, "owner": None, "until": None, "epoch": 0} for no in range(_RANGES)])
    op.bulk_insert(states, [{"range_no": no, "position": 0, "judged": 0, "snapshot": None} for no in range(_RANGES)])
