"""`irp indicators` and `irp detectors`: taken in with an audit entry, in use without a restart, refused in words."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from detections.sigma.ruleset import load_rule_set
from ir_platform.app.cli.main import irp
from ir_platform.app.detectors_in_use import detectors_in_use
from ir_platform.app.rule_watch import RuleWatch
from ir_platform.app.wiring import open_state
from ir_platform.config import Settings
from ir_platform.domain.event import batch_of
from tests.support.builders import NOON, an_event

BUNDLE = {
    "type": "bundle",
    "objects": [
        {"type": "indicator", "pattern_type": "stix", "name": "C2", "pattern": "[ipv4-addr:value = '203.0.113.80']"}
    ],
}


def run(data: Path, *arguments: object) -> Result:
    return CliRunner().invoke(irp, [*map(str, arguments), "--data", str(data)])


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    path = tmp_path / "bssn.json"
    path.write_text(json.dumps(BUNDLE))
    return path


def test_indicators_are_imported_listed_and_removed_each_with_its_audit_entry(tmp_path: Path, bundle: Path) -> None:
    data = tmp_path / "var"

    taken = run(data, "indicators", "import", bundle, "--source", "BSSN", "--json")
    listed = run(data, "indicators", "list")
    removed = run(data, "indicators", "remove", "bssn")

    assert json.loads(taken.output)["indicators"] == 1
    assert "BSSN" in listed.output
    assert removed.exit_code == 0
    assert json.loads(run(data, "indicators", "list", "--json").output) == []
    assert json.loads(run(data, "audit", "verify", "--json").output)["entries"] == 2


def test_a_running_detection_uses_new_indicators_without_a_restart(tmp_path: Path, bundle: Path) -> None:
    data = tmp_path / "var"
    run(data, "indicators", "list")
    settings = Settings(data_dir=data)
    empty: list[Any] = []
    watch = RuleWatch(
        state=open_state(settings),
        load=lambda _decided: load_rule_set(empty),
        detectors=lambda: detectors_in_use(data),
        allowance=timedelta(seconds=60),
        shown=data / "rules" / "in-use.json",
    )
    scanner = watch.first()
    event = an_event(NOON, **{"event.dataset": "auth", "destination.ip": "203.0.113.80", "source.ip": "10.0.0.9"})

    assert scanner.scan(batch_of([event])) == ()
    run(data, "indicators", "import", bundle)
    renewed = watch.poll()

    assert renewed is not None
    found = renewed(scanner.snapshot()).scan(batch_of([event]))
    assert [one.rule_title for one in found] == ["Perangkat sendiri menghubungi indikator berbahaya"]


@pytest.mark.parametrize("text", ["bukan json", "{}", '{"type": "bundle", "objects": []}'])
def test_a_file_that_holds_none_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)

    done = run(tmp_path / "var", "indicators", "import", path)

    assert done.exit_code == 2
    assert done.output.startswith("irp: ")
    assert run(tmp_path / "var", "indicators", "remove", "x").exit_code == 2


def test_thresholds_are_checked_before_they_are_used(tmp_path: Path) -> None:
    data = tmp_path / "var"
    run(data, "indicators", "list")
    (data / "detectors.toml").write_text("[port_scan]\nports_of_one_host = 30\n[beaconing]\nenabled = false\n")

    applied = run(data, "detectors", "apply")
    listed = json.loads(run(data, "detectors", "list", "--json").output)
    (data / "detectors.toml").write_text("[port_scan]\nport = 30\n")
    refused = run(data, "detectors", "apply")

    assert applied.exit_code == 0, applied.output
    assert next(one for one in listed if one["name"] == "port_scan")["thresholds"]["ports_of_one_host"] == 30
    assert [one["name"] for one in listed if not one["enabled"]] == ["beaconing"]
    assert (refused.exit_code, "port" in refused.output) == (2, True)


def test_a_file_broken_since_leaves_detection_running_with_our_thresholds(tmp_path: Path) -> None:
    (tmp_path / "detectors.toml").write_text("[port_scan\n")

    assert "port_scan" in {one.name for one in detectors_in_use(tmp_path)}
