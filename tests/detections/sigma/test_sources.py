"""What brings events of a rule's logsource in, and how a rule that nothing feeds is told."""

import json
from pathlib import Path

from click.testing import CliRunner

from detections.catalog import shipped_rules
from detections.sigma.logsource import LogSource, shipped_rows
from detections.sigma.sources import feeders_of, name_of, source_uses, unfed_rules
from ir_platform.app.cli.rules import rules
from tests.detections.making import RULE_ID, a_rule, rules_from

ANY = "s:\n  A: x\ncondition: s"
UNFED = "{product: windows, category: file_access}"


def test_sysmon_and_the_audit_of_new_processes_both_feed_process_creation() -> None:
    feeders = feeders_of(LogSource(product="windows", category="process_creation"), shipped_rows())

    assert feeders == ("Sysmon di Windows Event Log", "audit Security 4688 (proses baru)")


def test_a_rule_that_names_a_category_alone_is_fed_by_all_that_give_it() -> None:
    feeders = feeders_of(LogSource(category="webserver"), shipped_rows())

    assert feeders == ("log akses web (Apache, Nginx, IIS)", "rekaman paket (pcap)")


def test_rules_are_counted_by_the_logsource_they_want(tmp_path: Path) -> None:
    second = a_rule(ANY, logsource=UNFED).replace(RULE_ID, RULE_ID.replace("501", "502"))
    third = a_rule(ANY, logsource=UNFED).replace(RULE_ID, RULE_ID.replace("501", "503"))

    uses = source_uses(rules_from(tmp_path, a_rule(ANY), second, third))

    assert [(name_of(use.logsource), use.rules, use.is_fed) for use in uses] == [
        ("windows file_access", 2, False),
        ("windows service=security", 1, True),
    ]


def test_a_rule_whose_logsource_nothing_brings_in_is_named(tmp_path: Path) -> None:
    rule_set = rules_from(tmp_path, a_rule(ANY, logsource=UNFED))

    assert [info.id for info in unfed_rules(rule_set)] == [RULE_ID]


def test_everything_we_ship_has_something_that_feeds_it() -> None:
    assert unfed_rules(shipped_rules()) == ()


def test_the_list_by_source_says_what_feeds_each_and_counts_the_rules_that_wait_in_vain(tmp_path: Path) -> None:
    (tmp_path / "rule.yml").write_text(a_rule(ANY, logsource=UNFED))

    shown = CliRunner().invoke(rules, ["list", "--sources", str(tmp_path)])
    as_json = CliRunner().invoke(rules, ["list", "--sources", "--json", str(tmp_path)])

    assert shown.stdout.splitlines()[1].split(maxsplit=3) == ["windows", "file_access", "1", "(tidak ada yang mengisi)"]
    assert shown.stderr.startswith("1 aturan menunggu sumber log")
    assert json.loads(as_json.stdout) == [
        {
            "product": "windows",
            "category": "file_access",
            "service": None,
            "rules": 1,
            "feeders": [],
            "is_fed": False,
        }
    ]
