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
    _create_calendar()
    _create_clocks()
    _start_clocks_of_open_runs()
    # Never written to by any release: `clocks` says what it was meant to say.
    op.drop_table("overdue_marks")


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


def _create_calendar() -> None:
    op.create_table(
        "office_days",
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("office_id", "day", name="pk_office_days"),
    )
    op.create_table(
        "ramadan_months",
        sa.Column("hijri_year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("hijri_year", name="pk_ramadan_months"),
    )
    version = op.create_table(
        "calendar_version",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_version"),
        sa.CheckConstraint("id = 1", name="ck_calendar_version_one_row"),
    )
    op.bulk_insert(version, [{"id": 1, "version": 1}])


def _create_clocks() -> None:
    op.create_table(
        "clocks",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("due", _TIME, nullable=False),
        sa.Column("next_at", _TIME, nullable=True),
        sa.Column("calendar_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "key", name="pk_clocks"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_clocks_incident_id_incidents"),
    )
    tells = sa.text("next_at IS NOT NULL")
    op.create_index("ix_clocks_next_at", "clocks", ["next_at"], sqlite_where=tells, postgresql_where=tells)
    op.create_index("ix_clocks_calendar_version", "clocks", ["calendar_version"])
    op.create_table(
        "legal_clocks",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rated_by", sa.String(), nullable=False),
        sa.Column("rated_name", sa.Text(), nullable=False),
        sa.Column("rated_at", _TIME, nullable=False),
        sa.Column("sent_at", _TIME, nullable=True),
        sa.Column("sent_how", sa.Text(), nullable=True),
        sa.Column("sent_evidence_id", sa.String(), nullable=True),
        sa.Column("sent_by", sa.String(), nullable=True),
        sa.Column("sent_by_name", sa.Text(), nullable=True),
        sa.Column("sent_recorded_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_legal_clocks"),
        sa.UniqueConstraint("incident_id", "basis", name="uq_legal_clocks_incident_id_basis"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_legal_clocks_incident_id_incidents"),
        sa.ForeignKeyConstraint(
            ["sent_evidence_id"], ["evidence.id"], name="fk_legal_clocks_sent_evidence_id_evidence"
        ),
    )


def _start_clocks_of_open_runs() -> None:
    """Let what is open go on with clocks of its own; when each is due, only the SOP and the calendar can say.

    A row of a calendar version that never was is worked out by the next sweep, and tells nobody before that.
    """
    op.execute(
        "INSERT INTO clocks (incident_id, key, kind, office_id, no, started_at, due, calendar_version)"
        " SELECT incidents.id, 'langkah:' || CAST(no AS VARCHAR) || ':' || CAST(putaran AS VARCHAR), 'langkah',"
        " office_id, no, since, since, 0"
        " FROM active_steps JOIN incidents ON incidents.id = active_steps.incident_id WHERE status = 'open'"
    )
    op.execute(
        "INSERT INTO clocks (incident_id, key, kind, office_id, no, started_at, due, calendar_version)"
        " SELECT incidents.id, 'total', 'total', office_id, 0, opened_at, opened_at, 0"
        " FROM runs JOIN incidents ON incidents.id = runs.incident_id WHERE status = 'open'"
    )
