"""Golden JSON of every shipped SOP, and what each sheet says against itself."""

import json
from pathlib import Path

import pytest

from playbooks.checks.check import problems_of, same_titles
from playbooks.checks.problem import Severity
from playbooks.export import plain_sop
from playbooks.library import FOLDER, read_text, shipped
from playbooks.schema import read_sop

GOLDEN = Path(__file__).parent / "golden"
EVERY = [one.sop.id for one in shipped().all()]

WARNINGS = {
    "kaltim-gangguan-keamanan-jaringan": [
        "penanggung jawab menyebut Nomor 14 Tahun 2006 yang tidak ada dalam dasar hukum",
        "jalur terpanjang tanpa putaran memakan sampai 5,6 hari kerja, sedangkan waktu total 2–5 hari kerja",
    ],
    "kaltim-gangguan-jaringan": [
        "penanggung jawab menyebut Nomor 14 Tahun 2006 yang tidak ada dalam dasar hukum",
        "jalur terpanjang tanpa putaran memakan sampai 15,0 hari kerja, sedangkan waktu total 3–14 hari kerja",
        "langkah 4: waktu tercetak '12 hari' dibaca 1–2 hari",
        "langkah 10: waktu tercetak '… menit' tidak terbaca, tidak dihitung",
    ],
    "kota-bogor-penanganan-gangguan-jaringan": ["SOP tidak menyebut kelengkapan langkah mana pun"],
    "kota-batam-maintenance-gangguan-jaringan": [
        "tanggal efektif 2018-10-15 lebih awal daripada tanggal revisi 2023-06-19",
        "langkah 2: output Disposisi Dinas tidak dipakai langkah lain",
        "langkah 3: output Disposisi Dinas tidak dipakai langkah lain",
        "langkah 4 meminta keputusan tetapi tidak digambar sebagai keputusan",
        "langkah 5: output Dokumen Isian kelengkapan tidak dipakai langkah lain",
        "langkah 8 digambar sebagai keputusan tetapi tidak bercabang",
        "langkah 9 digambar sebagai keputusan tetapi tidak bercabang",
        "langkah 10: output Laporan hasil pelaksanaan tidak dipakai langkah lain",
        "langkah 11: output Dokumen tidak dipakai langkah lain",
        "langkah 12: output Dokumen tidak dipakai langkah lain",
    ],
    "lombok-tengah-gangguan-internet-kepala-dinas": [
        "langkah 2: output Surat Disposisi ke Pengelola Infrastruktur / Jaringan / Teknisi Jaringan "
        "tidak dipakai langkah lain",
        "langkah 4 meminta keputusan tetapi tidak digambar sebagai keputusan",
    ],
    "lombok-tengah-pemeliharaan-infrastruktur": [
        "langkah 3: nomor tercetak 2 dipakai dua kali",
        "langkah 3: output laporan permasalahan tidak dipakai langkah lain",
        "langkah 4: output lapop tidak dipakai langkah lain",
        "langkah 7: nomor tercetak melompat dari 5 ke 8",
    ],
    "lombok-tengah-gangguan-internet-penanggung-jawab": [],
}

_DECREE = "Penanggung jawab menyebut Permenkominfo Nomor 14 Tahun 2006, sedangkan dasar hukum menyebut"
_UNUSED = (
    "Output yang tidak tercetak sebagai kelengkapan langkah lain: Disposisi Dinas (langkah 2 dan 3), Dokumen Isian"
)
_DRAWN = "Langkah 7, 8 dan 9 digambar sebagai keputusan; 8 dan 9 tidak bercabang."
_LOMBOK = "Output langkah 3 (laporan permasalahan) dan langkah 4 (lapop) tidak tercetak sebagai kelengkapan"
_NUMBERS = "nomor 2 dipakai dua kali, 6 dan 7 tidak ada"

