"""Contradictions in playbook files: each kind found, with its line, and the shipped SOP free of errors."""

import pytest

from playbooks.checks.check import errors_of, problems_of
from playbooks.checks.problem import Severity
from playbooks.library import FOLDER
from playbooks.schema import ReadSop, read_sop
from tests.playbooks.kaltim import ID

TEXT = (FOLDER / f"{ID}.yaml").read_text()

SMALL = """
id: sop-kecil
judul: Kecil
judul_en: Small
instansi: Kantor
uraian: Contoh.
waktu_total: {min: 1, max: 2, satuan: hari}
pelaksana:
  - {id: staf, nama: Staf}
lajur:
  - {id: staf, judul: {id: Staf, en: Staff}, pelaksana: [staf]}
langkah:
  - no: 1
    uraian: Mencatat
    ringkas: {id: Catat, en: Record}
    pelaksana: [staf]
    kelengkapan: [{nama: Surat, disiapkan: true}]
    waktu: {min: 1, max: 1, satuan: hari}
    output: [{nama: Catatan}]
    berikut: 2
    tombol: {id: Lanjut, en: Next}
    menunggu: {id: menunggu, en: waiting}
  - no: 2
    uraian: Memeriksa
    ringkas: {id: Periksa, en: Check}
    pelaksana: [staf]
    simbol: keputusan
    kelengkapan: [{nama: Catatan}]
    waktu: {min: 1, max: 1, satuan: jam}
    output: [{nama: Laporan}]
    keputusan:
      - {jawaban: ya, label: {id: Ya, en: Yes}, ke: 3}
      - {jawaban: belum, label: {id: Belum, en: Not yet}, ke: 1, adalah_putaran: true}
    berikut: null
    tombol: {id: Lanjut, en: Next}
    menunggu: {id: menunggu, en: waiting}
  - no: 3
    uraian: Menutup
    ringkas: {id: Tutup, en: Close}
    pelaksana: [staf]
    kelengkapan: [{nama: Laporan}]
    waktu: null
    output: [{nama: Laporan akhir}]
    berikut: null
    hasil: tuntas
    tombol: {id: Lanjut, en: Next}
    menunggu: {id: menunggu, en: waiting}
"""


def small(*changes: tuple[str, str]) -> ReadSop:
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return read_sop(text, name="kecil.yaml")


def found(read: ReadSop) -> list[tuple[Severity, str]]:
    return [(one.severity, one.reason) for one in problems_of(read)]


def test_an_sop_without_contradiction_has_no_problem() -> None:
    assert found(small()) == []


def test_a_shipped_sop_is_warned_of_at_the_lines_of_its_contradictions() -> None:
    problems = problems_of(read_sop(TEXT, name=ID))

    lines = TEXT.splitlines()
    assert [(one.severity, lines[one.line - 1]) for one in problems] == [
        (Severity.WARNING, "penanggung_jawab: >-"),
        (Severity.WARNING, "waktu_total: {min: 2, max: 5, satuan: hari_kerja}"),
    ]
    assert "5,6 hari kerja" in problems[1].reason


