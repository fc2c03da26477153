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
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
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
DOTS = "." * 36
SHORT_DOTS = "." * 20

Letters = Iterator[str]
"""The letters of the headings, A first."""


def build(kind: DocumentKind) -> WordDocument:
    document = Document()
    _set_styles(document)
    _set_page(document)
    _set_properties(document)
    _kop(document)
    letters = iter("ABCDEFGHIJ")
    for section in kind.sections:
        DRAWINGS[section](document, letters)
    _copies(document)
    _footnotes(document)
    _verification(document)
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
    _run(footer, "{% if s.naskah.nomor_dokumen %}{{ s.naskah.nomor_dokumen }} · {% endif %}", size=8.5)
    _run(footer, "Register insiden {{ s.nomor_register }} · nomor register, bukan nomor surat resmi", size=8.5)
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
    _tag(document, "{%p if kop.lambang %}")
    # The empty cell on the right keeps the words in the middle of the page.
    beside = document.add_table(rows=1, cols=3)
    beside.alignment, beside.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    emblem, words, _right = _sized(beside.rows[0], (2.2, TEXT_WIDTH_CM - 4.4, 2.2))
    _run(emblem.paragraphs[0], "{{ kop.lambang }}")
    _kop_words(words)
    words._tc.remove(words.paragraphs[0]._p)
    _tag(document, "{%p else %}")
    _kop_words(document)
    _tag(document, "{%p endif %}")
    rule = _paragraph(document, align=centre)
    rule.paragraph_format.line_spacing = Pt(3)
    _border(rule, "bottom", size=18, kind="thickThinSmallGap")
    rule.paragraph_format.space_after = Pt(12)


def _kop_words(place: WordDocument | _Cell) -> None:
    for words, size, bold in (("{{ s.instansi | upper }}", 13, False), ("{{ s.kantor | upper }}", 16, True)):
        _run(_centred(place), words, size=size, bold=bold)
    for part in ("s.naskah.alamat", "s.naskah.kontak"):
        place.add_paragraph(f"{{%p if {part} %}}")
        _run(_centred(place), f"{{{{ {part} }}}}", size=9.5)
        place.add_paragraph("{%p endif %}")


def _centred(place: WordDocument | _Cell) -> Paragraph:
    paragraph = place.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def _sized(row: _Row, widths_cm: Sequence[float]) -> tuple[_Cell, ...]:
    for cell, width in zip(row.cells, widths_cm, strict=True):
        cell.width, cell.vertical_alignment = Cm(width), WD_CELL_VERTICAL_ALIGNMENT.CENTER
    return tuple(row.cells)


# --- sections --------------------------------------------------------------------------------------------------------


def _title(document: WordDocument, _letters: Letters) -> None:
    centre = WD_ALIGN_PARAGRAPH.CENTER
    title = _paragraph(document, align=centre)
    _run(title, "{{ s.judul_dokumen | upper }}", size=13, bold=True)
    title.runs[0].underline = True
    _tag(document, "{%p if s.subjudul %}")
    _run(_paragraph(document, align=centre), "{{ s.subjudul }}")
    _tag(document, "{%p endif %}")
    number = _paragraph(document, align=centre)
    _run(number, f"Nomor: {_or_dots('s.naskah.nomor')}")
    number.paragraph_format.space_after = Pt(12)


def _letter_head(document: WordDocument, _letters: Letters) -> None:
    place = f"{_or_dots('s.naskah.tempat', SHORT_DOTS)}, {_or_dots('s.naskah.tanggal')}"
    _run(_paragraph(document, align=WD_ALIGN_PARAGRAPH.RIGHT), place)
    _labelled(document, "Nomor", _or_dots("s.naskah.nomor"))
    _nature(document)
    _labelled(document, "Hal", "{{ s.judul_dokumen }} – {{ s.naskah.hal }}", bold=True)
    _labelled(document, "Kode klasifikasi", _or_dots("s.naskah.kode_klasifikasi"))
    _run(_paragraph(document, before_pt=12), "Yth.")
    _tag(document, "{%p for one in s.naskah.kepada %}")
    _run(_paragraph(document), "{{ one }}")
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p if not s.naskah.kepada %}")
    _run(_paragraph(document), DOTS)
    _tag(document, "{%p endif %}")
    place = _paragraph(document)
    _run(place, f"di – {DOTS}")
    place.paragraph_format.space_after = Pt(12)


