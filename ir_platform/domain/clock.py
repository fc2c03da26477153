"""What a Clock is: a limit that runs for an incident, with the next moment at which somebody is to be told."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ir_platform.domain.alert import IncidentId
from ir_platform.domain.office import OfficeId


class ClockKind(StrEnum):
    LANGKAH = "langkah"
    """A step's standard time."""
    TOTAL = "total"
    """The SOP's total time."""
    HUKUM = "hukum"
    """Hours of the calendar that a law leaves for a notification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    incident_id: IncidentId
    key: str
    """Which of the incident's clocks: `langkah:7:2` (step, putaran), `total`, `hukum:ID`."""
    kind: ClockKind
    office_id: OfficeId
    no: int
    """The step; 0 where no single step is meant."""
    started_at: datetime
    due: datetime
    next_at: datetime | None
    """When somebody is to be told next; None: nobody any more."""
    calendar_version: int
    """Of the administrator's days that `due` was worked out with."""


def step_key(no: int, putaran: int) -> str:
    return f"{ClockKind.LANGKAH}:{no}:{putaran}"


TOTAL_KEY = ClockKind.TOTAL.value
