"""`|expand`: placeholders are filled from files, and named where nothing fills them."""

from pathlib import Path

import pytest

from detections.sigma import placeholders
from detections.sigma.placeholders import PlaceholderError, read_placeholders
from detections.sigma.ruleset import RuleSet, load_rule_set
from detections.sigma.view import EventView
from tests.detections.making import a_rule


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    folder = tmp_path / "daftar"
    folder.mkdir()
    (folder / "admins.txt").write_text("# siapa boleh\n\nbudi\n  siti \nadm*\nc:\\\\x\\*\n", encoding="utf-8")
    (folder / "names.txt").write_text("budi\ns[ei]ti\n", encoding="utf-8")
    return folder


def rules_with(tmp_path: Path, lists: Path, selection: str) -> RuleSet:
    rule = tmp_path / "rule.yml"
    rule.write_text(a_rule(f"s:\n  {selection}\ncondition: s"), encoding="utf-8")
    return load_rule_set([rule], placeholders=read_placeholders([lists]))


@pytest.mark.parametrize(
    ("selection", "value", "expected"),
    [
        ("U|expand: '%admins%'", "SITI", True),
        ("U|expand: '%admins%'", "admin", True),
        ("U|expand: '%admins%'", "udin", False),
        ("U|expand: '%admins%'", "c:\\x*", True),
        ("U|expand: '%admins%'", "c:\\xy", False),
        ("U|expand|contains: '%admins%'", "dinas\\budi@kota", True),
        ("U|contains|expand: '%admins%'", "dinas\\budi@kota", True),
        ("U|expand: 'kota/%admins%'", "kota/budi", True),
        ("U|re|expand: '^%names%$'", "budi", True),
        ("U|re|expand: '^%names%$'", "seti", True),
        ("U|re|expand: '^%names%$'", "budiman", False),
    ],
)
def test_a_placeholder_stands_for_each_value_of_its_file(
    tmp_path: Path, lists: Path, selection: str, value: str, expected: bool
) -> None:
    rules = rules_with(tmp_path, lists, selection)

    assert rules.skipped == ()
    assert rules.matchers[0].compiled.accepts(EventView({"U": value})) is expected


@pytest.mark.parametrize("selection", ["U|expand: '%nobody%'", "U|re|expand: '^%nobody%$'"])
def test_a_rule_whose_placeholder_has_no_file_is_named_with_the_option(
    tmp_path: Path, lists: Path, selection: str
) -> None:
    rules = rules_with(tmp_path, lists, selection)

    assert rules.loaded == 0
    assert "--placeholders" in rules.skipped[0].reason


def test_two_folders_give_the_values_of_both(tmp_path: Path, lists: Path) -> None:
    other = tmp_path / "lain"
    other.mkdir()
    (other / "admins.txt").write_text("budi\nwayan\n", encoding="utf-8")

    found = read_placeholders([lists, other, tmp_path / "missing"])

    assert found["admins"] == ("budi", "siti", "adm*", "c:\\\\x\\*", "wayan")


@pytest.mark.parametrize("content", [b"", b"# only words\n", b"\xff\xfe\n", b"x" * (placeholders.MAX_FILE_BYTES + 1)])
def test_a_file_that_says_nothing_usable_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "admins.txt").write_bytes(content)

    with pytest.raises(PlaceholderError, match=r"admins\.txt"):
        read_placeholders([tmp_path])


def test_more_values_than_a_rule_can_carry_are_refused(tmp_path: Path) -> None:
    lines = (f"user{number}\n" for number in range(placeholders.MAX_VALUES + 1))
    (tmp_path / "many.txt").write_text("".join(lines), encoding="utf-8")

    with pytest.raises(PlaceholderError, match=r"many\.txt"):
        read_placeholders([tmp_path])
