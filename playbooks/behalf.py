"""An act of somebody outside the office, who has no account: who did it, how and when, as the recorder writes it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Cara(StrEnum):
    """How the outside executor acted towards the office."""

    SURAT = "surat"
    EMAIL = "email"
    WA = "wa"
    TIKET = "tiket"
    TELEPON = "telepon"
    LISAN = "lisan"
    DI_TEMPAT = "di_tempat"

    @property
    def is_written(self) -> bool:
        """Whether something written exists that can be shown as proof."""
        return self in (Cara.SURAT, Cara.EMAIL, Cara.WA)


CARA_WORDS = {
    Cara.SURAT: "surat",
    Cara.EMAIL: "e-mail",
    Cara.WA: "WA",
    Cara.TIKET: "tiket",
    Cara.TELEPON: "telepon",
    Cara.LISAN: "lisan",
    Cara.DI_TEMPAT: "bertemu di tempat",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AtasNama:
    """The outside person an act is recorded for."""

    nama: str
    jabatan: str
    cara: Cara
    waktu: datetime
    """When the person acted, not when it was recorded."""
