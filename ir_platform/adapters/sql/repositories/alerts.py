"""Alerts and the detections counted into them, in the database."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, func, or_, select, text, tuple_, update

from ir_platform.adapters.sql.columns import dump_list, load_pairs, load_strings
from ir_platform.adapters.sql.cursors import make_cursor, read_cursor
from ir_platform.adapters.sql.statements import contains_words, delete_oldest, insert_if_new, rows_with, without_key
from ir_platform.adapters.sql.tables.alerts import alerts, detections
from ir_platform.adapters.sql.tables.incidents import incidents
from ir_platform.domain.alert import (
    Alert,
    AlertId,
    AlertStatus,
    Detection,
    EventRef,
    IncidentId,
    Level,
    RuleCredit,
)
from ir_platform.domain.event import EventId
from ir_platform.domain.incident import IncidentStatus
from ir_platform.ports import ConflictError, Page

_LISTING = "alerts"
_SOURCE = alerts.alias("source")
_OPEN = tuple(status.value for status in AlertStatus if status.is_open)


class SqlAlerts:
    """`ports.Alerts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open_for(self, rule_id: str, group: tuple[tuple[str, str], ...]) -> Alert | None:
        same_cause = (alerts.c.rule_id == rule_id, alerts.c.group_sha256 == _group_sha256(group))
        row = self._connection.execute(select(alerts).where(*same_cause, alerts.c.status.in_(_OPEN))).first()
        return None if row is None else _alert(row)

    def claim_detection(self, detection: Detection, alert_id: AlertId, *, now: datetime) -> bool:
        claim = {
            "id": detection.id,
            "alert_id": alert_id,
            "at": detection.at,
            "event_count": detection.event_count,
            "claimed_at": now,
        }
        return insert_if_new(self._connection, detections, claim)

    def recount_detection(self, detection: Detection) -> tuple[AlertId, int] | None:
        known = select(detections.c.alert_id, detections.c.event_count).where(detections.c.id == detection.id)
        row = self._connection.execute(known.with_for_update()).first()
        if row is None or row.event_count >= detection.event_count:
            return None
        self._connection.execute(
            update(detections)
            .where(detections.c.id == detection.id)
            .values(event_count=detection.event_count, at=detection.at)
        )
        return AlertId(row.alert_id), detection.event_count - row.event_count

    def prune_detections(self, *, claimed_before: datetime, limit: int) -> int:
        # A merged alert has its detections counted with the one it was merged into.
        counted_in = func.coalesce(_SOURCE.c.merged_into, _SOURCE.c.id)
        of_open_incident = (
            exists()
            .where(_SOURCE.c.id == detections.c.alert_id)
            .where(alerts.c.id == counted_in, incidents.c.id == alerts.c.incident_id)
            .where(incidents.c.status == IncidentStatus.OPEN.value)
        )
        return delete_oldest(
            self._connection, detections, "claimed_at", before=claimed_before, limit=limit, only=(~of_open_incident,)
        )

    def add(self, alert: Alert) -> None:
        """Raises: ConflictError where its rule and group have an open alert already (another writer was faster)."""
        if not insert_if_new(self._connection, alerts, {**_values(alert), "version": alert.version}):
            raise ConflictError(subject=f"alert:{alert.id}", expected=0, found=None)

    def save(self, alert: Alert, *, expected_version: int) -> None:
        statement = (
            update(alerts)
            .where(alerts.c.id == alert.id, alerts.c.version == expected_version)
            .values({**without_key(alerts, _values(alert)), "version": expected_version + 1})
        )
        if self._connection.execute(statement).rowcount != 1:
            found = self._connection.scalar(select(alerts.c.version).where(alerts.c.id == alert.id))
            raise ConflictError(subject=f"alert:{alert.id}", expected=expected_version, found=found)

    def get(self, alert_id: AlertId, *, lock: bool = False) -> Alert | None:
        statement = select(alerts).where(alerts.c.id == alert_id)
        row = self._connection.execute(statement.with_for_update(key_share=True) if lock else statement).first()
        return None if row is None else _alert(row)

    def page(
        self,
        *,
        status: frozenset[AlertStatus] | None,
        level: Level | None,
        text: str | None,
        cursor: str | None,
        limit: int,
    ) -> Page[Alert]:
        conditions = _conditions(status=status, level=level, text=text)
        if cursor is not None:
            conditions.append(tuple_(alerts.c.last_seen, alerts.c.id) < tuple_(*read_cursor(_LISTING, cursor)))
        newest_first = (alerts.c.last_seen.desc(), alerts.c.id.desc())
        rows = self._connection.execute(
            select(alerts).where(*conditions).order_by(*newest_first).limit(limit + 1)
        ).all()
        shown = tuple(map(_alert, rows[:limit]))
        more = len(rows) > limit
        return Page(items=shown, cursor=make_cursor(_LISTING, shown[-1].last_seen, shown[-1].id) if more else None)

    def of_incident(self, incident_id: IncidentId) -> tuple[Alert, ...]:
        """Oldest first."""
        rows = rows_with(self._connection, alerts, order=("first_seen", "id"), incident_id=incident_id)
        return tuple(map(_alert, rows))

    def counted_before(self, alert_id: AlertId, moment: datetime) -> tuple[int, datetime | None]:
        counted_in = select(alerts.c.id).where(or_(alerts.c.id == alert_id, alerts.c.merged_into == alert_id))
        row = self._connection.execute(
            select(
                func.coalesce(func.sum(detections.c.event_count), 0).label("events"),
                func.max(detections.c.at).label("last"),
            ).where(detections.c.alert_id.in_(counted_in), detections.c.at < moment)
        ).one()
        return int(row.events), row.last

    def closed_of_rule(self, rule_id: str, *, limit: int) -> tuple[Alert, ...]:
        # The status as the index of closed alerts spells it, or SQLite would not use that.
        rows = self._connection.execute(
            select(alerts)
            .where(alerts.c.rule_id == rule_id, text("alerts.status = 'closed'"))
            .order_by(alerts.c.last_seen.desc())
            .limit(limit)
        )
        return tuple(map(_alert, rows))


def _conditions(
    *, status: frozenset[AlertStatus] | None, level: Level | None, text: str | None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if status is not None:
        conditions.append(alerts.c.status.in_(sorted(one.value for one in status)))
    if level is not None:
        conditions.append(alerts.c.level == level.value)
    if text is not None:
        conditions.extend(contains_words(alerts.c.search_text, text))
    return conditions


def _group_sha256(group: tuple[tuple[str, str], ...]) -> str:
    """Return the same digest for the same set of pairs, in whatever order."""
    return sha256(dump_list(sorted(set(group))).encode()).hexdigest()


def _values(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.id,
        "rule_id": alert.rule_id,
        "rule_title": alert.rule_title,
        "level": alert.level.value,
        "tags": dump_list(alert.tags),
        "group_pairs": dump_list(alert.group),
        "group_sha256": _group_sha256(alert.group),
        "status": alert.status.value,
        "detection_count": alert.count,
        "event_count": alert.event_count,
        "first_seen": alert.first_seen,
        "last_seen": alert.last_seen,
        "events": _dump_events(alert.events),
        "look_at": dump_list(alert.look_at),
        "false_positives": dump_list(alert.false_positives),
        "source": alert.source,
        "playbook_id": alert.playbook_id,
        "incident_id": alert.incident_id,
        "merged_into": alert.merged_into,
        "reason": alert.reason,
        "credit": None if alert.credit is None else json.dumps(asdict(alert.credit)),
        "figures": dump_list(alert.figures) if alert.figures else None,
        "search_text": "\n".join((alert.rule_title, *alert.tags, *(value for _, value in alert.group))).casefold(),
    }


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        id=row.id,
        rule_id=row.rule_id,
        rule_title=row.rule_title,
        level=Level(row.level),
        tags=load_strings(row.tags),
        group=load_pairs(row.group_pairs),
        status=AlertStatus(row.status),
        count=row.detection_count,
        event_count=row.event_count,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        events=_load_events(row.events),
        look_at=load_strings(row.look_at),
        false_positives=load_strings(row.false_positives),
        source=row.source,
        playbook_id=row.playbook_id,
        incident_id=row.incident_id,
        merged_into=row.merged_into,
        reason=row.reason,
        credit=None if row.credit is None else RuleCredit(**json.loads(row.credit)),
        figures=() if row.figures is None else load_pairs(row.figures),
        version=row.version,
    )


def _dump_events(events: Sequence[EventRef]) -> str:
    return dump_list((ref.id, ref.at.astimezone(UTC).isoformat(), ref.summary) for ref in events)


def _load_events(text: str) -> tuple[EventRef, ...]:
    return tuple(
        EventRef(id=EventId(event_id), at=datetime.fromisoformat(at), summary=summary)
        for event_id, at, summary in json.loads(text)
    )
