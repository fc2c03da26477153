"""The due rows of clocks, in the database."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, select, update

from ir_platform.adapters.sql.statements import delete_rows, insert_row, rows_with
from ir_platform.adapters.sql.tables.clocks import clocks
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.clock import Clock, ClockKind


class SqlClocks:
    """`ports.Clocks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, incident_id: IncidentId, kinds: Collection[ClockKind], running: Iterable[Clock]) -> None:
        kept = {one.key: one for one in self.of_incident(incident_id) if one.kind in kinds}
        wanted = {one.key: one for one in running}
        gone = [key for key in kept if key not in wanted or _limit(kept[key]) != _limit(wanted[key])]
        for key in gone:
            delete_rows(self._connection, clocks, incident_id=incident_id, key=key)
        for key, one in wanted.items():
            if key not in kept or key in gone:
                insert_row(self._connection, clocks, _values(one))

    def remove(self, clock: Clock) -> None:
        self._connection.execute(delete(clocks).where(*_is(clock)))

    def of_incident(self, incident_id: IncidentId) -> tuple[Clock, ...]:
        rows = rows_with(self._connection, clocks, order=("due", "key"), incident_id=incident_id)
        return tuple(map(_clock, rows))

    def ringing(self, now: datetime, *, limit: int) -> tuple[Clock, ...]:
        rows = self._connection.execute(
            select(clocks)
            .where(clocks.c.next_at <= now)
            .order_by(clocks.c.next_at, clocks.c.incident_id, clocks.c.key)
            .limit(limit)
        )
        return tuple(map(_clock, rows))

    def outdated(self, version: int, *, limit: int) -> tuple[Clock, ...]:
        rows = self._connection.execute(
            select(clocks)
            .where(clocks.c.calendar_version != version, clocks.c.kind != ClockKind.HUKUM.value)
            .order_by(clocks.c.calendar_version, clocks.c.incident_id, clocks.c.key)
            .limit(limit)
        )
        return tuple(map(_clock, rows))

    def change(self, seen: Clock, to: Clock) -> bool:
        # The row's lock is held until the commit: of two who have seen the same, the second finds it changed.
        same = (*_is(seen), clocks.c.due == seen.due, _is_same_time(seen.next_at))
        statement = update(clocks).where(*same, clocks.c.calendar_version == seen.calendar_version)
        return self._connection.execute(statement.values(_values(to))).rowcount == 1


def _is(clock: Clock) -> tuple[ColumnElement[bool], ...]:
    return clocks.c.incident_id == clock.incident_id, clocks.c.key == clock.key


def _is_same_time(at: datetime | None) -> ColumnElement[bool]:
    return clocks.c.next_at.is_(None) if at is None else clocks.c.next_at == at


def _limit(clock: Clock) -> tuple[object, ...]:
    """Return what makes a running clock another one when it changes; whom it has told already does not."""
    return clock.started_at, clock.due


def _values(clock: Clock) -> dict[str, Any]:
    return {
        "incident_id": clock.incident_id,
        "key": clock.key,
        "kind": clock.kind.value,
        "office_id": clock.office_id,
        "no": clock.no,
        "started_at": clock.started_at,
        "due": clock.due,
        "next_at": clock.next_at,
        "calendar_version": clock.calendar_version,
    }


def _clock(row: Row[Any]) -> Clock:
    return Clock(
        incident_id=row.incident_id,
        key=row.key,
        kind=ClockKind(row.kind),
        office_id=row.office_id,
        no=row.no,
        started_at=row.started_at,
        due=row.due,
        next_at=row.next_at,
        calendar_version=row.calendar_version,
    )
