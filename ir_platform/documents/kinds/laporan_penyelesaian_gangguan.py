"""Laporan Penyelesaian Gangguan: every step, putaran and piece of evidence (Kaltim keamanan, steps 11 and 12)."""

from ir_platform.documents.kind import DocumentKind, Section

KIND = DocumentKind(
    id="laporan_penyelesaian_gangguan",
    judul="Laporan Penyelesaian Gangguan",
    kode="LPG",
    sections=(
        Section.JUDUL,
        Section.KETERANGAN_NASKAH,
        Section.IDENTITAS,
        Section.URAIAN,
        Section.LANGKAH,
        Section.TEMUAN,
        Section.BUKTI,
        Section.TANDA_TANGAN,
    ),
)
