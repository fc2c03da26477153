"""Riwayat penguasaan bukti in the database: it grows, and the database's triggers let it do nothing else."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, insert, select, tuple_

from ir_platform.adapters.sql.columns import dump_list, load_pairs
from ir_platform.adapters.sql.tables.custody import custody
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.custody import CustodyAct, CustodyEntry, CustodyWay
from ir_platform.domain.evidence import EvidenceId

_BATCH = 1_000
"""Lines read at once: what `all` holds in memory."""


class SqlCustody:
    """`ports.Custody`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: CustodyEntry) -> None:
        self._connection.execute(
            insert(custody).values(
                id=entry.id,
                evidence_id=entry.evidence_id,
                incident_id=entry.incident_id,
                act=entry.act.value,
                at=entry.at,
                actor=entry.actor,
                actor_name=entry.actor_name,
                way=entry.way.value,
                sha256=entry.sha256,
                is_verified=entry.is_verified,
                facts=dump_list(entry.facts),
                audit_seq=entry.audit_seq,
            )
        )

    def of_evidence(self, evidence_id: EvidenceId) -> tuple[CustodyEntry, ...]:
        rows = self._connection.execute(
            select(custody).where(custody.c.evidence_id == evidence_id).order_by(custody.c.audit_seq, custody.c.id)
        )
        return tuple(map(_entry, rows))

    def of_incident(self, incident_id: IncidentId) -> tuple[CustodyEntry, ...]:
        rows = self._connection.execute(
            select(custody).where(custody.c.incident_id == incident_id).order_by(custody.c.audit_seq, custody.c.id)
        )
        return tuple(map(_entry, rows))

    def all(self) -> Iterator[CustodyEntry]:
        after = (0, "")
        while batch := self._batch(after):
            yield from batch
            after = (batch[-1].audit_seq or 0, batch[-1].id)

    def _batch(self, after: tuple[int, str]) -> tuple[CustodyEntry, ...]:
        key = (custody.c.audit_seq, custody.c.id)
        rows = self._connection.execute(
            select(custody).where(tuple_(*key) > tuple_(*after)).order_by(*key).limit(_BATCH)
        )
        return tuple(map(_entry, rows))


def _entry(row: Row[Any]) -> CustodyEntry:
    return CustodyEntry(
        id=row.id,
        evidence_id=row.evidence_id,
        incident_id=row.incident_id,
        act=CustodyAct(row.act),
        at=row.at,
        actor=row.actor,
        actor_name=row.actor_name,
        way=CustodyWay(row.way),
        sha256=row.sha256,
        is_verified=bool(row.is_verified),
        facts=load_pairs(row.facts),
        audit_seq=row.audit_seq,
    )
