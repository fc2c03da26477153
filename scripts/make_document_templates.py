"""Make the Word templates of every kind of document; the result is committed and an office may restyle it.

Usage: `python scripts/make_document_templates.py [FOLDER]` (default `ir_platform/documents/templates`).
What stands between `{{ }}` is filled in by docxtpl; `{%tr %}` and `{%p %}` repeat or drop the whole row or paragraph
they stand in.
"""

import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from ir_platform.documents.catalog import KINDS
from ir_platform.documents.kind import DocumentKind, Section

FOLDER = Path(__file__).resolve().parents[1] / "ir_platform" / "documents" / "templates"
MADE_AT = datetime(2026, 1, 1)  # noqa: DTZ001  a DOCX property has no zone
TEXT_WIDTH_CM = 16.5
MONO = "Courier New"
GREY = RGBColor(0x6E, 0x6E, 0x6E)
DOTS = "." * 36

Letters = Iterator[str]
"""The letters of the headings, A first."""


def build(kind: DocumentKind) -> WordDocument:
    document = Document()
    _set_styles(document)
    _set_page(document)
    _set_properties(document)
    _kop(document)
    _title(document)
    letters = iter("ABCDEFGHIJ")
    for section in kind.sections:
        DRAWINGS[section](document, letters)
    _footnotes(document)
    return document


# --- page ------------------------------------------------------------------------------------------------------------


def _set_styles(document: WordDocument) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(11)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    normal.paragraph_format.space_after = Pt(0)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "id-ID")
    normal.element.rPr.append(language)
    heading = document.styles["Heading 1"]
    heading.font.name, heading.font.size, heading.font.bold = "Times New Roman", Pt(11), True
    heading.element.rPr.rFonts.attrib.clear()
    heading.element.rPr.rFonts.set(qn("w:ascii"), "Times New Roman")
    heading.element.rPr.rFonts.set(qn("w:hAnsi"), "Times New Roman")
    heading.font.color.rgb = RGBColor(0, 0, 0)
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(12), Pt(4)


def _set_page(document: WordDocument) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Cm(2.5), Cm(2), Cm(2), Cm(2.2)
    footer = page.footer.paragraphs[0]
    footer.style.paragraph_format.tab_stops.clear_all()
    footer.paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_WIDTH_CM), WD_TAB_ALIGNMENT.RIGHT)
    _border(footer, "top", size=4)
    _run(footer, "{{ s.nomor_register }} · Nomor register insiden, bukan nomor surat resmi", size=8.5)
    _run(footer, "\tHalaman ", size=8.5)
    _field(footer, "PAGE")
    _run(footer, " dari ", size=8.5)
    _field(footer, "NUMPAGES")


def _set_properties(document: WordDocument) -> None:
    properties = document.core_properties
    properties.author, properties.title, properties.comments = "", "", ""
    properties.created = properties.modified = MADE_AT
    properties.language = "id-ID"


def _kop(document: WordDocument) -> None:
    centre = WD_ALIGN_PARAGRAPH.CENTER
    _run(_paragraph(document, align=centre), "{{ s.instansi | upper }}", size=13)
    office = _paragraph(document, align=centre)
    _run(office, "{{ s.kantor | upper }}", size=16, bold=True)
    _border(office, "bottom", size=18, kind="thickThinSmallGap")
    office.paragraph_format.space_after = Pt(12)


def _title(document: WordDocument) -> None:
    centre = WD_ALIGN_PARAGRAPH.CENTER
    _run(_paragraph(document, align=centre), "{{ s.judul_dokumen | upper }}", size=13, bold=True)
    number = _paragraph(document, align=centre)
    _run(number, "Nomor register insiden: {{ s.nomor_register }}")
    number.paragraph_format.space_after = Pt(12)


# --- sections --------------------------------------------------------------------------------------------------------


def _identity(document: WordDocument, _letters: Letters) -> None:
    table = _table(document, widths=(4.4, 12.1))
    _tag_row(table, "{%tr for row in s.identitas %}")
    row = table.add_row()
    _fill(row.cells[0], "{{ row[0] }}")
    _fill(row.cells[1], "{{ row[1] }}")
    _tag_row(table, "{%tr endfor %}")
    _fix_widths(table, (4.4, 12.1))


