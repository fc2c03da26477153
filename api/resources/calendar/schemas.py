"""Shapes of an office's own days, of Ramadans and of what the calendar answers."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from api.text import Line, without_controls
from ir_platform.calendar.day_table import FIRST_DAY, LAST_DAY, MAX_CHARACTERS, MAX_WHAT, BadLine, DayTable, NewDay
from ir_platform.calendar.ramadan_years import ShownRamadan
from ir_platform.domain.calendar_day import DayKind, OfficeDay

Kantor = Annotated[Line, Field(max_length=32)]
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
What = Annotated[Line, Field(min_length=1, max_length=MAX_WHAT)]


class OfficeDayShown(BaseModel):
    tanggal: date
    jenis: DayKind
    uraian: str
    oleh: str
    pada: datetime


class NewOfficeDay(BaseModel):
    kantor: Kantor = "utama"
    tanggal: Day
    jenis: DayKind = DayKind.LIBUR
    uraian: What


class DayImport(BaseModel):
    kantor: Kantor = "utama"
    isi: Annotated[str, AfterValidator(without_controls), Field(max_length=MAX_CHARACTERS)]
    """Lines `tanggal,uraian,jenis`."""
    simpan: bool = False
    """False: only look."""


class ReadDayShown(BaseModel):
    baris: int
    tanggal: date
    jenis: DayKind
    uraian: str


class BadLineShown(BaseModel):
    baris: int
    alasan: str


class DayImportShown(BaseModel):
    disimpan: int
    hari: list[ReadDayShown]
    ditolak: list[BadLineShown]


class RamadanShown(BaseModel):
    tahun_hijriah: int
    mulai: date
    sampai: date
    ditetapkan_oleh: str | None
    """None: computed (Umm al-Qura)."""


class RamadanBody(BaseModel):
    mulai: Day
    sampai: Day


class DueShown(BaseModel):
    mulai: datetime
    waktu: str
    jatuh_tempo: datetime
    menit_kerja: int
    zona: str
    kalimat: str
    """In the office's zone, `21 November 2026 pukul 14.05 WITA`."""


def show_day(one: OfficeDay) -> OfficeDayShown:
    return OfficeDayShown(tanggal=one.day, jenis=one.kind, uraian=one.what, oleh=one.added_by, pada=one.added_at)


def show_table(table: DayTable, *, stored: int) -> DayImportShown:
    return DayImportShown(
        disimpan=stored,
        hari=[_read(one) for one in table.days],
        ditolak=[_bad(one) for one in table.bad],
    )


def _read(one: NewDay) -> ReadDayShown:
    return ReadDayShown(baris=one.line, tanggal=one.day, jenis=one.kind, uraian=one.what)


def _bad(one: BadLine) -> BadLineShown:
    return BadLineShown(baris=one.line, alasan=one.reason)


def show_ramadan(one: ShownRamadan) -> RamadanShown:
    return RamadanShown(tahun_hijriah=one.hijri_year, mulai=one.begins, sampai=one.ends, ditetapkan_oleh=one.set_by)
