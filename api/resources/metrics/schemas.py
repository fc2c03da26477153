"""The figures of a period, as the page and scripts read them."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel

from ir_platform.domain.alert import Level
from ir_platform.domain.incident import Outcome
from playbooks.figure_lists import GroupFigures, IncidentFigures
from playbooks.figures import LateStep, Loop, MissingPaper, PaperFigures, PlaybookFigures, StepFigures, Summary


class PlaybookFiguresShown(BaseModel):
    playbook_id: str
    judul: str
    dibuka: int
    ditutup: int
    masih_terbuka: int
    hasil: dict[Outcome, int]
    median_hari_kerja: float | None
    rata_hari_kerja: float | None
    """Mean, from opening to closing."""
    waktu_total: str | None
    """As the SOP writes it."""
    dalam_waktu_total: int
    lewat_waktu_total: int
    lewat: int
    """Open incidents with a step past its standard time."""
    putaran: int


class GroupFiguresShown(BaseModel):
    kunci: str
    """A level, or an office's id."""
    nama: str
    dibuka: int
    ditutup: int
    masih_terbuka: int
    lewat: int
    """Open incidents with a step past its standard time."""
    putaran: int
    rata_hari_kerja: float | None


class IncidentFiguresShown(BaseModel):
    incident_id: str
    nomor: str
    judul: str
    level: Level
    playbook_id: str
    playbook_judul: str
    kantor: str
    kantor_nama: str
    dibuka: datetime
    ditutup: datetime | None
    hasil: Outcome | None
    hari_kerja: float | None
    langkah_terlambat: int
    langkah_lewat: int
    putaran: int


class StepFiguresShown(BaseModel):
    playbook_id: str
    no: int
    uraian: str
    batas: str | None
    selesai: int
    tepat_waktu: int
    terlambat: int
    tanpa_batas: int
    masih_lewat: int
    kepatuhan: float | None
    """0 to 1."""
    median_menit: float | None
    """Working minutes."""
    median_terlambat_menit: float | None
    terlama_terlambat_menit: int | None
    rata_menit: float | None
    """Mean working minutes."""
    batas_menit: float | None
    """What the standard time came to in working minutes."""


class LateStepShown(BaseModel):
    incident_id: str
    nomor: str
    playbook_id: str
    no: int
    putaran: int
    uraian: str
    pelaksana: str
    jatuh_tempo: datetime
    selesai: datetime | None
    terlambat_menit: int
    alasan: str


class LoopShown(BaseModel):
    incident_id: str
    nomor: str
    playbook_id: str
    dari: int
    ke: int
    putaran: int
    sejak: datetime
    sampai: datetime | None
    hari_kerja: float
    alasan: str


class PaperFiguresShown(BaseModel):
    kind: str
    judul: str
    dibuat: int
    belum_ada: int


class MissingPaperShown(BaseModel):
    incident_id: str
    nomor: str
    no: int
    putaran: int
    kind: str
    judul: str


class SummaryShown(BaseModel):
    dari: datetime
    sampai: datetime
    """The first moment that is no longer part of the period."""
    kepatuhan: float | None
    """Share of measured steps that kept their standard time, 0 to 1."""
    dibuka: int
    ditutup: int
    masih_terbuka: int
    lewat: int
    """Open incidents with a step past its standard time."""
    langkah_terlambat_jumlah: int
    putaran_jumlah: int
    putaran_hari_kerja: float
    dokumen_dibuat: int
    dokumen_belum_ada: int
    playbook: list[PlaybookFiguresShown]
    tingkat: list[GroupFiguresShown]
    """The gravest level first."""
    kantor: list[GroupFiguresShown]
    langkah: list[StepFiguresShown]
    langkah_terlambat: list[LateStepShown]
    """The latest first; at most as many as were asked for."""
    putaran: list[LoopShown]
    dokumen: list[PaperFiguresShown]
    dokumen_hilang: list[MissingPaperShown]


LEVEL_NAMES = {
    Level.INFORMATIONAL: "Informasi",
    Level.LOW: "Rendah",
    Level.MEDIUM: "Sedang",
    Level.HIGH: "Tinggi",
    Level.CRITICAL: "Kritis",
}