def _description(document: WordDocument, letters: Letters) -> None:
    _heading(document, letters, "Uraian gangguan")
    _run(_paragraph(document), "{{ s.uraian }}")


def _disposition(document: WordDocument, letters: Letters) -> None:
    _heading(document, letters, "Lembar disposisi")
    half = TEXT_WIDTH_CM / 2
    table = _table(document, widths=(half, half))
    pairs: Sequence[tuple[Sequence[str], Sequence[str]]] = (
        (("Surat dari:", "{{ s.disposisi.surat_dari }}"), ("Diterima:", "{{ s.disposisi.diterima }}")),
        (("Nomor surat:", DOTS), ("Nomor agenda:", DOTS)),
        (("Tanggal surat:", DOTS), ("Sifat:", DOTS)),
        (("Hal:", "{{ s.disposisi.hal }}"), ()),
        (
            ("Diteruskan kepada:", DOTS, DOTS, DOTS),
            ("Dengan hormat harap:", "☐ Tanggapan dan saran", "☐ Proses lebih lanjut", "☐ Koordinasi/konfirmasi"),
        ),
        (("Catatan:", "{{ s.disposisi.isi }}"), ()),
        (("Disposisi dicatat oleh:", "{{ s.disposisi.oleh }}"), ("Pada:", "{{ s.disposisi.pada }}")),
        (("Paraf:", "", ""), ("Tanggal:", "", "")),
    )
    for left, right in pairs:
        row = table.add_row()
        _fill(row.cells[0], *left)
        if right:
            _fill(row.cells[1], *right)
        else:
            row.cells[0].merge(row.cells[1])
    _fix_widths(table, (half, half))


def _findings(document: WordDocument, letters: Letters) -> None:
    _heading(document, letters, "Temuan deteksi")
    _tag(document, "{%p if not s.temuan %}")
    _run(_paragraph(document), "Tidak ada temuan deteksi pada insiden ini.")
    _tag(document, "{%p endif %}")
    _tag(document, "{%p for finding in s.temuan %}")
    title = _paragraph(document)
    title.paragraph_format.space_before, title.paragraph_format.keep_with_next = Pt(8), True
    _run(title, "{{ finding.no }}. ")
    _run(title, "{{ finding.judul }}", bold=True)
    _tag(document, "{%p for row in finding.rincian %}")
    detail = _paragraph(document, indent_cm=0.6, hanging_cm=2.4)
    detail.paragraph_format.tab_stops.add_tab_stop(Cm(3))
    _run(detail, "{{ row[0] }}\t: {{ row[1] }}", size=10)
    _tag(document, "{%p endfor %}")
    _samples(document)
    _advice(document)
    _tag(document, "{%p endfor %}")
    _closing(document, "s.sisa_temuan")


def _samples(document: WordDocument) -> None:
    _tag(document, "{%p if finding.contoh %}")
    _run(_paragraph(document, indent_cm=0.6, before_pt=4), "Baris asli (contoh):", size=10)
    _tag(document, "{%p for sample in finding.contoh %}")
    line = _paragraph(document, indent_cm=0.6, before_pt=3)
    _run(line, "{{ sample }}", size=7.5, font=MONO)
    _shade(line._p.get_or_add_pPr(), "F4F4F4")
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p endif %}")
    _closing(document, "finding.sisa_contoh")


def _advice(document: WordDocument) -> None:
    _tag(document, "{%p if finding.periksa %}")
    _run(_paragraph(document, indent_cm=0.6, before_pt=4), "Yang perlu diperiksa:", size=10)
    _tag(document, "{%p for advice in finding.periksa %}")
    _run(_paragraph(document, indent_cm=0.6, hanging_cm=0.4), "• {{ advice }}", size=10)
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p endif %}")


