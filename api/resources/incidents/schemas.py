"""Shapes of an incident, its run through the SOP, and what the caller may do now."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.resources.alerts.schemas import AlertShown
from api.resources.incidents.isian import IsianBody, PihakTerkaitBody
from api.resources.ties.schemas import KaitanShown
from api.text import Line, Text
from ir_platform.domain.incident import Incident, TimelineEntry
from ir_platform.domain.position import Kedudukan
from playbooks.behalf import AtasNama, Cara
from playbooks.sop import Sop
from playbooks.view import ActView, BolehSaya, Jawaban, PassView, RunView, StepState


class TenggatShown(BaseModel):
    no: int
    putaran: int
    batas: datetime | None
    """None: the SOP gives no time."""
    sisa_menit: int | None
    """Working minutes; negative past the limit."""
    sisa: str | None
    terlambat: bool


class TenggatTotalShown(BaseModel):
    """The SOP's total time."""

    batas: datetime | None
    """None: the SOP gives no total time, or it stands still while somebody outside is awaited."""
    sisa_menit: int | None
    sisa: str | None
    terlambat: bool
    berhenti: bool
    waktu: str | None
    terpakai: str
    """Working days since the beginning, `1,4 hari kerja`."""


class BiayaPutaranShown(BaseModel):
    """The working time between work being sent back and its coming back to whoever sent it."""

    putaran: int
    dari: int
    ke: int
    sejak: datetime
    sampai: datetime | None
    hari_kerja: float
    kalimat: str
    kalimat_en: str


class KelengkapanShown(BaseModel):
    langkah: int
    nama: str
    jenis: str
    terpenuhi: bool
    oleh: str | None
    boleh_nihil: bool
    perlu_bukti: bool


class SebabShown(BaseModel):
    id: str
    label: str
    label_en: str


class JawabanShown(BaseModel):
    jawaban: str
    label: str
    label_en: str
    ke: int | None
    alasan_wajib: bool
    putaran: bool
    catatan_wajib: bool
    petunjuk: str | None
    petunjuk_en: str | None
    sebab: list[SebabShown]


class MandatShown(BaseModel):
    """In whose place somebody acts."""

    model_config = ConfigDict(from_attributes=True)

    kedudukan: Kedudukan
    jabatan: str
    letter_number: str
    letter_date: date
    replaces: str | None


class SebagaiShown(BaseModel):
    """A position through which the caller may act."""

    model_config = ConfigDict(from_attributes=True)

    position_id: str
    jabatan: str
    mandat: MandatShown | None


class BolehShown(BaseModel):
    no: int
    putaran: int
    teks_tombol: str
    teks_tombol_en: str
    jawaban: list[JawabanShown]
    kelengkapan: list[KelengkapanShown]
    petunjuk: str | None
    """What the note is to record."""
    petunjuk_en: str | None
    usulan: str | None
    """The answer that waits for the caller's confirmation."""
    sebagai: list[SebagaiShown]
    """Its own first; more than one: the caller may choose."""
    dapat_atas_nama: str | None
    """The outside executor for whom the caller may record the step."""
    wajib_atas_nama: bool
    pengujian: int
    isian: list[str]
    """Forms that the caller may fill in with it: `disposisi`, `pertanyaan`, `arahan`, `pihak_terkait`."""
    temuan_terbuka: list[str] = Field(default_factory=list)
    """Alert ids that a repair has to see to, or that a verification is about."""


class TerhalangShown(BaseModel):
    """An active step that verifies what the caller has done itself: others carry it out."""

    model_config = ConfigDict(from_attributes=True)

    no: int
    done: list[int]
    """The steps of that work which the caller carried out."""
    putaran: int


class AtasNamaBody(BaseModel):
    """Somebody outside the office whose act the caller records."""

    model_config = ConfigDict(from_attributes=True)

    nama: Annotated[Line, Field(min_length=1, max_length=200)]
    jabatan: Annotated[Line, Field(min_length=1, max_length=200)]
    cara: Cara
    waktu: AwareDatetime
    """When the person acted, not when it is recorded."""


