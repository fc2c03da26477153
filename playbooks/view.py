"""What is shown of a run: pure values for the API, the swimlane and `boleh saya`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ir_platform.domain.evidence import Evidence
from ir_platform.domain.incident import Outcome
from ir_platform.domain.person import AccountId
from ir_platform.domain.position import Mandate
from ir_platform.domain.run import ActiveStep
from ir_platform.ports import WorkingCalendar
from playbooks.authority import Capacity, acting_capacities
from playbooks.behalf import AtasNama
from playbooks.completeness import ItemState, items_of
from playbooks.consultation import Konsultasi, consultations_of
from playbooks.four_eyes import OwnWork, own_work
from playbooks.isian import Isian
from playbooks.run_state import Act, RunState, StepNote, StepPass
from playbooks.sop import JenisIsian, JenisItem, Keputusan, Langkah, Mode, Pelaksana, Sop, Teks
from playbooks.time_view import BiayaPutaran, Tenggat, TenggatTotal, biaya_putaran_of, tenggat_of, tenggat_total_of
from playbooks.turns import Turn, attempts_of, turn_of


class StepState(StrEnum):
    """How a step is drawn."""

    BELUM = "belum"
    AKTIF = "aktif"
    ULANG = "ulang"
    """Active again after having been done."""
    SELESAI = "selesai"
    DILEWATI = "dilewati"
    """The run ended without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    langkah: int
    nama: str
    jenis: JenisItem
    terpenuhi: bool
    oleh: str | None
    boleh_nihil: bool
    perlu_bukti: bool
    """Evidence (or nihil) is asked for anew in this putaran."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Menunggu:
    no: int
    pelaksana: tuple[Pelaksana, ...]
    """Who may act next."""
    kalimat: Teks


@dataclass(frozen=True, slots=True, kw_only=True)
class Jawaban:
    jawaban: str
    label: Teks
    ke: int | None
    alasan_wajib: bool
    sebab: tuple["SebabPilihan", ...]
    adalah_putaran: bool
    catatan_wajib: bool
    petunjuk: Teks | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SebabPilihan:
    kode: str
    label: Teks


@dataclass(frozen=True, slots=True, kw_only=True)
class BolehSaya:
    no: int
    putaran: int
    teks_tombol: Teks
    jawaban: tuple[Jawaban, ...]
    petunjuk: Teks | None
    """What the note is to record."""
    usulan: str | None
    """The answer that waits for the caller's confirmation."""
    sebagai: tuple[Capacity, ...]
    """Through which positions the caller may act, its own first; more than one: the caller may choose."""
    dapat_atas_nama: Pelaksana | None
    """The outside executor for whom the caller may record the step."""
    wajib_atas_nama: bool
    """The caller may act only so."""
    pengujian: int
    """Tests recorded so far in this activation."""
    isian: tuple[JenisIsian, ...]
    """Forms that the caller may fill in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActView:
    peran: str
    oleh: str
    jabatan: str
    pada: datetime
    keputusan: str | None
    label_keputusan: Teks | None
    alasan: str | None
    sebab: str | None
    label_sebab: Teks | None
    catatan: str
    lampiran: tuple[str, ...]
    nihil: tuple[tuple[str, str], ...]
    isian: Isian | None
    atas_nama: AtasNama | None
    """The outside executor for whom `oleh` has recorded it."""
    mandat: Mandate | None
    """In whose place `oleh` acted."""
    pengujian: int | None
    """The nth test of this activation, where the answer left the step active."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassView:
    putaran: int
    sejak: datetime
    selesai: datetime | None
    tindakan: tuple[ActView, ...]
    catatan: tuple[StepNote, ...]
    """Said while it stayed active."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    no: int
    keadaan: StepState
    riwayat: tuple[PassView, ...]
    """Every putaran, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrowView:
    """A way that was taken, for the swimlane."""

    dari: int
    ke: int | None
    adalah_putaran: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    langkah_aktif: tuple[int, ...]
    putaran: dict[int, int]
    """Step to how often it has become active; only steps that ever were."""
    hasil: Outcome | None
    kelengkapan: tuple[ItemView, ...]
    tenggat: tuple[Tenggat, ...]
    tenggat_total: TenggatTotal
    biaya_putaran: tuple[BiayaPutaran, ...]
    menunggu: tuple[Menunggu, ...]
    boleh_saya: tuple[BolehSaya, ...]
    terhalang: tuple[OwnWork, ...]
    """Active steps that the viewer's roles would let it do, were it not its own work that they verify."""
    langkah: tuple[StepView, ...]
    panah: tuple[ArrowView, ...]
    konsultasi: tuple[Konsultasi, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """For whom a run is shown."""

    account_id: AccountId
    capacities: tuple[Capacity, ...]


def view_run(  # noqa: PLR0913  all that a view is made of
    sop: Sop,
    state: RunState,
    *,
    active: Sequence[ActiveStep],
    evidence: Sequence[Evidence],
    roles: frozenset[str],
    now: datetime,
    calendar: WorkingCalendar,
    viewer: Viewer | None = None,
    surat: str = "",
) -> RunView:
    """Return the run as `roles` see it now; `active` are the stored rows, which carry the due times.

    `surat` is the letter that the report's intake names (`penerimaan.recorded_words`).
    """
    running = tuple((_step(sop, one.no), one) for one in state.active)
    turns = tuple((step, one, turn_of(sop, step, one)) for step, one in running)
    addressed = tuple((step, one, turn) for step, one, turn in turns if roles & set(turn.accounts))
    barred = tuple(own for step, _, _ in addressed if (own := _own_work(step, state, viewer)))
    return RunView(
        langkah_aktif=tuple(one.no for one in state.active),
        putaran={step.no: state.putaran(step.no) for step in sop.langkah if state.putaran(step.no)},
        hasil=state.hasil,
        kelengkapan=tuple(
            _item_view(one.no, item)
            for _, one in running
            for item in items_of(sop, state, one, evidence=evidence, surat=surat)
        ),
        tenggat=tuple(tenggat_of(one, now=now, calendar=calendar) for one in active),
        tenggat_total=tenggat_total_of(sop, state, now=now, calendar=calendar),
        biaya_putaran=biaya_putaran_of(sop, state, now=now, calendar=calendar),
        menunggu=tuple(_menunggu(sop, step, one, turn) for step, one, turn in turns),
        boleh_saya=tuple(
            _boleh(sop, state, step, one, turn, roles, viewer)
            for step, one, turn in addressed
            if step.no not in {own.no for own in barred}
        ),
        terhalang=barred,
        langkah=tuple(_step_view(step, state) for step in sop.langkah),
        panah=_arrows(sop, state),
        konsultasi=consultations_of(sop, state),
    )


def _step(sop: Sop, no: int) -> Langkah:
    found = sop.step(no)
    assert found is not None
    return found


def _item_view(no: int, one: ItemState) -> ItemView:
    return ItemView(
        langkah=no,
        nama=one.item.nama,
        jenis=one.item.jenis,
        terpenuhi=one.is_satisfied,
        oleh=one.by,
        boleh_nihil=one.item.boleh_nihil,
        perlu_bukti=one.item.bukti_setiap_putaran,
    )


def _menunggu(sop: Sop, step: Langkah, one: StepPass, turn: Turn) -> Menunggu:
    people = tuple(Pelaksana(id=role, nama=sop.role_name(role)) for role in turn.roles)
    is_half_done = turn.proposal is not None or (step.mode is Mode.SEMUA_BERURUTAN and len(one.acts) > 0)
    return Menunggu(
        no=step.no, pelaksana=people, kalimat=_awaited_words(turn, people) if is_half_done else step.menunggu
    )


def _awaited_words(turn: Turn, people: Sequence[Pelaksana]) -> Teks:
    """A half-done step waits for somebody else than its own sentence says."""
    names = [one.nama for one in people]
    if turn.proposal is None:
        return Teks(id=f"menunggu {' atau '.join(names)}", en=f"waiting for {' or '.join(names)}")
    answer = turn.proposal.label
    return Teks(
        id=f"menunggu konfirmasi {' atau '.join(names)}: {answer.id}",
        en=f"waiting for {' or '.join(names)} to confirm: {answer.en}",
    )


def _own_work(step: Langkah, state: RunState, viewer: Viewer | None) -> OwnWork | None:
    return own_work(step, state, viewer.account_id) if viewer else None


def _boleh(
    sop: Sop, state: RunState, step: Langkah, one: StepPass, turn: Turn, roles: frozenset[str], viewer: Viewer | None
) -> BolehSaya:
    outside = next((role for role in turn.roles if sop.is_outside(role) and roles & set(turn.recorders)), None)
    return BolehSaya(
        no=step.no,
        putaran=one.putaran,
        teks_tombol=step.tombol,
        jawaban=tuple(_jawaban(choice, turn) for choice in turn.answers),
        petunjuk=step.petunjuk,
        usulan=turn.proposal.jawaban if turn.proposal else None,
        sebagai=acting_capacities(viewer.capacities, sop, state, step.no) if viewer else (),
        dapat_atas_nama=Pelaksana(id=outside, nama=sop.role_name(outside), luar=True) if outside else None,
        wajib_atas_nama=outside is not None and not roles & set(turn.roles),
        pengujian=attempts_of(step, one.acts),
        isian=tuple(form for form in JenisIsian if any(step.asks(form, role) for role in turn.roles if role in roles)),
    )


def _jawaban(choice: Keputusan, turn: Turn) -> Jawaban:
    is_refusal = turn.proposal is not None and choice is not turn.proposal
    return Jawaban(
        jawaban=choice.jawaban,
        label=choice.label,
        ke=choice.ke,
        alasan_wajib=choice.alasan_wajib or is_refusal,
        sebab=tuple(SebabPilihan(kode=cause.kode, label=cause.label) for cause in choice.sebab),
        adalah_putaran=choice.adalah_putaran,
        catatan_wajib=choice.catatan_wajib,
        petunjuk=choice.petunjuk,
    )


def _step_view(step: Langkah, state: RunState) -> StepView:
    passes = tuple(one for one in state.passes if one.no == step.no)
    return StepView(
        no=step.no,
        keadaan=_keadaan(step, state),
        riwayat=tuple(
            PassView(
                putaran=one.putaran,
                sejak=one.since,
                selesai=one.done_at,
                tindakan=tuple(_act_view(step, one, position) for position in range(len(one.acts))),
                catatan=one.notes,
            )
            for one in passes
        ),
    )


def _keadaan(step: Langkah, state: RunState) -> StepState:
    if state.active_pass(step.no) is not None:
        return StepState.ULANG if state.putaran(step.no) > 1 else StepState.AKTIF
    past = state.last_done(step.no)
    if past is None:
        return StepState.DILEWATI if state.ended_at else StepState.BELUM
    return StepState.BELUM if state.comes_again(past) else StepState.SELESAI


def _act_view(step: Langkah, one: StepPass, position: int) -> ActView:
    act = one.acts[position]
    choice = step.answer_named(act.keputusan)
    cause = next((each for each in choice.sebab if each.kode == act.sebab), None) if choice else None
    return ActView(
        peran=act.role,
        oleh=act.name,
        jabatan=act.jabatan,
        pada=act.at,
        keputusan=act.keputusan,
        label_keputusan=choice.label if choice else None,
        alasan=act.alasan,
        sebab=act.sebab,
        label_sebab=cause.label if cause else None,
        catatan=act.catatan,
        lampiran=act.lampiran,
        nihil=act.nihil,
        isian=act.isian,
        atas_nama=act.atas_nama,
        mandat=act.mandat,
        pengujian=_attempt_number(step, choice, one.acts[: position + 1]),
    )


def _attempt_number(step: Langkah, choice: Keputusan | None, acts: tuple[Act, ...]) -> int | None:
    return attempts_of(step, acts) if choice is not None and step.is_attempt(choice) else None


def _arrows(sop: Sop, state: RunState) -> tuple[ArrowView, ...]:
    """Return each way taken, in order: from a finished activation to the one that followed it."""
    taken = []
    following: tuple[StepPass | None, ...] = (*state.passes[1:], None)
    for one, after in zip(state.passes, following, strict=True):
        if not one.is_done:
            continue
        answer = one.acts[-1].keputusan
        choices = (choice for choice in _step(sop, one.no).keputusan if choice.jawaban == answer)
        is_rework = any(choice.adalah_putaran for choice in choices)
        taken.append(ArrowView(dari=one.no, ke=after.no if after else None, adalah_putaran=is_rework))
    return tuple(taken)
