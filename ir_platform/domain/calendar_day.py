"""What an administrator adds to the national calendar: an office's own days, and when Ramadan was decreed to be."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ir_platform.domain.office import OfficeId


class DayKind(StrEnum):
    LIBUR = "libur"
    """The office is closed on a day that would be a working day (local closure)."""
    KERJA = "kerja"
    """The office works on a day that would be free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeDay:
    office_id: OfficeId
    day: date
    kind: DayKind
    what: str
    """Why, such as `Hari jadi kota` with the number of the decree."""
    added_by: str
    """Display name."""
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RamadanMonth:
    """First and last day of a Ramadan as the government decreed it, for every office."""

    hijri_year: int
    begins: date
    ends: date
    set_by: str
    set_at: datetime
