"""Shapes of what ties incidents to one another, and of what people decide about it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.text import Line, Text

Id = Annotated[Line, Field(min_length=1, max_length=100)]
Reason = Annotated[Text, Field(max_length=5_000)]


class InsidenRingkas(BaseModel):
    """Another incident, as far as the caller may see it."""

    id: str
    nomor: str
    judul: str
    status: str


class TautanShown(BaseModel):
    insiden: InsidenRingkas
    jenis: str
    """`terulang` or `terkait`."""
    oleh: str
    pada: datetime
    alasan: str


class GabunganShown(BaseModel):
    """A merge: into this incident, or of this one into another."""

    insiden: InsidenRingkas
    oleh: str
    pada: datetime
    alasan: str
    temuan: int
    """Alerts that went over."""


class UsulanShown(BaseModel):
    """A finding of a closed incident has fired again; a person decides what to make of it."""

    id: str
    insiden: InsidenRingkas
    """The closed incident."""
    temuan: str
    """Alert id."""
    temuan_judul: str
    insiden_temuan: InsidenRingkas | None
    """The incident that the alert belongs to by now."""
    tentang: dict[str, str]
    """What both are about; hostile text."""
    sebab_sama: bool
    pada: datetime
    status: str
    """`menunggu`, `dibuka_kembali`, `ditautkan` or `ditolak`."""
    diputuskan_oleh: str | None
    diputuskan_pada: datetime | None
    alasan: str


class KaitanShown(BaseModel):
    gabungan: list[GabunganShown]
    """Merged into this incident, oldest first."""
    digabung_ke: GabunganShown | None
    tautan: list[TautanShown]
    usulan: list[UsulanShown]
    """Proposals about this incident; decided ones too."""
    boleh_memutuskan: bool
    """Whether the caller may re-open, link, merge and decline here."""


class Reopening(BaseModel):
    alasan: Reason = ""
    alert: Id | None = None
    """The finding that fired again; it is shown as open to the repair."""


class Linking(BaseModel):
    to: Id
    jenis: Literal["terulang", "terkait"]
    alasan: Reason = ""


class Merging(BaseModel):
    into: Id
    alasan: Reason = ""


class Declining(BaseModel):
    alasan: Reason = ""
