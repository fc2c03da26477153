"""Alerts, and the detections each has counted."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, text

from ir_platform.adapters.sql.columns import StorableText, UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata

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
    # Whose rule it was: author, licence and pack, as JSON.
    Column("credit", Text),
    # What a detector measured: pairs, as JSON; null of a rule.
    Column("figures", Text),
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
Index("ix_alerts_merged_into", alerts.c.merged_into)
_CLOSED_ALERT = text("status = 'closed'")
Index(
    "ix_alerts_closed_rule",
    alerts.c.rule_id,
    alerts.c.last_seen,
    sqlite_where=_CLOSED_ALERT,
    postgresql_where=_CLOSED_ALERT,
)

detections = Table(
    "detections",
    metadata,
    Column("id", String, primary_key=True),
    # Deferred: a detection is claimed before the alert it makes is added.
    Column("alert_id", String, ForeignKey("alerts.id", deferrable=True, initially="DEFERRED"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("event_count", BigInteger, nullable=False),
    # When it was counted; `at` is the time of its last event, which may be of years ago.
    Column("claimed_at", UtcDateTime),
)
Index("ix_detections_alert_id", detections.c.alert_id)
Index("ix_detections_claimed_at", detections.c.claimed_at)
