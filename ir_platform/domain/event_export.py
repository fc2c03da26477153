"""What may be taken out of the event store as one file, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ExportForm(StrEnum):
    JSONL = "jsonl"
    """One event a line, every field."""
    CSV = "csv"
    """One row an event, for a spreadsheet: chosen fields, no cell that it would compute."""
    PARQUET = "parquet"
    """Columns of chosen fields, and the whole event as JSON beside them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportAsked:
    query: str
    time_from: datetime | None
    time_to: datetime | None
    form: ExportForm
    columns: tuple[str, ...]
    """Fields of CSV and Parquet, in this order; none named: those that the events have."""
    most: int
    """Events; the newest are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    events: int
    is_complete: bool
    """False: there are more than were asked for at most."""
