"""Documents as the API shows and takes them."""

import json
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.text import Line, Text
from ir_platform.documents.content import content_from_json
from ir_platform.documents.naskah import DerajatKecepatan, KlasifikasiKeamanan, Naskah, Penanda
from ir_platform.domain.document import CopyKind, Document, PastRevision, SignedCopy, SigningStatus

MAX_NAMES = 20

Short = Annotated[Line, Field(max_length=200)]
Names = Annotated[list[Short], Field(max_length=MAX_NAMES)]
Reason = Annotated[Text, Field(max_length=1_000)]


class DocumentShown(BaseModel):
    id: str
    kind: str
    title: str
    step_no: int
    """0: no step's output."""
    putaran: int
    status: Literal["pending", "ready", "failed"]
    created_at: datetime
    docx_sha256: str | None
    pdf_sha256: str | None
    nomor: str | None
    """Our register number; never a letter's."""
    revisi: int
    nomor_naskah: str | None
    """As TU or SRIKANDI gave it."""
    tanggal_naskah: date | None
    kode_verifikasi: str | None
    isi_sha256: str | None
    status_tanda_tangan: SigningStatus
    templat_kantor: bool
    """Whether the DOCX is drawn with the office's own template."""


def show_document(document: Document) -> DocumentShown:
    return DocumentShown(
        id=document.id,
        kind=document.kind,
        title=document.title,
        step_no=document.step_no,
        putaran=document.putaran,
        status=document.status.value,
        created_at=document.created_at,
        docx_sha256=document.docx_sha256,
        pdf_sha256=document.pdf_sha256,
        nomor=document.register_number,
        revisi=document.revision,
        nomor_naskah=document.official_number,
        tanggal_naskah=document.official_date,
        kode_verifikasi=document.code,
        isi_sha256=document.content_sha256,
        status_tanda_tangan=document.signing,
        templat_kantor=document.template_id is not None,
    )


class SignatureShown(BaseModel):
    """One signature in a PDF, in its own words; nobody vouches for them here."""

    penanda: str
    penerbit: str
    waktu: datetime | None
    utuh: bool
    seluruh_berkas: bool


class CopyShown(BaseModel):
    id: str
    revisi: int
    jenis: CopyKind
    nama: str
    sha256: str
    ukuran: int
    """Bytes."""
    media_type: str
    utuh: bool
    """False: changed after it was signed."""
    tanda_tangan: list[SignatureShown]
    oleh: str
    pada: datetime


def show_copy(copy: SignedCopy) -> CopyShown:
    return CopyShown(
        id=copy.id,
        revisi=copy.revision,
        jenis=copy.kind,
        nama=copy.name,
        sha256=copy.sha256,
        ukuran=copy.size,
        media_type=copy.media_type,
        utuh=copy.is_intact,
        tanda_tangan=[SignatureShown(**one) for one in json.loads(copy.findings)],
        oleh=copy.added_by_name,
        pada=copy.added_at,
    )


class RevisionShown(BaseModel):
    """A revision that a newer one replaced."""

    revisi: int
    isi_sha256: str | None
    kode_verifikasi: str | None
    docx_sha256: str | None
    pdf_sha256: str | None
    nomor_naskah: str | None
    tanggal_naskah: date | None
    diganti_pada: datetime
    diganti_oleh: str
    alasan: str


def show_revision(past: PastRevision) -> RevisionShown:
    return RevisionShown(
        revisi=past.revision,
        isi_sha256=past.content_sha256,
        kode_verifikasi=past.code,
        docx_sha256=past.docx_sha256,
        pdf_sha256=past.pdf_sha256,
        nomor_naskah=past.official_number,
        tanggal_naskah=past.official_date,
        diganti_pada=past.replaced_at,
        diganti_oleh=past.replaced_by,
        alasan=past.reason,
    )


class PersonGiven(BaseModel):
    nama: Short = ""
    jabatan: Short = ""


class PartsShown(BaseModel):
    """The parts of the naskah that people may fill in."""

    klasifikasi_keamanan: str
    derajat_kecepatan: str
    lampiran: str
    kode_klasifikasi: str
    kepada: list[str]
    tembusan: list[str]
    atas_nama: str
    untuk_beliau: str
    paraf: list[str]
    mengetahui: list[PersonGiven]
    pihak_kedua: PersonGiven | None


class DocumentDetail(DocumentShown):
    bagian: PartsShown
    revisi_lama: list[RevisionShown]
    salinan: list[CopyShown]