def _notes(document: WordDocument, _letters: Letters) -> None:
    _nature(document)
    _labelled(document, "Kode klasifikasi", _or_dots("s.naskah.kode_klasifikasi"))
    _paragraph(document)


def _nature(document: WordDocument) -> None:
    _labelled(document, "Sifat", f"{_or_dots('s.naskah.klasifikasi_keamanan', SHORT_DOTS)} (klasifikasi keamanan)")
    _labelled(document, "", f"{_or_dots('s.naskah.derajat_kecepatan', SHORT_DOTS)} (derajat kecepatan)")
    _labelled(document, "Lampiran", _or_dots("s.naskah.lampiran"))


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


def _disposition(document: WordDocument, _letters: Letters) -> None:
    half = TEXT_WIDTH_CM / 2
    table = _table(document, widths=(half, half))
    who = ("{%p for one in s.disposisi.diteruskan_kepada %}", "{{ loop.index }}. {{ one }}", "{%p endfor %}")
    nobody = ("{%p if not s.disposisi.diteruskan_kepada %}", DOTS, DOTS, DOTS, "{%p endif %}")
    box = "{% if one.dipilih %}☑{% else %}☐{% endif %} {{ one.label }}"
    wishes = ("{%p for one in s.disposisi.harap %}", box, "{%p endfor %}")
    pairs: Sequence[tuple[Sequence[str], Sequence[str]]] = (
        (("Surat dari:", _or_dots("s.disposisi.surat_dari")), ("Diterima tanggal:", _or_dots("s.disposisi.diterima"))),
        (
            ("Nomor surat:", _or_dots("s.disposisi.nomor_surat")),
            ("Nomor agenda:", _or_dots("s.disposisi.nomor_agenda")),
        ),
        (("Tanggal surat:", _or_dots("s.disposisi.tanggal_surat")), ("Sifat:", _or_dots("s.disposisi.sifat"))),
        (("Hal:", _or_dots("s.disposisi.hal")), ()),
        (("Diteruskan kepada Sdr.:", *who, *nobody), ("Dengan hormat harap:", *wishes)),
        (("Catatan:", "{{ s.disposisi.isi }}"), ()),
        (("Disposisi oleh:", _or_dots("s.disposisi.oleh")), ("Pada:", _or_dots("s.disposisi.pada"))),
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
    _run(_paragraph(document, before_pt=6), "Register insiden: {{ s.nomor_register }}", size=9.5)


def _examination(document: WordDocument, letters: Letters) -> None:
    _heading(document, letters, "Pengecekan")
    _labelled(document, "Lokasi", DOTS)
    _labelled(document, "Petugas", _or_dots("s.pelaksanaan.petugas"))
    _labelled(document, "Waktu", _or_dots("s.pelaksanaan.pada"))
    _paragraph(document)
    widths = (1.0, 5.5, 2.2, 2.2, 5.6)
    _blank_table(document, widths, ("No.", "Yang diperiksa", "Baik", "Gangguan", "Keterangan"), rows=6, boxes=(2, 3))
    _written(document, "Catatan petugas:", "s.pelaksanaan.catatan")


def _parties(document: WordDocument, _letters: Letters) -> None:
    day = f"Pada hari ini, {_or_dots('s.naskah.hari', DOTS * 2)}, bertempat di {_or_dots('s.naskah.tempat')}, "
    _run(_justified(document), day + "kami yang bertanda tangan di bawah ini:")
    for number, (index, title) in enumerate(((0, "PIHAK PERTAMA"), (1, "PIHAK KEDUA")), start=1):
        who = f"s.naskah.pihak[{index}]"
        _labelled(document, f"{number}.  Nama", _or_dots(f"{who}.nama"), before_pt=6)
        _labelled(document, "     Jabatan", _or_dots(f"{who}.jabatan"))
        _tag(document, f"{{%p if {who}.mandat %}}")
        _labelled(document, "     Dasar", f"{{{{ {who}.mandat }}}}")
        _tag(document, "{%p endif %}")
        line = _paragraph(document, indent_cm=0.75)
        _run(line, "selanjutnya disebut ")
        _run(line, f"{title};", bold=True)
    _paragraph(document)


def _request(document: WordDocument, _letters: Letters) -> None:
    text = (
        "sehubungan dengan gangguan jaringan “{{ s.judul }}” (register insiden {{ s.nomor_register }}), PIHAK KEDUA "
        "mengajukan penggantian perangkat kepada PIHAK PERTAMA dengan rincian sebagai berikut:"
    )
    _run(_justified(document), text)
    widths = (1.0, 4.5, 3.0, 3.0, 1.6, 3.4)
    head = ("No.", "Perangkat", "Merek/tipe", "Nomor seri", "Jumlah", "Kerusakan")
    _blank_table(document, widths, head, rows=4)
    _written(document, "Keterangan:", "s.pelaksanaan.catatan")


def _work(document: WordDocument, letters: Letters) -> None:
    text = (
        "PIHAK PERTAMA telah melaksanakan pekerjaan penanganan gangguan jaringan “{{ s.judul }}” (register insiden "
        "{{ s.nomor_register }}) dan PIHAK KEDUA mengetahui hasilnya, dengan rincian sebagai berikut:"
    )
    _run(_justified(document), text)
    _steps(document, letters)
    _paragraph(document)
    widths = (1.0, 5.0, 3.5, 3.5, 3.5)
    _blank_table(document, widths, ("No.", "Perangkat", "Merek/tipe", "Nomor seri lama", "Nomor seri baru"), rows=2)


def _incident_report(document: WordDocument, letters: Letters) -> None:
    text = (
        "Bersama ini kami laporkan insiden siber sebagaimana dimaksud dalam Pasal 15 Peraturan Badan Siber dan Sandi "
        "Negara Nomor 1 Tahun 2024:"
    )
    _run(_justified(document), text)
    _heading(document, letters, "Kontak pelapor")
    _run(_paragraph(document), _or_dots("s.laporan_insiden.kontak", DOTS * 2))
    _heading(document, letters, "Deskripsi insiden")
    _identity(document, letters)
    _run(_paragraph(document, before_pt=6), "{{ s.uraian }}")
    _tag(document, "{%p for finding in s.temuan %}")
    about = "{% for row in finding.rincian %}{% if row[0] == 'Tentang' %} ({{ row[1] }}){% endif %}{% endfor %}"
    _run(_paragraph(document, indent_cm=0.4, hanging_cm=0.4), "– {{ finding.judul }}" + about)
    _tag(document, "{%p endfor %}")
    _heading(document, letters, "Dampak insiden")
    _run(_paragraph(document), _or_dots("s.laporan_insiden.dampak", DOTS * 4))
    _heading(document, letters, "Kronologi")
    widths = (4.9, 11.6)
    table = _table(document, widths=widths, head=("Waktu", "Kejadian"))
    _tag_row(table, "{%tr for row in s.laporan_insiden.kronologi %}")
    row = table.add_row()
    _fill(row.cells[0], "{{ row[0] }}", size=10)
    _fill(row.cells[1], "{{ row[1] }}", size=10)
    _tag_row(table, "{%tr endfor %}")
    _fix_widths(table, widths)
    closing = _justified(document)
    closing.paragraph_format.space_before = Pt(12)
    _run(closing, "Demikian laporan ini kami sampaikan. Atas perhatian Bapak/Ibu, kami ucapkan terima kasih.")


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
    place = f"{_or_dots('s.naskah.tempat', SHORT_DOTS)}, {_or_dots('s.naskah.tanggal')}"
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    left, right = table.rows[0].cells
    _initials(left)
    _run(_lines(right, before_pt=18), "{% if 'kepala_surat' not in s.sections %}" + place + "{% endif %}")
    _signature_lines(right, "s.naskah.penanda_tangan")
    _fix_widths(table, (8.7, 7.8))


def _initials(cell: _Cell) -> None:
    _run(cell.paragraphs[0], "{%p if s.naskah.paraf %}")
    _run(_lines(cell, before_pt=24), "Paraf hierarki:", size=9)
    _run(cell.add_paragraph(), "{%p for one in s.naskah.paraf %}")
    _run(_lines(cell, before_pt=6), f"{{{{ one }}}}: {SHORT_DOTS}", size=9)
    _run(cell.add_paragraph(), "{%p endfor %}")
    _run(cell.add_paragraph(), "{%p endif %}")
    _lines(cell)
    for paragraph in cell.paragraphs:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT


def _signatures(document: WordDocument, _letters: Letters) -> None:
    closing = _justified(document)
    closing.paragraph_format.space_before = Pt(8)
    _run(closing, "Demikian Berita Acara ini dibuat dengan sebenarnya untuk dipergunakan sebagaimana mestinya.")
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    for cell, title, who in zip(
        table.rows[0].cells, ("PIHAK KEDUA", "PIHAK PERTAMA"), ("s.naskah.pihak[1]", "s.naskah.pihak[0]"), strict=True
    ):
        _run(_lines(cell, before_pt=12), title, bold=True)
        _signature_lines(cell, who)
    _fix_widths(table, (8.25, 8.25))
    _tag(document, "{%p for one in s.naskah.mengetahui %}")
    for text, before_pt, bold in (("Mengetahui,", 12, False), *_signature_texts("one")):
        line = _paragraph(document, align=WD_ALIGN_PARAGRAPH.CENTER, before_pt=before_pt)
        line.paragraph_format.keep_with_next = True
        _run(line, text, bold=bold)
    _tag(document, "{%p endfor %}")


def _signature_texts(who: str) -> tuple[tuple[str, float, bool], ...]:
    """Each line of a signature with the space before it, and whether it is bold."""
    return (
        (f"{_or_dots(f'{who}.jabatan')},", 2, False),
        (_or_dots(f"{who}.nama"), 54, True),
        (f"NIP {SHORT_DOTS}", 0, False),
    )


def _signature_lines(cell: _Cell, who: str) -> None:
    for part, label in (("atas_nama", "a.n. "), ("untuk_beliau", "u.b. ")):
        _run(cell.add_paragraph(), f"{{%p if {who}.{part} %}}")
        _run(_lines(cell), f"{label}{{{{ {who}.{part} }}}}")
        _run(cell.add_paragraph(), "{%p endif %}")
    for text, before_pt, bold in _signature_texts(who):
        _run(_lines(cell, before_pt=before_pt), text, bold=bold)
    for part, label, ending in (("pelaksana", "sebagai ", " dalam SOP"), ("mandat", "", "")):
        _run(cell.add_paragraph(), f"{{%p if {who}.{part} %}}")
        _run(_lines(cell), f"{label}{{{{ {who}.{part} }}}}{ending}", size=8.5)
        _run(cell.add_paragraph(), "{%p endif %}")


def _copies(document: WordDocument) -> None:
    _tag(document, "{%p if s.naskah.tembusan %}")
    _run(_paragraph(document, before_pt=12), "Tembusan:", size=10)
    _tag(document, "{%p for one in s.naskah.tembusan %}")
    _run(_paragraph(document, indent_cm=0.4), "{{ loop.index }}. {{ one }}", size=10)
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p endif %}")


