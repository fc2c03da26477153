"""Which kelengkapan of an active step is there, and by what; only a missing `dokumen` refuses a step.

Five things satisfy an item: an output of the same name from a step that is done (its latest putaran), or the
program's own preparation; evidence given under the item's name; a nihil with a reason where the SOP allows one;
the step itself, where the SOP lists what the step makes; or, for the letter that the first step records where the
SOP wants one (`kanal_wajib`), its number and date in the report's intake.
An item marked `bukti_setiap_putaran` is not satisfied by an output: evidence or nihil is given anew each putaran.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from ir_platform.domain.evidence import Evidence
from playbooks.run_state import RunState, StepPass
from playbooks.sop import JenisItem, Kelengkapan, Langkah, Sop, spelling_key


class Source(StrEnum):
    OUTPUT = "output"
    DISIAPKAN = "disiapkan"
    BUKTI = "bukti"
    NIHIL = "nihil"
    LANGKAH_INI = "langkah_ini"
    PENERIMAAN = "penerimaan"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemState:
    item: Kelengkapan
    source: Source | None
    """None: nothing satisfies it yet."""
    by: str | None = None
    """In words: `langkah 6 oleh Dewi`, `tangkapan.pcap`, `nihil: tidak ada aplikasinya`, `dibuat pada langkah ini`."""

    @property
    def is_satisfied(self) -> bool:
        return self.source is not None

    @property
    def refuses(self) -> bool:
        return self.item.jenis is JenisItem.DOKUMEN and not self.is_satisfied


def items_of(
    sop: Sop,
    state: RunState,
    active: StepPass,
    *,
    evidence: Sequence[Evidence],
    lampiran: Sequence[str] = (),
    nihil: Mapping[str, str] | None = None,
    surat: str = "",
) -> tuple[ItemState, ...]:
    """Return the kelengkapan of an active step; `lampiran` and `nihil` are what the command adds.

    `surat` is the report as it is on record (`penerimaan.recorded_words`).
    """
    step = sop.step(active.no)
    assert step is not None
    named = frozenset(lampiran) | {one for act in active.acts for one in act.lampiran}
    reasons = {spelling_key(item): reason for act in active.acts for item, reason in act.nihil}
    reasons |= {spelling_key(item): reason for item, reason in (nihil or {}).items()}
    given = tuple(one for one in evidence if _is_given(one, state, active, named))
    found = (_item_state(sop, state, step, item, given, reasons) for item in step.kelengkapan)
    is_first = step.no == sop.langkah[0].no
    return tuple(_with_letter(one, surat) if is_first and surat else one for one in found)


def _with_letter(one: ItemState, surat: str) -> ItemState:
    return one if one.is_satisfied or not one.item.dilampirkan else replace(one, source=Source.PENERIMAAN, by=surat)


def missing(items: Sequence[ItemState], *, is_last: bool = True) -> tuple[str, ...]:
    """Return what keeps the step from being accepted; what people attach may come with its last executor."""
    return tuple(one.item.nama for one in items if one.refuses and (is_last or not one.item.dilampirkan))


def has_evidence(
    state: RunState, active: StepPass, *, evidence: Sequence[Evidence], lampiran: Sequence[str] = ()
) -> bool:
    """Whether any evidence was given in this activation of the step."""
    return any(_is_given(one, state, active, frozenset(lampiran)) for one in evidence)


def unknown_nihil(step: Langkah, nihil: Mapping[str, str]) -> tuple[str, ...]:
    """Return what cannot be declared nihil in that step."""
    allowed = {spelling_key(item.nama) for item in step.kelengkapan if item.boleh_nihil}
    return tuple(name for name in nihil if spelling_key(name) not in allowed)


def _is_given(one: Evidence, state: RunState, active: StepPass, named: frozenset[str]) -> bool:
    """Whether the evidence counts in this putaran: attached in it, or named now and not used in an earlier one.

    What an earlier putaran of the step was accepted with is not new evidence of the work done since.
    """
    if (one.step_no, one.putaran) == (active.no, active.putaran):
        return True
    earlier = [past for past in state.passes if past.no == active.no and past.putaran < active.putaran]
    used = any(one.id in act.lampiran for past in earlier for act in past.acts)
    attached_earlier = any((one.step_no, one.putaran) == (past.no, past.putaran) for past in earlier)
    return one.id in named and not used and not attached_earlier


def _item_state(
    sop: Sop,
    state: RunState,
    step: Langkah,
    item: Kelengkapan,
    given: Sequence[Evidence],
    reasons: Mapping[str, str],
) -> ItemState:
    key = spelling_key(item.nama)
    files = [one.name for one in given if one.kelengkapan is not None and spelling_key(one.kelengkapan) == key]
    if files:
        return ItemState(item=item, source=Source.BUKTI, by=", ".join(files))
    if item.boleh_nihil and reasons.get(key, "").strip():
        return ItemState(item=item, source=Source.NIHIL, by=f"nihil: {reasons[key].strip()}")
    if item.bukti_setiap_putaran:
        return ItemState(item=item, source=None)
    return _there_by_itself(sop, state, item, key)


def _there_by_itself(sop: Sop, state: RunState, item: Kelengkapan, key: str) -> ItemState:
    """Return the item as the run itself provides it, without anything given for it."""
    if item.dibuat:
        return ItemState(item=item, source=Source.LANGKAH_INI, by="dibuat pada langkah ini")
    maker = _latest_maker(sop, state, key)
    declared = _declared_nihil(sop, state, key) if maker is not None else None
    if declared is not None:
        # Passed on from step to step, a declaration that there is none stays that declaration.
        return ItemState(item=item, source=Source.NIHIL, by=f"nihil: {declared}")
    if maker is not None:
        return ItemState(item=item, source=Source.OUTPUT, by=f"langkah {maker.no} oleh {maker.acts[-1].name}")
    if key in {spelling_key(one) for one in state.prepared}:
        return ItemState(item=item, source=Source.DISIAPKAN, by="disiapkan sistem")
    return ItemState(item=item, source=None)


def _latest_maker(sop: Sop, state: RunState, key: str) -> StepPass | None:
    makers = _makers_in(_Same(sop)).get(key, frozenset())
    return next((one for one in reversed(state.passes) if one.is_done and one.no in makers), None)


class _Same:
    """An SOP as the key of what is known of it: itself, because its hash would walk through all of it."""

    __slots__ = ("sop",)

    def __init__(self, sop: Sop) -> None:
        self.sop = sop

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.sop is self.sop

    def __hash__(self) -> int:
        return id(self.sop)


@lru_cache(maxsize=64)
def _makers_in(one: _Same) -> Mapping[str, frozenset[int]]:
    """Return, for each item that any step makes, which steps those are; a document asks it of every act so far."""
    makers: defaultdict[str, set[int]] = defaultdict(set)
    for step in one.sop.langkah:
        for item in step.makes():
            makers[spelling_key(item.nama)].add(step.no)
    return {key: frozenset(steps) for key, steps in makers.items()}


def _declared_nihil(sop: Sop, state: RunState, key: str) -> str | None:
    """Return the reason why the step that has to give the item had none the last time it was done."""
    givers = {
        step.no
        for step in sop.langkah
        for item in step.kelengkapan
        if item.boleh_nihil and spelling_key(item.nama) == key
    }
    last = next((one for one in reversed(state.passes) if one.is_done and one.no in givers), None)
    reasons = (
        reason.strip() for act in (last.acts if last else ()) for item, reason in act.nihil if spelling_key(item) == key
    )
    return next((reason for reason in reasons if reason), None)
