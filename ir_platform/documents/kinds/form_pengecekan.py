"""Form Pengecekan: what was examined on the spot, with room for ink (Kaltim jaringan, step 4; Batam, steps 5 and 6)."""

from ir_platform.documents.kind import DocumentKind, Section

KIND = DocumentKind(
    id="form_pengecekan",
    judul="Form Pengecekan",
    kode="FPJ",
    judul_tetap=True,
    sections=(
        Section.JUDUL,
        Section.IDENTITAS,
        Section.URAIAN,
        Section.FORM_PENGECEKAN,
        Section.BUKTI,
        Section.TANDA_TANGAN,
    ),
    diminta=True,
)
