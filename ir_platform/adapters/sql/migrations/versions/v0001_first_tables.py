"""The first tables, and the triggers that keep the audit trail from being changed."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_REFUSAL = "audit_entries only grows"


def upgrade() -> None:
    _create_people()
    _create_incidents()
    _create_runs()
    _create_alerts()
    _create_papers()
    _create_audit_trail()
    _create_work()
    _protect_audit_trail()


def _create_people() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("jabatan", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("token_epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("username", name="uq_accounts_username"),
    )


def _create_incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("nomor", sa.String(), nullable=False),
        sa.Column("judul", sa.Text(), nullable=False),
        sa.Column("uraian", sa.Text(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("playbook_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("hasil", sa.String(), nullable=True),
        sa.Column("pelapor", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=True),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("closed_at", _TIME, nullable=True),
        sa.Column("last_alert_at", _TIME, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
        sa.UniqueConstraint("nomor", name="uq_incidents_nomor"),
    )
    op.create_index("ix_incidents_level_newest", "incidents", ["level", "opened_at", "id"])
    op.create_index("ix_incidents_newest", "incidents", ["opened_at", "id"])
    op.create_index("ix_incidents_status_newest", "incidents", ["status", "opened_at", "id"])
    op.create_table(
        "incident_hosts",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_incident_hosts_incident_id_incidents"),
        sa.PrimaryKeyConstraint("incident_id", "position", name="pk_incident_hosts"),
    )
    op.create_index("ix_incident_hosts_host", "incident_hosts", ["host"])
    op.create_table(
        "timeline",
        sa.Column("id", _ROW_ID, sa.Identity(always=False), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_timeline_incident_id_incidents"),
        sa.PrimaryKeyConstraint("id", name="pk_timeline"),
    )
    op.create_index("ix_timeline_oldest", "timeline", ["incident_id", "at", "id"])


def _create_runs() -> None:
    op.create_table(
        "playbook_texts",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_playbook_texts"),
    )
    op.create_table(
        "runs",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("playbook_id", sa.String(), nullable=False),
        sa.Column("playbook_sha256", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_runs_incident_id_incidents"),
        sa.ForeignKeyConstraint(
            ["playbook_sha256"], ["playbook_texts.sha256"], name="fk_runs_playbook_sha256_playbook_texts"
        ),
        sa.PrimaryKeyConstraint("incident_id", name="pk_runs"),
    )
    op.create_table(
        "active_steps",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("putaran", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("due", _TIME, nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["runs.incident_id"], name="fk_active_steps_incident_id_runs"),
        sa.PrimaryKeyConstraint("incident_id", "no", "putaran", name="pk_active_steps"),
    )
    op.create_index("ix_active_steps_due", "active_steps", ["due"])
    op.create_table(
        "active_step_roles",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("putaran", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id", "no", "putaran"],
            ["active_steps.incident_id", "active_steps.no", "active_steps.putaran"],
            name="fk_active_step_roles_incident_id_no_putaran_active_steps",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("incident_id", "no", "putaran", "position", name="pk_active_step_roles"),
    )
    op.create_index("ix_active_step_roles_role", "active_step_roles", ["role", "incident_id"])
    op.create_table(
        "overdue_marks",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("putaran", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_overdue_marks_incident_id_incidents"),
        sa.PrimaryKeyConstraint("incident_id", "no", "putaran", name="pk_overdue_marks"),
    )


def _create_alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("rule_title", sa.Text(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("group_pairs", sa.Text(), nullable=False),
        sa.Column("group_sha256", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("detection_count", sa.Integer(), nullable=False),
        sa.Column("event_count", sa.BigInteger(), nullable=False),
        sa.Column("first_seen", _TIME, nullable=False),
        sa.Column("last_seen", _TIME, nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.Column("look_at", sa.Text(), nullable=False),
        sa.Column("false_positives", sa.Text(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("playbook_id", sa.String(), nullable=True),
        sa.Column("incident_id", sa.String(), nullable=True),
        sa.Column("merged_into", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incidents.id"],
            name="fk_alerts_incident_id_incidents",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["alerts.id"], name="fk_alerts_merged_into_alerts", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
    )
    op.create_index("ix_alerts_incident_id", "alerts", ["incident_id"])
    op.create_index("ix_alerts_level_newest", "alerts", ["level", "last_seen", "id"])
    op.create_index("ix_alerts_newest", "alerts", ["last_seen", "id"])
    op.create_index("ix_alerts_status_newest", "alerts", ["status", "last_seen", "id"])
    op.create_index(
        "uq_alerts_open",
        "alerts",
        ["rule_id", "group_sha256"],
        unique=True,
        sqlite_where=sa.text("status IN ('new', 'acknowledged', 'escalated')"),
        postgresql_where=sa.text("status IN ('new', 'acknowledged', 'escalated')"),
    )
    op.create_table(
        "detections",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("alert_id", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("event_count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name="fk_detections_alert_id_alerts", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_detections"),
    )
    op.create_index("ix_detections_alert_id", "detections", ["alert_id"])


def _create_papers() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("kelengkapan", sa.Text(), nullable=True),
        sa.Column("step_no", sa.Integer(), nullable=True),
        sa.Column("putaran", sa.Integer(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_evidence_incident_id_incidents"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_oldest", "evidence", ["incident_id", "added_at", "id"])
    op.create_table(
        "documents",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("step_no", sa.Integer(), nullable=False),
        sa.Column("putaran", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("docx_sha256", sa.String(), nullable=True),
        sa.Column("pdf_sha256", sa.String(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_documents_incident_id_incidents"),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
    )
    op.create_index("ix_documents_oldest", "documents", ["incident_id", "created_at", "id"])


def _create_audit_trail() -> None:
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("last_change_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_audit_head_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.create_table(
        "audit_entries",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_entries"),
    )
    op.create_index("ix_audit_entries_subject", "audit_entries", ["subject", "seq"])
    op.create_table(
        "registers",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "year", name="pk_registers"),
    )
    op.create_table(
        "changes",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64, "last_change_id": 0}])


def _create_work() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name="ck_jobs_percent"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_waiting", "jobs", ["status", "created_at", "id"])
    op.create_table(
        "checkpoints",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_checkpoints"),
    )
    op.create_table(
        "remembered_answers",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key", name="pk_remembered_answers"),
    )


def _protect_audit_trail() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entries_refuse_{change.lower()} BEFORE {change} ON audit_entries "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_entries_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_refuse()"
    )
