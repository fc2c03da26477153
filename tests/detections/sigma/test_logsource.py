"""Which events a rule is asked about."""

from pathlib import Path
from typing import Any

import pytest

from detections.scan import Scanner
from ir_platform.domain.event import batch_of
from tests.detections.making import a_rule, rules_from
from tests.support.builders import an_event

SYSMON = "Microsoft-Windows-Sysmon/Operational"


@pytest.mark.parametrize(
    ("logsource", "fields", "expected"),
    [
        ("{product: windows, category: process_creation}", {"winlog.channel": SYSMON, "event.code": "1"}, True),
        ("{product: windows, category: process_creation}", {"winlog.channel": "Security", "event.code": 4688}, True),
        ("{product: windows, category: process_creation}", {"winlog.channel": "Security", "event.code": "1"}, False),
        ("{product: windows, category: process_creation}", {"winlog.channel": SYSMON, "event.code": "3"}, False),
        ("{product: windows, category: process_creation}", {"Channel": SYSMON.upper(), "EventID": 1}, True),
        (
            "{product: windows, category: registry_delete}",
            {"Channel": SYSMON, "EventID": 12, "EventType": "DeleteKey"},
            True,
        ),
        (
            "{product: windows, category: registry_delete}",
            {"Channel": SYSMON, "EventID": 12, "EventType": "CreateKey"},
            False,
        ),
        ("{product: windows, service: security}", {"winlog.channel": "System"}, False),
        ("{product: windows}", {"winlog.channel": "Anything"}, True),
        ("{product: windows}", {"event.dataset": "system.auth"}, False),
        ("{product: linux, service: sshd}", {"event.dataset": "system.auth", "process.name": "sshd-session"}, True),
        ("{product: linux, service: sshd}", {"event.dataset": "system.auth", "process.name": "sudo"}, False),
        ("{product: linux, service: auth}", {"event.dataset": "system.auth"}, True),
        ("{product: linux}", {"winlog.channel": "Security", "event.dataset": "system.security"}, False),
        ("{category: webserver}", {"event.dataset": "nginx.access"}, True),
        ("{category: webserver}", {"event.dataset": "system.auth"}, False),
        ("{service: apache}", {"event.dataset": "apache.error"}, True),
        ("{category: dns}", {"event.dataset": "zeek.dns"}, True),
        ("{category: firewall}", {"event.dataset": "flow"}, True),
        ("{product: aws, service: cloudtrail}", {"event.dataset": "aws.cloudtrail"}, True),
        ("{product: aws, service: cloudtrail}", {"event.dataset": "system.auth"}, False),
        ("{product: okta}", {"event.module": "okta"}, True),
        ("{product: macos, category: process_creation}", {"product": "macOS", "category": "process_creation"}, True),
        ("{product: macos, category: process_creation}", {"product": "macos", "category": "file_event"}, False),
        (
            "{category: antivirus}",
            {"winlog.channel": "Microsoft-Windows-Windows Defender/Operational", "event.code": "1116"},
            True,
        ),
    ],
)
def test_a_rule_is_asked_about_the_events_of_its_logsource_only(
    tmp_path: Path, logsource: str, fields: dict[str, Any], expected: bool
) -> None:
    rules = rules_from(tmp_path, a_rule("s:\n  A: x\ncondition: s", logsource=logsource))

    found = Scanner(rules).scan(batch_of([an_event(A="x", **fields)]))

    assert bool(found) is expected


def test_names_for_the_event_code_that_disagree_rule_nothing_out(tmp_path: Path) -> None:
    rules = rules_from(tmp_path, a_rule("s:\n  EventID: 1102\ncondition: s"))
    event = an_event(**{"winlog.channel": "Security", "event.code": "7", "EventID": 1102})

    found = Scanner(rules).scan(batch_of([event]))

    assert len(found) == 1