def show_summary(summary: Summary, *, offices: Mapping[str, str], most: int | None = None) -> SummaryShown:
    """Return the figures; `most` cuts the lists of single steps, loops and papers, never the figures.

    `offices`: what each is called.
    """
    return SummaryShown(
        dari=summary.period.begins,
        sampai=summary.period.ends,
        kepatuhan=summary.kepatuhan,
        dibuka=sum(one.dibuka for one in summary.playbooks),
        ditutup=sum(one.ditutup for one in summary.playbooks),
        masih_terbuka=sum(one.masih_terbuka for one in summary.playbooks),
        lewat=sum(one.lewat for one in summary.playbooks),
        langkah_terlambat_jumlah=len(summary.late),
        putaran_jumlah=len(summary.loops),
        putaran_hari_kerja=round(sum(one.hari_kerja for one in summary.loops), 2),
        dokumen_dibuat=sum(one.dibuat for one in summary.papers),
        dokumen_belum_ada=sum(one.belum_ada for one in summary.papers),
        playbook=[show_playbook(one) for one in summary.playbooks],
        tingkat=[
            show_group(one, LEVEL_NAMES[Level(one.key)])
            for one in sorted(summary.levels, key=lambda one: -Level(one.key).rank)
        ],
        kantor=[show_group(one, offices.get(one.key, one.key)) for one in summary.offices],
        langkah=[show_step(one) for one in summary.steps],
        langkah_terlambat=[show_late(one) for one in summary.late[:most]],
        putaran=[show_loop(one) for one in summary.loops[:most]],
        dokumen=[show_paper(one) for one in summary.papers],
        dokumen_hilang=[show_missing(one) for one in summary.missing[:most]],
    )


def show_playbook(one: PlaybookFigures) -> PlaybookFiguresShown:
    return PlaybookFiguresShown(
        playbook_id=one.playbook_id,
        judul=one.judul,
        dibuka=one.dibuka,
        ditutup=one.ditutup,
        masih_terbuka=one.masih_terbuka,
        hasil=dict(one.hasil),
        median_hari_kerja=one.median_hari_kerja,
        rata_hari_kerja=one.rata_hari_kerja,
        waktu_total=one.waktu_total,
        dalam_waktu_total=one.dalam_waktu_total,
        lewat_waktu_total=one.lewat_waktu_total,
        lewat=one.lewat,
        putaran=one.putaran,
    )


def show_group(one: GroupFigures, nama: str) -> GroupFiguresShown:
    return GroupFiguresShown(
        kunci=one.key,
        nama=nama,
        dibuka=one.dibuka,
        ditutup=one.ditutup,
        masih_terbuka=one.masih_terbuka,
        lewat=one.lewat,
        putaran=one.putaran,
        rata_hari_kerja=one.rata_hari_kerja,
    )


def show_incident_figures(
    one: IncidentFigures, *, titles: Mapping[str, str], offices: Mapping[str, str]
) -> IncidentFiguresShown:
    return IncidentFiguresShown(
        incident_id=one.incident_id,
        nomor=one.nomor,
        judul=one.judul,
        level=one.level,
        playbook_id=one.playbook_id,
        playbook_judul=titles.get(one.playbook_id, one.playbook_id),
        kantor=one.office_id,
        kantor_nama=offices.get(one.office_id, one.office_id),
        dibuka=one.dibuka,
        ditutup=one.ditutup,
        hasil=one.hasil,
        hari_kerja=one.hari_kerja,
        langkah_terlambat=one.langkah_terlambat,
        langkah_lewat=one.langkah_lewat,
        putaran=one.putaran,
    )


def show_step(one: StepFigures) -> StepFiguresShown:
    return StepFiguresShown.model_validate(one, from_attributes=True)


def show_late(one: LateStep) -> LateStepShown:
    return LateStepShown.model_validate(one, from_attributes=True)


def show_loop(one: Loop) -> LoopShown:
    return LoopShown.model_validate(one, from_attributes=True)


def show_paper(one: PaperFigures) -> PaperFiguresShown:
    return PaperFiguresShown.model_validate(one, from_attributes=True)


def show_missing(one: MissingPaper) -> MissingPaperShown:
    return MissingPaperShown.model_validate(one, from_attributes=True)
