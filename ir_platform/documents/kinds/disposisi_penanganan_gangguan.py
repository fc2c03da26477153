"""Lembar Disposisi: the sheet on which the superior passes a report on (Kaltim keamanan, step 2)."""

from ir_platform.documents.kind import DocumentKind, Section

KIND = DocumentKind(
    id="disposisi_penanganan_gangguan",
    judul="Lembar Disposisi",
    kode="DSP",
    judul_tetap=True,
    sections=(
        Section.JUDUL,
        Section.DISPOSISI,
    ),
)
