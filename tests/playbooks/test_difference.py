"""What changed between two versions of an SOP: nothing untold, nothing told that did not change."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import assume, given, settings

from playbooks.difference import Change, ChangeKind, Part, difference
from playbooks.library import shipped
from playbooks.sop import Langkah, Sop
from tests.playbooks.any_sop import sops
from tests.playbooks.kaltim import ID

OLD = shipped().get(ID).sop


def with_step(sop: Sop, no: int, **changes: Any) -> Sop:
    return replace(sop, langkah=tuple(replace(one, **changes) if one.no == no else one for one in sop.langkah))


def renumbered(steps: list[Langkah]) -> tuple[Langkah, ...]:
    """The steps in their new order, every reference still meaning the step it meant."""
    new = {step.no: position for position, step in enumerate(steps, start=1)}

    def moved(no: int | None) -> int | None:
        return new[no] if no is not None else None

    return tuple(
        replace(
            step,
            no=new[step.no],
            no_asli=str(new[step.no]),
            berikut=moved(step.berikut),
            keputusan=tuple(
                replace(one, ke=moved(one.ke), hasil_dari_sebab=moved(one.hasil_dari_sebab)) for one in step.keputusan
            ),
            memverifikasi=tuple(new[one] for one in step.memverifikasi),
        )
        for step in steps
    )


def told(changes: tuple[Change, ...]) -> list[tuple[Part, ChangeKind, int | None, int | None]]:
    return [(one.part, one.kind, one.before_no, one.after_no) for one in changes]


def edits(changes: tuple[Change, ...]) -> list[tuple[str, str | None, str | None]]:
    return [(edit.words, edit.before, edit.after) for one in changes for edit in one.edits]


@given(sops)
@settings(max_examples=50)
def test_a_version_does_not_differ_from_itself(sop: Sop) -> None:
    assert difference(sop, sop) == ()


@given(sops, sops)
@settings(max_examples=40)
def test_a_changed_head_is_always_told(old: Sop, new: Sop) -> None:
    apart = {"id", "pelaksana", "lajur", "langkah"}
    for field in fields(Sop):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if field.name not in apart and before != after:
            changed = difference(old, replace(old, **{field.name: after}))

            assert {edit.field for one in changed for edit in one.edits} == {field.name}


@given(sops, sops)
@settings(max_examples=40)
def test_a_changed_field_of_a_step_is_always_told(old: Sop, new: Sop) -> None:
    step, other = replace(old.langkah[0], no=1), new.langkah[0]
    before = replace(old, langkah=(step,))
    named_once = len({item.nama for item in (*step.kelengkapan, *other.kelengkapan)})
    assume(named_once == len((*step.kelengkapan, *other.kelengkapan)))
    for field in fields(Langkah):
        if field.name not in ("no", "no_asli", "output", "keputusan") and getattr(step, field.name) != getattr(
            other, field.name
        ):
            changed = difference(before, with_step(before, 1, **{field.name: getattr(other, field.name)}))

            assert field.name in {edit.field for one in changed for edit in one.edits}


def test_a_step_that_is_put_in_leaves_the_others_unchanged_though_their_numbers_rise() -> None:
    added = replace(OLD.langkah[2], no=99, uraian="Mencatat ke buku agenda", keputusan=())
    steps = [*OLD.langkah[:3], added, *OLD.langkah[3:]]

    changes = difference(OLD, replace(OLD, langkah=renumbered(steps)))

    assert told(changes) == [
        (Part.LANGKAH, ChangeKind.TAMBAH, None, 4),
    ]


def test_a_step_that_is_taken_out_is_told_with_what_led_to_it() -> None:
    steps = [step for step in OLD.langkah if step.no != 5]
    led_to_it = [replace(step, berikut=6) if step.berikut == 5 else step for step in steps]
    rest = [
        replace(step, keputusan=tuple(replace(one, ke=6 if one.ke == 5 else one.ke) for one in step.keputusan))
        for step in led_to_it
    ]

    changes = difference(OLD, replace(OLD, langkah=renumbered(rest)))

    assert told(changes) == [(Part.LANGKAH, ChangeKind.HAPUS, 5, None), (Part.LANGKAH, ChangeKind.UBAH, 4, 4)]
    assert [edit.field for edit in changes[1].edits] == ["keputusan"]


def test_a_step_that_is_moved_is_told_once() -> None:
    steps = list(OLD.langkah)
    steps.insert(10, steps.pop(6))

    changes = difference(OLD, replace(OLD, langkah=renumbered(steps)))

    assert told(changes) == [(Part.LANGKAH, ChangeKind.PINDAH, 7, 11)]


def test_a_step_keeps_its_identity_when_its_words_change_a_little() -> None:
    shorter = replace(OLD.langkah[6], uraian=" ".join(OLD.langkah[6].uraian.split()[:-2]))
    steps = [shorter if step.no == 7 else step for step in OLD.langkah]

    changes = difference(OLD, replace(OLD, langkah=tuple(steps)))

    assert told(changes) == [(Part.LANGKAH, ChangeKind.UBAH, 7, 7)]


def test_a_role_that_is_called_otherwise_is_told_once_not_in_every_step_of_it() -> None:
    people = tuple(
        replace(one, nama="Kasi Siber") if one.id == "kasi_keamanan_jaringan" else one for one in OLD.pelaksana
    )

    changes = difference(OLD, replace(OLD, pelaksana=people))

    assert told(changes) == [(Part.PELAKSANA, ChangeKind.UBAH, None, None)]
    assert edits(changes) == [("Nama", "Kasi Keamanan Jaringan", "Kasi Siber")]


WORDS: dict[str, tuple[Callable[[Sop], Sop], tuple[str, str | None, str | None]]] = {
    "time": (
        lambda sop: with_step(sop, 7, waktu=None),
        ("Waktu", "1–2 hari", "tidak disebut"),
    ),
    "executor": (
        lambda sop: with_step(sop, 3, pelaksana=("tim_teknis",)),
        ("Pelaksana", "Kasi Keamanan Jaringan (kasi_keamanan_jaringan)", "Tim Teknis (tim_teknis)"),
    ),
    "next step": (
        lambda sop: with_step(sop, 2, berikut=None, hasil=None),
        ("Langkah berikutnya", "langkah 3 (Menindaklanjuti disposisi, memberi arahan)", "selesai"),
    ),
    "a line of a list": (
        lambda sop: replace(sop, peringatan=(*sop.peringatan, "Jangan mematikan server.")),
        ("Peringatan", None, "Jangan mematikan server."),
    ),
    "total time": (
        lambda sop: replace(sop, waktu_total=None),
        ("Waktu total", "2–5 hari kerja", None),
    ),
}


@pytest.mark.parametrize(("change", "expected"), WORDS.values(), ids=WORDS)
def test_a_change_is_told_in_words(change: Callable[[Sop], Sop], expected: tuple[str, str | None, str | None]) -> None:
    assert edits(difference(OLD, change(OLD))) == [expected]


def test_two_hundred_steps_are_compared_within_reason() -> None:
    many = replace(
        OLD, langkah=tuple(replace(OLD.langkah[0], no=no, uraian=f"Kerja {no} " * 90) for no in range(1, 201))
    )
    other = replace(many, langkah=tuple(replace(one, uraian=f"Lain {one.uraian}") for one in many.langkah))

    changes = difference(many, other)

    assert {one.kind for one in changes} == {ChangeKind.UBAH}
