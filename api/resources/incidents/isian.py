"""The form of a step as it is sent: what is filled in besides the note; empty where the step asks for none of it."""

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.text import Line, Text
from ir_platform.domain.disposisi import DerajatKecepatan, Harap, KlasifikasiKeamanan
from playbooks.isian import Isian, IsianDisposisi, PihakTerkait, Tindakan

AlertId = Annotated[Line, Field(min_length=1, max_length=100)]
Role = Annotated[Line, Field(min_length=1, max_length=100)]


class TindakanBody(BaseModel):
    """What was done about one finding."""

    model_config = ConfigDict(from_attributes=True)

    temuan: AlertId
    uraian: Annotated[Text, Field(min_length=1, max_length=5_000)]


class DisposisiBody(BaseModel):
    """A lembar disposisi; what is left empty is filled from what is known."""

    surat_dari: Line = Field(default="", max_length=200)
    nomor_surat: Line = Field(default="", max_length=200)
    tanggal_surat: date | None = None
    diterima: date | None = None
    nomor_agenda: Line = Field(default="", max_length=100)
    hal: Line = Field(default="", max_length=500)
    keamanan: KlasifikasiKeamanan | None = None
    derajat: DerajatKecepatan | None = None
    kepada: list[Role] = Field(default_factory=list, max_length=20)
    """Pelaksana ids of the SOP; none: whose turn is next."""
    harap: list[Harap] = Field(default_factory=list, max_length=3)
    catatan: Text = Field(default="", max_length=5_000)
    """Empty: the step's note."""


class PihakTerkaitBody(BaseModel):
    """Somebody else who was involved."""

    model_config = ConfigDict(from_attributes=True)

    siapa: Annotated[Line, Field(min_length=1, max_length=200)]
    waktu: AwareDatetime
    hasil: Annotated[Text, Field(min_length=1, max_length=2_000)]


class IsianBody(BaseModel):
    disposisi: DisposisiBody | None = None
    pertanyaan: Text = Field(default="", max_length=5_000)
    """Empty: the step's note."""
    arahan: Text = Field(default="", max_length=5_000)
    """Empty: the step's note."""
    pihak_terkait: list[PihakTerkaitBody] = Field(default_factory=list, max_length=50)
    tindakan: list[TindakanBody] = Field(default_factory=list, max_length=200)
    temuan_terbuka: list[AlertId] = Field(default_factory=list, max_length=200)
    """Findings that stay open; none named: all of them."""


def isian_of(body: IsianBody | None) -> Isian | None:
    """Return what was filled in; None where nothing was."""
    if body is None:
        return None
    given = Isian(
        disposisi=disposisi_of(body.disposisi) if body.disposisi else None,
        pertanyaan=body.pertanyaan.strip(),
        arahan=body.arahan.strip(),
        pihak_terkait=tuple(
            PihakTerkait(siapa=one.siapa, waktu=one.waktu, hasil=one.hasil.strip()) for one in body.pihak_terkait
        ),
        tindakan=tuple(Tindakan(temuan=one.temuan, uraian=one.uraian.strip()) for one in body.tindakan),
        temuan_terbuka=tuple(dict.fromkeys(body.temuan_terbuka)),
    )
    return given if given != Isian() else None


def disposisi_of(body: DisposisiBody) -> IsianDisposisi:
    return IsianDisposisi(
        surat_dari=body.surat_dari,
        nomor_surat=body.nomor_surat,
        tanggal_surat=body.tanggal_surat,
        diterima=body.diterima,
        nomor_agenda=body.nomor_agenda,
        hal=body.hal,
        keamanan=body.keamanan,
        derajat=body.derajat,
        kepada=tuple(body.kepada),
        harap=tuple(body.harap),
        catatan=body.catatan.strip(),
    )
