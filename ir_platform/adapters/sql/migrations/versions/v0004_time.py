"""Local closures, due rows of clocks, legal clocks and notices."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_notices()


def _create_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("playbook_id", sa.String(), nullable=True),
        sa.Column("incident_id", sa.String(), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("key", name="uq_notices_key"),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incidents.id"],
            name="fk_notices_incident_id_incidents",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_table(
        "notice_addressees",
        sa.Column("addressee", sa.String(), nullable=False),
        sa.Column("notice_id", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("addressee", "notice_id", name="pk_notice_addressees"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_notice_addressees_notice_id_notices"),
    )
    op.create_index("ix_notice_addressees_newest", "notice_addressees", ["addressee", "at", "notice_id"])
    op.create_table(
        "notice_reads",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("notice_id", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "notice_id", name="pk_notice_reads"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_notice_reads_notice_id_notices"),
    )
