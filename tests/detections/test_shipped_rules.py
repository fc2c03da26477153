"""Our own rules: each says what a reader needs, and each has cases that must and must not match."""

import re
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sigma.rule import SigmaRule

from detections.cases import read_cases
from detections.catalog import DETECTORS, SHIPPED_RULES, shipped_rules
from detections.scan import Scanner
from detections.sigma.load import load_rules
from detections.sigma.ruleset import RuleSet
from ir_platform.app.cli.rules import rules as rules_command
from ir_platform.domain.alert import Level
from ir_platform.domain.event import batch_of
from playbooks.opening import alert_judul
from tests.support.builders import NOON, an_alert, an_event

REPOSITORY = Path(__file__).resolve().parents[2]
PLAYBOOKS = {"kaltim-gangguan-keamanan-jaringan", "kaltim-gangguan-jaringan"}


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return shipped_rules()


def test_every_rule_loads(rules: RuleSet) -> None:
    assert rules.skipped == ()
    assert rules.loaded == len(rules.infos)


def test_every_rule_that_raises_alerts_has_cases_both_ways_and_no_case_is_an_orphan(rules: RuleSet) -> None:
    files = read_cases([SHIPPED_RULES])
    kinds: dict[str, set[bool]] = defaultdict(set)
    for case in files.cases:
        kinds[case.rule].add(case.must_match)

    assert files.problems == ()
    assert kinds == {info.name: {True, False} for info in rules.infos if info.id not in rules.silent}


def test_every_case_holds() -> None:
    done = CliRunner().invoke(rules_command, ["test"])

    assert (done.exit_code, done.stdout) == (0, "")


def test_every_rule_says_what_to_look_at_what_it_may_be_instead_and_which_sop_it_opens(rules: RuleSet) -> None:
    for info in rules.infos:
        assert info.false_positives, info.title
        assert any(tag.startswith("attack.t") for tag in info.tags), info.title
        assert info.look_at or info.id in rules.silent, info.title
        assert info.playbook_id in PLAYBOOKS or info.id in rules.silent, info.title


def test_a_rule_that_means_nothing_by_itself_only_feeds_correlations(rules: RuleSet) -> None:
    """Sigma: `informational` is for enrichment, no case or alerting should be triggered by it."""
    informational = {info.name for info in rules.infos if info.level is Level.INFORMATIONAL}
    silent = {info.name for info in rules.infos if info.id in rules.silent}

    fed = {source for correlation in rules.correlations for source in correlation.sources}
    assert silent == informational >= {"ssh_failed_login", "ssh_login"}
    assert rules.silent <= fed


@pytest.mark.parametrize(
    "tag",
    [
        *("t1491.002", "t1505.003", "t1190", "t1595.002", "t1110.001", "t1110.003", "t1078", "t1133", "t1071.004"),
        *("t1071", "t1490", "t1489", "t1486", "t1070.001", "t1070.002", "t1562.001", "t1562.004", "t1136", "t1048"),
    ],
)
def test_what_hits_local_government_most_has_a_rule_that_names_the_security_sop(rules: RuleSet, tag: str) -> None:
    found = [info for info in rules.infos if f"attack.{tag}" in info.tags and info.id not in rules.silent]

    assert "kaltim-gangguan-keamanan-jaringan" in {info.playbook_id for info in found}


@pytest.mark.parametrize(
    "name",
    [
        *("uplink_port_stays_down", "link_flapping", "device_unreachable", "dns_server_failing", "dhcp_exhausted"),
        *("isp_link_lost", "latency_high", "ups_on_battery"),
    ],
)
def test_a_plain_fault_of_the_network_names_the_plain_sop(rules: RuleSet, name: str) -> None:
    (found,) = [info for info in rules.infos if info.name == name]

    assert found.playbook_id == "kaltim-gangguan-jaringan"


def test_the_library_has_sixty_rules_that_raise_alerts(rules: RuleSet) -> None:
    assert sum(1 for info in rules.infos if info.id not in rules.silent) >= 60


def test_everyday_logins_raise_no_alert(rules: RuleSet) -> None:
    logins = [
        an_event(
            NOON + timedelta(minutes=number),
            number,
            message=f"Accepted publickey for user{number} from 10.0.0.{number} port 50000 ssh2",
            process__name="sshd",
            event__dataset="system.auth",
            source__ip=f"10.0.0.{number}",
            host__name="web-1",
            user__name=f"user{number}",
        )
        for number in range(1, 50)
    ]
    scanner = Scanner(rules)

    found = scanner.scan(batch_of(logins))

    assert found == ()
    assert scanner.stats.hits == len(logins)


def test_every_title_reads_as_the_beginning_of_an_incident_title(rules: RuleSet) -> None:
    """`alert_judul` appends ` pada HOST`, or ` dari ADDRESS`: a title with a place of its own would read twice."""
    infos = [*rules.infos, *(info for make in DETECTORS for info in make().infos)]
    groups = ((("host.name", "web-1"),), (("source.ip", "203.0.113.9"),))

    titles = [alert_judul(an_alert(rule_title=info.title, group=group)) for info in infos for group in groups]

    assert [title for title in titles if len(re.findall(r" (?:pada|dari|di) ", title)) != 1] == []
    assert all(title[0].isupper() and len(title) <= 80 for title in titles)
    assert {"Pemindaian port pada web-1", "Pemindaian banyak perangkat dari 203.0.113.9"} <= set(titles)


def test_every_rule_is_ours_dated_and_described() -> None:
    for one in load_rules([SHIPPED_RULES]).rules:
        assert (one.rule.author, bool(one.rule.date), bool(one.rule.description)) == ("Tanggap", True, True), one.file
        assert one.rule.level is not None
        assert isinstance(one.rule, SigmaRule) or one.rule.group_by


def test_every_detector_has_a_page_and_names_what_to_look_at() -> None:
    for make in DETECTORS:
        detector = make()
        assert (REPOSITORY / "docs" / "detectors" / f"{detector.name}.md").is_file()
        assert all(info.look_at and info.source == "detector" for info in detector.infos)
