"""Dokumen Informasi Gangguan: what is known when a disturbance is recorded (Kaltim keamanan, step 1)."""

from ir_platform.documents.kind import DocumentKind, Section

KIND = DocumentKind(
    id="dokumen_informasi_gangguan",
    judul="Dokumen Informasi Gangguan",
    kode="DIG",
    sections=(
        Section.JUDUL,
        Section.KETERANGAN_NASKAH,
        Section.IDENTITAS,
        Section.URAIAN,
        Section.TEMUAN,
        Section.BUKTI,
        Section.TANDA_TANGAN,
    ),
)
