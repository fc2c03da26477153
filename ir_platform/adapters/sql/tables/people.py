"""Accounts."""

from sqlalchemy import Boolean, Column, Integer, String, Table, Text, UniqueConstraint

from ir_platform.adapters.sql.columns import StorableText, UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata

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
