"""Shapes of an incident, its run through the SOP, and what the caller may do now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.resources.alerts.schemas import AlertShown
from api.resources.incidents.isian import IsianBody
from api.text import Line, Text
from ir_platform.domain.incident import Incident, TimelineEntry
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
    dapat_atas_nama: str | None
    """The outside executor for whom the caller may record the step."""
    wajib_atas_nama: bool
    pengujian: int


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
    pengujian: int | None = None
    """The nth test of this activation, where its answer left the step active."""


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
    pelapor: str
    hosts: list[str]
    opened_at: datetime
    closed_at: datetime | None
    version: int


class IncidentShown(IncidentListed):
    uraian: str
    kelengkapan: list[KelengkapanShown]
    boleh_saya: list[BolehShown]
    langkah: list[LangkahShown]
    riwayat: list[RiwayatShown]
    temuan: list[AlertShown]


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
    putaran: int | None = None


class TimelineShown(BaseModel):
    at: datetime
    kind: str
    actor: str
    facts: dict[str, str]


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
            "kelengkapan": items,
            "boleh_saya": [show_allowed(one, items) for one in view.boleh_saya],
            "langkah": [{"no": step.no, "keadaan": step.keadaan.value} for step in view.langkah],
            "riwayat": history(view),
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
        "pelapor": incident.pelapor,
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
        dapat_atas_nama=one.dapat_atas_nama.nama if one.dapat_atas_nama else None,
        wajib_atas_nama=one.wajib_atas_nama,
        pengujian=one.pengujian,
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
        pengujian=act.pengujian,
    )


def show_entry(entry: TimelineEntry) -> TimelineShown:
    return TimelineShown(at=entry.at, kind=entry.kind, actor=entry.actor, facts=dict(entry.facts))
