"""Laporan Monitoring: what checking and watching the network has shown so far (Kaltim jaringan, steps 5 to 9)."""

from ir_platform.documents.kind import DocumentKind, Section

KIND = DocumentKind(
    id="laporan_monitoring",
    judul="Laporan Monitoring",
    kode="LMJ",
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
