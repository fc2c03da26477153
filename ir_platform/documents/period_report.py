"""The auditor's report of a period as PDF: figures drawn from plain values, through typst inside this process."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import typst

from ir_platform.documents.pdf import TEMPLATES
from ir_platform.documents.spelling import spell_for_pdf

MAX_TEXT_CHARS = 600
"""Of one cell; the whole text stands in the CSV beside the report."""


def render_period_report(report: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """Return the PDF (PDF/A-2u). Texts go in as JSON values and are never part of typst source."""
    return typst.compile(
        TEMPLATES / "laporan_masa.typ",
        root=TEMPLATES,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"laporan": json.dumps(_spelled(report))},
        pdf_standards=["a-2u"],
        # The PDF's own date has whole seconds; typst refuses parts of them.
        timestamp=made_at.replace(microsecond=0),
    )


def _spelled(value: Any) -> Any:  # noqa: ANN401  any JSON value
    """Return the value with every text cut to its cell and without characters that the fonts cannot draw."""
    match value:
        case str():
            cut = value if len(value) <= MAX_TEXT_CHARS else value[: MAX_TEXT_CHARS - 1] + "…"
            return spell_for_pdf(cut)
        case Mapping():
            return {key: _spelled(one) for key, one in value.items()}
        case list() | tuple():
            return [_spelled(one) for one in value]
        case _:
            return value
