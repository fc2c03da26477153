"""Calendars made of rows, kept as long as nobody changes the rows."""

from typing import Final
from zlib import crc32
from zoneinfo import ZoneInfo

from ir_platform.calendar.rules import rules_from
from ir_platform.calendar.working import OfficeCalendar
from ir_platform.domain.hari import Hari
from ir_platform.domain.office import OfficeId
from ir_platform.ports import UnitOfWork

_WAYS: Final = 1 << 12
"""Room for telling zones and ways of counting apart, beside the version of the rows."""


class StoredCalendars:
    """`ports.Calendars` of one installation; many threads may use it."""

    def __init__(self, *, zone: ZoneInfo, hari: Hari = Hari.JAM_KERJA) -> None:
        self._zone, self._hari = zone, hari
        self._way = crc32(f"{hari.value} {zone.key}".encode()) % _WAYS
        self._kept: dict[OfficeId, tuple[int, OfficeCalendar]] = {}

    def version(self, uow: UnitOfWork) -> int:
        return uow.calendar_days.version() * _WAYS + self._way

    def of(self, uow: UnitOfWork, office_id: OfficeId) -> OfficeCalendar:
        # Read before the rows: a change in between makes the copy look older than it is, never newer.
        version = self.version(uow)
        kept = self._kept.get(office_id)
        if kept is not None and kept[0] == version:
            return kept[1]
        rules = rules_from(uow.calendar_days.days(office_id), uow.calendar_days.ramadans())
        made = OfficeCalendar(zone=self._zone, rules=rules, hari=self._hari, version=version)
        self._kept[office_id] = (version, made)
        return made
