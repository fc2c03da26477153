"""What an office's stationery is: its kop, and the Word templates it put in the place of the shipped ones."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from ir_platform.domain.office import OfficeId

TemplateId = NewType("TemplateId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Empty means unknown: the paper has a line to fill in, or leaves the part out."""

    instansi: str = ""
    """`Pemerintah Provinsi Kalimantan Timur`; empty: as the SOP names it."""
    kantor: str = ""
    """Empty: the office's name."""
    alamat: str = ""
    kontak: str = ""
    """Telephone, e-mail and web site, one line."""
    lambang: str = ""
    """SHA-256 of the emblem, one of the office's `Emblem`s."""
    tempat: str = ""
    """The place before the date of a signature."""
    kode_klasifikasi: str = ""
    """Kode klasifikasi arsip that papers of this program carry unless a person gives another."""
    ttis_tujuan: str = ""
    """The sectoral TTIS to which a Laporan Insiden is addressed."""
    ttis_kontak: str = ""
    """The office's own contact in such a report: name, telephone, e-mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emblem:
    """A picture that a kop carries or carried; never removed, for papers are drawn anew with the one they had."""

    office_id: OfficeId
    sha256: str
    media_type: str
    size: int
    added_by: str
    """Name and jabatan."""
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeTemplate:
    """One accepted version of an office's Word template for one kind of document."""

    id: TemplateId
    office_id: OfficeId
    kind: str
    version: int
    """From 1, rising per office and kind; a number is never used again."""
    name: str
    """File name as sent, for display only."""
    sha256: str
    size: int
    uploaded_by: str
    """Name and jabatan."""
    uploaded_at: datetime
    retired_at: datetime | None = None
    """When a newer one, or the shipped one, took its place."""
