"""Every table, for the migrations and the test that holds the two together."""

from ir_platform.adapters.sql.tables import alerts, audit, incidents, people, records, runs, work
from ir_platform.adapters.sql.tables.base import metadata

__all__ = ["alerts", "audit", "incidents", "metadata", "people", "records", "runs", "work"]
