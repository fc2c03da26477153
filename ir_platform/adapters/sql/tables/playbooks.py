"""Versions of playbooks that the office wrote itself."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from ir_platform.adapters.sql.columns import StorableText, UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata

playbook_versions = Table(
    "playbook_versions",
    metadata,
    Column("id", String, primary_key=True),
    Column("playbook_id", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("status", String, nullable=False),
    # Not StorableText: the text must stay what its sha256 was taken of.
    Column("text", Text, nullable=False),
    Column("sha256", String, nullable=False),
    Column("based_on", Integer),
    Column("note", StorableText, nullable=False),
    Column("made_by", String),
    Column("made_by_name", StorableText, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("put_in_force_by", String),
    Column("put_in_force_by_name", StorableText),
    Column("put_in_force_at", UtcDateTime),
    Column("put_in_force_reason", StorableText),
    Column("version", Integer, nullable=False),
    UniqueConstraint("playbook_id", "number"),
)
# Two versions of one playbook are never in force at once, whatever the code above does.
Index(
    "uq_playbook_versions_in_force",
    playbook_versions.c.playbook_id,
    unique=True,
    sqlite_where=text("status = 'berlaku'"),
    postgresql_where=text("status = 'berlaku'"),
)
