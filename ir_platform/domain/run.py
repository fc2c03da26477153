"""What is stored of a PlaybookRun: its state as the playbooks room wrote it, and what lists need of it."""

from dataclasses import dataclass
from datetime import datetime

from ir_platform.domain.alert import IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveStep:
    """A step that waits for someone; one row per step, for `Tugas saya` and for the clocks."""

    no: int
    putaran: int
    roles: tuple[str, ...]
    """Pelaksana ids that may act now."""
    since: datetime
    due: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun:
    incident_id: IncidentId
    playbook_id: str
    playbook_sha256: str
    """The version of the SOP the run began with; its text is kept beside it."""
    state: str
    """JSON with its own `schema_version`, written and read by `playbooks` only."""
    active: tuple[ActiveStep, ...]
