"""Lembar disposisi, their readers and how a report came in, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest

from ir_platform.domain.alert import IncidentId, Level
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
from ir_platform.domain.penerimaan import Kanal, Penerimaan
from ir_platform.domain.person import AccountId
from ir_platform.ports import State
from tests.support.builders import NOON, an_incident

INCIDENT = an_incident()
READERS = 8


def a_lembar(number: int = 1, **changes: object) -> Disposisi:
    lembar = Disposisi(
        id=DisposisiId(f"disposisi-{number}"),
        incident_id=INCIDENT.id,
        step_no=2,
        putaran=1,
        dari=None,
        diteruskan=False,
        surat_dari="Dinas Perhubungan",
        nomor_surat="800/12/2026",
        tanggal_surat=date(2026, 11, 18),
        diterima=date(2026, 11, 19),
        nomor_agenda="0451",
        hal="Situs é",
        keamanan=KlasifikasiKeamanan.SANGAT_RAHASIA,
        derajat=DerajatKecepatan.AMAT_SEGERA,
        kepada=("tim_teknis", "pengelola_ti"),
        orang=Orang(account_id=AccountId("account-2"), name="Budi", jabatan="Staf"),
        harap=(Harap.PROSES_LEBIH_LANJUT, Harap.TANGGAPAN_DAN_SARAN),
        catatan="Periksa.",
        paraf=Paraf(
            account_id=AccountId("account-1"),
            name="Dewi",
            jabatan="Kabid",
            role="pejabat_administrator",
            at=NOON + timedelta(minutes=number),
        ),
    )
    return replace(lembar, **changes)  # type: ignore[arg-type]


def a_reading(number: int) -> Pembacaan:
    return Pembacaan(
        account_id=AccountId(f"reader-{number}"), name="Sari", jabatan="Kasi", at=NOON + timedelta(hours=number)
    )


@pytest.fixture
def state(state: State) -> State:
    with state.write() as uow:
        uow.incidents.add(INCIDENT)
    return state


def test_lembar_come_back_equal_and_oldest_first(state: State) -> None:
    first = a_lembar(1)
    bare = a_lembar(2, dari=first.id, diteruskan=True, tanggal_surat=None, diterima=None, keamanan=None, derajat=None)
    bare = replace(bare, orang=None, harap=(), kepada=("kasi",))
    with state.write() as uow:
        uow.disposisi.add(first)
        uow.disposisi.add(bare)

    with state.read() as uow:
        assert uow.disposisi.of_incident(INCIDENT.id) == (first, bare)
        assert uow.disposisi.get(bare.id) == bare
        assert uow.disposisi.get(DisposisiId("none")) is None
        assert uow.disposisi.of_incident(IncidentId("other")) == ()


def test_only_the_first_opening_of_each_reader_is_kept(state: State) -> None:
    with state.write() as uow:
        uow.disposisi.add(a_lembar())
        answers = [
            uow.disposisi.add_read(a_lembar().id, one)
            for one in (a_reading(2), a_reading(1), replace(a_reading(1), at=NOON + timedelta(days=1)))
        ]

    assert answers == [True, True, False]
    with state.read() as uow:
        kept = uow.disposisi.get(a_lembar().id)
    assert kept is not None
    assert kept.dibaca == (a_reading(1), a_reading(2))


def test_of_many_openings_at_once_one_is_the_first(state: State) -> None:
    with state.write() as uow:
        uow.disposisi.add(a_lembar())
    barrier = Barrier(READERS)

    def read(number: int) -> bool:
        barrier.wait()
        with state.write() as uow:
            return uow.disposisi.add_read(a_lembar().id, replace(a_reading(1), at=NOON + timedelta(minutes=number)))

    with ThreadPoolExecutor(READERS) as pool:
        answers = list(pool.map(read, range(READERS)))

    assert sorted(answers) == [False] * (READERS - 1) + [True]


def test_the_intake_of_an_incident_is_one_that_a_later_one_replaces(state: State) -> None:
    first = Penerimaan(
        kanal=Kanal.SURAT,
        nomor_surat="1/2026",
        tanggal_surat=date(2026, 11, 18),
        tanggal_diterima=date(2026, 11, 19),
        nama="Sari",
        kejadian=NOON - timedelta(hours=2),
        tingkat_usulan=Level.HIGH,
    )
    later = replace(first, nomor_surat="2/2026", diketahui=NOON, tingkat_ditetapkan=NOON, kanal=None)
    with state.write() as uow:
        nothing = uow.penerimaan.get(INCIDENT.id)
        uow.penerimaan.put(INCIDENT.id, first)
        before = uow.penerimaan.get(INCIDENT.id)
        uow.penerimaan.put(INCIDENT.id, later)

    assert (nothing, before) == (None, first)
    with state.read() as uow:
        assert uow.penerimaan.get(INCIDENT.id) == later
        assert uow.penerimaan.many([INCIDENT.id, IncidentId("none")]) == {INCIDENT.id: later}
