"""Named senders of logs, and what was heard of each."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, UniqueConstraint

from ir_platform.adapters.sql.columns import StorableText, UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata

sources = Table(
    "sources",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("key_hash", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("address", StorableText),
    Column("path", StorableText),
    Column("timezone", StorableText),
    Column("format", String, nullable=False),
    Column("format_string", StorableText),
    Column("silent_minutes", Integer, nullable=False),
    Column("is_hmac_required", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("name"),
    UniqueConstraint("address"),
)

# No foreign key: a sender without a name is counted too.
source_activity = Table(
    "source_activity",
    metadata,
    Column("key", StorableText, primary_key=True),
    Column("last_seen", UtcDateTime),
    Column("events", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("quiet_seconds", Float, nullable=False),
)

source_rates = Table(
    "source_rates",
    metadata,
    Column("key", StorableText, primary_key=True),
    Column("start", UtcDateTime, primary_key=True),
    Column("events", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
)
Index("ix_source_rates_start", source_rates.c.start)

tailed_files = Table(
    "tailed_files",
    metadata,
    Column("source_id", String, primary_key=True),
    Column("file", String, primary_key=True),
    Column("path", StorableText, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("record", BigInteger, nullable=False),
    Column("format", String, nullable=False),
    Column("state", StorableText, nullable=False),
    Column("read_at", UtcDateTime, nullable=False),
)
Index("ix_tailed_files_read_at", tailed_files.c.read_at)
