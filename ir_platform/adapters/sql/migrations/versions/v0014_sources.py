"""Named senders of logs, what was heard of each, and how far watched files were read."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("address", sa.Text()),
        sa.Column("path", sa.Text()),
        sa.Column("timezone", sa.Text()),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("silent_minutes", sa.Integer(), nullable=False),
        sa.Column("is_hmac_required", sa.Boolean(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.UniqueConstraint("name", name="uq_sources_name"),
        sa.UniqueConstraint("address", name="uq_sources_address"),
    )
    op.create_table(
        "source_activity",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("last_seen", _TIME),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("quiet_seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_source_activity"),
    )
    op.create_table(
        "source_rates",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("start", _TIME, nullable=False),
        sa.Column("events", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", "start", name="pk_source_rates"),
    )
    op.create_index("ix_source_rates_start", "source_rates", ["start"])
    op.create_table(
        "tailed_files",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("record", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("read_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("source_id", "file", name="pk_tailed_files"),
    )
    op.create_index("ix_tailed_files_read_at", "tailed_files", ["read_at"])
