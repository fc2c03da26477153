"""The text of a rendered document, as a reader of the file would find it."""

import shutil
import subprocess
from io import BytesIO

import pypdf
from docx import Document
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

from tests.support.require import need


def docx_text(docx: bytes) -> str:
    """Paragraphs and table rows (cells split by ` | `, a merged cell once) in order, then the footer."""
    document = Document(BytesIO(docx))
    body = [line for block in document.iter_inner_content() for line in _block_lines(block)]
    footer = [paragraph.text for paragraph in document.sections[0].footer.paragraphs]
    return "\n".join([*body, "--- footer", *footer, ""])


def pdf_text(pdf: bytes) -> str:
    """The text of each page as pypdf reads it."""
    pages = pypdf.PdfReader(BytesIO(pdf)).pages
    texts = (f"--- halaman {number}\n{page.extract_text()}\n" for number, page in enumerate(pages, start=1))
    return "".join(texts)


def long_pdf_text(pdf: bytes) -> str:
    """The text of hundreds of pages, without spaces, as poppler reads it: pypdf takes a quarter of a minute for it."""
    program = shutil.which("pdftotext")
    need(program, "poppler (pdftotext)")
    assert program is not None
    read = subprocess.run([program, "-", "-"], input=pdf, capture_output=True, check=True)
    return without_spaces(read.stdout.decode())


def without_spaces(text: str) -> str:
    """Line breaks and the gaps between words are the layout's, not the content's."""
    return "".join(text.split())


def _block_lines(block: Paragraph | Table) -> list[str]:
    if isinstance(block, Paragraph):
        return [block.text]
    return [_row_text(row) for row in block.rows]


def _row_text(row: _Row) -> str:
    cells = {id(cell._tc): cell for cell in row.cells}
    return " | ".join("\n    ".join(paragraph.text for paragraph in cell.paragraphs) for cell in cells.values())
