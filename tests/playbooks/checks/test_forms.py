"""Forms of steps that an SOP's file gets wrong, each found with its line."""

import pytest

from playbooks.checks.check import errors_of
from playbooks.schema import read_sop
from tests.playbooks.checks.test_checks import SMALL


def with_form(text: str) -> str:
    return SMALL.replace("    berikut: 2\n", f"    berikut: 2\n    isian: {text}\n", 1)


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ("[{jenis: disposisi, oleh: [kabid]}]", "isian disposisi oleh kabid yang bukan pelaksana langkah ini"),
        ("[{jenis: disposisi}, {jenis: disposisi}]", "isian disposisi ditulis lebih dari sekali"),
        ("[{jenis: arahan}]", "arahan tanpa langkah yang memuat pertanyaan"),
    ],
)
def test_a_form_that_leads_nowhere_is_an_error(form: str, reason: str) -> None:
    faults = errors_of(read_sop(with_form(form), name="kecil.yaml"))

    assert any(reason in one.reason for one in faults)


def test_a_form_of_the_steps_own_executor_is_right() -> None:
    assert errors_of(read_sop(with_form("[{jenis: disposisi, oleh: [staf]}]"), name="kecil.yaml")) == ()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("ke: 3, diberitahukan: [staf]", "hanya untuk jawaban yang mengakhiri SOP"),
        ("ke: null, hasil: tuntas, diberitahukan: [kabid]", "kabid yang bukan pelaksana dalam kantor"),
    ],
)
def test_who_is_told_of_an_end_must_be_there_and_there_must_be_an_end(answer: str, reason: str) -> None:
    text = SMALL.replace("label: {id: Ya, en: Yes}, ke: 3", f"label: {{id: Ya, en: Yes}}, {answer}", 1)

    faults = errors_of(read_sop(text, name="kecil.yaml"))

    assert any(reason in one.reason for one in faults)
