"""The administrator's part of the calendar, in the database."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from ir_platform.adapters.sql.statements import insert_into, rows_with
from ir_platform.adapters.sql.tables.calendar import calendar_version, office_days, ramadan_months
from ir_platform.domain.calendar_day import DayKind, OfficeDay, RamadanMonth
from ir_platform.domain.office import OfficeId


class SqlCalendarDays:
    """`ports.CalendarDays`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._version: int | None = None

    def version(self) -> int:
        # Several parts of one transaction count by the calendar, and all of them by the same.
        if self._version is None:
            (row,) = rows_with(self._connection, calendar_version)
            self._version = int(row.version)
        return self._version

    def days(self, office_id: OfficeId) -> tuple[OfficeDay, ...]:
        rows = self._connection.execute(
            select(office_days).where(office_days.c.office_id == office_id).order_by(office_days.c.day)
        )
        return tuple(map(_day, rows))

    def put(self, day: OfficeDay) -> None:
        values = {
            "office_id": day.office_id,
            "day": day.day,
            "kind": day.kind.value,
            "what": day.what,
            "added_by": day.added_by,
            "added_at": day.added_at,
        }
        changed = {name: value for name, value in values.items() if name not in ("office_id", "day")}
        statement = insert_into(self._connection, office_days).values(values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["office_id", "day"], set_=changed))
        self._raise_version()

    def remove(self, office_id: OfficeId, day: date) -> bool:
        gone = delete(office_days).where(office_days.c.office_id == office_id, office_days.c.day == day)
        was_there = self._connection.execute(gone).rowcount > 0
        self._raise_version()
        return was_there

    def ramadans(self) -> tuple[RamadanMonth, ...]:
        rows = self._connection.execute(select(ramadan_months).order_by(ramadan_months.c.hijri_year))
        return tuple(map(_ramadan, rows))

    def put_ramadan(self, month: RamadanMonth) -> None:
        values = {
            "hijri_year": month.hijri_year,
            "begins": month.begins,
            "ends": month.ends,
            "set_by": month.set_by,
            "set_at": month.set_at,
        }
        changed = {name: value for name, value in values.items() if name != "hijri_year"}
        statement = insert_into(self._connection, ramadan_months).values(values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["hijri_year"], set_=changed))
        self._raise_version()

    def remove_ramadan(self, hijri_year: int) -> bool:
        gone = delete(ramadan_months).where(ramadan_months.c.hijri_year == hijri_year)
        was_there = self._connection.execute(gone).rowcount > 0
        self._raise_version()
        return was_there

    def _raise_version(self) -> None:
        # Raised by the database itself: two administrators at once must not arrive at one number.
        self._version = None
        self._connection.execute(update(calendar_version).values(version=calendar_version.c.version + 1))


def _day(row: Row[Any]) -> OfficeDay:
    return OfficeDay(
        office_id=row.office_id,
        day=row.day,
        kind=DayKind(row.kind),
        what=row.what,
        added_by=row.added_by,
        added_at=row.added_at,
    )


def _ramadan(row: Row[Any]) -> RamadanMonth:
    return RamadanMonth(
        hijri_year=row.hijri_year, begins=row.begins, ends=row.ends, set_by=row.set_by, set_at=row.set_at
    )
