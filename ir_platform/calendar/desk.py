"""What administrators change in the calendar, each change with its audit entry; clocks follow with the next sweep."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from ir_platform.calendar.day_table import FIRST_DAY, LAST_DAY, NewDay
from ir_platform.calendar.ramadan import LONGEST_DAYS
from ir_platform.domain.audit import AuditEntry, AuditFact
from ir_platform.domain.calendar_day import OfficeDay, RamadanMonth
from ir_platform.domain.office import OfficeId
from ir_platform.domain.person import Account
from ir_platform.ports import Clock, State, UnitOfWork

Record = Callable[[UnitOfWork, AuditFact], AuditEntry]

_SHORTEST_DAYS: Final = 29


class UnknownDayError(Exception):
    def __init__(self) -> None:
        super().__init__("Hari ini tidak ada dalam daftar.")


class BadRamadanError(Exception):
    """A month that no decree can mean."""

    def __init__(self) -> None:
        super().__init__(f"Ramadan berlangsung {_SHORTEST_DAYS} atau {LONGEST_DAYS} hari.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDesk:
    state: State
    clock: Clock
    record: Record

    def put_days(self, office_id: OfficeId, days: Iterable[NewDay], by: Account) -> int:
        """Add them, each in the place of what was said of its day, and return how many."""
        with self.state.write() as uow:
            now, added = self.clock(), tuple(days)
            for one in added:
                uow.calendar_days.put(
                    OfficeDay(
                        office_id=office_id,
                        day=one.day,
                        kind=one.kind,
                        what=one.what,
                        added_by=by.display_name,
                        added_at=now,
                    )
                )
            plain = [{"tanggal": one.day.isoformat(), "jenis": one.kind, "uraian": one.what} for one in added]
            if added:
                self._note(uow, by, now, "calendar.days_put", f"office:{office_id}", {"hari": plain})
        return len(added)

    def remove_day(self, office_id: OfficeId, day: date, by: Account) -> None:
        """Raises: UnknownDayError."""
        with self.state.write() as uow:
            if not uow.calendar_days.remove(office_id, day):
                raise UnknownDayError
            details = {"tanggal": day.isoformat()}
            self._note(uow, by, self.clock(), "calendar.day_removed", f"office:{office_id}", details)

    def set_ramadan(self, hijri_year: int, begins: date, ends: date, by: Account) -> None:
        """Raises: BadRamadanError."""
        length = ends - begins + timedelta(days=1)
        if not (_SHORTEST_DAYS <= length.days <= LONGEST_DAYS and FIRST_DAY <= begins <= LAST_DAY):
            raise BadRamadanError
        with self.state.write() as uow:
            now = self.clock()
            uow.calendar_days.put_ramadan(
                RamadanMonth(hijri_year=hijri_year, begins=begins, ends=ends, set_by=by.display_name, set_at=now)
            )
            details = {"mulai": begins.isoformat(), "sampai": ends.isoformat()}
            self._note(uow, by, now, "calendar.ramadan_set", f"ramadan:{hijri_year}", details)

    def remove_ramadan(self, hijri_year: int, by: Account) -> None:
        """Let the computed days count again. Raises: UnknownDayError."""
        with self.state.write() as uow:
            if not uow.calendar_days.remove_ramadan(hijri_year):
                raise UnknownDayError
            self._note(uow, by, self.clock(), "calendar.ramadan_removed", f"ramadan:{hijri_year}", {})

    def _note(
        self, uow: UnitOfWork, by: Account, now: datetime, action: str, subject: str, details: Mapping[str, object]
    ) -> None:
        text = json.dumps(details, ensure_ascii=False, sort_keys=True)
        name = by.named()
        self.record(uow, AuditFact(at=now, actor=by.id, actor_name=name, action=action, subject=subject, details=text))
        uow.changes.add("calendar", subject, now)
