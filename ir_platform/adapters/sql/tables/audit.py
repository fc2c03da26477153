"""The audit trail with its head, the changes drawn under its lock, and small named values."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, String, Table, Text

from ir_platform.adapters.sql.columns import UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata

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
Index("ix_audit_entries_action", audit_entries.c.action, audit_entries.c.seq)
Index("ix_audit_entries_actor", audit_entries.c.actor, audit_entries.c.seq)

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
