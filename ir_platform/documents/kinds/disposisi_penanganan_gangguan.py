"""Disposisi Penanganan Gangguan: the sheet on which the superior passes a report on (Kaltim keamanan, step 2)."""

from ir_platform.documents.kind import DocumentKind, Section

KIND = DocumentKind(
    id="disposisi_penanganan_gangguan",
    judul="Disposisi Penanganan Gangguan",
    sections=(Section.IDENTITAS, Section.DISPOSISI, Section.URAIAN),
    template="disposisi_penanganan_gangguan.docx",
)
