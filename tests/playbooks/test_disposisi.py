"""A lembar disposisi and what was filled in with a step, as the documents of the run say it."""

from typing import Any

import pytest

from ir_platform.documents.content import DocumentContent, content_from_json
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.disposisi import DerajatKecepatan, Harap, KlasifikasiKeamanan
from playbooks.isian import Isian, IsianDisposisi, PihakTerkait
from playbooks.library import shipped
from playbooks.sop import JenisIsian
from tests.playbooks.office import Office
from tests.support.builders import NOON

DISPOSING = {
    "kaltim-gangguan-keamanan-jaringan": {2: ("pejabat_administrator",)},
    "kaltim-gangguan-jaringan": {2: ("kepala_dinas",), 3: ("pejabat_administrator", "kasi_infrastruktur_tik")},
    "kota-bogor-penanganan-gangguan-jaringan": {2: ("bogor_kepala_dinas",), 3: ("bogor_kabid",), 4: ("bogor_kasi",)},
    "kota-batam-maintenance-gangguan-jaringan": {2: ("batam_kepala_dinas",), 3: ("batam_kabid",)},
    "lombok-tengah-gangguan-internet-kepala-dinas": {2: ("loteng_kepala_dinas", "loteng_kabid_kominfo")},
    "lombok-tengah-pemeliharaan-infrastruktur": {2: ("loteng_kepala_dinas", "loteng_kabid_kominfo")},
    "lombok-tengah-gangguan-internet-penanggung-jawab": {},
}
"""Read from the papers: where they speak of a written disposisi or an order passed down, and whose it is."""


def last_document(office: Office, incident_id: IncidentId, kind: str) -> DocumentContent:
    with office.state.read() as uow:
        found = [one for one in uow.documents.of_incident(incident_id) if one.kind == kind]
    return content_from_json(found[-1].content)


@pytest.mark.parametrize("playbook", DISPOSING)
def test_a_lembar_arises_where_the_paper_has_one(playbook: str) -> None:
    sop = shipped().get(playbook).sop

    asked = {
        step.no: tuple(role for role in step.pelaksana if step.asks(JenisIsian.DISPOSISI, role)) for step in sop.langkah
    }

    assert {no: roles for no, roles in asked.items() if roles} == DISPOSING[playbook]


def test_the_printed_lembar_says_every_field(office: Office) -> None:
    incident = office.report()
    form: dict[str, Any] = {
        "nomor_surat": "800/12/2026",
        "keamanan": KlasifikasiKeamanan.TERBATAS,
        "derajat": DerajatKecepatan.SEGERA,
        "kepada": ("kasi_keamanan_jaringan",),
        "harap": (Harap.PROSES_LEBIH_LANJUT,),
        "catatan": "Periksa hari ini.",
    }
    office.do(incident.id, 1)

    office.do(incident.id, 2, isian=Isian(disposisi=IsianDisposisi(**form)))

    printed = last_document(office, incident.id, "disposisi_penanganan_gangguan").disposisi
    assert printed is not None
    assert (printed.nomor_surat, printed.sifat, printed.catatan) == (
        "800/12/2026",
        "Terbatas / Segera",
        form["catatan"],
    )
    assert (printed.diteruskan_kepada, printed.harap) == (("Kasi Keamanan Jaringan",), ("Proses lebih lanjut",))
    assert (printed.surat_dari, printed.tanggal_surat, printed.hal) == ("Budi", "", "Situs berubah")


def test_the_report_names_other_parties_question_and_direction(office: Office) -> None:
    incident = office.report()
    office.walk(incident.id, until=4)
    office.do(incident.id, 5, isian=Isian(pertanyaan="Boleh diblokir?"))
    office.do(incident.id, 6, isian=Isian(arahan="Blokir."))

    party = PihakTerkait(siapa="ISP Contoh", waktu=NOON, hasil="Rute diperbaiki.")
    office.do(incident.id, 7, isian=Isian(pihak_terkait=(party,)))

    steps = last_document(office, incident.id, "laporan_gangguan_keamanan").langkah
    said = dict(pair for line in steps for pair in line.isian)
    assert (said["Pertanyaan"], said["Arahan"]) == ("Boleh diblokir?", "Blokir.")
    assert said["Pihak terkait"].startswith("ISP Contoh, ")
    assert said["Pihak terkait"].endswith(": Rute diperbaiki.")
