"""The tables of the state database; `migrations/` builds them, a test holds the two together."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from ir_platform.adapters.sql.columns import StorableText, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives out row ids by itself only for a column of exactly the type INTEGER.
_RowId = BigInteger().with_variant(Integer(), "sqlite")

accounts = Table(
    "accounts",
    metadata,
    Column("id", String, primary_key=True),
    Column("username", String, nullable=False),
    Column("display_name", StorableText, nullable=False),
    Column("jabatan", StorableText, nullable=False),
    Column("roles", Text, nullable=False),
    Column("is_admin", Boolean, nullable=False),
    Column("password_hash", String, nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("token_epoch", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("username"),
)

# Ids of accounts carry no foreign key here and below: `system` acts too, and it has no account.
incidents = Table(
    "incidents",
    metadata,
    Column("id", String, primary_key=True),
    Column("nomor", String, nullable=False),
    Column("judul", StorableText, nullable=False),
    Column("uraian", StorableText, nullable=False),
    Column("level", String, nullable=False),
    Column("playbook_id", String, nullable=False),
    Column("status", String, nullable=False),
    Column("hasil", String),
    Column("pelapor", StorableText, nullable=False),
    Column("opened_by", String),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("last_alert_at", UtcDateTime),
    Column("version", Integer, nullable=False),
    # Case-folded by Python, because SQLite's lower() knows ASCII only.
    Column("search_text", StorableText, nullable=False),
    UniqueConstraint("nomor"),
)
Index("ix_incidents_newest", incidents.c.opened_at, incidents.c.id)
Index("ix_incidents_status_newest", incidents.c.status, incidents.c.opened_at, incidents.c.id)
Index("ix_incidents_level_newest", incidents.c.level, incidents.c.opened_at, incidents.c.id)

incident_hosts = Table(
    "incident_hosts",
    metadata,
    Column("incident_id", String, ForeignKey("incidents.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("host", StorableText, nullable=False),
)
Index("ix_incident_hosts_host", incident_hosts.c.host)

timeline = Table(
    "timeline",
    metadata,
    Column("id", _RowId, Identity(), primary_key=True),
    Column("incident_id", String, ForeignKey("incidents.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String, nullable=False),
    Column("actor", StorableText, nullable=False),
    Column("facts", Text, nullable=False),
)
Index("ix_timeline_oldest", timeline.c.incident_id, timeline.c.at, timeline.c.id)

playbook_texts = Table(
    "playbook_texts",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("text", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("incident_id", String, ForeignKey("incidents.id"), primary_key=True),
    Column("playbook_id", String, nullable=False),
    Column("playbook_sha256", String, ForeignKey("playbook_texts.sha256"), nullable=False),
    Column("state", Text, nullable=False),
)

active_steps = Table(
    "active_steps",
    metadata,
    Column("incident_id", String, ForeignKey("runs.incident_id"), primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("putaran", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("due", UtcDateTime),
)
Index("ix_active_steps_due", active_steps.c.due)

active_step_roles = Table(
    "active_step_roles",
    metadata,
    Column("incident_id", String, primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("putaran", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("role", String, nullable=False),
    ForeignKeyConstraint(
        ["incident_id", "no", "putaran"],
        ["active_steps.incident_id", "active_steps.no", "active_steps.putaran"],
        ondelete="CASCADE",
    ),
)
Index("ix_active_step_roles_role", active_step_roles.c.role, active_step_roles.c.incident_id)

# Apart from active_steps, whose rows are written anew with every saved run.
overdue_marks = Table(
    "overdue_marks",
    metadata,
    Column("incident_id", String, ForeignKey("incidents.id"), primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("putaran", Integer, primary_key=True, autoincrement=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", String, primary_key=True),
    Column("rule_id", StorableText, nullable=False),
    Column("rule_title", StorableText, nullable=False),
    Column("level", String, nullable=False),
    Column("tags", Text, nullable=False),
    Column("group_pairs", Text, nullable=False),
    Column("group_sha256", String, nullable=False),
    Column("status", String, nullable=False),
    # Not `count`: a row is a tuple, and that is a method of tuples.
    Column("detection_count", Integer, nullable=False),
    Column("event_count", BigInteger, nullable=False),
    Column("first_seen", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
    Column("events", Text, nullable=False),
    Column("look_at", Text, nullable=False),
    Column("false_positives", Text, nullable=False),
    Column("source", String, nullable=False),
    Column("playbook_id", String),
    # Deferred: the incident an alert opens is added in the same transaction, before or after the alert.
    Column("incident_id", String, ForeignKey("incidents.id", deferrable=True, initially="DEFERRED")),
    Column("merged_into", String, ForeignKey("alerts.id", deferrable=True, initially="DEFERRED")),
    Column("reason", StorableText),
    Column("version", Integer, nullable=False),
    Column("search_text", StorableText, nullable=False),
)
_OPEN_ALERT = text("status IN ('new', 'acknowledged', 'escalated')")
Index(
    "uq_alerts_open",
    alerts.c.rule_id,
    alerts.c.group_sha256,
    unique=True,
    sqlite_where=_OPEN_ALERT,
    postgresql_where=_OPEN_ALERT,
)
Index("ix_alerts_newest", alerts.c.last_seen, alerts.c.id)
Index("ix_alerts_status_newest", alerts.c.status, alerts.c.last_seen, alerts.c.id)
Index("ix_alerts_level_newest", alerts.c.level, alerts.c.last_seen, alerts.c.id)
Index("ix_alerts_incident_id", alerts.c.incident_id)

detections = Table(
    "detections",
    metadata,
    Column("id", String, primary_key=True),
    # Deferred: a detection is claimed before the alert it makes is added.
    Column("alert_id", String, ForeignKey("alerts.id", deferrable=True, initially="DEFERRED"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("event_count", BigInteger, nullable=False),
)
Index("ix_detections_alert_id", detections.c.alert_id)

evidence = Table(
    "evidence",
    metadata,
    Column("id", String, primary_key=True),
    Column("incident_id", String, ForeignKey("incidents.id"), nullable=False),
    Column("name", StorableText, nullable=False),
    Column("sha256", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", StorableText, nullable=False),
    Column("kelengkapan", StorableText),
    Column("step_no", Integer),
    Column("putaran", Integer),
    Column("added_by", String, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
)
Index("ix_evidence_oldest", evidence.c.incident_id, evidence.c.added_at, evidence.c.id)

documents = Table(
    "documents",
    metadata,
    Column("id", String, primary_key=True),
    Column("incident_id", String, ForeignKey("incidents.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("title", StorableText, nullable=False),
    Column("step_no", Integer, nullable=False),
    Column("putaran", Integer, nullable=False),
    Column("status", String, nullable=False),
    Column("content", StorableText, nullable=False),
    Column("docx_sha256", String),
    Column("pdf_sha256", String),
    Column("created_at", UtcDateTime, nullable=False),
)
Index("ix_documents_oldest", documents.c.incident_id, documents.c.created_at, documents.c.id)

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("prev_hash", String, nullable=False),
    Column("hash", String, nullable=False),
)
Index("ix_audit_entries_subject", audit_entries.c.subject, audit_entries.c.seq)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String, nullable=False),
    # Here, so that drawing a change's id takes the same lock and ids rise in commit order.
    Column("last_change_id", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

registers = Table(
    "registers",
    metadata,
    Column("kind", String, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last_number", Integer, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("payload", StorableText, nullable=False),
    Column("status", String, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("phase", StorableText, nullable=False),
    Column("percent", Integer, nullable=False),
    Column("result", StorableText),
    Column("error", StorableText),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
)
Index("ix_jobs_waiting", jobs.c.status, jobs.c.created_at, jobs.c.id)

changes = Table(
    "changes",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("topic", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
)

remembered_answers = Table(
    "remembered_answers",
    metadata,
    Column("account_id", String, primary_key=True),
    Column("key", StorableText, primary_key=True),
    Column("request_sha256", String, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", StorableText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
