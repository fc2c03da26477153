"""Offices, positions with their dates and letters, and incidents shared between offices."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_HOME = "utama"


def upgrade() -> None:
    _create_offices()
    _create_positions()
    _move_roles_into_positions()
    _create_shares()


def _create_offices() -> None:
    offices = op.create_table(
        "offices",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kode", sa.String(), nullable=False),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_offices"),
        sa.UniqueConstraint("kode", name="uq_offices_kode"),
    )
    # The home office is called what the setting says (IRP_OFFICE_NAME); its row has no name of its own.
    op.bulk_insert(offices, [{"id": _HOME, "kode": "UTAMA", "nama": ""}])
    for table in ("accounts", "incidents"):
        op.add_column(table, sa.Column("office_id", sa.String(), nullable=False, server_default=_HOME))
    op.create_index("ix_incidents_office_newest", "incidents", ["office_id", "opened_at", "id"])
    op.create_index("ix_incidents_office_status", "incidents", ["office_id", "status", "opened_at", "id"])
    op.create_index("ix_incidents_office_level", "incidents", ["office_id", "level", "opened_at", "id"])
    op.create_index("ix_incidents_opened_by", "incidents", ["opened_by", "opened_at", "id"])


def _create_positions() -> None:
    op.create_table(
        "positions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("jabatan", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("kedudukan", sa.String(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("letter_number", sa.Text(), nullable=True),
        sa.Column("letter_date", sa.Date(), nullable=True),
        sa.Column("replaces", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_positions_account_id_accounts"),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_positions_office_id_offices"),
        sa.PrimaryKeyConstraint("id", name="pk_positions"),
    )
    op.create_index("ix_positions_account", "positions", ["account_id", "begins", "id"])
    op.create_index("ix_positions_office", "positions", ["office_id", "begins", "id"])


def _move_roles_into_positions() -> None:
    """What an account could do becomes a definitive position from the day (UTC) it was made."""
    accounts = sa.table(
        "accounts",
        sa.column("id", sa.String),
        sa.column("jabatan", sa.Text),
        sa.column("roles", sa.Text),
        sa.column("created_at", _TIME),
    )
    positions = sa.table(
        "positions",
        *(sa.column(name, sa.String) for name in ("id", "account_id", "office_id", "jabatan", "roles", "kedudukan")),
        sa.column("begins", sa.Date),
    )
    connection = op.get_bind()
    for account in connection.execute(sa.select(accounts).where(accounts.c.roles != "[]")).all():
        position = {
            "id": f"awal-{account.id}",
            "account_id": account.id,
            "office_id": _HOME,
            "jabatan": account.jabatan,
            "roles": account.roles,
            "kedudukan": "definitif",
            "begins": _utc(account.created_at).date(),
        }
        connection.execute(positions.insert().values(position))


def _utc(at: datetime) -> datetime:
    """SQLite gives UTC back without saying so, PostgreSQL any zone."""
    return at.astimezone(UTC) if at.tzinfo else at


def _create_shares() -> None:
    op.create_table(
        "incident_shares",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("shared_by", sa.String(), nullable=False),
        sa.Column("shared_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_incident_shares_incident_id_incidents"),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_incident_shares_office_id_offices"),
        sa.PrimaryKeyConstraint("incident_id", "office_id", name="pk_incident_shares"),
    )
    op.create_index("ix_incident_shares_office", "incident_shares", ["office_id", "incident_id"])
