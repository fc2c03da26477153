"""What an administrator adds to the national calendar, and the version that says whether a copy of it is current."""

from sqlalchemy import CheckConstraint, Column, Date, Integer, String, Table

from ir_platform.adapters.sql.columns import StorableText, UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata

office_days = Table(
    "office_days",
    metadata,
    Column("office_id", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("kind", String, nullable=False),
    Column("what", StorableText, nullable=False),
    Column("added_by", StorableText, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
)

ramadan_months = Table(
    "ramadan_months",
    metadata,
    Column("hijri_year", Integer, primary_key=True, autoincrement=False),
    Column("begins", Date, nullable=False),
    Column("ends", Date, nullable=False),
    Column("set_by", StorableText, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
)

calendar_version = Table(
    "calendar_version",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
