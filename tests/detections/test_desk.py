"""What an office decides about its rules: exclusions and switches as they come out in what is found."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from detections.catalog import rules_in_use
from detections.scan import Scanner
from ir_platform.app.cli.rules import decided, rules
from ir_platform.app.wiring import open_state
from ir_platform.config import Settings
from ir_platform.domain.event import batch_of
from ir_platform.domain.rules import MutedRule
from tests.detections.making import RULE_ID, a_rule
from tests.support.builders import NOON, an_event

SCAN = {
    "event.dataset": "apache.access",
    "event.category": ["web"],
    "source.ip": "203.0.113.9",
    "user_agent.original": "sqlmap/1.8",
    "url.original": "/",
}
FILTER = """\
title: Pemindai milik Diskominfo
logsource: {category: webserver}
filter:
  rules: [web_scanner_user_agent]
  s:
    source.ip: 203.0.113.9
  condition: not s
"""


def irp(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(rules, [*arguments, "--data", str(data)])


def said(data: Path, *arguments: str) -> Any:
    done = irp(data, *arguments, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def found_in(data: Path, *events: dict[str, Any]) -> set[str]:
    in_use = rules_in_use(data, decided(Settings(data_dir=data)))
    batch = batch_of([an_event(record=number, **fields) for number, fields in enumerate(events)])
    return {one.rule_title for one in Scanner(in_use).scan(batch)}


def written(folder: Path, text: str) -> str:
    path = folder / "filter.yml"
    path.write_text(text)
    return str(path)


def actions(data: Path) -> list[str]:
    with open_state(Settings(data_dir=data)).read() as uow:
        return [one.fact.action for one in uow.audit.entries()]


def test_an_exclusion_of_the_office_silences_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    data = tmp_path / "var"
    before = found_in(data, SCAN)

    done = irp(data, "exclude", written(tmp_path, FILTER), "--alasan", "pemindaian bulanan")

    assert done.exit_code == 0, done.stderr
    assert before
    assert found_in(data, SCAN) == set()
    assert found_in(data, {**SCAN, "source.ip": "203.0.113.10"}) == before


def test_an_exclusion_for_a_rule_of_a_pack_survives_the_packs_update(tmp_path: Path) -> None:
    data, pack = tmp_path / "var", tmp_path / "paket"
    pack.mkdir()
    rule = a_rule("s:\n  A: x\ncondition: s")
    (pack / "rule.yml").write_text(rule)
    irp(data, "import", str(pack))
    sigma = f"title: f\nlogsource: {{product: windows, service: security}}\nfilter:\n  rules: [{RULE_ID}]\n"
    sigma += "  s:\n    source.ip: 203.0.113.9\n  condition: not s\n"
    irp(data, "exclude", written(tmp_path, sigma), "--alasan", "server pemindai")
    (pack / "rule.yml").write_text(rule.replace("title: Uji", "title: Uji baru"))

    irp(data, "import", str(pack))

    ours, other = ({"winlog.channel": "Security", "A": "x", "source.ip": f"203.0.113.{n}"} for n in (9, 10))
    assert found_in(data, ours) == set()
    assert found_in(data, other) == {"Uji baru"}


def test_an_exclusion_is_listed_with_its_reason_and_dropped_again(tmp_path: Path) -> None:
    data = tmp_path / "var"
    irp(data, "exclude", written(tmp_path, FILTER), "--alasan", "pemindaian bulanan")
    [listed] = said(data, "exclusions")

    irp(data, "unexclude", listed["id"])

    assert (listed["title"], listed["reason"], listed["by"]) == (
        "Pemindai milik Diskominfo",
        "pemindaian bulanan",
        "Sistem",
    )
    assert said(data, "exclusions") == []
    assert found_in(data, SCAN)
    assert actions(data) == ["rules.excluded", "rules.exclusion_dropped"]


def test_an_exclusion_that_names_a_rule_nobody_has_is_taken_with_a_warning(tmp_path: Path) -> None:
    data = tmp_path / "var"
    sigma = FILTER.replace("[web_scanner_user_agent]", "[web_scanner_user_agent, tidak_ada]")

    done = irp(data, "exclude", written(tmp_path, sigma), "--alasan", "pemindaian bulanan")

    assert done.exit_code == 0
    assert [line for line in done.stderr.splitlines() if "peringatan" in line and "tidak_ada" in line]
    assert "web_scanner" not in done.stderr
    assert [one["unknown_rules"] for one in said(data, "exclusions")] == [["tidak_ada"]]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "title: x\n",
        a_rule("s:\n  A: x\ncondition: s"),
        FILTER + "---\n" + FILTER,
        FILTER.replace("not s", "not tidak_ada"),
        FILTER.replace("not s", "(" * 40 + "s" + ")" * 40),
        "a: &x [1]\nb: *x\n",
        FILTER + "#" * 30_000,
    ],
)
def test_what_is_no_usable_filter_is_refused(tmp_path: Path, text: str) -> None:
    done = irp(tmp_path / "var", "exclude", written(tmp_path, text), "--alasan", "x")

    assert (done.exit_code, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert said(tmp_path / "var", "exclusions") == []


def test_an_exclusion_needs_a_reason(tmp_path: Path) -> None:
    done = irp(tmp_path / "var", "exclude", written(tmp_path, FILTER), "--alasan", " ")

    assert done.exit_code == 2
    assert "alasan" in done.stderr


def test_a_rule_is_switched_off_and_on_again_and_each_decision_is_kept_once(tmp_path: Path) -> None:
    data = tmp_path / "var"
    before = found_in(data, SCAN)

    irp(data, "disable", "--rule", "web_scanner_user_agent")
    off = found_in(data, SCAN)
    irp(data, "enable", "--rule", "web_scanner_user_agent")

    assert (off, found_in(data, SCAN)) == (set(), before)
    assert said(data, "switches") == [{"by": "rule", "value": "web_scanner_user_agent", "pack": "", "is_on": True}]
    assert actions(data) == ["rules.turned_off", "rules.turned_on"]


def test_a_decision_is_forgotten(tmp_path: Path) -> None:
    data = tmp_path / "var"
    irp(data, "disable", "--level", "low")

    forgotten = irp(data, "disable", "--level", "low", "--forget")
    again = irp(data, "disable", "--level", "low", "--forget")

    assert (forgotten.exit_code, again.exit_code) == (0, 2)
    assert said(data, "switches") == []


@pytest.mark.parametrize("arguments", [[], ["--level", "low", "--tag", "x"], ["--all", "--rule", "x"]])
def test_a_switch_goes_by_exactly_one_thing(tmp_path: Path, arguments: list[str]) -> None:
    done = irp(tmp_path / "var", "disable", *arguments)

    assert (done.exit_code, done.stdout) == (2, "")


def test_a_muted_rule_is_listed_with_its_count_and_let_speak_again(tmp_path: Path) -> None:
    data = tmp_path / "var"
    said(data, "muted")
    with open_state(Settings(data_dir=data)).write() as uow:
        uow.rules.mute(MutedRule(rule_id="r1", rule_title="Ribut", hour=NOON, limit=5, at=NOON))
        uow.rules.count_muted("r1", at=NOON)
    [listed] = said(data, "muted")

    done = irp(data, "unmute", "r1")
    again = irp(data, "unmute", "r1")

    assert (listed["rule_title"], listed["limit"], listed["matches"]) == ("Ribut", 5, 1)
    assert (done.exit_code, again.exit_code) == (0, 2)
    assert said(data, "muted") == []
    assert actions(data) == ["rules.unmuted"]
