"""What the catalog renders: real files, the same each time, in bounded size, for any text."""

import io
import json
import zipfile
from dataclasses import replace

import pypdf
import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from ir_platform.documents import catalog, limits
from ir_platform.documents.content import DocumentContent, content_from_json
from ir_platform.documents.kind import DocumentKind
from ir_platform.documents.spelling import NOTICE, spell_for_pdf, spell_for_word
from tests.ir_platform.documents.reading import docx_text, long_pdf_text, pdf_text, without_spaces
from tests.ir_platform.documents.samples import (
    HOSTILE_LINE,
    a_content,
    a_finding,
    a_naskah,
    a_step,
    a_whole_content,
    an_evidence_line,
)

REPORT = "laporan_penyelesaian_gangguan"
DISPOSITION = "disposisi_penanganan_gangguan"

any_text = st.text(st.characters(), max_size=120)
"""Any code points at all, lone surrogates included."""


def test_an_unknown_kind_is_refused_with_its_name() -> None:
    with pytest.raises(catalog.UnknownDocumentKindError) as refused:
        catalog.render("surat_cinta", a_content())

    assert refused.value.kind == "surat_cinta"


def test_the_same_content_gives_the_same_bytes() -> None:
    content = a_content()

    first, second = catalog.render(REPORT, content), catalog.render(REPORT, content_from_json(content.to_json()))

    assert first == second


def test_a_document_says_nothing_of_one_drawn_before_it() -> None:
    before = a_content(judul="Gangguan di Bapenda", temuan=(a_finding(),))
    content = a_content(judul="Gangguan di RSUD")

    catalog.render(REPORT, before)
    later = catalog.render(REPORT, content)

    assert "Bapenda" not in docx_text(later.docx) + pdf_text(later.pdf)
    assert later == catalog.render(REPORT, content)


def test_the_files_carry_the_date_of_the_content_not_of_the_clock() -> None:
    rendered = catalog.render(REPORT, a_content(dibuat_pada="23 November 2026 pukul 10.15 WITA"))

    archive = zipfile.ZipFile(io.BytesIO(rendered.docx))
    assert {member.date_time for member in archive.infolist()} == {(2026, 11, 23, 2, 15, 0)}
    assert Document(io.BytesIO(rendered.docx)).core_properties.modified.isoformat() == "2026-11-23T02:15:00+00:00"
    metadata = pypdf.PdfReader(io.BytesIO(rendered.pdf)).metadata
    assert metadata is not None
    assert metadata.creation_date_raw == "D:20261123021500Z"


def test_a_pdf_is_archivable_a4_with_every_font_inside() -> None:
    pdf = pypdf.PdfReader(io.BytesIO(catalog.render(REPORT, a_content()).pdf))

    assert b"<pdfaid:part>2</pdfaid:part>" in pdf.root_object["/Metadata"].get_object().get_data()
    assert [round(float(side)) for side in pdf.pages[0].mediabox[2:]] == [595, 842]
    assert all(
        font["descendant"]["/FontDescriptor"].get_object().keys() & {"/FontFile2", "/FontFile3"} for font in _fonts(pdf)
    )


def test_hostile_text_comes_out_literally_on_both_papers() -> None:
    rendered = catalog.render(REPORT, a_content(uraian=HOSTILE_LINE, judul="{{ 7*7 }} {_{ <b>&lt;"))

    assert HOSTILE_LINE in docx_text(rendered.docx)
    assert "{{ 7*7 }} {_{ <b>&lt;" in docx_text(rendered.docx)
    assert without_spaces(HOSTILE_LINE) in without_spaces(pdf_text(rendered.pdf))
    assert "49" not in docx_text(rendered.docx)


def test_invisible_and_direction_changing_characters_are_spelled_out_and_said_so() -> None:
    content = a_content(uraian="gambar\u202egpj.exe\x00\x0b\ufffe\u200b akhir")

    rendered = catalog.render(REPORT, content)

    spelled = "gambar[U+202E]gpj.exe[U+0000][U+000B][U+FFFE][U+200B] akhir"
    for text in (docx_text(rendered.docx), pdf_text(rendered.pdf)):
        assert spelled in text
        assert NOTICE in text


def test_what_the_pdf_fonts_cannot_draw_is_spelled_out_there_and_kept_in_word() -> None:
    rendered = catalog.render(REPORT, a_content(uraian="server 服务器 🙂"))

    assert "server 服务器 🙂" in docx_text(rendered.docx)
    assert "server [U+670D][U+52A1][U+5668] [U+1F642]" in pdf_text(rendered.pdf)


def test_a_document_without_strange_characters_has_no_notice_of_them() -> None:
    rendered = catalog.render(REPORT, a_content())

    assert NOTICE not in docx_text(rendered.docx)


def test_a_very_long_word_stays_inside_the_page() -> None:
    word = "x" * 400
    content = a_content(judul=word[:300], langkah=(a_step(catatan=word, oleh=word[:200]),), temuan=())

    pdf = pypdf.PdfReader(io.BytesIO(catalog.render(REPORT, content).pdf))

    right_edges: list[float] = []
    for page in pdf.pages:
        page.extract_text(
            visitor_text=lambda text, _cm, tm, _font, _size: right_edges.append(tm[4]) if text.strip() else None
        )
    assert max(right_edges) < 595 - 57
    assert word in without_spaces(pdf_text(catalog.render(REPORT, content).pdf)).replace("Catatan:", "")


