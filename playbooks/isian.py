"""What an executor fills in besides the note: the fields of a lembar disposisi, a consultation, findings treated."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Tindakan:
    """What was done about one finding (temuan deteksi)."""

    temuan: str
    """Alert id."""
    uraian: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Isian:
    pertanyaan: str = ""
    """What is asked of the superior (Kaltim keamanan, step 5)."""
    arahan: str = ""
    """What the superior directs (step 6)."""
    tindakan: tuple[Tindakan, ...] = ()
    temuan_terbuka: tuple[str, ...] = ()
    """Alert ids that a `belum` leaves open for the next putaran."""


_ADAPTER = TypeAdapter(Isian)


def isian_to_plain(given: Isian | None) -> dict[str, Any] | None:
    """Return it as plain JSON values."""
    return _ADAPTER.dump_python(given, mode="json") if given is not None else None


def isian_from_plain(plain: Mapping[str, Any] | None) -> Isian | None:
    """Return what `isian_to_plain` gave. Raises: pydantic.ValidationError."""
    return _ADAPTER.validate_python(plain) if plain is not None else None
