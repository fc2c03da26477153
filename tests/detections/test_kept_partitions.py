"""What is built of the rules in use is kept between starts, for exactly these rules."""

from pathlib import Path

import pytest

from detections import in_use
from detections.in_use import load_in_use, partitions_in_use
from detections.scan import Scanner
from detections.sigma import match
from detections.sigma.cache import RuleCache
from detections.sigma.partition import Partition
from ir_platform.domain.event import batch_of
from ir_platform.domain.rules import RuleSettings, Switch, SwitchBy
from tests.detections.making import RULE_ID, a_rule
from tests.support.builders import an_event


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    own = tmp_path / "own"
    own.mkdir()
    (own / "rule.yml").write_text(a_rule("s:\n  user.name: budi\ncondition: s"), encoding="utf-8")
    monkeypatch.setattr(in_use, "SHIPPED_RULES", own)
    return tmp_path / "rules" / "sigma"


class KeptOnly:
    """Partitions that are read, and never built."""

    load = Partition.load


def a_scanner(packs: Path, settings: RuleSettings, cache: RuleCache) -> Scanner:
    return Scanner(load_in_use(packs, settings), store=partitions_in_use(packs, settings, cache=cache))


def rules_found(scanner: Scanner) -> list[str]:
    event = an_event(**{"winlog.channel": "Security", "user.name": "budi"})
    return [one.rule_id for one in scanner.scan(batch_of([event]))]


def test_after_a_start_nothing_is_built_again_and_the_same_is_found(
    packs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = RuleCache(tmp_path / "cache")
    first = rules_found(a_scanner(packs, RuleSettings(), cache))
    again = a_scanner(packs, RuleSettings(), cache)
    monkeypatch.setattr(match, "Partition", KeptOnly)

    found = rules_found(again)

    assert found == first == [RULE_ID]
    assert list(tmp_path.glob("cache/*/*"))


def test_what_was_built_of_other_rules_is_not_used(packs: Path, tmp_path: Path) -> None:
    cache = RuleCache(tmp_path / "cache")
    rules_found(a_scanner(packs, RuleSettings(), cache))
    off = RuleSettings(switches=(Switch(by=SwitchBy.RULE, value=RULE_ID, is_on=False),))

    found = rules_found(a_scanner(packs, off, cache))

    assert found == []
    assert len(list(tmp_path.glob("cache/*"))) == 2