def _verification(document: WordDocument) -> None:
    _tag(document, "{%p if verifikasi.kode %}")
    _run(_paragraph(document, before_pt=14), "{{ verifikasi.qr }}")
    _run(_paragraph(document), "Kode verifikasi isi, bukan tanda tangan: ", size=8.5, bold=True)
    _run(document.paragraphs[-1], "{{ verifikasi.kode }}", size=9.5, font=MONO)
    where = "{% if verifikasi.alamat %}Periksa di {{ verifikasi.alamat }}{% else %}Periksa pada halaman Verifikasi "
    _run(_paragraph(document), where + "aplikasi ini di kantor penerbit.{% endif %}", size=8.5)
    _tag(document, "{%p endif %}")


def _footnotes(document: WordDocument) -> None:
    _tag(document, "{%p if s.catatan_kaki %}")
    _run(_paragraph(document, before_pt=24), "Catatan:", size=8.5)
    _tag(document, "{%p for note in s.catatan_kaki %}")
    _run(_paragraph(document, indent_cm=0.4, hanging_cm=0.4), "• {{ note }}", size=8.5)
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p endif %}")


DRAWINGS: dict[Section, Callable[[WordDocument, Letters], None]] = {
    Section.JUDUL: _title,
    Section.KEPALA_SURAT: _letter_head,
    Section.KETERANGAN_NASKAH: _notes,
    Section.IDENTITAS: _identity,
    Section.URAIAN: _description,
    Section.DISPOSISI: _disposition,
    Section.FORM_PENGECEKAN: _examination,
    Section.PARA_PIHAK: _parties,
    Section.PENGAJUAN_PERANGKAT: _request,
    Section.HASIL_PEKERJAAN: _work,
    Section.LAPORAN_INSIDEN: _incident_report,
    Section.TEMUAN: _findings,
    Section.LANGKAH: _steps,
    Section.BUKTI: _evidence,
    Section.TANDA_TANGAN: _signature,
    Section.TANDA_TANGAN_PIHAK: _signatures,
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
) -> None:
    run = paragraph.add_run(text)
    run.bold = bold or None
    run.font.size = Pt(size) if size else None
    run.font.name = font


