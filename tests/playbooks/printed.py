"""The tables of the seven SOPs as they are printed, typed in from the sheets and not read from the YAML.

A row: number, kelengkapan, waktu, output, each as in its cell (`Komputer Alat tulis` is two things); an empty
cell is empty here, `1 Hari` is `1 hari`. Where the scan misspells a word, it is spelled right.
"""

from dataclasses import dataclass

REPORT, NOC, APP = "Laporan Gangguan keamanan", "NOC", "aplikasi security system"
EVIDENCED = (REPORT, NOC, APP)
REQUEST, DISPOSISI = "Surat Permohonan Penggunaan Jaringan", "Disposisi Surat Permohonan"
FORM, MONITORING = "Form laporan pengecekan jaringan", "Laporan Monitoring jaringan"
PC, NET, PEN, CAMERA = "Komputer", "Koneksi Internet", "Alat tulis", "Kamera / HP"
CHECKED = "Proses Pengecekan"
DONE = "Laporan Tindak lanjut"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    no: str
    kelengkapan: tuple[str, ...]
    waktu: str
    output: tuple[str, ...]


def row(no: str, kelengkapan: tuple[str, ...], waktu: str, *output: str) -> Row:
    return Row(no=no, kelengkapan=kelengkapan, waktu=waktu, output=output)


TABLES: dict[str, tuple[Row, ...]] = {
    "kaltim-gangguan-keamanan-jaringan": (
        row("1", ("Dokumen Informasi gangguan",), "1 hari", "Dokumen Informasi gangguan"),
        row("2", ("Dokumen Informasi gangguan",), "20 menit", "Disposisi penanganan gangguan"),
        row("3", ("Disposisi penanganan gangguan",), "1-2 jam", REPORT),
        row("4", (REPORT,), "1 hari", REPORT),
        row("5", (REPORT,), "1 jam", REPORT),
        row("6", (REPORT,), "1-2 jam", REPORT),
        row("7", EVIDENCED, "1-2 hari", *EVIDENCED),
        row("8", EVIDENCED, "20 menit", *EVIDENCED),
        row("9", EVIDENCED, "1 jam", *EVIDENCED),
        row("10", EVIDENCED, "20 menit", *EVIDENCED),
        row("11", EVIDENCED, "1-2 jam", "Laporan penyelesaian gangguan"),
        row("12", ("Laporan penyelesaian gangguan",), "1-3 jam", "Laporan penyelesaian gangguan"),
    ),
    "kaltim-gangguan-jaringan": (
        row("1", (REQUEST,), "1 hari", REQUEST),
        row("2", (REQUEST,), "1 hari", DISPOSISI),
        row("3", (DISPOSISI,), "2 hari", DISPOSISI),
        row("4", (DISPOSISI,), "12 hari", FORM),
        row("5", (FORM,), "2 hari", MONITORING),
        row("6", (MONITORING,), "3 hari", MONITORING),
        row("7", (MONITORING,), "3 hari", MONITORING),
        row("8", (MONITORING,), "1 hari", MONITORING),
        row("9", (MONITORING,), "15 menit", MONITORING),
        row("10", (MONITORING,), "… menit", "Surat laporan penyelesaian gangguan"),
    ),
    "kota-bogor-penanganan-gangguan-jaringan": (
        row("1", (), "1 hari", "Surat Permohonan"),
        row("2", (), "1 hari", "Lembar Disposisi"),
        row("3", (), "1 hari", "Lembar Disposisi"),
        row("4", (), "1 hari", "Lembar Disposisi"),
        row("5", (), "1 hari", CHECKED),
        row("6", (), "1 hari", CHECKED),
        row("7", (), "10 menit", DONE),
        row("8", (), "10 menit", DONE),
        row("9", (), "10 menit", DONE),
    ),
    "kota-batam-maintenance-gangguan-jaringan": (
        row("1", ("Tiket / Surat Masuk",), "1 hari", "Disposisi Dinas"),
        row("2", (PEN, "Lembar Disposisi"), "1 hari", "Disposisi Dinas"),
        row("3", (PC, PEN, "Agenda"), "1 hari", "Disposisi Dinas"),
        row("4", (PC,), "1 hari", "Data"),
        row("5", (PC, PEN, NET), "1 hari", "Dokumen Isian kelengkapan"),
        row("6", ("Komputer / laptop", CAMERA, "Toolkit Jaringan"), "1 hari", "Dokumentasi"),
        row("7", ("Perangkat Jaringan",), "1 hari"),
        row("8", (PC, CAMERA, "Dokumen Formulir Penggantian Perangkat", NET), "1 hari", "Dokumentasi"),
        row("9", ("Perangkat Jaringan",), "1 hari"),
        row("10", (PC, NET, CAMERA, "Berita Acara Pekerjaan"), "1 hari", "Dokumentasi"),
        row("11", ("Berita Acara Pekerjaan",), "1 hari", "Dokumen"),
        row("12", ("Berita Acara Pekerjaan",), "1 hari", "Dokumen"),
        row("13", ("Dokumentasi",), ""),
    ),
    "lombok-tengah-gangguan-internet-kepala-dinas": (
        row("1", ("surat/email/wa",), "10 menit"),
        row(
            "2",
            ("Disposisi Surat permohonan",),
            "10 menit",
            "Surat Disposisi ke Pengelola Infrastruktur / Jaringan / Teknisi Jaringan",
        ),
        row("3", ("Nota dinas",), "10 menit", "perintah lisan"),
        row("4", ("Nota dinas",), "1 hari", "Pengambilan keputusan"),
        row("5", ("laporan",), "10 menit", "jaringan siap pakai"),
    ),
    "lombok-tengah-pemeliharaan-infrastruktur": (
        row("1", ("laporan lisan/tertulis",), "5 menit", "Disposisi"),
        row("2", ("Disposisi",), "15 menit", "Register gangguan"),
        row("2", ("Register gangguan",), "1 jam", "laporan permasalahan"),
        row("3", ("laptop",), "1 jam", "lapop"),
        row("4", ("jaringan siap pakai",), "2 jam", "perangkat siap pakai"),
        row("5", ("jaringan siap pakai",), "15 menit", "perangkat siap pakai"),
        row("8", ("Komputer",), "15 menit", "Laporan"),
    ),
    "lombok-tengah-gangguan-internet-penanggung-jawab": (
        row("1", ("surat/email/wa",), "10 menit", "laporan"),
        row("2", ("laporan",), "10 menit", "laporan"),
        row("3", ("perintah lisan",), "10 menit", "perintah lisan"),
        row("4", ("laporan",), "1 hari", "jaringan siap pakai"),
        row("5", ("laporan",), "10 menit", "laporan"),
    ),
}

