"""Versions of playbooks: drafts, the one in force, those it replaced."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "playbook_versions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("playbook_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=True),
        sa.Column("made_by_name", sa.Text(), nullable=False),
        sa.Column("made_at", _TIME, nullable=False),
        sa.Column("put_in_force_by", sa.String(), nullable=True),
        sa.Column("put_in_force_by_name", sa.Text(), nullable=True),
        sa.Column("put_in_force_at", _TIME, nullable=True),
        sa.Column("put_in_force_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_playbook_versions"),
        sa.UniqueConstraint("playbook_id", "number", name="uq_playbook_versions_playbook_id_number"),
    )
    in_force = sa.text("status = 'berlaku'")
    op.create_index(
        "uq_playbook_versions_in_force",
        "playbook_versions",
        ["playbook_id"],
        unique=True,
        sqlite_where=in_force,
        postgresql_where=in_force,
    )