def _tag(document: WordDocument, text: str) -> None:
    document.add_paragraph(text)


def _or_dots(value: str, dots: str = DOTS) -> str:
    """A value, or a line for ink where it is empty."""
    return f"{{{{ {value} or '{dots}' }}}}"


def _labelled(document: WordDocument, label: str, text: str, *, bold: bool = False, before_pt: float = 0) -> None:
    line = _paragraph(document, hanging_cm=3.6, before_pt=before_pt)
    line.paragraph_format.tab_stops.add_tab_stop(Cm(3.2))
    line.paragraph_format.tab_stops.add_tab_stop(Cm(3.6))
    _run(line, f"{label}\t{':' if label else ''}\t")
    _run(line, text, bold=bold)


def _justified(document: WordDocument) -> Paragraph:
    return _paragraph(document, align=WD_ALIGN_PARAGRAPH.JUSTIFY)


def _written(document: WordDocument, label: str, value: str) -> None:
    _run(_paragraph(document, before_pt=8), label)
    _run(_paragraph(document), _or_dots(value, DOTS * 4))


def _lines(cell: _Cell, *, before_pt: float = 0) -> Paragraph:
    """A centred paragraph of a signature, kept together with the next one."""
    line = cell.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.paragraph_format.space_before = Pt(before_pt)
    line.paragraph_format.keep_with_next = True
    return line


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


def _blank_table(
    document: WordDocument, widths: Sequence[float], head: Sequence[str], *, rows: int, boxes: Sequence[int] = ()
) -> None:
    """A table to fill in by hand, with numbered rows; `boxes`: columns with a box to tick."""
    table = _table(document, widths=widths, head=head)
    for number in range(1, rows + 1):
        row = table.add_row()
        row.height = Cm(0.9)
        _fill(row.cells[0], f"{number}", size=9.5, align=WD_ALIGN_PARAGRAPH.CENTER)
        for column in boxes:
            _fill(row.cells[column], "☐", align=WD_ALIGN_PARAGRAPH.CENTER)
    _fix_widths(table, widths)


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
