"""The scaled-out pipeline: accepted batches, their parts by key range, owners and state of the ranges."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from ir_platform.adapters.sql.columns import UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata

pipeline_heads = Table(
    "pipeline_heads",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""`batch`: the number of the newest batch. `triage`: locked by whoever records findings, one at a time."""

accepted_batches = Table(
    "accepted_batches",
    metadata,
    Column("no", BigInteger, primary_key=True, autoincrement=False),
    Column("accepted_at", UtcDateTime, nullable=False),
    # When somebody is told of it again, unless it is done by then.
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
Index("ix_accepted_batches_due", accepted_batches.c.due_at)

key_ranges = Table(
    "key_ranges",
    metadata,
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("owner", String),
    Column("until", UtcDateTime),
    Column("epoch", BigInteger, nullable=False),
)

range_states = Table(
    "range_states",
    metadata,
    Column("range_no", Integer, ForeignKey("key_ranges.no"), primary_key=True, autoincrement=False),
    # The last batch that the snapshot covers, and the last of which every finding is recorded.
    Column("position", BigInteger, nullable=False),
    Column("judged", BigInteger, nullable=False),
    Column("snapshot", Text),
)

range_parts = Table(
    "range_parts",
    metadata,
    Column("range_no", Integer, ForeignKey("key_ranges.no"), primary_key=True, autoincrement=False),
    Column("batch_no", BigInteger, primary_key=True, autoincrement=False),
    Column("accepted_at", UtcDateTime, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

range_owners = Table(
    "range_owners",
    metadata,
    Column("owner", String, primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),
)