TOTALS = {"kaltim-gangguan-keamanan-jaringan": "2-5 hari_kerja", "kaltim-gangguan-jaringan": "3-14 hari_kerja"}
"""What the prose gives as the time of the whole, where it gives any."""

MORE_OUTPUT = {
    ("kota-batam-maintenance-gangguan-jaringan", 10): ("Berita Acara Pekerjaan", "Laporan hasil pelaksanaan"),
}
"""What the row's own text says the step makes, and its Output cell leaves out."""

PAPERS_MADE: dict[str, dict[int, tuple[str, ...]]] = {
    "kaltim-gangguan-keamanan-jaringan": {
        1: ("Dokumen Informasi gangguan",),
        2: ("Disposisi penanganan gangguan",),
        **dict.fromkeys(range(3, 11), (REPORT,)),
        11: ("Laporan penyelesaian gangguan",),
        12: ("Laporan penyelesaian gangguan",),
    },
    "kaltim-gangguan-jaringan": {
        2: (DISPOSISI,),
        3: (DISPOSISI,),
        4: (FORM,),
        **dict.fromkeys(range(5, 10), (MONITORING,)),
        10: ("Surat laporan penyelesaian gangguan",),
    },
    "kota-bogor-penanganan-gangguan-jaringan": {
        **dict.fromkeys((2, 3, 4), ("Lembar Disposisi",)),
        **dict.fromkeys((7, 8, 9), (DONE,)),
    },
    "kota-batam-maintenance-gangguan-jaringan": {
        2: ("Disposisi Dinas",),
        3: ("Disposisi Dinas",),
        5: ("Dokumen Isian kelengkapan",),
        6: ("Dokumentasi",),
        8: ("Dokumen Formulir Penggantian Perangkat",),
        10: ("Berita Acara Pekerjaan", "Laporan hasil pelaksanaan"),
        11: ("Dokumen",),
        12: ("Dokumen",),
    },
    "lombok-tengah-gangguan-internet-kepala-dinas": {
        2: ("Surat Disposisi ke Pengelola Infrastruktur / Jaringan / Teknisi Jaringan",),
        5: ("laporan",),
    },
    "lombok-tengah-pemeliharaan-infrastruktur": {
        1: ("Disposisi",),
        2: ("Register gangguan",),
        3: ("laporan permasalahan",),
        4: ("lapop",),
        7: ("Laporan",),
    },
    "lombok-tengah-gangguan-internet-penanggung-jawab": {
        1: ("laporan",),
        2: ("laporan",),
        5: ("laporan",),
    },
}
"""The papers a finished step leaves behind, by position. Not among them: what comes from outside (a letter), what is
attached as evidence (NOC, Dokumentasi of Batam's steps 8 and 10), and what is no paper (an order by word, a network
that works)."""
