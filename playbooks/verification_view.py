"""What a run says about its findings, for whoever verifies: what was done, what was decided, what is attached. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ir_platform.domain.alert import Alert
from ir_platform.domain.evidence import Evidence
from playbooks.completeness import items_of
from playbooks.findings import repair_no, verifying_step
from playbooks.run_state import RunState, StepPass
from playbooks.sop import Kelengkapan, Langkah, Sop, Teks, spelling_key


@dataclass(frozen=True, slots=True, kw_only=True)
class TindakanView:
    """What was done about a finding, as its executor wrote it."""

    temuan: str
    langkah: int
    putaran: int
    uraian: str
    oleh: str
    jabatan: str
    pada: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Putusan:
    """What was decided about a finding at one verification, or when the run was re-opened."""

    putaran: int
    """Of the repair that was verified; of the one that followed, where the run was re-opened."""
    label: Teks
    terbuka: bool
    oleh: str
    pada: datetime


class Keadaan(StrEnum):
    """Whether a requirement of the verifying step is there."""

    ADA = "ada"
    NIHIL = "nihil"
    BELUM_ADA = "belum_ada"


@dataclass(frozen=True, slots=True, kw_only=True)
class KelengkapanVerifikasi:
    nama: str
    keadaan: Keadaan
    oleh: str | None
    """By what: `langkah 8 oleh Dewi`, or the reason why there is none."""
    bukti: tuple[Evidence, ...]


REOPENED = Teks(id="Dibuka kembali", en="Re-opened")


def treatments(sop: Sop, state: RunState) -> tuple[TindakanView, ...]:
    """Return everything told in this run about what was done against findings, oldest first."""
    step = verifying_step(sop)
    wanted = step.memverifikasi if step else ()
    return tuple(
        TindakanView(
            temuan=told.temuan,
            langkah=one.no,
            putaran=one.putaran,
            uraian=told.uraian,
            oleh=act.name,
            jabatan=act.jabatan,
            pada=act.at,
        )
        for one in state.passes
        if one.no in wanted
        for act in one.acts
        for told in (act.isian.tindakan if act.isian else ())
    )


def decisions(sop: Sop, state: RunState, alert: Alert) -> tuple[Putusan, ...]:
    """Return what was decided about the finding at each verification since it was there, oldest first."""
    step = verifying_step(sop)
    if step is None:
        return ()
    of_steps = [_decision(sop, state, step, one, alert) for one in state.passes if one.no == step.no and one.is_done]
    of_reopenings = [
        Putusan(
            putaran=one.putaran,
            label=REOPENED,
            terbuka=not one.temuan or alert.id in one.temuan,
            oleh=one.name,
            pada=one.at,
        )
        for one in state.reopenings
    ]
    known = [one for one in (*of_steps, *of_reopenings) if one is not None and one.pada >= alert.first_seen]
    return tuple(sorted(known, key=lambda one: one.pada))


def _decision(sop: Sop, state: RunState, step: Langkah, one: StepPass, alert: Alert) -> Putusan | None:
    act = one.acts[-1]
    answer = step.answer_named(act.keputusan)
    if answer is None:
        return None
    marked = act.isian.temuan_terbuka if act.isian else ()
    return Putusan(
        putaran=repair_before(sop, state, one),
        label=answer.label,
        terbuka=answer.adalah_putaran and (not marked or alert.id in marked),
        oleh=act.name,
        pada=act.at,
    )


def repair_before(sop: Sop, state: RunState, one: StepPass) -> int:
    """Return the putaran of the repair that this activation verifies; 0: there was none."""
    no = repair_no(sop)
    earlier = state.passes[: state.passes.index(one)]
    return sum(past.no == no for past in earlier)


def requirements(sop: Sop, state: RunState, evidence: Sequence[Evidence]) -> tuple[KelengkapanVerifikasi, ...]:
    """Return what the verifying step needs: there as a document or evidence of this putaran, nihil, or missing."""
    step, no = verifying_step(sop), repair_no(sop)
    repair = state.last_pass(no) if no is not None else None
    if step is None or repair is None:
        return ()
    since = state.passes.index(repair)
    recent = [one for one in state.passes[since:] if one.no in (*step.memverifikasi, step.no)]
    reasons = {spelling_key(item): reason for one in recent for act in one.acts for item, reason in act.nihil}
    pairs = {(one.no, one.putaran) for one in recent}
    given = [one for one in evidence if (one.step_no, one.putaran) in pairs]
    verifying = StepPass(no=step.no, putaran=state.putaran(step.no), since=repair.since)
    by_run = {spelling_key(one.item.nama): one.by for one in items_of(sop, state, verifying, evidence=evidence)}
    return tuple(_requirement(item, given, reasons, by_run) for item in step.kelengkapan)


def _requirement(
    item: Kelengkapan, given: Sequence[Evidence], reasons: Mapping[str, str], by_run: Mapping[str, str | None]
) -> KelengkapanVerifikasi:
    key = spelling_key(item.nama)
    files = tuple(one for one in given if one.kelengkapan is not None and spelling_key(one.kelengkapan) == key)
    if files:
        return KelengkapanVerifikasi(nama=item.nama, keadaan=Keadaan.ADA, oleh=by_run.get(key), bukti=files)
    # An output "by itself" of a step that declared it nihil is the declaration, not the thing.
    if reasons.get(key, "").strip():
        return KelengkapanVerifikasi(nama=item.nama, keadaan=Keadaan.NIHIL, oleh=reasons[key].strip(), bukti=())
    by = by_run.get(key)
    state = Keadaan.ADA if by is not None else Keadaan.BELUM_ADA
    return KelengkapanVerifikasi(nama=item.nama, keadaan=state, oleh=by, bukti=())
