"""How an office counts `1 hari` of an SOP."""

from enum import StrEnum


class Hari(StrEnum):
    """`IRP_HARI`."""

    JAM_KERJA = "jam_kerja"
    """One working day's time: begun on Monday at 10.00, over on Tuesday at 10.00."""
    AKHIR_HARI_KERJA = "akhir_hari_kerja"
    """Until the office closes on the next working day; the day it began on does not count."""
    KALENDER = "kalender"
    """`hari` are days of the calendar, `hari kerja` are not: until the office closes on that day or, where it is not
    open, on the next working day."""