class MenungguShown(BaseModel):
    no: int
    pelaksana: list[str]
    kalimat: str
    kalimat_en: str


class RiwayatShown(BaseModel):
    """One activation of a step: done, active, or active again."""

    no: int
    putaran: int
    status: str
    """`selesai`, `aktif` or `ulang`."""
    sejak: datetime
    oleh: str | None = None
    jabatan: str | None = None
    pada: datetime | None = None
    keputusan: str | None = None
    keputusan_label: str | None = None
    keputusan_label_en: str | None = None
    alasan: str | None = None
    sebab_label: str | None = None
    catatan: str | None = None
    nihil: dict[str, str] = Field(default_factory=dict)
    atas_nama: AtasNamaBody | None = None
    """The outside executor for whom `oleh` has recorded it."""
    mandat: MandatShown | None = None
    """In whose place `oleh` acted."""
    pengujian: int | None = None
    """The nth test of this activation, where its answer left the step active."""
    pertanyaan: str | None = None
    arahan: str | None = None
    pihak_terkait: list[PihakTerkaitBody] = Field(default_factory=list)


class CatatanShown(BaseModel):
    no: int
    putaran: int
    oleh: str
    jabatan: str
    pada: datetime
    catatan: str


class UcapanShown(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    langkah: int
    putaran: int
    oleh: str
    jabatan: str
    pada: datetime
    teks: str


class KonsultasiShown(BaseModel):
    """A question to the superior and the arahan that answered it."""

    model_config = ConfigDict(from_attributes=True)

    pertanyaan: UcapanShown
    arahan: UcapanShown | None
    kepada: list[str]
    tembusan: list[str]


class LangkahShown(BaseModel):
    no: int
    keadaan: str
    """`belum`, `aktif`, `ulang`, `selesai`, `dilewati`."""


class IncidentListed(BaseModel):
    id: str
    nomor: str
    judul: str
    level: str
    status: str
    hasil: str | None
    playbook: str
    playbook_judul: str
    langkah_jumlah: int
    langkah_aktif: list[int]
    langkah_aktif_judul: list[str]
    menunggu: list[MenungguShown]
    putaran: dict[str, int]
    tenggat: list[TenggatShown]
    tenggat_total: TenggatTotalShown
    pelapor: str
    kantor: str
    """The office that handles it."""
    hosts: list[str]
    opened_at: datetime
    closed_at: datetime | None
    version: int


class IncidentShown(IncidentListed):
    uraian: str
    biaya_putaran: list[BiayaPutaranShown]
    kelengkapan: list[KelengkapanShown]
    boleh_saya: list[BolehShown]
    terhalang: list[TerhalangShown]
    hanya_baca: bool = False
    """The caller reads it alone: it was shared with the caller's office."""
    langkah: list[LangkahShown]
    riwayat: list[RiwayatShown]
    catatan: list[CatatanShown]
    """Notes on steps that stayed active, oldest first."""
    konsultasi: list[KonsultasiShown]
    temuan: list[AlertShown]
    kaitan: KaitanShown | None = None
    """Links, merges and proposals; None where nobody in particular reads it."""


Id = Annotated[Line, Field(max_length=100)]
Item = Annotated[Line, Field(max_length=200)]
Reason = Annotated[Text, Field(max_length=5_000)]


class StepCompletion(BaseModel):
    """Everything is optional here, so that a caller without the role hears 403, not what the step would have needed."""

    catatan: Text = Field(default="", max_length=20_000)
    keputusan: Line | None = Field(default=None, max_length=100)
    alasan: Text | None = Field(default=None, max_length=5_000)
    sebab: Line | None = Field(default=None, max_length=100)
    lampiran: list[Id] = Field(default_factory=list, max_length=200)
    nihil: dict[Item, Reason] = Field(default_factory=dict, max_length=50)
    atas_nama: AtasNamaBody | None = None
    isian: IsianBody | None = None
    sebagai: Id | None = None
    """The position to act through; none: the caller's own before those it stands in for."""
    putaran: int | None = None


class TimelineShown(BaseModel):
    at: datetime
    kind: str
    actor: str
    facts: dict[str, str]
    insiden: str | None = None
    """Number of the incident it happened in, where that was merged into this one."""


def on_behalf(body: AtasNamaBody | None) -> AtasNama | None:
    if body is None:
        return None
    return AtasNama(nama=body.nama, jabatan=body.jabatan, cara=body.cara, waktu=body.waktu)


def list_incident(incident: Incident, sop: Sop, view: RunView) -> IncidentListed:
    return IncidentListed.model_validate(listed_fields(incident, sop, view))


def show_incident(incident: Incident, sop: Sop, view: RunView, findings: Sequence[AlertShown]) -> IncidentShown:
    items = [KelengkapanShown.model_validate(item, from_attributes=True) for item in view.kelengkapan]
    return IncidentShown.model_validate(
        {
            **listed_fields(incident, sop, view),
            "uraian": incident.uraian,
            "biaya_putaran": [
                BiayaPutaranShown(
                    putaran=one.putaran,
                    dari=one.dari,
                    ke=one.ke,
                    sejak=one.sejak,
                    sampai=one.sampai,
                    hari_kerja=one.hari_kerja,
                    kalimat=one.kalimat.id,
                    kalimat_en=one.kalimat.en,
                )
                for one in view.biaya_putaran
            ],
            "kelengkapan": items,
            "boleh_saya": [show_allowed(one, items) for one in view.boleh_saya],
            "terhalang": [TerhalangShown.model_validate(one) for one in view.terhalang],
            "langkah": [{"no": step.no, "keadaan": step.keadaan.value} for step in view.langkah],
            "riwayat": history(view),
            "catatan": notes_of(view),
            "konsultasi": [KonsultasiShown.model_validate(one) for one in view.konsultasi],
            "temuan": findings,
        }
    )


def listed_fields(incident: Incident, sop: Sop, view: RunView) -> dict[str, object]:
    active = [step for step in sop.langkah if step.no in view.langkah_aktif]
    return {
        "id": incident.id,
        "nomor": incident.nomor,
        "judul": incident.judul,
        "level": incident.level.value,
        "status": incident.status.value,
        "hasil": incident.hasil.value if incident.hasil else None,
        "playbook": sop.id,
        "playbook_judul": sop.judul,
        "langkah_jumlah": len(sop.langkah),
        "langkah_aktif": list(view.langkah_aktif),
        "langkah_aktif_judul": [step.ringkas.id for step in active],
        "menunggu": [
            MenungguShown(
                no=one.no,
                pelaksana=[role.nama for role in one.pelaksana],
                kalimat=one.kalimat.id,
                kalimat_en=one.kalimat.en,
            )
            for one in view.menunggu
        ],
        "putaran": {str(no): times for no, times in view.putaran.items()},
        "tenggat": [
            TenggatShown(
                no=one.no,
                putaran=one.putaran,
                batas=one.jatuh_tempo,
                sisa_menit=one.sisa_menit,
                sisa=one.sisa,
                terlambat=one.lewat,
            )
            for one in view.tenggat
        ],
        "tenggat_total": TenggatTotalShown(
            batas=view.tenggat_total.jatuh_tempo,
            sisa_menit=view.tenggat_total.sisa_menit,
            sisa=view.tenggat_total.sisa,
            terlambat=view.tenggat_total.lewat,
            berhenti=view.tenggat_total.berhenti,
            waktu=view.tenggat_total.waktu,
            terpakai=view.tenggat_total.terpakai,
        ),
        "pelapor": incident.pelapor,
        "kantor": incident.office_id,
        "hosts": list(incident.hosts),
        "opened_at": incident.opened_at,
        "closed_at": incident.closed_at,
        "version": incident.version,
    }


def show_allowed(one: BolehSaya, items: Sequence[KelengkapanShown]) -> BolehShown:
    return BolehShown(
        no=one.no,
        putaran=one.putaran,
        teks_tombol=one.teks_tombol.id,
        teks_tombol_en=one.teks_tombol.en,
        jawaban=[show_answer(answer) for answer in one.jawaban],
        kelengkapan=[item for item in items if item.langkah == one.no],
        petunjuk=one.petunjuk.id if one.petunjuk else None,
        petunjuk_en=one.petunjuk.en if one.petunjuk else None,
        usulan=one.usulan,
        sebagai=[SebagaiShown.model_validate(each) for each in one.sebagai],
        dapat_atas_nama=one.dapat_atas_nama.nama if one.dapat_atas_nama else None,
        wajib_atas_nama=one.wajib_atas_nama,
        pengujian=one.pengujian,
        isian=[form.value for form in one.isian],
    )


def show_answer(answer: Jawaban) -> JawabanShown:
    return JawabanShown(
        jawaban=answer.jawaban,
        label=answer.label.id,
        label_en=answer.label.en,
        ke=answer.ke,
        alasan_wajib=answer.alasan_wajib,
        putaran=answer.adalah_putaran,
        catatan_wajib=answer.catatan_wajib,
        petunjuk=answer.petunjuk.id if answer.petunjuk else None,
        petunjuk_en=answer.petunjuk.en if answer.petunjuk else None,
        sebab=[SebabShown(id=one.kode, label=one.label.id, label_en=one.label.en) for one in answer.sebab],
    )


def history(view: RunView) -> list[RiwayatShown]:
    """Return every activation, oldest first; one with several executors has a line for each who has acted."""
    passes = sorted(((step.no, one) for step in view.langkah for one in step.riwayat), key=lambda each: each[1].sejak)
    return [line for no, one in passes for line in lines_of(no, one)]


def notes_of(view: RunView) -> list[CatatanShown]:
    notes = ((step.no, one.putaran, note) for step in view.langkah for one in step.riwayat for note in one.catatan)
    return [
        CatatanShown(no=no, putaran=putaran, oleh=note.name, jabatan=note.jabatan, pada=note.at, catatan=note.catatan)
        for no, putaran, note in sorted(notes, key=lambda each: each[2].at)
    ]


def lines_of(no: int, one: PassView) -> list[RiwayatShown]:
    acted = [act_line(no, one, act) for act in one.tindakan]
    if one.selesai is not None:
        return acted
    state = StepState.ULANG if one.putaran > 1 else StepState.AKTIF
    return [*acted, RiwayatShown(no=no, putaran=one.putaran, status=state.value, sejak=one.sejak)]


def act_line(no: int, one: PassView, act: ActView) -> RiwayatShown:
    return RiwayatShown(
        no=no,
        putaran=one.putaran,
        status=StepState.SELESAI.value,
        sejak=one.sejak,
        oleh=act.oleh,
        jabatan=act.jabatan,
        pada=act.pada,
        keputusan=act.keputusan,
        keputusan_label=act.label_keputusan.id if act.label_keputusan else None,
        keputusan_label_en=act.label_keputusan.en if act.label_keputusan else None,
        alasan=act.alasan,
        sebab_label=act.label_sebab.id if act.label_sebab else None,
        catatan=act.catatan,
        nihil=dict(act.nihil),
        atas_nama=AtasNamaBody.model_validate(act.atas_nama) if act.atas_nama else None,
        mandat=MandatShown.model_validate(act.mandat) if act.mandat else None,
        pengujian=act.pengujian,
        pertanyaan=(act.isian.pertanyaan or None) if act.isian else None,
        arahan=(act.isian.arahan or None) if act.isian else None,
        pihak_terkait=(
            [PihakTerkaitBody.model_validate(each) for each in act.isian.pihak_terkait] if act.isian else []
        ),
    )


def show_entry(entry: TimelineEntry) -> TimelineShown:
    return TimelineShown(at=entry.at, kind=entry.kind, actor=entry.actor, facts=dict(entry.facts))