def test_a_closing_row_says_how_much_was_left_out() -> None:
    content = a_content(
        langkah=(a_step(),) * (limits.MAX_STEPS + 3),
        bukti=(an_evidence_line(),) * (limits.MAX_EVIDENCE + 5),
        temuan=(a_finding(contoh=("baris",) * (limits.MAX_SAMPLES + 7)),) * (limits.MAX_FINDINGS + 2),
    )

    rendered = catalog.render(REPORT, content)

    for text in (without_spaces(docx_text(rendered.docx)), long_pdf_text(rendered.pdf)):
        for sentence in ("3 langkah lagi", "5 bukti dukung lagi", "2 temuan deteksi lagi", "7 baris contoh lagi"):
            assert without_spaces(f"… dan {sentence} tidak dicetak") in text


def test_long_texts_are_cut_with_a_mark() -> None:
    content = a_content(uraian="a" * (limits.MAX_URAIAN_CHARS + 1), temuan=(a_finding(contoh=("b" * 501,)),))

    text = docx_text(catalog.render(REPORT, content).docx)

    assert "a" * limits.MAX_URAIAN_CHARS + limits.CUT_MARK in text
    assert "b" * limits.MAX_SAMPLE_CHARS + limits.CUT_MARK in text
    assert "a" * (limits.MAX_URAIAN_CHARS + 1) not in text


def test_a_content_over_the_limit_of_a_document_keeps_its_hashes_and_says_what_was_cut() -> None:
    flood = a_finding(contoh=("\u4e2d" * limits.MAX_SAMPLE_CHARS,) * limits.MAX_SAMPLES)
    bukti = an_evidence_line(sha256="c" * 64)
    content = a_content(bukti=(bukti,) * 20, temuan=(flood,) * limits.MAX_FINDINGS, uraian="\u4e2d" * 50_000)

    rendered = catalog.render(REPORT, content)

    text = long_pdf_text(rendered.pdf)
    assert len(text) < 1.2 * limits.MAX_DOCUMENT_CHARS
    assert text.count("c" * 64) == 20
    assert without_spaces(limits.DOCUMENT_CUT) in text


def test_evidence_that_belongs_to_no_step_is_said_to() -> None:
    text = docx_text(catalog.render(REPORT, a_content(bukti=(an_evidence_line(langkah="", putaran=""),))).docx)

    assert "Di luar langkah" in text
    assert "Langkah ," not in text


def test_a_document_the_program_prepared_leaves_the_signer_blank() -> None:
    prepared = a_content(pembuat="Sistem", jabatan_pembuat="", langkah=(), bukti=(), temuan=())

    text = docx_text(catalog.render("dokumen_informasi_gangguan", prepared).docx)

    assert "    ....................................,\n    ....................................\n    NIP" in text


def test_a_disposition_without_its_step_leaves_the_note_blank_for_ink() -> None:
    text = docx_text(catalog.render(DISPOSITION, a_content(langkah_no=2, langkah=())).docx)

    assert "Catatan:\n    \n\n\n" in text
    assert "Disposisi oleh:\n    ...................................." in text


@settings(max_examples=40, deadline=None)
@given(any_text, any_text, any_text)
def test_any_text_renders_and_every_letter_is_there_or_spelled_out(uraian: str, catatan: str, sample: str) -> None:
    content = a_content(uraian=uraian, langkah=(a_step(catatan=catatan),), temuan=(a_finding(contoh=(sample,)),))

    rendered = catalog.render(REPORT, content)

    word, paper = without_spaces(docx_text(rendered.docx)), without_spaces(pdf_text(rendered.pdf))
    for text in (text.replace("\r", "\n") for text in (uraian, catatan, sample) if text.strip()):
        assert without_spaces(spell_for_word(text)) in word
        assert set(without_spaces(spell_for_pdf(text))) <= set(paper)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_no_field_of_a_content_can_break_a_document(data: st.DataObject) -> None:
    frozen = json.loads(a_content().to_json())
    scrambled: DocumentContent = content_from_json(json.dumps(_scramble(frozen, data)))

    rendered = catalog.render(data.draw(st.sampled_from(catalog.KINDS)).id, scrambled)

    assert Document(io.BytesIO(rendered.docx)).paragraphs
    assert pypdf.PdfReader(io.BytesIO(rendered.pdf)).pages


def test_a_title_of_the_content_is_printed_in_place_of_the_kinds() -> None:
    content = replace(a_content(), judul_dokumen="Laporan Gangguan Akhir")

    text = docx_text(catalog.render(REPORT, content).docx)

    assert "LAPORAN GANGGUAN AKHIR" in text
    assert "LAPORAN PENYELESAIAN GANGGUAN" not in text


def _scramble(value: object, data: st.DataObject) -> object:
    """The same JSON with any text in the place of every text."""
    if isinstance(value, dict):
        return {key: _scramble(item, data) for key, item in value.items()}
    if isinstance(value, list):
        return [_scramble(item, data) for item in value]
    return data.draw(any_text) if isinstance(value, str) else value


def _fonts(pdf: pypdf.PdfReader) -> list[dict[str, pypdf.generic.DictionaryObject]]:
    fonts = [font.get_object() for page in pdf.pages for font in page["/Resources"]["/Font"].values()]
    return [{"descendant": font["/DescendantFonts"][0].get_object()} for font in fonts]


@pytest.mark.parametrize("kind", catalog.KINDS, ids=lambda kind: kind.id)
def test_a_word_without_an_end_stays_on_its_page(kind: DocumentKind) -> None:
    endless = "W" * limits.MAX_NAME_CHARS
    content = a_whole_content(judul=endless, pelapor=endless, kantor=endless, naskah=a_naskah(nomor_naskah=endless))

    lines = pdf_text(catalog.render_paper(kind.id, content)).splitlines()

    # Nothing on a page is wider than 60 letters W of the smallest letters that stand there.
    assert max(line.count("W") for line in lines) < 60
    assert sum(line.count("W") for line in lines) >= 2 * limits.MAX_NAME_CHARS
