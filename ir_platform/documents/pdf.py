"""A sheet as PDF/A, through typst inside this process: its own fonts, no system library, no network."""

import json
from dataclasses import asdict
from pathlib import Path

import typst

from ir_platform.documents.qr import Verification, qr_svg
from ir_platform.documents.sheet import Sheet

TEMPLATES = Path(__file__).parent / "templates"


def render_pdf(sheet: Sheet, *, verification: Verification | None = None, emblem: bytes | None = None) -> bytes:
    """Return the PDF. Text goes in as JSON values and is never part of typst source.

    PDF/A-2u: archivable, with every glyph mapped to Unicode, so that text can be searched and copied.
    """
    inputs = {"sheet": json.dumps(asdict(sheet), default=str)}
    if verification is not None:
        inputs |= {"kode": verification.kode, "alamat": verification.alamat, "qr": qr_svg(verification.text)}
    if emblem is not None:
        # Inputs are texts: the picture goes in as the list of its bytes.
        inputs["lambang"] = json.dumps(list(emblem))
    return typst.compile(
        TEMPLATES / "naskah.typ",
        root=TEMPLATES,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=["a-2u"],
        timestamp=sheet.dibuat,
    )
