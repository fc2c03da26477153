"""Playbook files as hostile text: read into an SOP, or refused with the line; never constructed, never endless."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ir_platform.calendar.duration import Satuan, Waktu
from playbooks.errors import BadPlaybookError, UnreadablePlaybookError
from playbooks.library import FOLDER, read_text
from playbooks.schema import read_sop
from playbooks.sop import JenisItem, Simbol
from playbooks.source import MAX_BYTES, read_source
from tests.playbooks.kaltim import ID

TEXT = (FOLDER / f"{ID}.yaml").read_text()


def refused(text: str) -> BadPlaybookError:
    with pytest.raises(BadPlaybookError) as refusal:
        read_sop(text, name="sop.yaml")
    return refusal.value


def line_with(text: str, needle: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if needle in line)


def test_the_shipped_sop_is_read_with_its_types() -> None:
    sop = read_sop(TEXT, name=ID).sop

    assert (len(sop.langkah), len(sop.lajur)) == (12, 4)
    assert sop.waktu_total == Waktu(min=2, max=5, satuan=Satuan.HARI_KERJA)
    assert [step.no for step in sop.langkah if step.simbol is Simbol.KEPUTUSAN] == [4, 9]
    assert sop.langkah[6].kelengkapan[1].jenis is JenisItem.DOKUMEN


@pytest.mark.parametrize(
    ("wrong", "instead_of", "reason"),
    [
        ("    no: satu\n", "  - no: 1\n", None),
        ("  - no: satu\n", "  - no: 1\n", "langkah.1.no: harus bilangan bulat"),
        ("satuan: minggu}", "satuan: hari_kerja}", "waktu_total.satuan: bukan salah satu nilai yang dikenal"),
        ("{min: 5, max: 2, ", "{min: 2, max: 5, ", "waktu_total: min lebih besar daripada max"),
        ("    warna: merah\n    berikut: 2\n", "    berikut: 2\n", "langkah.1.warna: kunci tidak dikenal"),
        ("Pelaksana_Ti", "pemeriksa_ti", "bentuknya tidak sah"),
    ],
)
def test_a_wrong_value_is_refused_with_its_line_and_reason(wrong: str, instead_of: str, reason: str | None) -> None:
    text = TEXT.replace(instead_of, wrong, 1)

    error = refused(text)

    if reason is None:
        assert isinstance(error, UnreadablePlaybookError)
        return
    assert reason in error.faults[0].reason
    assert error.faults[0].line == line_with(text, wrong.strip("\n").splitlines()[0])


def test_every_fault_of_a_file_is_named_at_once() -> None:
    text = TEXT.replace("  - no: 1\n", "  - no: satu\n").replace("satuan: hari_kerja", "satuan: minggu")

    assert [fault.reason.split(":")[0] for fault in refused(text).faults] == ["waktu_total.satuan", "langkah.1.no"]


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x]\nb: *a\n",
        "!!python/object/apply:os.system ['true']\n",
        "a: !!binary aGFsbyE=\n",
        "a: 1\na: 2\n",
        "[a]: 1\n",
        "a: [\n",
        "a: \x00\n",
        "[" * 5_000,
        "{a: " * 5_000,
        "- " * 3_000,
        "[" + "a," * 30_000 + "]",
        "a" * (MAX_BYTES + 1),
        "--- 1\n--- 2\n",
    ],
)
def test_what_is_no_plain_yaml_is_refused_as_unreadable(text: str) -> None:
    assert isinstance(refused(text), UnreadablePlaybookError)


def test_a_bomb_of_aliases_is_refused_before_it_is_composed() -> None:
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
    )

    assert refused(bomb).faults[0].line == 2


def test_the_words_no_yes_and_on_are_words() -> None:
    assert read_source("no: yes\non: off\nnomor: 010\nbenar: true\nkosong: ~\n").values == {
        "no": "yes",
        "on": "off",
        "nomor": "010",
        "benar": True,
        "kosong": None,
    }


def test_a_file_that_is_not_there_or_not_text_is_unreadable(tmp_path: Path) -> None:
    binary = tmp_path / "sop.yaml"
    binary.write_bytes(b"\xff\xfe\x00")

    for path in (binary, tmp_path / "tidak-ada.yaml", tmp_path):
        with pytest.raises(UnreadablePlaybookError):
            read_text(path)


@settings(deadline=None, max_examples=200)
@given(
    st.text()
    | st.recursive(
        st.none() | st.integers() | st.text(),
        lambda deeper: (
            st.lists(deeper) | st.dictionaries(st.sampled_from(["id", "judul", "langkah", "pelaksana", "no"]), deeper)
        ),
    ).map(yaml.safe_dump)
)
def test_any_text_is_refused_with_lines(text: str) -> None:
    assert all(fault.line >= 1 and fault.reason for fault in refused(text).faults)
