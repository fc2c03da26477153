"""Every table, for the migrations and the test that holds the two together."""

from ir_platform.adapters.sql.tables import (
    alerts,
    audit,
    custody,
    disposisi,
    incidents,
    paper,
    people,
    playbooks,
    records,
    runs,
    verification,
    work,
)
from ir_platform.adapters.sql.tables.base import metadata

__all__ = [
    "alerts",
    "audit",
    "custody",
    "disposisi",
    "incidents",
    "metadata",
    "paper",
    "people",
    "playbooks",
    "records",
    "runs",
    "verification",
    "work",
]
