"""Laporan Gangguan Keamanan: findings and what was done so far (Kaltim keamanan, steps 3 to 10)."""

from ir_platform.documents.kind import DocumentKind, Section

KIND = DocumentKind(
    id="laporan_gangguan_keamanan",
    judul="Laporan Gangguan Keamanan",
    kode="LGK",
    sections=(
        Section.JUDUL,
        Section.KETERANGAN_NASKAH,
        Section.IDENTITAS,
        Section.URAIAN,
        Section.TEMUAN,
        Section.LANGKAH,
        Section.BUKTI,
        Section.TANDA_TANGAN,
    ),
)
