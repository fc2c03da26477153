"""What the office has decided about detection rules, how often each fires, and the rules that were muted."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from ir_platform.adapters.sql.columns import StorableText, UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata

rule_settings = Table(
    "rule_settings",
    metadata,
    # One row: what is decided is read, and changed, as one.
    Column("name", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("content", StorableText, nullable=False),
)

muted_rules = Table(
    "muted_rules",
    metadata,
    Column("rule_id", StorableText, primary_key=True),
    Column("rule_title", StorableText, nullable=False),
    Column("hour", UtcDateTime, nullable=False),
    Column("hourly_limit", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("matches", BigInteger, nullable=False),
    Column("last_at", UtcDateTime),
)

rule_hours = Table(
    "rule_hours",
    metadata,
    Column("rule_id", StorableText, primary_key=True),
    Column("hour", UtcDateTime, primary_key=True),
    Column("findings", Integer, nullable=False),
    Column("counted_at", UtcDateTime, nullable=False),
)
Index("ix_rule_hours_counted_at", rule_hours.c.counted_at)
