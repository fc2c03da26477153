"""What changed from one version of an SOP to another, part by part and field by field, in words people read."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from ir_platform.calendar.duration import Waktu
from playbooks.field_words import field_words
from playbooks.sop import Kelengkapan, Lajur, Langkah, Pelaksana, Sop
from playbooks.step_pairs import pair_steps
from playbooks.step_words import in_plain_words, meant_in, named_in, told_of


class Part(StrEnum):
    KEPALA = "kepala"
    PELAKSANA = "pelaksana"
    LAJUR = "lajur"
    LANGKAH = "langkah"


class ChangeKind(StrEnum):
    TAMBAH = "tambah"
    HAPUS = "hapus"
    UBAH = "ubah"
    PINDAH = "pindah"
    """A step that stands elsewhere in the order (it may have changed too)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One field, or one line of a list; `before` None: it is new, `after` None: it is gone."""

    field: str
    words: str
    """What the field is called."""
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    part: Part
    kind: ChangeKind
    title: str
    edits: tuple[Edit, ...]
    before_no: int | None = None
    after_no: int | None = None


def difference(old: Sop, new: Sop) -> tuple[Change, ...]:
    """Return the changes in the order of the sheet; nothing where both say the same."""
    return (*_head(old, new), *_people(old, new), *_lanes(old, new), *_steps(old, new))


_APART: Final = frozenset({"id", "pelaksana", "lajur", "langkah"})


def _head(old: Sop, new: Sop) -> Iterator[Change]:
    edits = tuple(
        edit
        for name in Sop.__dataclass_fields__
        if name not in _APART
        for edit in _field_edits(name, getattr(old, name), getattr(new, name))
    )
    if edits:
        yield Change(part=Part.KEPALA, kind=ChangeKind.UBAH, title="Kepala SOP", edits=edits)


def _people(old: Sop, new: Sop) -> Iterator[Change]:
    def said(role: Pelaksana) -> dict[str, str]:
        return {"nama": role.nama, "luar": _yes(role.luar)}

    before, after = {one.id: said(one) for one in old.pelaksana}, {one.id: said(one) for one in new.pelaksana}
    yield from _keyed(Part.PELAKSANA, before, after, title=lambda role, one: f"{one['nama']} ({role})")


def _lanes(old: Sop, new: Sop) -> Iterator[Change]:
    kept = frozenset(one.id for one in new.pelaksana)

    def named(role: str) -> str:
        # By the new name in both: that a role is called otherwise is told once, among the roles.
        return named_in(new if role in kept else old).role(role)

    def said(lane: Lajur) -> dict[str, str]:
        return {
            "judul": lane.judul.id,
            "judul_en": lane.judul.en,
            "pelaksana": ", ".join(map(named, lane.pelaksana)),
        }

    before = {one.id: said(one) for one in old.lajur}
    after = {one.id: said(one) for one in new.lajur}
    yield from _keyed(Part.LAJUR, before, after, title=lambda lane, one: f"{one['judul']} ({lane})")


_Said = dict[str, str]


def _keyed(
    part: Part, before: dict[str, _Said], after: dict[str, _Said], *, title: Callable[[str, _Said], str]
) -> Iterator[Change]:
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        kind = ChangeKind.TAMBAH if old is None else ChangeKind.HAPUS if new is None else ChangeKind.UBAH
        shown = new or old or {}
        edits = tuple(
            Edit(field=name, words=field_words(name), before=(old or {}).get(name), after=(new or {}).get(name))
            for name in shown
            if (old or {}).get(name) != (new or {}).get(name)
        )
        yield Change(part=part, kind=kind, title=title(key, shown), edits=edits)
    order = tuple(_order(part, list(before), list(after)))
    if order:
        yield Change(part=part, kind=ChangeKind.UBAH, title=order[0].words, edits=order)


def _steps(old: Sop, new: Sop) -> Iterator[Change]:
    pairs = pair_steps(old.langkah, new.langkah)
    for position, step in enumerate(old.langkah):
        if position not in pairs.new_position:
            yield _gone(old, step)
    numbers = {old.langkah[a].no: new.langkah[b].no for a, b in pairs.new_position.items()}
    for position, step in enumerate(new.langkah):
        if position not in pairs.old_position:
            yield _added(new, step)
            continue
        before = old.langkah[pairs.old_position[position]]
        edits = tuple(_step_edits(old, before, new, step, numbers))
        is_moved = position in pairs.moved
        if edits or is_moved:
            yield Change(
                part=Part.LANGKAH,
                kind=ChangeKind.PINDAH if is_moved else ChangeKind.UBAH,
                title=_title(step),
                edits=edits,
                before_no=before.no,
                after_no=step.no,
            )


def _gone(sop: Sop, step: Langkah) -> Change:
    edits = tuple(
        Edit(field=name, words=words, before=said, after=None) for name, words, said in told_of(step, named_in(sop))
    )
    return Change(part=Part.LANGKAH, kind=ChangeKind.HAPUS, title=_title(step), edits=edits, before_no=step.no)


def _added(sop: Sop, step: Langkah) -> Change:
    edits = tuple(
        Edit(field=name, words=words, before=None, after=said) for name, words, said in told_of(step, named_in(sop))
    )
    return Change(part=Part.LANGKAH, kind=ChangeKind.TAMBAH, title=_title(step), edits=edits, after_no=step.no)


def _title(step: Langkah) -> str:
    return f"Langkah {step.no}: {step.ringkas.id}"


def _step_edits(old: Sop, before: Langkah, new: Sop, after: Langkah, numbers: Mapping[int, int]) -> Iterator[Edit]:
    """Compare by what a reference means: a step that only got another number is no change of those leading to it."""
    meant = _by_name(told_of(before, meant_in(old, numbers)))
    means = _by_name(told_of(after, meant_in(new, {step.no: step.no for step in new.langkah})))
    was, now = _by_name(told_of(before, named_in(old))), _by_name(told_of(after, named_in(new)))
    for key in dict.fromkeys((*meant, *means)):
        if meant.get(key) != means.get(key):
            yield Edit(field=key[0], words=key[1], before=was.get(key), after=now.get(key))
    for name in ("kelengkapan", "output"):
        yield from _order(name, _names(getattr(before, name)), _names(getattr(after, name)))
    yield from _order("keputusan", [one.jawaban for one in before.keputusan], [one.jawaban for one in after.keputusan])


def _by_name(told: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], str]:
    return {(name, words): said for name, words, said in told}


def _names(items: Iterable[Kelengkapan]) -> list[str]:
    return [item.nama for item in items]


def _order(name: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Edit]:
    """Say that the same things stand in another order; what came or went is told by itself."""
    if sorted(before) == sorted(after) and list(before) != list(after):
        words = f"Urutan {field_words(name).lower()}"
        yield Edit(field=name, words=words, before=", ".join(before), after=", ".join(after))


def _yes(value: bool) -> str:
    return "ya" if value else "tidak"


def _field_edits(name: str, before: object, after: object) -> Iterator[Edit]:
    if before == after:
        return
    if isinstance(before, tuple) and isinstance(after, tuple):
        yield from _line_edits(name, before, after)
    else:
        yield Edit(field=name, words=field_words(name), before=_said(before), after=_said(after))


def _said(value: object) -> str | None:
    """Return nothing for nothing, a Waktu in its own words, and a record as what it holds."""
    if value is None or isinstance(value, str | Waktu):
        return None if value is None else str(value)
    return in_plain_words(value)


def _line_edits(name: str, before: Sequence[object], after: Sequence[object]) -> Iterator[Edit]:
    """Lines that stand in each other's place are one edit; the rest came or went."""
    old, new = [in_plain_words(one) for one in before], [in_plain_words(one) for one in after]
    for kind, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for offset in range(max(b - a, d - c)):
            was = old[a + offset] if a + offset < b else None
            now = new[c + offset] if c + offset < d else None
            yield Edit(field=name, words=field_words(name), before=was, after=now)
