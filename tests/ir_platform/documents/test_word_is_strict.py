"""What Microsoft Word refuses to open, though lenient readers do not mind: wrong order, empty cells, ragged tables."""

import io
from collections.abc import Iterator

import pytest
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from ir_platform.documents import catalog
from ir_platform.documents.content import DocumentContent
from ir_platform.documents.kind import DocumentKind
from tests.ir_platform.documents.samples import a_content, a_finding, a_step

ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs spacing ind jc rPr",
    "rPr": "rStyle rFonts b bCs i iCs caps color spacing sz szCs u lang",
    "tcPr": "tcW gridSpan vMerge tcBorders shd noWrap tcMar vAlign",
    "tblPr": "tblStyle tblW jc tblInd tblBorders tblLayout tblCellMar tblLook",
}
"""Order of child elements in ECMA-376 part 1, those we write."""

EMPTY = a_content(langkah=(), bukti=(), temuan=(), catatan_kaki=(), uraian="", pembuat="Sistem", jabatan_pembuat="")
BARE = a_content(
    langkah=(a_step(keputusan=None, alasan=None, catatan="", kelengkapan=()),), temuan=(a_finding(contoh=()),)
)

every_document = pytest.mark.parametrize("content", [a_content(), EMPTY, BARE], ids=["full", "empty", "bare"])
every_kind = pytest.mark.parametrize("kind", catalog.KINDS, ids=lambda kind: kind.id)


@every_kind
@every_document
def test_properties_stand_in_the_order_of_the_standard(kind: DocumentKind, content: DocumentContent) -> None:
    body = _body(kind, content)

    for name, order in ORDER.items():
        wanted = order.split()
        for properties in body.iter(qn(f"w:{name}")):
            found = [wanted.index(etree.QName(child).localname) for child in properties]
            assert found == sorted(found)


@every_kind
@every_document
def test_each_cell_ends_with_a_paragraph_and_each_row_fills_its_table(
    kind: DocumentKind, content: DocumentContent
) -> None:
    for table in _body(kind, content).iter(qn("w:tbl")):
        columns = len(table.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}"))
        rows = table.findall(qn("w:tr"))

        assert rows
        assert {sum(_spans(row)) for row in rows} == {columns}
        assert all(cell[-1].tag == qn("w:p") for cell in table.iter(qn("w:tc")))


def _body(kind: DocumentKind, content: DocumentContent) -> etree._Element:
    body: etree._Element = Document(io.BytesIO(catalog.render(kind.id, content).docx)).element.body
    return body


def _spans(row: etree._Element) -> Iterator[int]:
    for cell in row.iter(qn("w:tc")):
        span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
        yield 1 if span is None else int(span.get(qn("w:val")))
