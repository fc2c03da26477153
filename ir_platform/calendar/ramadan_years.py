"""Which Ramadans an administrator is shown: those near a year, decreed or computed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ir_platform.calendar.ramadan import computed_ramadan, hijri_years_near
from ir_platform.domain.calendar_day import RamadanMonth


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRamadan:
    hijri_year: int
    begins: date
    ends: date
    set_by: str | None
    """Who entered the decree; None: computed."""


def ramadans_shown(year: int, decreed: Iterable[RamadanMonth]) -> tuple[ShownRamadan, ...]:
    """Return the Ramadans that touch the year or one of the next two, oldest first, and every decreed one."""
    known = {one.hijri_year: one for one in decreed}
    years = {*known, *(number for near in range(year, year + 3) for number in hijri_years_near(near))}
    found = []
    for number in sorted(years):
        one, computed = known.get(number), computed_ramadan(number)
        if one is not None:
            shown = ShownRamadan(hijri_year=number, begins=one.begins, ends=one.ends, set_by=one.set_by)
        elif computed is not None and year <= computed[0].year <= year + 2:
            shown = ShownRamadan(hijri_year=number, begins=computed[0], ends=computed[1], set_by=None)
        else:
            continue
        found.append(shown)
    return tuple(found)
