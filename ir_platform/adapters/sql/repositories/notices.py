"""Notices and their read marks, in the database."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, exists, func, insert, select, tuple_, union

from ir_platform.adapters.sql.columns import dump_list, load_pairs, load_strings
from ir_platform.adapters.sql.cursors import make_cursor, read_cursor
from ir_platform.adapters.sql.statements import insert_if_new, insert_into, rows_with
from ir_platform.adapters.sql.tables.incidents import incidents
from ir_platform.adapters.sql.tables.notices import notice_addressees, notice_reads, notices
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.incident import IncidentStatus
from ir_platform.domain.notice import Notice, NoticeId, NoticeKind, NoticeReader, ReadNotice
from ir_platform.ports import Page

_LISTING = "notices"


class SqlNotices:
    """`ports.Notices`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._untold: defaultdict[IncidentId, list[Notice]] = defaultdict(list)

    def add(self, notice: Notice) -> bool:
        if not insert_if_new(self._connection, notices, _values(notice)):
            return False
        rows = [{"addressee": one, "notice_id": notice.id, "at": notice.at} for one in _addressees(notice)]
        if rows:
            self._connection.execute(insert(notice_addressees), rows)
        if notice.incident_id is not None:
            self._untold[notice.incident_id].append(notice)
        return True

    def untold(self, incident_id: IncidentId) -> tuple[Notice, ...]:
        return tuple(self._untold.pop(incident_id, ()))

    def of_incident(self, incident_id: IncidentId) -> tuple[Notice, ...]:
        return tuple(map(_notice, rows_with(self._connection, notices, order=("at", "id"), incident_id=incident_id)))

    def page(self, reader: NoticeReader, *, cursor: str | None, limit: int) -> Page[ReadNotice]:
        last = read_cursor(_LISTING, cursor) if cursor is not None else None
        older = () if last is None else (tuple_(notice_addressees.c.at, notice_addressees.c.notice_id) < tuple_(*last),)
        newest = self._newest(reader, older, limit=limit + 1)
        rows = self._connection.execute(
            select(notices, notice_reads.c.at.label("read_at"))
            .outerjoin(
                notice_reads,
                (notice_reads.c.notice_id == notices.c.id) & (notice_reads.c.account_id == reader.account_id),
            )
            .where(notices.c.id.in_(newest))
            .order_by(notices.c.at.desc(), notices.c.id.desc())
            .limit(limit + 1)
        ).all()
        shown = tuple(ReadNotice(notice=_notice(row), read_at=row.read_at) for row in rows[:limit])
        more = len(rows) > limit
        end = make_cursor(_LISTING, shown[-1].notice.at, shown[-1].notice.id) if more else None
        return Page(items=shown, cursor=end)

    def unread(self, reader: NoticeReader, *, since: datetime, at_most: int) -> int:
        conditions = (notice_addressees.c.at >= since, _unread_by(reader))
        newest = self._newest(reader, conditions, limit=at_most).subquery()
        return min(int(self._connection.scalar(select(func.count()).select_from(newest)) or 0), at_most)

    def mark_read(self, reader: NoticeReader, notice_id: NoticeId, at: datetime) -> bool:
        mine = select(notice_addressees.c.notice_id).where(
            notice_addressees.c.notice_id == notice_id, notice_addressees.c.addressee.in_(_addresses_of(reader))
        )
        if self._connection.execute(mine.limit(1)).first() is None:
            return False
        insert_if_new(
            self._connection, notice_reads, {"account_id": reader.account_id, "notice_id": notice_id, "at": at}
        )
        return True

    def mark_all_read(self, reader: NoticeReader, at: datetime) -> None:
        found = self._connection.execute(
            select(notice_addressees.c.notice_id)
            .distinct()
            .where(notice_addressees.c.addressee.in_(_addresses_of(reader)), _unread_by(reader))
        )
        rows = [{"account_id": reader.account_id, "notice_id": row.notice_id, "at": at} for row in found]
        if rows:
            self._connection.execute(insert_into(self._connection, notice_reads).on_conflict_do_nothing(), rows)

    def prune(self, *, before: datetime, limit: int) -> int:
        is_open = exists().where(
            incidents.c.id == notices.c.incident_id, incidents.c.status == IncidentStatus.OPEN.value
        )
        found = self._connection.scalars(
            select(notices.c.id).where(notices.c.at < before, ~is_open).order_by(notices.c.at).limit(limit)
        ).all()
        for marks in (notice_reads, notice_addressees):
            self._connection.execute(delete(marks).where(marks.c.notice_id.in_(found)))
        return self._connection.execute(delete(notices).where(notices.c.id.in_(found))).rowcount

    def _newest(self, reader: NoticeReader, conditions: Iterable[ColumnElement[bool]], *, limit: int) -> Select[Any]:
        """Return a query for ids: the newest of each addressee the reader is, each read from its end of the index."""
        fitting = tuple(conditions)
        parts = [
            select(
                select(notice_addressees.c.notice_id)
                .where(notice_addressees.c.addressee == one, *fitting)
                .order_by(notice_addressees.c.at.desc(), notice_addressees.c.notice_id.desc())
                .limit(limit)
                .subquery()
            )
            for one in _addresses_of(reader)
        ]
        return select(union(*parts).subquery())


def _unread_by(reader: NoticeReader) -> ColumnElement[bool]:
    return ~exists().where(
        notice_reads.c.notice_id == notice_addressees.c.notice_id, notice_reads.c.account_id == reader.account_id
    )


def _addressees(notice: Notice) -> tuple[str, ...]:
    """Return whom it is for; a role of an SOP also as the jabatan bound to that SOP (`playbook-id:pelaksana-id`)."""
    bound = tuple(f"{notice.playbook_id}:{role}" for role in notice.roles) if notice.playbook_id else ()
    roles = tuple(f"role:{notice.office_id}:{role}" for role in (*notice.roles, *bound))
    account = (f"account:{notice.account_id}",) if notice.account_id else ()
    return tuple(dict.fromkeys((*account, *roles)))


def _addresses_of(reader: NoticeReader) -> tuple[str, ...]:
    return (f"account:{reader.account_id}", *(f"role:{office}:{role}" for office, role in reader.roles))


def _values(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "key": notice.key,
        "office_id": notice.office_id,
        "kind": notice.kind.value,
        "at": notice.at,
        "account_id": notice.account_id,
        "roles": dump_list(notice.roles),
        "playbook_id": notice.playbook_id,
        "incident_id": notice.incident_id,
        "facts": dump_list(notice.facts),
    }


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        id=row.id,
        key=row.key,
        office_id=row.office_id,
        kind=NoticeKind(row.kind),
        at=row.at,
        account_id=row.account_id,
        roles=load_strings(row.roles),
        playbook_id=row.playbook_id,
        incident_id=row.incident_id,
        facts=load_pairs(row.facts),
    )
