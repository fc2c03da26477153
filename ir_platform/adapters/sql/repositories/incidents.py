"""Incidents and their timelines in the database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, tuple_, update

from ir_platform.adapters.sql.columns import dump_list, load_pairs
from ir_platform.adapters.sql.cursors import make_cursor, read_cursor
from ir_platform.adapters.sql.statements import contains_words
from ir_platform.adapters.sql.tables.incidents import incident_hosts, incidents, timeline
from ir_platform.adapters.sql.tables.runs import active_step_roles
from ir_platform.domain.alert import IncidentId, Level
from ir_platform.domain.incident import Incident, IncidentStatus, Outcome, TimelineEntry
from ir_platform.ports import ConflictError, IncidentFilter, Page

_LISTING = "incidents"


class SqlIncidents:
    """`ports.Incidents`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, incident: Incident) -> None:
        self._connection.execute(insert(incidents).values({**_values(incident), "version": incident.version}))
        self._add_hosts(incident)

    def save(self, incident: Incident, *, expected_version: int) -> None:
        statement = (
            update(incidents)
            .where(incidents.c.id == incident.id, incidents.c.version == expected_version)
            .values({**_values(incident), "version": expected_version + 1})
        )
        if self._connection.execute(statement).rowcount != 1:
            raise self._conflict(incident.id, expected_version)
        self._connection.execute(delete(incident_hosts).where(incident_hosts.c.incident_id == incident.id))
        self._add_hosts(incident)

    def get(self, incident_id: IncidentId) -> Incident | None:
        found = self._load([incidents.c.id == incident_id], limit=1)
        return found[0] if found else None

    def page(self, wanted: IncidentFilter, *, cursor: str | None, limit: int) -> Page[Incident]:
        conditions = _conditions(wanted)
        if cursor is not None:
            conditions.append(tuple_(incidents.c.opened_at, incidents.c.id) < tuple_(*read_cursor(_LISTING, cursor)))
        found = self._load(conditions, limit=limit + 1)
        shown = found[:limit]
        more = len(found) > limit
        return Page(items=shown, cursor=make_cursor(_LISTING, shown[-1].opened_at, shown[-1].id) if more else None)

    def open_about(self, hosts: Sequence[str], *, since: datetime) -> Incident | None:
        about = select(incident_hosts.c.incident_id).where(incident_hosts.c.host.in_(hosts))
        is_open = incidents.c.status == IncidentStatus.OPEN.value
        found = self._load([is_open, incidents.c.last_alert_at >= since, incidents.c.id.in_(about)], limit=1)
        return found[0] if found else None

    def add_timeline(self, incident_id: IncidentId, entry: TimelineEntry) -> None:
        self._connection.execute(
            insert(timeline).values(
                incident_id=incident_id,
                at=entry.at,
                kind=entry.kind,
                actor=entry.actor,
                facts=dump_list(entry.facts),
            )
        )

    def timeline(self, incident_id: IncidentId) -> tuple[TimelineEntry, ...]:
        rows = self._connection.execute(
            select(timeline).where(timeline.c.incident_id == incident_id).order_by(timeline.c.at, timeline.c.id)
        )
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
        if rows:
            self._connection.execute(insert(incident_hosts), rows)

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
        roles = active_step_roles.c.role.in_(sorted(wanted.active_role))
        conditions.append(incidents.c.id.in_(select(active_step_roles.c.incident_id).where(roles)))
    if wanted.opened_by is not None:
        conditions.append(incidents.c.opened_by == wanted.opened_by)
    return conditions


def _values(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.id,
        "nomor": incident.nomor,
        "judul": incident.judul,
        "uraian": incident.uraian,
        "level": incident.level.value,
        "playbook_id": incident.playbook_id,
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
