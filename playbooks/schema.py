"""The shape of a playbook file: pydantic reads it, and it leaves as an `Sop`, with line numbers in what is refused."""

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from ir_platform.calendar.duration import Satuan, Waktu
from ir_platform.domain.incident import Outcome
from ir_platform.domain.penerimaan import Kanal
from playbooks.behalf import Cara
from playbooks.errors import BadPlaybookError, Fault, UnreadablePlaybookError
from playbooks.sop import (
    Atasan,
    Eskalasi,
    IsianLangkah,
    JenisIsian,
    JenisItem,
    Kelengkapan,
    Keputusan,
    Lajur,
    Langkah,
    Mode,
    Pelaksana,
    Pengesah,
    Sebab,
    Simbol,
    Sop,
    Teks,
)
from playbooks.source import Place, Source, Spot, UnreadableSourceError, read_source

Words = Annotated[str, StringConstraints(min_length=1, max_length=4_000, strip_whitespace=True)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,63}$")]
PlaybookId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,79}$")]
Day = Annotated[str, StringConstraints(pattern=r"^[12][0-9]{3}(-[01][0-9](-[0-3][0-9])?)?$")]
StepNo = Annotated[int, Field(ge=1, le=200)]
Amount = Annotated[int, Field(ge=1, le=1_000)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TeksModel(_Model):
    id: Words
    en: Words

    def to_domain(self) -> Teks:
        return Teks(id=self.id, en=self.en)


class WaktuModel(_Model):
    min: Amount
    max: Amount
    satuan: Satuan

    @model_validator(mode="after")
    def _in_order(self) -> "WaktuModel":
        if self.min > self.max:
            raise ValueError("min lebih besar daripada max")
        return self

    def to_domain(self) -> Waktu:
        return Waktu(min=self.min, max=self.max, satuan=self.satuan)


class PelaksanaModel(_Model):
    id: Id
    nama: Words
    luar: bool = False


class PengesahModel(_Model):
    nama: Words
    jabatan: Words


class AtasanModel(_Model):
    pelaksana: Id
    atasan: tuple[Id, ...] = Field(min_length=1, max_length=20)


class EskalasiModel(_Model):
    langkah: tuple[AtasanModel, ...] = Field(default=(), max_length=50)
    total: tuple[Id, ...] = Field(default=(), max_length=20)

    def to_domain(self) -> Eskalasi:
        rows = tuple(Atasan(pelaksana=one.pelaksana, atasan=one.atasan) for one in self.langkah)
        return Eskalasi(langkah=rows, total=self.total)


class LajurModel(_Model):
    id: Id
    judul: TeksModel
    pelaksana: tuple[Id, ...] = Field(min_length=1, max_length=20)


class ItemModel(_Model):
    nama: Words
    jenis: JenisItem = JenisItem.DOKUMEN
    dokumen: Id | None = None
    disiapkan: bool = False
    bukti_setiap_putaran: bool = False
    boleh_nihil: bool = False
    dilampirkan: bool = False
    dibuat: bool = False

    def to_domain(self) -> Kelengkapan:
        return Kelengkapan(**self.model_dump())


class SebabModel(_Model):
    kode: Id
    label: TeksModel
    hasil: Outcome | None = None

    def to_domain(self) -> Sebab:
        return Sebab(kode=self.kode, label=self.label.to_domain(), hasil=self.hasil)


class KeputusanModel(_Model):
    jawaban: Id
    label: TeksModel
    ke: StepNo | None
    alasan_wajib: bool = False
    sebab: tuple[SebabModel, ...] = Field(default=(), max_length=20)
    hanya_bila_kembali: bool = False
    adalah_putaran: bool = False
    hasil: Outcome | None = None
    hasil_dari_sebab: StepNo | None = None
    hanya_setelah_uji: bool = False
    catatan_wajib: bool = False
    dikonfirmasi_oleh: tuple[Id, ...] = Field(default=(), max_length=20)
    petunjuk: TeksModel | None = None
    diberitahukan: tuple[Id, ...] = Field(default=(), max_length=20)

    def to_domain(self) -> Keputusan:
        plain = self.model_dump(exclude={"label", "sebab", "petunjuk"})
        return Keputusan(
            label=self.label.to_domain(),
            sebab=tuple(one.to_domain() for one in self.sebab),
            petunjuk=self.petunjuk.to_domain() if self.petunjuk else None,
            **plain,
        )


class IsianModel(_Model):
    jenis: JenisIsian
    oleh: tuple[Id, ...] = Field(default=(), max_length=20)

    def to_domain(self) -> IsianLangkah:
        return IsianLangkah(jenis=self.jenis, oleh=self.oleh)


class LangkahModel(_Model):
    no: StepNo
    no_asli: Words | None = None
    uraian: Words
    ringkas: TeksModel
    prosedur: str = Field(default="", max_length=4_000)
    pelaksana: tuple[Id, ...] = Field(min_length=1, max_length=20)
    mode: Mode = Mode.SALAH_SATU
    simbol: Simbol = Simbol.PROSES
    kelengkapan: tuple[ItemModel, ...] = Field(default=(), max_length=50)
    waktu: WaktuModel | None
    output: tuple[ItemModel, ...] = Field(default=(), max_length=50)
    keputusan: tuple[KeputusanModel, ...] = Field(default=(), max_length=20)
    berikut: StepNo | None
    hasil: Outcome | None = None
    tombol: TeksModel
    menunggu: TeksModel
    dicatat_oleh: tuple[Id, ...] = Field(default=(), max_length=20)
    cara: tuple[Cara, ...] = Field(default=(), max_length=20)
    otomatis: bool = False
    waktu_asli: Words | None = None
    petunjuk: TeksModel | None = None
    keterangan: str = Field(default="", max_length=4_000)
    isian: tuple[IsianModel, ...] = Field(default=(), max_length=10)
    memverifikasi: tuple[StepNo, ...] = Field(default=(), max_length=20)

    def to_domain(self) -> Langkah:
        return Langkah(
            no=self.no,
            no_asli=self.no_asli or str(self.no),
            uraian=self.uraian,
            ringkas=self.ringkas.to_domain(),
            prosedur=self.prosedur,
            pelaksana=self.pelaksana,
            mode=self.mode,
            simbol=self.simbol,
            kelengkapan=tuple(item.to_domain() for item in self.kelengkapan),
            waktu=self.waktu.to_domain() if self.waktu else None,
            output=tuple(item.to_domain() for item in self.output),
            keputusan=tuple(one.to_domain() for one in self.keputusan),
            berikut=self.berikut,
            hasil=self.hasil,
            tombol=self.tombol.to_domain(),
            menunggu=self.menunggu.to_domain(),
            dicatat_oleh=self.dicatat_oleh,
            cara=self.cara,
            otomatis=self.otomatis,
            waktu_asli=self.waktu_asli,
            petunjuk=self.petunjuk.to_domain() if self.petunjuk else None,
            keterangan=self.keterangan,
            isian=tuple(one.to_domain() for one in self.isian),
            memverifikasi=self.memverifikasi,
        )


class SopModel(_Model):
    id: PlaybookId
    judul: Words
    judul_en: Words
    instansi: Words
    unit: str = Field(default="", max_length=400)
    nomor: Words | None = None
    revisi: Words | None = None
    tanggal_pembuatan: Day | None = None
    tanggal_revisi: Day | None = None
    tanggal_efektif: Day | None = None
    disahkan_oleh: PengesahModel | None = None
    uraian: Words
    pengantar: str = Field(default="", max_length=4_000)
    penanggung_jawab: str = Field(default="", max_length=4_000)
    dasar_hukum: tuple[Words, ...] = Field(default=(), max_length=100)
    keterkaitan: tuple[Words, ...] = Field(default=(), max_length=100)
    kualifikasi_pelaksana: tuple[Words, ...] = Field(default=(), max_length=100)
    peralatan: tuple[Words, ...] = Field(default=(), max_length=100)
    peringatan: tuple[Words, ...] = Field(default=(), max_length=100)
    fasilitas_penunjang: tuple[Words, ...] = Field(default=(), max_length=100)
    pencatatan: tuple[Words, ...] = Field(default=(), max_length=100)
    kanal_wajib: tuple[Kanal, ...] = Field(default=(), max_length=10)
    waktu_total: WaktuModel | None
    pelaksana: tuple[PelaksanaModel, ...] = Field(min_length=1, max_length=50)
    eskalasi: EskalasiModel = EskalasiModel()
    lajur: tuple[LajurModel, ...] = Field(min_length=1, max_length=20)
    langkah: tuple[LangkahModel, ...] = Field(min_length=1, max_length=200)
    catatan: tuple[Words, ...] = Field(default=(), max_length=100)

    def to_domain(self) -> Sop:
        texts = self.model_dump(exclude={"waktu_total", "pelaksana", "eskalasi", "lajur", "langkah", "disahkan_oleh"})
        pengesah = self.disahkan_oleh
        return Sop(
            waktu_total=self.waktu_total.to_domain() if self.waktu_total else None,
            pelaksana=tuple(Pelaksana(id=one.id, nama=one.nama, luar=one.luar) for one in self.pelaksana),
            eskalasi=self.eskalasi.to_domain(),
            lajur=tuple(Lajur(id=one.id, judul=one.judul.to_domain(), pelaksana=one.pelaksana) for one in self.lajur),
            langkah=tuple(one.to_domain() for one in self.langkah),
            disahkan_oleh=Pengesah(nama=pengesah.nama, jabatan=pengesah.jabatan) if pengesah else None,
            **texts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSop:
    """An SOP with where everything in it is written, for what `checks` has to say."""

    sop: Sop
    source: Source

    def spot(self, *place: str | int) -> Spot:
        return Spot(place=place, line=self.source.line(place))

    def step_spot(self, no: int, *place: str | int) -> Spot:
        """Return where step `no` is written, or something in it."""
        index = next(index for index, step in enumerate(self.sop.langkah) if step.no == no)
        return self.spot("langkah", index, *place)


def read_sop(text: str, *, name: str) -> ReadSop:
    """Return the SOP written in `text`; `name` is the file's name in errors. Raises: BadPlaybookError."""
    try:
        source = read_source(text)
    except UnreadableSourceError as error:
        raise UnreadablePlaybookError(name=name, faults=(Fault(line=error.line, reason=error.reason),)) from error
    try:
        model = SopModel.model_validate(source.values)
    except ValidationError as error:
        raise BadPlaybookError(name=name, faults=_faults(error, source)) from error
    return ReadSop(sop=model.to_domain(), source=source)


_REASONS: Final = {
    "missing": "wajib ada",
    "extra_forbidden": "kunci tidak dikenal",
    "int_type": "harus bilangan bulat",
    "int_parsing": "harus bilangan bulat",
    "string_type": "harus berupa teks",
    "string_too_short": "tidak boleh kosong",
    "string_too_long": "terlalu panjang",
    "string_pattern_mismatch": "bentuknya tidak sah (id: huruf kecil, angka, garis; tanggal: 2018-10-08)",
    "enum": "bukan salah satu nilai yang dikenal",
    "bool_type": "harus true atau false",
    "bool_parsing": "harus true atau false",
    "tuple_type": "harus berupa daftar",
    "model_type": "harus berupa pasangan kunci dan nilai",
    "greater_than_equal": "terlalu kecil",
    "less_than_equal": "terlalu besar",
    "too_short": "daftar tidak boleh kosong",
    "too_long": "daftar terlalu panjang",
}


def _faults(error: ValidationError, source: Source) -> tuple[Fault, ...]:
    found = []
    for one in error.errors(include_url=False, include_input=False):
        place: Place = tuple(one["loc"])
        reason = _REASONS.get(one["type"], one["msg"].removeprefix("Value error, "))
        found.append(Fault(line=source.line(place), reason=f"{dotted(place)}: {reason}", place=place))
    return tuple(sorted(found, key=lambda fault: fault.line))


def dotted(place: Place) -> str:
    """Return `langkah.4.waktu.min`; positions in lists are counted from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in place) or "berkas"
