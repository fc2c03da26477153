"""How reports came in, in the database: one row an incident."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from ir_platform.adapters.sql.statements import insert_into, row_with, rows_of
from ir_platform.adapters.sql.tables.disposisi import penerimaan
from ir_platform.domain.alert import IncidentId, Level
from ir_platform.domain.penerimaan import Kanal, Penerimaan

_OF_MANY = select(penerimaan).where(penerimaan.c.incident_id.in_(bindparam("ids", expanding=True)))


class SqlPenerimaan:
    """`ports.PenerimaanRecords`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, incident_id: IncidentId) -> Penerimaan | None:
        row = row_with(self._connection, penerimaan, incident_id=incident_id)
        return None if row is None else _penerimaan(row)

    def many(self, incident_ids: Sequence[IncidentId]) -> dict[IncidentId, Penerimaan]:
        rows = rows_of(self._connection, _OF_MANY, {"ids": tuple(incident_ids)})
        return {row.incident_id: _penerimaan(row) for row in rows}

    def put(self, incident_id: IncidentId, one: Penerimaan) -> None:
        values = {
            **asdict(one),
            "incident_id": incident_id,
            "kanal": None if one.kanal is None else one.kanal.value,
            "tingkat_usulan": None if one.tingkat_usulan is None else one.tingkat_usulan.value,
        }
        statement = insert_into(self._connection, penerimaan).values(values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["incident_id"], set_=values))


def _penerimaan(row: Row[Any]) -> Penerimaan:
    return Penerimaan(
        kanal=None if row.kanal is None else Kanal(row.kanal),
        nomor_surat=row.nomor_surat,
        tanggal_surat=row.tanggal_surat,
        nomor_agenda=row.nomor_agenda,
        tanggal_diterima=row.tanggal_diterima,
        nama=row.nama,
        instansi=row.instansi,
        kontak=row.kontak,
        lokasi=row.lokasi,
        kejadian=row.kejadian,
        diketahui=row.diketahui,
        dilaporkan=row.dilaporkan,
        tingkat_usulan=None if row.tingkat_usulan is None else Level(row.tingkat_usulan),
        tingkat_ditetapkan=row.tingkat_ditetapkan,
    )
