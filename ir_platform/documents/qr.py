"""The QR square of a kode verifikasi isi, for both papers; the only module that knows segno."""

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import segno

_QUIET_ZONE: Final = 2
_PIXELS: Final = 8
"""Of one square in the PNG, which Word scales."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a paper shows so that its content can be checked."""

    kode: str
    alamat: str
    """Page of this office where the code is typed in; empty where the office has none that others reach."""

    @property
    def text(self) -> str:
        """What the QR holds: the code alone where there is no address."""
        return f"{self.alamat}?kode={self.kode}" if self.alamat else self.kode


def verification_of(code: str, public_url: str | None) -> Verification:
    """`public_url`: the office's own address of this program, without a path."""
    return Verification(kode=code, alamat=f"{public_url.rstrip('/')}/verifikasi" if public_url else "")


def qr_svg(text: str) -> str:
    return _bytes_of(text, "svg", scale=1).decode("utf-8")


def qr_png(text: str) -> bytes:
    return _bytes_of(text, "png", scale=_PIXELS)


def _bytes_of(text: str, kind: str, *, scale: int) -> bytes:
    buffer = io.BytesIO()
    _square_of(text).save(buffer, kind=kind, scale=scale, border=_QUIET_ZONE)
    return buffer.getvalue()


@lru_cache(maxsize=16)
def _square_of(text: str) -> segno.QRCode:
    """A document's two papers show the same one, drawn one after the other."""
    return segno.make_qr(text, error="m")
