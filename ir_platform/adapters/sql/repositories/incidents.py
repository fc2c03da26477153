"""Incidents and their timelines in the database."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    or_,
    select,
    tuple_,
    union_all,
)

from ir_platform.adapters.sql.columns import dump_list, load_pairs
from ir_platform.adapters.sql.cursors import make_cursor, read_cursor
from ir_platform.adapters.sql.statements import (
    contains_words,
    delete_rows,
    insert_row,
    insert_rows,
    rows_of,
    rows_with,
    update_rows,
)
from ir_platform.adapters.sql.tables.incidents import incident_hosts, incident_shares, incidents, timeline
from ir_platform.adapters.sql.tables.runs import active_step_roles
from ir_platform.domain.alert import IncidentId, Level
from ir_platform.domain.incident import Incident, IncidentStatus, Outcome, TimelineEntry
from ir_platform.domain.office import HOME_OFFICE, OfficeId
from ir_platform.ports import ConflictError, IncidentFilter, Page, Reader

_ALIVE_BATCH = 200
"""Incidents read at once by `alive_between`."""
_LISTING = "incidents"

_OFFICES: BindParameter[Any] = bindparam("offices", expanding=True)
_READABLE = select(incidents.c.id).where(
    incidents.c.id.in_(bindparam("ids", expanding=True)),
    or_(
        incidents.c.office_id.in_(_OFFICES),
        incidents.c.opened_by == bindparam("account"),
        incidents.c.id.in_(select(incident_shares.c.incident_id).where(incident_shares.c.office_id.in_(_OFFICES))),
    ),
)
"""The same ways as `ways_to_read`, for incidents that are named."""

_NUMBERS = select(incidents.c.id, incidents.c.nomor).where(incidents.c.id.in_(bindparam("ids", expanding=True)))

_ONE = (
    select(incidents, incident_hosts.c.host)
    .outerjoin(incident_hosts, incident_hosts.c.incident_id == incidents.c.id)
    .where(incidents.c.id == bindparam("id"))
    .order_by(incident_hosts.c.position)
)
# The weaker of the locks for writers: whoever only names the row by its key, as the Kronologi does, does not wait.
# The hosts are read afterwards: who has waited for the lock sees them as the one before left them.
_LOCKED = select(incidents.c.id).where(incidents.c.id == bindparam("id")).with_for_update(key_share=True)


class SqlIncidents:
    """`ports.Incidents`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._seen: dict[IncidentId, Incident] = {}
        """As this transaction has last read them, so that only what differs is written."""
        self._untold: defaultdict[IncidentId, list[TimelineEntry]] = defaultdict(list)

    def add(self, incident: Incident) -> None:
        insert_row(self._connection, incidents, {**_values(incident), "version": incident.version})
        self._add_hosts(incident)

    def save(self, incident: Incident, *, expected_version: int) -> None:
        seen = self._seen.pop(incident.id, None)
        # Whoever changes hosts raises the version too: those of the version that was expected are those that are there.
        before = seen if seen is not None and seen.version == expected_version else None
        values = {**_changes(before, incident), "version": expected_version + 1}
        if update_rows(self._connection, incidents, values, id=incident.id, version=expected_version) != 1:
            raise self._conflict(incident.id, expected_version)
        if before is None or before.hosts != incident.hosts:
            delete_rows(self._connection, incident_hosts, incident_id=incident.id)
            self._add_hosts(incident)

    def get(self, incident_id: IncidentId, *, lock: bool = False) -> Incident | None:
        if lock and self._connection.dialect.name != "sqlite":  # there a transaction that writes is alone anyway
            self._connection.execute(_LOCKED, {"id": incident_id})
        rows = rows_of(self._connection, _ONE, {"id": incident_id})
        if not rows:
            return None
        hosts = tuple(one.host for one in rows if one.host is not None)
        found = _incident(rows[0], hosts)
        self._seen[incident_id] = found
        return found

    def numbers(self, incident_ids: Sequence[IncidentId]) -> dict[IncidentId, str]:
        rows = rows_of(self._connection, _NUMBERS, {"ids": tuple(dict.fromkeys(incident_ids))})
        return {IncidentId(row.id): row.nomor for row in rows}

    def page(self, wanted: IncidentFilter, *, cursor: str | None, limit: int) -> Page[Incident]:
        conditions = _conditions(wanted)
        if cursor is not None:
            conditions.append(tuple_(incidents.c.opened_at, incidents.c.id) < tuple_(*read_cursor(_LISTING, cursor)))
        found = self._load(_one_by_one(conditions, wanted.reader, limit=limit + 1), limit=limit + 1)
        shown = found[:limit]
        more = len(found) > limit
        return Page(items=shown, cursor=make_cursor(_LISTING, shown[-1].opened_at, shown[-1].id) if more else None)

    def readable(self, incident_ids: Sequence[IncidentId], reader: Reader) -> frozenset[IncidentId]:
        values = {"ids": tuple(incident_ids), "offices": tuple(sorted(reader.offices)), "account": reader.account_id}
        return frozenset(IncidentId(row.id) for row in rows_of(self._connection, _READABLE, values))

    def alive_between(
        self, begins: datetime, ends: datetime, *, offices: frozenset[OfficeId] | None
    ) -> Iterator[tuple[Incident, ...]]:
        was_open = or_(incidents.c.closed_at.is_(None), incidents.c.closed_at >= begins)
        within: list[ColumnElement[bool]] = [incidents.c.opened_at < ends, was_open]
        if offices is not None:
            within.append(incidents.c.office_id.in_(sorted(offices)))
        after: list[ColumnElement[bool]] = []
        while found := self._load([*within, *after], limit=_ALIVE_BATCH):
            yield found
            after = [tuple_(incidents.c.opened_at, incidents.c.id) < tuple_(found[-1].opened_at, found[-1].id)]

    def open_about(
        self, hosts: Sequence[str], *, since: datetime, office_id: OfficeId = HOME_OFFICE
    ) -> Incident | None:
        about = select(incident_hosts.c.incident_id).where(incident_hosts.c.host.in_(hosts))
        is_open = (incidents.c.status == IncidentStatus.OPEN.value, incidents.c.office_id == office_id)
        found = self._load([*is_open, incidents.c.last_alert_at >= since, incidents.c.id.in_(about)], limit=1)
        return found[0] if found else None

    def add_timeline(self, incident_id: IncidentId, *entries: TimelineEntry) -> None:
        lines = [
            {
                "incident_id": incident_id,
                "at": one.at,
                "kind": one.kind,
                "actor": one.actor,
                "facts": dump_list(one.facts),
            }
            for one in entries
        ]
        insert_rows(self._connection, timeline, lines)
        self._untold[incident_id].extend(entries)

    def untold(self, incident_id: IncidentId) -> tuple[TimelineEntry, ...]:
        return tuple(self._untold.pop(incident_id, ()))

    def timeline(self, incident_id: IncidentId) -> tuple[TimelineEntry, ...]:
        rows = rows_with(self._connection, timeline, order=("at", "id"), incident_id=incident_id)
        return tuple(
            TimelineEntry(at=row.at, kind=row.kind, actor=row.actor, facts=load_pairs(row.facts)) for row in rows
        )

    def _load(self, conditions: Sequence[ColumnElement[bool]], *, limit: int) -> tuple[Incident, ...]:
        rows = self._connection.execute(
            select(incidents)
            .where(*conditions)
            .order_by(incidents.c.opened_at.desc(), incidents.c.id.desc())
            .limit(limit)
        ).all()
        hosts = self._hosts([row.id for row in rows])
        return tuple(_incident(row, tuple(hosts[row.id])) for row in rows)

    def _hosts(self, incident_ids: Sequence[str]) -> dict[str, list[str]]:
        hosts: dict[str, list[str]] = {incident_id: [] for incident_id in incident_ids}
        rows = self._connection.execute(
            select(incident_hosts)
            .where(incident_hosts.c.incident_id.in_(incident_ids))
            .order_by(incident_hosts.c.incident_id, incident_hosts.c.position)
        )
        for row in rows:
            hosts[row.incident_id].append(row.host)
        return hosts

    def _add_hosts(self, incident: Incident) -> None:
        rows = [
            {"incident_id": incident.id, "position": position, "host": host}
            for position, host in enumerate(incident.hosts)
        ]
        insert_rows(self._connection, incident_hosts, rows)

    def _conflict(self, incident_id: IncidentId, expected: int) -> ConflictError:
        found = self._connection.scalar(select(incidents.c.version).where(incidents.c.id == incident_id))
        return ConflictError(subject=f"incident:{incident_id}", expected=expected, found=found)


