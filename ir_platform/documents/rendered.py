"""What rendering gives back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RenderedDocument:
    docx: bytes
    pdf: bytes
    """PDF/A-2u, A4, fonts embedded."""
