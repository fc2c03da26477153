"""Rule sets from a few lines of YAML, for tests."""

from pathlib import Path
from textwrap import dedent, indent
from typing import Any

from detections.scan import Scanner
from detections.sigma.ruleset import RuleSet, load_rule_set
from ir_platform.domain.event import batch_of
from tests.support.builders import an_event

RULE_ID = "11111111-2222-4333-8444-555555555501"


def a_rule(detection: str, *, logsource: str = "{product: windows, service: security}", extra: str = "") -> str:
    """Return a whole rule around a `detection:` block."""
    head = f"title: Uji\nid: {RULE_ID}\nstatus: test\nlevel: high\nlogsource: {logsource}\n"
    return f"{head}detection:\n{indent(dedent(detection).strip(), '  ')}\n{dedent(extra)}"


def rules_from(folder: Path, *texts: str) -> RuleSet:
    for number, text in enumerate(texts):
        (folder / f"rule_{number}.yml").write_text(text, encoding="utf-8")
    return load_rule_set([folder])


def is_matched(folder: Path, rule: str, fields: dict[str, Any]) -> bool:
    """Say whether the only rule matches an event of the Windows Security channel with these fields."""
    rules = rules_from(folder, rule)
    assert rules.skipped == ()
    event = an_event(**{"winlog.channel": "Security", **fields})
    return bool(Scanner(rules).scan(batch_of([event])))