def _conditions(wanted: IncidentFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.status is not None:
        conditions.append(incidents.c.status == wanted.status.value)
    if wanted.level is not None:
        conditions.append(incidents.c.level == wanted.level.value)
    if wanted.text is not None:
        conditions.extend(contains_words(incidents.c.search_text, wanted.text))
    if wanted.active_role is not None:
        conditions.append(or_(*_awaiting(wanted.active_role)))
    if wanted.opened_by is not None:
        conditions.append(incidents.c.opened_by == wanted.opened_by)
    return conditions


def ways_to_read(reader: Reader) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions any of which lets the reader see an incident."""
    shared = select(incident_shares.c.incident_id).where(incident_shares.c.office_id.in_(sorted(reader.offices)))
    own = (incidents.c.office_id == office_id for office_id in sorted(reader.offices))
    return (*own, incidents.c.id.in_(shared), incidents.c.opened_by == reader.account_id)


def _one_by_one(
    conditions: Sequence[ColumnElement[bool]], reader: Reader | None, *, limit: int
) -> Sequence[ColumnElement[bool]]:
    """Return the conditions with what the reader may see, each way on an index of its own.

    Asked for as one OR, neither database walks an index in the order of the list: an office with five incidents
    among 100,000 would read them all.
    """
    if reader is None:
        return conditions
    ways = (
        select(incidents.c.id)
        .where(*conditions, way)
        .order_by(incidents.c.opened_at.desc(), incidents.c.id.desc())
        .limit(limit)
        .subquery()
        for way in ways_to_read(reader)
    )
    return (incidents.c.id.in_(union_all(*(select(way.c.id) for way in ways))),)


def _awaiting(roles: frozenset[str]) -> Iterator[ColumnElement[bool]]:
    """Yield a condition for the roles that count everywhere, and one for each playbook that some are bound to."""
    by_playbook: dict[str, set[str]] = {"": set()}
    for role in roles:
        playbook, _, name = role.rpartition(":")
        by_playbook.setdefault(playbook, set()).add(name)
    for playbook, names in sorted(by_playbook.items()):
        awaits = incidents.c.id.in_(
            select(active_step_roles.c.incident_id).where(active_step_roles.c.role.in_(sorted(names)))
        )
        yield and_(awaits, incidents.c.playbook_id == playbook) if playbook else awaits


def _changes(before: Incident | None, incident: Incident) -> dict[str, Any]:
    """Return the columns that are to be written: SQLite renews every index of a column that is set, changed or not."""
    values = _values(incident)
    if before is None:
        return values
    known = _values(before)
    return {name: value for name, value in values.items() if value != known[name]}


def _values(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "nomor": incident.nomor,
        "judul": incident.judul,
        "uraian": incident.uraian,
        "level": incident.level.value,
        "playbook_id": incident.playbook_id,
        "office_id": incident.office_id,
        "status": incident.status.value,
        "hasil": None if incident.hasil is None else incident.hasil.value,
        "pelapor": incident.pelapor,
        "opened_by": incident.opened_by,
        "opened_at": incident.opened_at,
        "closed_at": incident.closed_at,
        "last_alert_at": incident.last_alert_at,
        "search_text": "\n".join((incident.nomor, incident.judul, incident.uraian, *incident.hosts)).casefold(),
    }


def _incident(row: Row[Any], hosts: tuple[str, ...]) -> Incident:
    return Incident(
        id=row.id,
        nomor=row.nomor,
        judul=row.judul,
        uraian=row.uraian,
        level=Level(row.level),
        playbook_id=row.playbook_id,
        office_id=row.office_id,
        status=IncidentStatus(row.status),
        hasil=None if row.hasil is None else Outcome(row.hasil),
        pelapor=row.pelapor,
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        hosts=hosts,
        last_alert_at=row.last_alert_at,
        version=row.version,
    )
