"""Each kind of document reads as its golden text says; `make golden` writes them anew."""

import re
from pathlib import Path

import pytest
from docx import Document

from ir_platform.documents import catalog
from ir_platform.documents.kind import DocumentKind
from tests.ir_platform.documents.reading import docx_text, pdf_text
from tests.ir_platform.documents.samples import VERIFICATION, a_whole_content

GOLDEN = Path(__file__).parent / "golden"

every_kind = pytest.mark.parametrize("kind", catalog.KINDS, ids=lambda kind: kind.id)


@every_kind
@pytest.mark.parametrize("paper", ["docx", "pdf"])
def test_a_document_reads_as_its_golden_text(kind: DocumentKind, paper: str, golden_update: bool) -> None:
    expected = GOLDEN / f"{kind.id}.{paper}.txt"

    rendered = catalog.render(kind.id, a_whole_content(judul_dokumen="", langkah_no=2), verification=VERIFICATION)

    text = docx_text(rendered.docx) if paper == "docx" else pdf_text(rendered.pdf)
    if golden_update:
        expected.write_text(text, encoding="utf-8")
    assert text == expected.read_text(encoding="utf-8")


@every_kind
def test_a_committed_word_template_says_what_the_script_makes(kind: DocumentKind, tmp_path: Path) -> None:
    from scripts.make_document_templates import build, save

    made = tmp_path / kind.template
    save(build(kind), made)

    committed = Path(catalog.__file__).parent / "templates" / kind.template
    assert _parts(made) == _parts(committed)


@every_kind
def test_both_papers_of_a_kind_say_the_same(kind: DocumentKind) -> None:
    content = a_whole_content(judul_dokumen="", langkah_no=2)

    rendered = catalog.render(kind.id, content, verification=VERIFICATION)

    word, paper = (_words(text) for text in (docx_text(rendered.docx), pdf_text(rendered.pdf)))
    assert word ^ paper == set()


def _words(text: str) -> set[str]:
    """What is said, without the marks of the readers and where a line of the layout breaks within a word."""
    said = re.sub(r"--- (footer|halaman \d+)", " ", text).replace("e-\n", "e-").casefold()
    return set(re.findall(r"[\w/;-]*\w[\w/;-]*", said))


def _parts(template: Path) -> tuple[str, str]:
    document = Document(str(template))
    return document.element.xml, document.sections[0].footer._element.xml