def show_detail(
    document: Document, revisions: tuple[PastRevision, ...], copies: tuple[SignedCopy, ...]
) -> DocumentDetail:
    return DocumentDetail(
        **show_document(document).model_dump(),
        bagian=show_parts(content_from_json(document.content).naskah),
        revisi_lama=[show_revision(one) for one in revisions],
        salinan=[show_copy(one) for one in copies],
    )


def show_parts(naskah: Naskah) -> PartsShown:
    second = naskah.pihak[1] if len(naskah.pihak) > 1 else None
    return PartsShown(
        klasifikasi_keamanan=naskah.klasifikasi_keamanan,
        derajat_kecepatan=naskah.derajat_kecepatan,
        lampiran=naskah.lampiran,
        kode_klasifikasi=naskah.kode_klasifikasi,
        kepada=list(naskah.kepada),
        tembusan=list(naskah.tembusan),
        atas_nama=naskah.atas_nama,
        untuk_beliau=naskah.untuk_beliau,
        paraf=list(naskah.paraf),
        mengetahui=[show_person(one) for one in naskah.mengetahui],
        pihak_kedua=show_person(second) if second else None,
    )


def show_person(one: Penanda) -> PersonGiven:
    return PersonGiven(nama=one.nama, jabatan=one.jabatan)


class Given(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DocumentWish(Given):
    kind: Annotated[Line, Field(max_length=100)]
    kontak: Annotated[Text, Field(max_length=1_000)] = ""
    """Of a Laporan Insiden; empty: as the kop says."""
    dampak: Annotated[Text, Field(max_length=2_000)] = ""
    """Of a Laporan Insiden; empty: a line to fill in."""


class OfficialNumberGiven(Given):
    nomor: Annotated[Line, Field(min_length=1, max_length=200)]
    tanggal: date
    alasan: Reason = ""
    """Required where a number is there already."""


class PartsGiven(Given):
    """What is left out stays as it is."""

    klasifikasi_keamanan: KlasifikasiKeamanan | None = None
    derajat_kecepatan: DerajatKecepatan | None = None
    lampiran: Short | None = None
    kode_klasifikasi: Short | None = None
    kepada: Names | None = None
    tembusan: Names | None = None
    atas_nama: Short | None = None
    untuk_beliau: Short | None = None
    paraf: Names | None = None
    mengetahui: Annotated[list[PersonGiven], Field(max_length=3)] | None = None
    pihak_kedua: PersonGiven | None = None
    alasan: Reason = ""

    def applied_to(self, naskah: Naskah) -> Naskah:
        """Return the naskah with what was given."""
        return Naskah(
            nomor_dokumen=naskah.nomor_dokumen,
            revisi=naskah.revisi,
            nomor_naskah=naskah.nomor_naskah,
            tanggal_naskah=naskah.tanggal_naskah,
            alamat=naskah.alamat,
            kontak=naskah.kontak,
            lambang=naskah.lambang,
            tempat=naskah.tempat,
            penanda=naskah.penanda,
            klasifikasi_keamanan=chosen(self.klasifikasi_keamanan, naskah.klasifikasi_keamanan),
            derajat_kecepatan=chosen(self.derajat_kecepatan, naskah.derajat_kecepatan),
            lampiran=chosen(self.lampiran, naskah.lampiran),
            kode_klasifikasi=chosen(self.kode_klasifikasi, naskah.kode_klasifikasi),
            kepada=names(self.kepada, naskah.kepada),
            tembusan=names(self.tembusan, naskah.tembusan),
            atas_nama=chosen(self.atas_nama, naskah.atas_nama),
            untuk_beliau=chosen(self.untuk_beliau, naskah.untuk_beliau),
            paraf=names(self.paraf, naskah.paraf),
            mengetahui=naskah.mengetahui if self.mengetahui is None else tuple(map(person, self.mengetahui)),
            pihak=naskah.pihak if self.pihak_kedua is None else with_second(naskah.pihak, self.pihak_kedua),
        )


def chosen(given: str | None, before: str) -> str:
    return before if given is None else str(given)


def names(given: list[str] | None, before: tuple[str, ...]) -> tuple[str, ...]:
    return before if given is None else tuple(one for one in given if one)


def person(given: PersonGiven) -> Penanda:
    return Penanda(nama=given.nama, jabatan=given.jabatan)


def with_second(parties: tuple[Penanda, ...], given: PersonGiven) -> tuple[Penanda, ...]:
    return (parties[0] if parties else Penanda(), person(given))