EXPLAINED = {
    "kaltim-gangguan-keamanan-jaringan": [_DECREE, "Jalur sulit memakan 3,9 sampai 5,6 hari kerja"],
    "kaltim-gangguan-jaringan": [
        _DECREE,
        "Koordinasi dengan ISP (langkah 8) dan setiap putaran 8 ke 4 melampaui batas 14 hari kerja",
        "Langkah 4: tercetak 12 hari. Kami membaca 1-2 hari, karena",
        "Langkah 10: angka menit pada kolom waktu tidak terbaca",
    ],
    "kota-bogor-penanganan-gangguan-jaringan": ["SOP tidak mempunyai kolom kelengkapan"],
    "kota-batam-maintenance-gangguan-jaringan": [
        "SOP berlaku sejak 15 Oktober 2018 tetapi direvisi 19 Juni 2023",
        _UNUSED,
        _UNUSED,
        "Langkah 4 digambar sebagai proses tetapi bercabang",
        _UNUSED,
        _DRAWN,
        _DRAWN,
        _UNUSED,
        _UNUSED,
        _UNUSED,
    ],
    "lombok-tengah-gangguan-internet-kepala-dinas": [
        "Output langkah 2, Surat Disposisi ke Pengelola Infrastruktur / Jaringan / Teknisi Jaringan, tidak tercetak",
        "Langkah 4 bercabang menurut kolom output, tetapi digambar sebagai proses",
    ],
    "lombok-tengah-pemeliharaan-infrastruktur": [_NUMBERS, _LOMBOK, _LOMBOK, _NUMBERS],
    "lombok-tengah-gangguan-internet-penanggung-jawab": [],
}
"""For each of the warnings above, in their order: the words of `catatan` that explain it."""

SUMS = {
    "kaltim-gangguan-keamanan-jaringan": ("3 hari 1 jam", "5 hari 4 jam"),
    "kaltim-gangguan-jaringan": ("13 hari 15 menit", "15 hari 15 menit"),
    "kota-bogor-penanganan-gangguan-jaringan": ("6 hari 30 menit", "6 hari 30 menit"),
    "kota-batam-maintenance-gangguan-jaringan": ("7 hari", "12 hari"),
    "lombok-tengah-gangguan-internet-kepala-dinas": ("1 hari 40 menit", "1 hari 40 menit"),
    "lombok-tengah-pemeliharaan-infrastruktur": ("4 jam 50 menit", "4 jam 50 menit"),
    "lombok-tengah-gangguan-internet-penanggung-jawab": ("1 hari 40 menit", "1 hari 40 menit"),
}


def test_seven_sops_are_shipped() -> None:
    assert set(EVERY) == set(WARNINGS)


@pytest.mark.parametrize("playbook", EVERY)
def test_the_json_of_an_sop_is_the_one_it_was_agreed_to_be(playbook: str, golden_update: bool) -> None:
    path = GOLDEN / f"{playbook}.json"
    text = json.dumps(plain_sop(shipped().get(playbook).sop), ensure_ascii=False, indent=2) + "\n"
    if golden_update:
        path.write_text(text)

    assert text == path.read_text()


@pytest.mark.parametrize("playbook", EVERY)
def test_an_sop_is_warned_of_for_what_it_says_against_itself(playbook: str) -> None:
    problems = problems_of(read_sop(read_text(FOLDER / f"{playbook}.yaml"), name=playbook))

    assert {one.severity for one in problems} <= {Severity.WARNING}
    assert sorted(one.reason for one in problems) == sorted(WARNINGS[playbook])


@pytest.mark.parametrize("playbook", EVERY)
def test_each_contradiction_is_explained_in_the_notes_of_its_sop(playbook: str) -> None:
    notes = shipped().get(playbook).sop.catatan

    explained = [
        any(words in note for note in notes) for _, words in zip(WARNINGS[playbook], EXPLAINED[playbook], strict=True)
    ]

    assert all(explained)


@pytest.mark.parametrize("playbook", EVERY)
def test_the_times_add_up_to_what_the_paper_gives(playbook: str) -> None:
    total = plain_sop(shipped().get(playbook).sop)["jumlah_waktu"]

    assert (total["min"], total["max"]) == SUMS[playbook]


def test_two_sops_of_one_office_with_one_title_are_named() -> None:
    named = [(one.sop.id, one.sop) for one in shipped().all()]

    assert same_titles(named) == (
        ("lombok-tengah-gangguan-internet-kepala-dinas", "lombok-tengah-gangguan-internet-penanggung-jawab"),
    )


def test_a_role_that_two_sops_share_has_one_name_and_one_office() -> None:
    held: dict[str, set[tuple[str, str]]] = {}
    for one in shipped().all():
        for role in one.sop.pelaksana:
            held.setdefault(role.id, set()).add((role.nama, one.sop.instansi))

    assert {role: found for role, found in held.items() if len(found) > 1} == {}
