"""Berita Acara Pengajuan Penggantian Perangkat: the reporting office asks for a new device (Batam, step 8)."""

from ir_platform.documents.kind import DocumentKind, Section

KIND = DocumentKind(
    id="berita_acara_pengajuan_penggantian",
    judul="Berita Acara Pengajuan Penggantian Perangkat",
    kode="BAP",
    judul_tetap=True,
    sections=(
        Section.JUDUL,
        Section.PARA_PIHAK,
        Section.PENGAJUAN_PERANGKAT,
        Section.TANDA_TANGAN_PIHAK,
    ),
    diminta=True,
)
