"""Which rules the office's switches leave on."""

from pathlib import Path

import pytest

from detections.scan import Scanner
from detections.selection import switched
from detections.sigma.ruleset import RuleSet
from ir_platform.domain.event import batch_of
from ir_platform.domain.rules import OWN_PACK, Switch, SwitchBy
from tests.detections.making import RULE_ID, a_rule, rules_from
from tests.support.builders import an_event

SECOND = RULE_ID.replace("501", "502")
OVER_BOTH = RULE_ID.replace("501", "503")
MATCHED = {"A": "x", "winlog.channel": "Security", "source.ip": "203.0.113.9"}


@pytest.fixture
def rules(tmp_path: Path) -> RuleSet:
    """Two rules, and a correlation over the second."""
    first = a_rule("s:\n  A: x\ncondition: s", extra="tags: [attack.t1110.001]")
    second = a_rule("s:\n  A: x\ncondition: s", logsource="{product: windows}", extra="name: kedua")
    second = (
        second.replace(RULE_ID, SECOND).replace("level: high", "level: low").replace("status: test", "status: stable")
    )
    over = (
        f"title: c\nid: {OVER_BOTH}\nstatus: test\nlevel: high\ncorrelation:\n  type: event_count\n  rules: [kedua]\n"
        "  group-by: [source.ip]\n  timespan: 5m\n  condition: {gte: 2}\n  generate: true\n"
    )
    return rules_from(tmp_path, first, second, over)


def off(by: SwitchBy, value: str = "", *, pack: str = "") -> Switch:
    return Switch(by=by, value=value, pack=pack, is_on=False)


def on(by: SwitchBy, value: str = "") -> Switch:
    return Switch(by=by, value=value, is_on=True)


def found_by(rules: RuleSet, events: int = 1) -> set[str]:
    batch = batch_of([an_event(record=number, **MATCHED) for number in range(events)])
    return {one.rule_id for one in Scanner(rules).scan(batch)}


@pytest.mark.parametrize(
    ("switches", "left"),
    [
        ((), {RULE_ID, SECOND}),
        ((off(SwitchBy.LEVEL, "low"),), {RULE_ID}),
        ((off(SwitchBy.STATUS, "stable"),), {RULE_ID}),
        ((off(SwitchBy.TAG, "attack.t1110"),), {SECOND}),
        ((off(SwitchBy.TAG, "attack.t11"),), {RULE_ID, SECOND}),
        ((off(SwitchBy.SOURCE, "security"),), {SECOND}),
        ((off(SwitchBy.SOURCE, "windows/security"),), {SECOND}),
        ((off(SwitchBy.SOURCE, "windows"),), set()),
        ((off(SwitchBy.RULE, SECOND),), {RULE_ID}),
        ((off(SwitchBy.RULE, "kedua"),), {RULE_ID}),
        ((off(SwitchBy.ALL),), set()),
        ((off(SwitchBy.ALL), on(SwitchBy.RULE, SECOND)), {SECOND}),
        ((on(SwitchBy.RULE, SECOND), off(SwitchBy.ALL)), set()),
        ((off(SwitchBy.ALL, pack="lain"),), {RULE_ID, SECOND}),
        ((off(SwitchBy.ALL, pack=OWN_PACK),), set()),
    ],
)
def test_the_last_switch_that_fits_a_rule_decides(rules: RuleSet, switches: tuple[Switch, ...], left: set[str]) -> None:
    assert found_by(switched(rules, switches)) == left


def test_a_correlation_that_is_on_keeps_what_it_rests_on_without_its_findings(rules: RuleSet) -> None:
    chosen = switched(rules, (off(SwitchBy.LEVEL, "low"), off(SwitchBy.RULE, RULE_ID)))

    assert found_by(chosen, events=3) == {OVER_BOTH}
