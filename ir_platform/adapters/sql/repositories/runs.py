"""Playbook runs in the database, with the rows that `Tugas saya` and the clocks look at."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, select

from ir_platform.adapters.sql.statements import (
    MissingRowError,
    delete_rows,
    insert_if_new,
    insert_row,
    insert_rows,
    row_with,
    rows_of,
    update_rows,
)
from ir_platform.adapters.sql.tables.runs import active_step_roles, active_steps, playbook_texts, runs
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.run import ActiveStep, StoredRun

_StepKey = tuple[IncidentId, int, int]
"""Incident id, step, putaran."""
_STEP_KEY = ("incident_id", "no", "putaran")
_ACTIVE = (
    select(active_steps, active_step_roles.c.role)
    .outerjoin(active_step_roles, and_(*(active_steps.c[name] == active_step_roles.c[name] for name in _STEP_KEY)))
    .order_by(active_steps.c.incident_id, active_steps.c.position, active_step_roles.c.position)
)
_ACTIVE_OF_ONE = _ACTIVE.where(active_steps.c.incident_id == bindparam("incident_id"))
_ACTIVE_OF_MANY = _ACTIVE.where(active_steps.c.incident_id.in_(bindparam("ids", expanding=True)))
_MANY = select(runs).where(runs.c.incident_id.in_(bindparam("ids", expanding=True)))


class SqlRuns:
    """`ports.Runs`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, run: StoredRun, *, playbook_text: str) -> None:
        insert_if_new(self._connection, playbook_texts, {"sha256": run.playbook_sha256, "text": playbook_text})
        insert_row(self._connection, runs, _values(run))
        self._add_active(run)

    def save(self, run: StoredRun) -> None:
        """Raises: MissingRowError."""
        # The version of the playbook that a run follows stays what it was when it began.
        if update_rows(self._connection, runs, {"state": run.state}, incident_id=run.incident_id) != 1:
            raise MissingRowError(table="runs", key=run.incident_id)
        delete_rows(self._connection, active_steps, incident_id=run.incident_id)
        self._add_active(run)

    def get(self, incident_id: IncidentId) -> StoredRun | None:
        row = row_with(self._connection, runs, incident_id=incident_id)
        if row is None:
            return None
        active = rows_of(self._connection, _ACTIVE_OF_ONE, {"incident_id": incident_id})
        return _run(row, tuple(step for _, step in _active_steps(active)))

    def many(self, incident_ids: Sequence[IncidentId]) -> dict[IncidentId, StoredRun]:
        active: defaultdict[IncidentId, list[ActiveStep]] = defaultdict(list)
        named = {"ids": tuple(incident_ids)}
        for incident_id, step in _active_steps(rows_of(self._connection, _ACTIVE_OF_MANY, named)):
            active[incident_id].append(step)
        rows = rows_of(self._connection, _MANY, named)
        return {row.incident_id: _run(row, active[row.incident_id]) for row in rows}

    def playbook_text(self, sha256: str) -> str | None:
        return self._connection.scalar(select(playbook_texts.c.text).where(playbook_texts.c.sha256 == sha256))

    def set_due(self, incident_id: IncidentId, no: int, putaran: int, due: datetime) -> None:
        key = {"incident_id": incident_id, "no": no, "putaran": putaran}
        update_rows(self._connection, active_steps, {"due": due}, **key)

    def _add_active(self, run: StoredRun) -> None:
        if not run.active:
            return
        keys = [{"incident_id": run.incident_id, "no": step.no, "putaran": step.putaran} for step in run.active]
        steps = [
            {**key, "position": position, "since": step.since, "due": step.due}
            for position, (key, step) in enumerate(zip(keys, run.active, strict=True))
        ]
        insert_rows(self._connection, active_steps, steps)
        roles = [
            {**key, "position": position, "role": role}
            for key, step in zip(keys, run.active, strict=True)
            for position, role in enumerate(step.roles)
        ]
        insert_rows(self._connection, active_step_roles, roles)


def _values(run: StoredRun) -> dict[str, Any]:
    return {
        "incident_id": run.incident_id,
        "playbook_id": run.playbook_id,
        "playbook_sha256": run.playbook_sha256,
        "state": run.state,
    }


def _run(row: Row[Any], active: Sequence[ActiveStep]) -> StoredRun:
    return StoredRun(
        incident_id=row.incident_id,
        playbook_id=row.playbook_id,
        playbook_sha256=row.playbook_sha256,
        state=row.state,
        active=tuple(active),
    )


def _active_steps(rows: Iterable[Row[Any]]) -> Iterable[tuple[IncidentId, ActiveStep]]:
    by_step: dict[_StepKey, list[Row[Any]]] = {}
    for row in rows:
        by_step.setdefault((row.incident_id, row.no, row.putaran), []).append(row)
    return [(key[0], _active_step(step_rows)) for key, step_rows in by_step.items()]


def _active_step(rows: Sequence[Row[Any]]) -> ActiveStep:
    """Return the step whose rows (one per role, in order; one without a role where it has none) these are."""
    first = rows[0]
    roles = tuple(row.role for row in rows if row.role is not None)
    return ActiveStep(no=first.no, putaran=first.putaran, roles=roles, since=first.since, due=first.due)
