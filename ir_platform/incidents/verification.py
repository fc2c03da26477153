"""What a verification found, as it is stored and shown: findings, indicators and captures since the repair."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Contoh:
    """A line that a rule matched; hostile text."""

    id: str
    pada: datetime
    baris: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Kemunculan:
    """A rule of the incident that fired again about one entity."""

    rule_id: str
    rule_title: str
    entitas: tuple[tuple[str, str], ...]
    temuan: tuple[str, ...]
    """Alerts of this incident with the same rule and group; empty: about another entity."""
    deteksi: int
    jumlah: int
    """Events behind the detections."""
    pertama: datetime
    terakhir: datetime
    contoh: tuple[Contoh, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AturanDijalankan:
    rule_id: str
    rule_title: str
    dijalankan: bool
    """False: the rule is no longer loaded, or looks at files and not at events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indikator:
    """An entity of the findings, looked for by itself."""

    bidang: str
    """ECS field, `source.ip`."""
    nilai: str
    sesudah: int
    """Events since the repair."""
    terakhir: datetime | None
    """Last seen since the repair."""
    terakhir_sebelum: datetime | None
    """Last seen before it; None: never, or not in the store any more."""
    dapat_dicari: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Lalu:
    """Traffic of a capture on one side of the repair."""

    aliran: int
    byte: int
    aliran_dicurigai: int
    byte_dicurigai: int
    temuan: int
    """Detections by the incident's rules in this capture alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tangkapan:
    """A capture among the evidence, split at the repair by the time of each flow; one that goes on counts twice."""

    bukti: str
    nama: str
    pertama: datetime | None
    """None: its analysis has stored no event yet."""
    terakhir: datetime | None
    kejadian: int
    sebelum: Lalu
    sesudah: Lalu
    lengkap: bool
    """False: it holds more events than are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationReport:
    sejak: datetime
    sampai: datetime
    diperiksa_sampai: datetime
    """Earlier than `sampai` where a limit stopped the run."""
    lengkap: bool
    kejadian: int
    """Events that the rules were run over."""
    aturan: tuple[AturanDijalankan, ...]
    kemunculan: tuple[Kemunculan, ...]
    kemunculan_lain: int
    """Further entities that are not listed."""
    indikator: tuple[Indikator, ...]
    alamat_dicurigai: tuple[str, ...]
    """A flow counts as suspicious where one of its ends is one of these."""
    tangkapan: tuple[Tangkapan, ...]


_ADAPTER: Final = TypeAdapter(VerificationReport)


def report_to_json(report: VerificationReport) -> str:
    return _ADAPTER.dump_json(report).decode()


def report_from_json(text: str) -> VerificationReport:
    """Raises: pydantic.ValidationError."""
    return _ADAPTER.validate_json(text)
