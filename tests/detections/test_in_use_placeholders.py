"""The rules in use take the office's own values for their placeholders."""

from pathlib import Path

import pytest

from detections import in_use
from detections.in_use import load_in_use
from ir_platform.domain.rules import RuleSettings
from tests.detections.making import RULE_ID, a_rule


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    own = tmp_path / "own"
    own.mkdir()
    (own / "rule.yml").write_text(a_rule("s:\n  A|expand: '%admins%'\ncondition: s"), encoding="utf-8")
    monkeypatch.setattr(in_use, "SHIPPED_RULES", own)
    (tmp_path / "rules" / "placeholders").mkdir(parents=True)
    return tmp_path / "rules" / "sigma"


def test_a_rule_waits_for_the_offices_values_and_has_them_at_the_next_load(packs: Path) -> None:
    before = load_in_use(packs, RuleSettings())
    (packs.parent / "placeholders" / "admins.txt").write_text("budi\n", encoding="utf-8")

    after = load_in_use(packs, RuleSettings())

    assert [before.loaded, len(before.skipped)] == [0, 1]
    assert [after.infos[one.index].id for one in after.matchers] == [RULE_ID]


def test_a_broken_file_of_values_is_named_and_takes_no_other_rule_with_it(packs: Path) -> None:
    (packs.parent / "placeholders" / "admins.txt").write_bytes(b"\xff")

    rules = load_in_use(packs, RuleSettings())

    assert rules.skipped[0].file.endswith("admins.txt")