def _steps(document: WordDocument, letters: Letters) -> None:
    _heading(document, letters, "Pelaksanaan langkah")
    widths = (1.0, 1.6, 4.6, 4.3, 5.0)
    table = _table(
        document, widths=widths, head=("No.", "Putaran", "Langkah", "Dilaksanakan oleh", "Keputusan dan catatan")
    )
    _tag_row(table, "{%tr for step in s.langkah %}")
    row = table.add_row()
    _fill(row.cells[0], "{{ step.no }}", size=9.5, align=WD_ALIGN_PARAGRAPH.CENTER)
    _fill(row.cells[1], "{{ step.putaran }}", size=9.5, align=WD_ALIGN_PARAGRAPH.CENTER)
    _fill(row.cells[2], "{{ step.uraian }}", "{{ step.pelaksana }}", size=9.5)
    row.cells[2].paragraphs[1].runs[0].italic = True
    _fill(row.cells[3], "{{ step.oleh }}", "{{ step.jabatan }}", "{{ step.pada }}", size=9.5)
    row.cells[3].paragraphs[0].runs[0].bold = True
    _fill(row.cells[4], "{%p for row in step.hasil %}", "{{ row[0] }}: {{ row[1] }}", "{%p endfor %}", size=9.5)
    _tag_row(table, "{%tr endfor %}")
    _tag_row(table, "{%tr if not s.langkah %}")
    _wide_row(table, "Belum ada langkah yang dilaksanakan.")
    _tag_row(table, "{%tr endif %}")
    _closing_row(table, "s.sisa_langkah")
    _fix_widths(table, widths)


def _evidence(document: WordDocument, letters: Letters) -> None:
    _heading(document, letters, "Bukti dukung")
    widths = (1.0, 6.7, 4.4, 4.4)
    table = _table(document, widths=widths, head=("No.", "Berkas", "Kelengkapan", "Diserahkan oleh"))
    _tag_row(table, "{%tr for item in s.bukti %}")
    row, hash_row = table.add_row(), table.add_row()
    _fill(row.cells[1], "{{ item.nama }}", "{{ item.ukuran }}", size=9.5)
    row.cells[1].paragraphs[0].runs[0].bold = True
    _fill(row.cells[2], "{{ item.kelengkapan }}", "{{ item.asal }}", size=9.5)
    _fill(row.cells[3], "{{ item.oleh }}", "{{ item.pada }}", size=9.5)
    _fill(hash_row.cells[1], "SHA-256: ", size=9.5)
    _run(hash_row.cells[1].paragraphs[0], "{{ item.sha256 }}", size=8, font=MONO)
    hash_row.cells[1].merge(hash_row.cells[3])
    number = row.cells[0].merge(hash_row.cells[0])
    _fill(number, "{{ item.no }}", size=9.5, align=WD_ALIGN_PARAGRAPH.CENTER)
    for paragraph in (paragraph for cell in row.cells for paragraph in cell.paragraphs):
        paragraph.paragraph_format.keep_with_next = True
    _tag_row(table, "{%tr endfor %}")
    _tag_row(table, "{%tr if not s.bukti %}")
    _wide_row(table, "Belum ada bukti dukung.")
    _tag_row(table, "{%tr endif %}")
    _closing_row(table, "s.sisa_bukti")
    _fix_widths(table, widths)


def _signature(document: WordDocument, _letters: Letters) -> None:
    lines = (
        ("Tanggal: " + "." * 30, 24, False),
        ("{{ s.jabatan_penanda_tangan or '" + DOTS + "' }}", 6, False),
        ("(tanda tangan)", 40, False),
        ("{{ s.penanda_tangan or '" + DOTS + "' }}", 30, True),
    )
    for text, before_pt, bold in lines:
        line = _paragraph(document, indent_cm=9, align=WD_ALIGN_PARAGRAPH.CENTER, before_pt=before_pt)
        line.paragraph_format.keep_with_next = True
        _run(line, text, bold=bold, colour=GREY if text == "(tanda tangan)" else None)


def _footnotes(document: WordDocument) -> None:
    _tag(document, "{%p if s.catatan_kaki %}")
    _run(_paragraph(document, before_pt=24), "Catatan:", size=8.5)
    _tag(document, "{%p for note in s.catatan_kaki %}")
    _run(_paragraph(document, indent_cm=0.4, hanging_cm=0.4), "• {{ note }}", size=8.5)
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p endif %}")


DRAWINGS: dict[Section, Callable[[WordDocument, Letters], None]] = {
    Section.IDENTITAS: _identity,
    Section.URAIAN: _description,
    Section.DISPOSISI: _disposition,
    Section.TEMUAN: _findings,
    Section.LANGKAH: _steps,
    Section.BUKTI: _evidence,
    Section.TANDA_TANGAN: _signature,
}


# --- parts of a page -------------------------------------------------------------------------------------------------


