"""Berita Acara Pekerjaan (perbaikan): both sides record the work that was done (Batam, step 10)."""

from ir_platform.documents.kind import DocumentKind, Section

KIND = DocumentKind(
    id="berita_acara_pekerjaan",
    judul="Berita Acara Pekerjaan",
    kode="BAK",
    judul_tetap=True,
    sections=(
        Section.JUDUL,
        Section.PARA_PIHAK,
        Section.HASIL_PEKERJAAN,
        Section.BUKTI,
        Section.TANDA_TANGAN_PIHAK,
    ),
    diminta=True,
)
