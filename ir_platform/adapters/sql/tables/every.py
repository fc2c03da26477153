"""Every table, for the migrations and the test that holds the two together."""

from ir_platform.adapters.sql.tables import (
    alerts,
    audit,
    calendar,
    clocks,
    custody,
    disposisi,
    incidents,
    notices,
    paper,
    people,
    playbooks,
    records,
    rules,
    runs,
    uploads,
    verification,
    work,
)
from ir_platform.adapters.sql.tables.base import metadata

__all__ = [
    "alerts",
    "audit",
    "calendar",
    "clocks",
    "custody",
    "disposisi",
    "incidents",
    "metadata",
    "notices",
    "paper",
    "people",
    "playbooks",
    "records",
    "rules",
    "runs",
    "uploads",
    "verification",
    "work",
]
