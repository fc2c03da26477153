"""Lembar disposisi in the database, each with those who have read it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from ir_platform.adapters.sql.columns import dump_list, load_strings
from ir_platform.adapters.sql.statements import insert_if_new, insert_row, rows_with
from ir_platform.adapters.sql.tables.disposisi import disposisi, disposisi_reads
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.disposisi import (
    DerajatKecepatan,
    Disposisi,
    DisposisiId,
    Harap,
    KlasifikasiKeamanan,
    Orang,
    Paraf,
    Pembacaan,
)


class SqlDisposisi:
    """`ports.DisposisiRecords`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, one: Disposisi) -> None:
        insert_row(self._connection, disposisi, _values(one))

    def get(self, disposisi_id: DisposisiId) -> Disposisi | None:
        found = self._load(id=disposisi_id)
        return found[0] if found else None

    def of_incident(self, incident_id: IncidentId) -> tuple[Disposisi, ...]:
        return self._load(incident_id=incident_id)

    def add_read(self, disposisi_id: DisposisiId, read: Pembacaan) -> bool:
        values = {
            "disposisi_id": disposisi_id,
            "account_id": read.account_id,
            "name": read.name,
            "jabatan": read.jabatan,
            "at": read.at,
        }
        return insert_if_new(self._connection, disposisi_reads, values)

    def _load(self, **key: object) -> tuple[Disposisi, ...]:
        rows = rows_with(self._connection, disposisi, order=("paraf_at", "id"), **key)
        if not rows:
            return ()
        reads = self._reads([row.id for row in rows])
        return tuple(_disposisi(row, tuple(reads[row.id])) for row in rows)

    def _reads(self, ids: Sequence[str]) -> dict[str, list[Pembacaan]]:
        reads: dict[str, list[Pembacaan]] = {disposisi_id: [] for disposisi_id in ids}
        rows = self._connection.execute(
            select(disposisi_reads)
            .where(disposisi_reads.c.disposisi_id.in_(ids))
            .order_by(disposisi_reads.c.at, disposisi_reads.c.account_id)
        )
        for row in rows:
            read = Pembacaan(account_id=row.account_id, name=row.name, jabatan=row.jabatan, at=row.at)
            reads[row.disposisi_id].append(read)
        return reads


def _values(one: Disposisi) -> dict[str, Any]:
    return {
        "id": one.id,
        "incident_id": one.incident_id,
        "step_no": one.step_no,
        "putaran": one.putaran,
        "dari": one.dari,
        "diteruskan": one.diteruskan,
        "surat_dari": one.surat_dari,
        "nomor_surat": one.nomor_surat,
        "tanggal_surat": one.tanggal_surat,
        "diterima": one.diterima,
        "nomor_agenda": one.nomor_agenda,
        "hal": one.hal,
        "keamanan": None if one.keamanan is None else one.keamanan.value,
        "derajat": None if one.derajat is None else one.derajat.value,
        "kepada": dump_list(one.kepada),
        "orang_id": None if one.orang is None else one.orang.account_id,
        "orang_name": None if one.orang is None else one.orang.name,
        "orang_jabatan": None if one.orang is None else one.orang.jabatan,
        "harap": dump_list(each.value for each in one.harap),
        "catatan": one.catatan,
        "paraf_id": one.paraf.account_id,
        "paraf_name": one.paraf.name,
        "paraf_jabatan": one.paraf.jabatan,
        "paraf_role": one.paraf.role,
        "paraf_at": one.paraf.at,
    }


def _disposisi(row: Row[Any], reads: tuple[Pembacaan, ...]) -> Disposisi:
    orang = Orang(account_id=row.orang_id, name=row.orang_name, jabatan=row.orang_jabatan) if row.orang_id else None
    return Disposisi(
        id=row.id,
        incident_id=row.incident_id,
        step_no=row.step_no,
        putaran=row.putaran,
        dari=row.dari,
        diteruskan=row.diteruskan,
        surat_dari=row.surat_dari,
        nomor_surat=row.nomor_surat,
        tanggal_surat=row.tanggal_surat,
        diterima=row.diterima,
        nomor_agenda=row.nomor_agenda,
        hal=row.hal,
        keamanan=None if row.keamanan is None else KlasifikasiKeamanan(row.keamanan),
        derajat=None if row.derajat is None else DerajatKecepatan(row.derajat),
        kepada=load_strings(row.kepada),
        orang=orang,
        harap=tuple(map(Harap, load_strings(row.harap))),
        catatan=row.catatan,
        paraf=Paraf(
            account_id=row.paraf_id,
            name=row.paraf_name,
            jabatan=row.paraf_jabatan,
            role=row.paraf_role,
            at=row.paraf_at,
        ),
        dibaca=reads,
    )
