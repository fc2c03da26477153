"""Laporan Insiden to the sectoral TTIS: contact, description, impact, chronology (Perban BSSN 1/2024 art. 15)."""

from ir_platform.documents.kind import DocumentKind, Section

KIND = DocumentKind(
    id="laporan_insiden_ttis",
    judul="Laporan Insiden Siber",
    kode="LIS",
    sections=(
        Section.KEPALA_SURAT,
        Section.LAPORAN_INSIDEN,
        Section.TANDA_TANGAN,
    ),
    diminta=True,
)
