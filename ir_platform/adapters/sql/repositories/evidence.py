"""Records of evidence in the database; the files themselves lie in the content-addressed folder."""

from typing import Any

from sqlalchemy import Connection, Row

from ir_platform.adapters.sql.statements import insert_row, row_with, rows_with
from ir_platform.adapters.sql.tables.records import evidence as records
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.evidence import Evidence, EvidenceId


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
