"""Records of evidence in the database; the files themselves lie in the content-addressed folder."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from ir_platform.adapters.sql.statements import insert_row, row_with, rows_of, rows_with
from ir_platform.adapters.sql.tables.records import evidence as records
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.evidence import Evidence, EvidenceId

_OF_MANY = (
    select(records)
    .where(records.c.incident_id.in_(bindparam("ids", expanding=True)))
    .order_by(records.c.added_at, records.c.id)
)


class SqlEvidenceRecords:
    """`ports.EvidenceRecords`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, evidence: Evidence) -> None:
        insert_row(self._connection, records, _values(evidence))

    def get(self, evidence_id: EvidenceId) -> Evidence | None:
        row = row_with(self._connection, records, id=evidence_id)
        return None if row is None else _evidence(row)

    def of_incident(self, incident_id: IncidentId) -> tuple[Evidence, ...]:
        """Oldest first."""
        rows = rows_with(self._connection, records, order=("added_at", "id"), incident_id=incident_id)
        return tuple(map(_evidence, rows))

    def many(self, incident_ids: Sequence[IncidentId]) -> dict[IncidentId, tuple[Evidence, ...]]:
        found: defaultdict[IncidentId, list[Evidence]] = defaultdict(list)
        for row in rows_of(self._connection, _OF_MANY, {"ids": tuple(incident_ids)}):
            found[row.incident_id].append(_evidence(row))
        return {incident_id: tuple(given) for incident_id, given in found.items()}


def _values(evidence: Evidence) -> dict[str, Any]:
    return {
        "id": evidence.id,
        "incident_id": evidence.incident_id,
        "name": evidence.name,
        "sha256": evidence.sha256,
        "size": evidence.size,
        "media_type": evidence.media_type,
        "kelengkapan": evidence.kelengkapan,
        "step_no": evidence.step_no,
        "putaran": evidence.putaran,
        "added_by": evidence.added_by,
        "added_at": evidence.added_at,
    }


def _evidence(row: Row[Any]) -> Evidence:
    return Evidence(
        id=row.id,
        incident_id=row.incident_id,
        name=row.name,
        sha256=row.sha256,
        size=row.size,
        media_type=row.media_type,
        kelengkapan=row.kelengkapan,
        step_no=row.step_no,
        putaran=row.putaran,
        added_by=row.added_by,
        added_at=row.added_at,
    )
