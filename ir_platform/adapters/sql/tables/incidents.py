"""Incidents, the hosts they are about, and their Kronologi."""

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, Index, Integer, String, Table, Text, UniqueConstraint

from ir_platform.adapters.sql.columns import StorableText, UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata
from ir_platform.domain.office import HOME_OFFICE

# SQLite gives out row ids by itself only for a column of exactly the type INTEGER.
_RowId = BigInteger().with_variant(Integer(), "sqlite")

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
    Column("office_id", String, nullable=False, server_default=HOME_OFFICE),
    UniqueConstraint("nomor"),
)
Index("ix_incidents_newest", incidents.c.opened_at, incidents.c.id)
Index("ix_incidents_status_newest", incidents.c.status, incidents.c.opened_at, incidents.c.id)
Index("ix_incidents_level_newest", incidents.c.level, incidents.c.opened_at, incidents.c.id)
# One office's own, newest first, is how people list them; each filter of a list has its own.
Index("ix_incidents_office_newest", incidents.c.office_id, incidents.c.opened_at, incidents.c.id)
Index("ix_incidents_office_status", incidents.c.office_id, incidents.c.status, incidents.c.opened_at, incidents.c.id)
Index("ix_incidents_office_level", incidents.c.office_id, incidents.c.level, incidents.c.opened_at, incidents.c.id)
Index("ix_incidents_opened_by", incidents.c.opened_by, incidents.c.opened_at, incidents.c.id)

incident_shares = Table(
    "incident_shares",
    metadata,
    Column("incident_id", String, ForeignKey("incidents.id"), primary_key=True),
    Column("office_id", String, ForeignKey("offices.id"), primary_key=True),
    Column("reason", StorableText, nullable=False),
    Column("shared_by", String, nullable=False),
    Column("shared_at", UtcDateTime, nullable=False),
)
Index("ix_incident_shares_office", incident_shares.c.office_id, incident_shares.c.incident_id)

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
