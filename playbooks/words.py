"""Words for closed sets, as documents, timelines and sentences say them in Bahasa Indonesia."""

from typing import Final

from ir_platform.domain.alert import Level
from ir_platform.domain.incident import Outcome
from ir_platform.domain.position import Kedudukan, Mandate

SYSTEM: Final = "Sistem"
SYSTEM_ROLE: Final = "sistem"
"""In the place of a pelaksana's id, where the program itself has carried out an automatic step."""
AUTOMATIC_REPORTER: Final = "Deteksi otomatis"

LEVELS: Final = {
    Level.INFORMATIONAL: "Informasi",
    Level.LOW: "Rendah",
    Level.MEDIUM: "Sedang",
    Level.HIGH: "Tinggi",
    Level.CRITICAL: "Kritis",
}

OUTCOMES: Final = {
    Outcome.TUNTAS: "Tuntas",
    Outcome.DISELESAIKAN_AWAL: "Diselesaikan lebih awal",
    Outcome.BUKAN_GANGGUAN: "Bukan gangguan",
    Outcome.MASUK_PROGRAM_KEGIATAN: "Masuk program kegiatan",
    Outcome.DIALIHKAN: "Dialihkan",
}

KEDUDUKAN: Final = {Kedudukan.DEFINITIF: "", Kedudukan.PLT: "Plt.", Kedudukan.PLH: "Plh."}


def mandate_words(mandat: Mandate) -> str:
    """Return `Plh. Kasi Keamanan Jaringan, SP 800/12/2026`, as it stands under a signature."""
    return f"{KEDUDUKAN[mandat.kedudukan]} {mandat.jabatan}, {mandat.letter_number}"


def signed_as(jabatan: str, mandat: Mandate | None) -> str:
    """Return under what title somebody acted: that of the mandate, where there is one."""
    return mandate_words(mandat) if mandat else jabatan