def _heading(document: WordDocument, letters: Letters, text: str) -> None:
    document.add_heading(f"{next(letters)}.  {text}", level=1)


def _paragraph(
    document: WordDocument,
    *,
    align: WD_ALIGN_PARAGRAPH | None = None,
    indent_cm: float = 0,
    hanging_cm: float = 0,
    before_pt: float = 0,
) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.left_indent = Cm(indent_cm + hanging_cm)
    paragraph.paragraph_format.first_line_indent = Cm(-hanging_cm)
    paragraph.paragraph_format.space_before = Pt(before_pt)
    return paragraph


def _run(
    paragraph: Paragraph,
    text: str,
    *,
    size: float | None = None,
    bold: bool = False,
    font: str | None = None,
    colour: RGBColor | None = None,
) -> None:
    run = paragraph.add_run(text)
    run.bold = bold or None
    run.font.size = Pt(size) if size else None
    run.font.name = font
    if colour is not None:
        run.font.color.rgb = colour


def _tag(document: WordDocument, text: str) -> None:
    document.add_paragraph(text)


def _closing(document: WordDocument, value: str) -> None:
    _tag(document, f"{{%p if {value} %}}")
    _paragraph(document).add_run(f"{{{{ {value} }}}}").italic = True
    _tag(document, "{%p endif %}")


def _field(paragraph: Paragraph, instruction: str) -> None:
    for kind in ("begin", None, "end"):
        run = paragraph.add_run()
        run.font.size = Pt(8.5)
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = instruction
        run._r.append(element)


def _border(paragraph: Paragraph, side: str, *, size: int, kind: str = "single") -> None:
    """Draw a line along the paragraph; `size` in eighths of a point."""
    borders, border = OxmlElement("w:pBdr"), OxmlElement(f"w:{side}")
    for name, value in (("val", kind), ("sz", str(size)), ("space", "4"), ("color", "auto")):
        border.set(qn(f"w:{name}"), value)
    borders.append(border)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")


def _shade(properties: object, fill: str) -> None:
    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
        shading.set(qn(f"w:{name}"), value)
    properties.insert_element_before(shading, "w:tabs", "w:spacing", "w:ind", "w:jc", "w:noWrap", "w:vAlign")


# --- tables ----------------------------------------------------------------------------------------------------------


def _table(document: WordDocument, *, widths: Sequence[float], head: Sequence[str] = ()) -> Table:
    table = document.add_table(rows=0, cols=len(widths))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    if head:
        row = table.add_row()
        for cell, label in zip(row.cells, head, strict=True):
            _fill(cell, label, size=9.5, align=WD_ALIGN_PARAGRAPH.CENTER)
            cell.paragraphs[0].runs[0].bold = True
            _shade(cell._tc.get_or_add_tcPr(), "EBEBEB")
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    return table


def _fix_widths(table: Table, widths: Sequence[float]) -> None:
    """Word keeps to a column's width only where every cell repeats it."""
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        position = 0
        for element in row._tr.tc_lst:
            element.width = Cm(sum(widths[position : position + element.grid_span]))
            position += element.grid_span


def _fill(cell: _Cell, *texts: str, size: float = 10.5, align: WD_ALIGN_PARAGRAPH | None = None) -> None:
    for at, text in enumerate(texts):
        paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
        paragraph.alignment = align
        if text:
            _run(paragraph, text, size=size)


def _tag_row(table: Table, tag: str) -> _Row:
    row = table.add_row()
    row.cells[0].text = tag
    return row


def _wide_row(table: Table, text: str) -> None:
    row = table.add_row()
    _fill(row.cells[0], text, size=9.5)
    row.cells[0].merge(row.cells[-1])


def _closing_row(table: Table, value: str) -> None:
    _tag_row(table, f"{{%tr if {value} %}}")
    _wide_row(table, f"{{{{ {value} }}}}")
    _tag_row(table, "{%tr endif %}")


def save(document: WordDocument, path: Path) -> None:
    """Save with one fixed time on every member, so that the same script makes the same file."""
    buffer = BytesIO()
    document.save(buffer)
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w") as new:
        for member in old.infolist():
            info = zipfile.ZipInfo(member.filename, date_time=MADE_AT.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(member))


def main(folder: Path = FOLDER) -> None:
    for kind in KINDS:
        save(build(kind), folder / kind.template)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
