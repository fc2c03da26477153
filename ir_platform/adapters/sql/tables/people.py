"""Offices, accounts, and the positions they hold."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from ir_platform.adapters.sql.columns import StorableText, UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata
from ir_platform.domain.office import HOME_OFFICE

offices = Table(
    "offices",
    metadata,
    Column("id", String, primary_key=True),
    Column("kode", String, nullable=False),
    Column("nama", StorableText, nullable=False),
    UniqueConstraint("kode"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", String, primary_key=True),
    Column("username", String, nullable=False),
    Column("display_name", StorableText, nullable=False),
    Column("jabatan", StorableText, nullable=False),
    # Read by the release before positions, and written empty since; the next release drops it.
    Column("roles", Text, nullable=False),
    Column("is_admin", Boolean, nullable=False),
    Column("password_hash", String, nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("token_epoch", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("office_id", String, nullable=False, server_default=HOME_OFFICE),
    UniqueConstraint("username"),
)

positions = Table(
    "positions",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", String, ForeignKey("accounts.id"), nullable=False),
    Column("office_id", String, ForeignKey("offices.id"), nullable=False),
    Column("jabatan", StorableText, nullable=False),
    Column("roles", Text, nullable=False),
    Column("kedudukan", String, nullable=False),
    Column("begins", Date, nullable=False),
    Column("ends", Date),
    Column("letter_number", StorableText),
    Column("letter_date", Date),
    Column("replaces", String),
)
# Counted from wrong passwords on; `account:NAME` as it was typed, or `address:NETWORK`.
sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("key", StorableText, primary_key=True),
    # Not `count`: a row is a tuple, and that is a method of tuples.
    Column("failures", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("waits_until", UtcDateTime, nullable=False),
)
Index("ix_sign_in_failures_last_at", sign_in_failures.c.last_at)
Index("ix_positions_account", positions.c.account_id, positions.c.begins, positions.c.id)
Index("ix_positions_office", positions.c.office_id, positions.c.begins, positions.c.id)
