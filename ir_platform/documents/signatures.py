"""What a signature in a PDF says of itself; `pades` reads them, and nothing here vouches for anybody."""

from dataclasses import asdict, dataclass
from typing import Any


class NotAPdfError(Exception):
    """The bytes are no PDF that can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFound:
    """One signature in a PDF, in its own words."""

    penanda: str
    """Subject of its certificate, as stated there."""
    penerbit: str
    waktu: str | None
    """ISO 8601, as the signer's own clock said."""
    utuh: bool
    """What it covers is unchanged, and its arithmetic is right."""
    seluruh_berkas: bool
    """Nothing but the signature's own proofs was added after it, or further signatures."""

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)
