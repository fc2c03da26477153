"""An SOP as a form: the way to YAML and back loses nothing, and every fault is told in its place."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.checks.problem import Severity
from playbooks.errors import UnusableFormError
from playbooks.field_words import FIELD_WORDS, place_words
from playbooks.form import check_form, form_of, form_of_text, text_of
from playbooks.library import shipped
from playbooks.schema import SopModel, read_sop
from playbooks.sop import Kelengkapan, Keputusan, Lajur, Langkah, Pelaksana, Pengesah, Sebab, Sop, Teks
from playbooks.source import read_source
from playbooks.writing import write_values
from tests.playbooks.any_sop import sops, texts
from tests.playbooks.kaltim import ID

EVERY = [one.sop.id for one in shipped().all()]

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-999_999_999, 999_999_999) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=15,
)


def a_form(playbook: str = ID) -> dict[str, Any]:
    form: dict[str, Any] = form_of(shipped().get(playbook).sop)
    return form


@pytest.mark.parametrize("playbook", EVERY)
def test_a_shipped_sop_is_the_same_after_form_text_and_reading(playbook: str) -> None:
    sop = shipped().get(playbook).sop

    checked = check_form(form_of(sop))

    assert checked.sop == sop
    assert checked.text == text_of(sop)
    assert checked.errors == ()
    assert form_of_text(checked.text) == form_of(sop)


@given(sops)
@settings(max_examples=60)
def test_any_sop_is_the_same_after_it_was_written_and_read(sop: Sop) -> None:
    assert read_sop(text_of(sop), name="sop").sop == sop


@given(st.dictionaries(texts, VALUES, max_size=4))
@settings(max_examples=150)
def test_any_values_are_the_same_after_they_were_written_and_read(values: dict[str, Any]) -> None:
    assert read_source(write_values(values)).values == values


def test_the_same_content_gives_the_same_text_in_whatever_order_it_was_sent() -> None:
    form = a_form()

    turned = dict(reversed(form.items()))

    assert check_form(turned).text == check_form(form).text


def faulty(change: Any) -> list[tuple[tuple[str | int, ...], str, str]]:
    form = deepcopy(a_form())
    change(form)
    found = check_form(form).findings
    return [(one.place, one.where, one.reason) for one in found if one.severity is Severity.ERROR]


def test_a_missing_word_is_told_at_its_field() -> None:
    assert faulty(lambda form: form["langkah"][3].update(uraian=" ")) == [
        (("langkah", 3, "uraian"), "Langkah 4 › Uraian", "tidak boleh kosong")
    ]


def test_a_time_that_runs_backwards_is_told_at_its_step() -> None:
    backwards = {"min": 3, "max": 1, "satuan": "hari"}

    assert faulty(lambda form: form["langkah"][0].update(waktu=backwards)) == [
        (("langkah", 0, "waktu"), "Langkah 1 › Waktu", "min lebih besar daripada max")
    ]


def test_an_answer_to_no_step_is_told_at_its_target() -> None:
    assert faulty(lambda form: form["langkah"][8]["keputusan"][1].update(ke=99)) == [
        (
            ("langkah", 8, "keputusan", 1, "ke"),
            "Langkah 9 › Keputusan 2 › Menuju langkah",
            "jawaban belum ke langkah 99 yang tidak ada",
        )
    ]


def test_what_is_not_known_is_told_and_kept() -> None:
    form = a_form() | {"warna": "merah"}

    checked = check_form(form)

    assert [(one.place, one.reason) for one in checked.findings] == [(("warna",), "kunci tidak dikenal")]
    assert form_of_text(checked.text)["warna"] == "merah"


def nested(depth: int) -> Any:
    value: Any = "dalam"
    for _ in range(depth):
        value = [value]
    return value


UNUSABLE = {
    "no fields": ["id"],
    "too deep": {"id": nested(50)},
    "deeper than Python goes": {"id": nested(20_000)},
    "too many": {"catatan": ["x"] * 30_000},
    "too large": {"catatan": ["x" * 3_000] * 100},
    "a number with a point": {"langkah": 1.5},
    "a control character": {"judul": "a\x00b"},
    "half a surrogate pair": {"judul": "a\ud800b"},
    "a control character in a key": {"ju\x1bdul": "a"},
}


@pytest.mark.parametrize("values", UNUSABLE.values(), ids=UNUSABLE)
def test_what_is_no_form_is_refused(values: object) -> None:
    with pytest.raises(UnusableFormError):
        check_form(values)


def test_every_field_has_a_name_that_people_read() -> None:
    kinds = (Sop, Langkah, Keputusan, Sebab, Kelengkapan, Lajur, Pelaksana, Pengesah, Teks)

    nameless = {name for kind in kinds for name in kind.__dataclass_fields__} - set(FIELD_WORDS)

    assert nameless == set()


def test_the_form_has_the_fields_of_the_file() -> None:
    assert set(a_form()) == set(SopModel.model_fields)


def test_a_place_is_told_in_words() -> None:
    assert place_words(("langkah", 3, "waktu", "min")) == "Langkah 4 › Waktu › paling singkat"
    assert place_words(("langkah", 0, "tombol", "id")) == "Langkah 1 › Teks tombol › Indonesia"
    assert place_words(("pelaksana", 1, "id")) == "Pelaksana 2 › Kode"
    assert place_words(()) == ""
