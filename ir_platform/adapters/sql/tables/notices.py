"""Notices, whom each is addressed to, and who has read it."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from ir_platform.adapters.sql.columns import StorableText, UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata

notices = Table(
    "notices",
    metadata,
    Column("id", String, primary_key=True),
    Column("key", StorableText, nullable=False),
    Column("office_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("account_id", String),
    Column("roles", Text, nullable=False),
    Column("playbook_id", String),
    # Deferred: a notice may be told in the transaction that opens its incident.
    Column("incident_id", String, ForeignKey("incidents.id", deferrable=True, initially="DEFERRED")),
    Column("facts", Text, nullable=False),
    UniqueConstraint("key"),
)
Index("ix_notices_at", notices.c.at)
Index("ix_notices_incident_id", notices.c.incident_id)

# One row per addressee (`account:ID`, `role:OFFICE:ROLE`), with the time beside it: the newest of a role are read from
# the end of its part of the index, however many notices there are.
notice_addressees = Table(
    "notice_addressees",
    metadata,
    Column("addressee", String, primary_key=True),
    Column("notice_id", String, ForeignKey("notices.id"), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
Index(
    "ix_notice_addressees_newest", notice_addressees.c.addressee, notice_addressees.c.at, notice_addressees.c.notice_id
)
Index("ix_notice_addressees_notice_id", notice_addressees.c.notice_id)

notice_reads = Table(
    "notice_reads",
    metadata,
    Column("account_id", String, primary_key=True),
    Column("notice_id", String, ForeignKey("notices.id"), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_notice_reads_notice_id", notice_reads.c.notice_id)