ERRORS = {
    "executor that is no role": (
        (("pelaksana: [staf]\n    kelengkapan: [{nama: Surat", "pelaksana: [kepala]\n    kelengkapan: [{nama: Surat"),),
        "langkah 1: kepala bukan pelaksana",
    ),
    "lane with a stranger": ((("pelaksana: [staf]}", "pelaksana: [staf, kepala]}"),), "lajur staf memuat kepala"),
    "role without a lane": (
        (
            ("pelaksana: [staf]}", "pelaksana: [tamu]}"),
            ("{id: staf, nama: Staf}", "{id: staf, nama: Staf}\n  - {id: tamu, nama: Tamu}"),
        ),
        "staf berada di 0 lajur",
    ),
    "role twice": (
        (("{id: staf, nama: Staf}", "{id: staf, nama: Staf}\n  - {id: staf, nama: Lagi}"),),
        "ditulis lebih dari sekali",
    ),
    "gap in numbers": ((("no: 3", "no: 4"), ("ke: 3", "ke: 4")), "langkah ke-3 bernomor 4"),
    "answer to nowhere": ((("ke: 3", "ke: 9"),), "ke langkah 9 yang tidak ada"),
    "next to nowhere": ((("berikut: 2", "berikut: 8"),), "langkah 8 tidak ada"),
    "answer twice": ((("jawaban: belum", "jawaban: ya"),), "jawaban ya ditulis lebih dari sekali"),
    "end without outcome": ((("    hasil: tuntas\n", ""),), "langkah 3 mengakhiri SOP tanpa hasil"),
    "answer ends without outcome": (
        (("ke: 1, adalah", "ke: null, adalah"),),
        "jawaban belum mengakhiri SOP tanpa hasil",
    ),
    "next beside a decision": ((("berikut: null\n    tombol", "berikut: 3\n    tombol"),), "berikut tidak berlaku"),
    "cause of a step that asks none": (
        (("ke: 3}", "ke: 3, hasil: tuntas, hasil_dari_sebab: 1}"),),
        "tidak meminta sebab",
    ),
    "unreachable step": (
        (("ke: 3", "ke: 1"), ("    kelengkapan: [{nama: Laporan}]", "    kelengkapan: []")),
        "langkah 3 tidak pernah tercapai",
    ),
    "decision without exit": ((("ke: 3", "ke: 2"),), "langkah 2: keputusan tanpa jalan keluar"),
    "loop without exit": (
        (("berikut: null\n    hasil: tuntas", "berikut: 1"),),
        "langkah 3: putaran tanpa jalan keluar",
    ),
    "outside executor whom nobody records": (
        (("{id: staf, nama: Staf}", "{id: staf, nama: Staf, luar: true}"),),
        "langkah 1: pelaksana pihak luar tanpa dicatat_oleh",
    ),
    "recorder without anybody outside": (
        (("    berikut: 2\n", "    berikut: 2\n    dicatat_oleh: [staf]\n"),),
        "langkah 1: dicatat_oleh tanpa pelaksana pihak luar",
    ),
    "recorder that is no role": (
        (("    berikut: 2\n", "    berikut: 2\n    dicatat_oleh: [tamu]\n"),),
        "langkah 1: tamu bukan pelaksana",
    ),
    "confirmation by no role": (
        (("ke: 3}", "ke: 3, dikonfirmasi_oleh: [tamu]}"),),
        "langkah 2: tamu bukan pelaksana",
    ),
    "automatic step that asks": (
        (("    simbol: keputusan\n", "    simbol: keputusan\n    otomatis: true\n"),),
        "langkah 2: langkah otomatis tidak dapat",
    ),
    "no answer for the first test": (
        (("ke: 3}", "ke: 3, hanya_setelah_uji: true}"),),
        "langkah 2: tidak ada jawaban untuk pengujian pertama",
    ),
    "document of no kind": (
        (("output: [{nama: Laporan}]", "output: [{nama: Laporan, dokumen: surat_cinta}]"),),
        "langkah 2: jenis dokumen surat_cinta tidak dikenal",
    ),
    "times over the total": (
        (("{min: 1, max: 1, satuan: hari}", "{min: 3, max: 3, satuan: hari}"),),
        "jalur terpendek memakan 3,1 hari kerja",
    ),
}

WARNINGS = {
    "kelengkapan nobody makes": (
        (
            (
                "[{nama: Catatan}]\n    waktu: {min: 1, max: 1, satuan: jam}",
                "[{nama: Foto}, {nama: Catatan}]\n    waktu: {min: 1, max: 1, satuan: jam}",
            ),
        ),
        "kelengkapan Foto tidak dihasilkan langkah mana pun",
    ),
    "kelengkapan made only later": (
        (("[{nama: Surat, disiapkan: true}]", "[{nama: Laporan}]"),),
        "kelengkapan Laporan tidak selalu sudah dihasilkan",
    ),
    "output nobody needs": (
        (("[{nama: Catatan}]\n    berikut", "[{nama: Catatan}, {nama: Foto}]\n    berikut"),),
        "output Foto tidak dipakai",
    ),
    "role without a step": (
        (("{id: staf, nama: Staf}", "{id: staf, nama: Staf}\n  - {id: tamu, nama: Tamu}"),),
        "pelaksana tamu tidak melaksanakan",
    ),
    "longest way over the total": (
        (("{min: 1, max: 1, satuan: hari}", "{min: 1, max: 3, satuan: hari}"),),
        "jalur terpanjang tanpa putaran memakan sampai 3,1",
    ),
    "total longer than any way": (
        (("waktu_total: {min: 1, max: 2", "waktu_total: {min: 2, max: 4"),),
        "lebih singkat daripada waktu total",
    ),
    "drawn decision without branch": (
        (("    kelengkapan: [{nama: Laporan}]", "    simbol: keputusan\n    kelengkapan: [{nama: Laporan}]"),),
        "langkah 3 digambar sebagai keputusan",
    ),
    "answer for a step that never comes back": (
        (
            (
                "ke: 3}",
                "ke: 3}\n      - {jawaban: lagi, label: {id: Lagi, en: Again}, ke: 3, hanya_bila_kembali: true}",
            ),
            ("ke: 1, adalah_putaran: true", "ke: 3"),
        ),
        "tidak pernah kembali",
    ),
}


@pytest.mark.parametrize(("changes", "reason"), ERRORS.values(), ids=ERRORS.keys())
def test_an_sop_that_cannot_be_carried_out_has_an_error(changes, reason: str) -> None:
    assert any(reason in fault.reason for fault in errors_of(small(*changes)))


@pytest.mark.parametrize(("changes", "reason"), WARNINGS.values(), ids=WARNINGS.keys())
def test_a_contradiction_on_paper_is_a_warning_and_no_error(changes, reason: str) -> None:
    read = small(*changes)

    assert any(severity is Severity.WARNING and reason in text for severity, text in found(read))
    assert errors_of(read) == ()


def test_a_problem_carries_the_line_of_what_is_wrong() -> None:
    read = small(("ke: 3", "ke: 9"))

    assert [one.line for one in problems_of(read)] == [
        SMALL.splitlines().index("      - {jawaban: ya, label: {id: Ya, en: Yes}, ke: 3}") + 1
    ]
