"""`irp pcap` as a script sees it: the files it writes, what it counts, how it refuses."""

import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ir_platform.app.cli.pcap import pcap
from tests.support.captures import browsing, scanning, write_capture
from tests.support.require import need

PAGE = b"<html>penanda-uji-42</html>"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(pcap, [str(argument) for argument in arguments])


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def no_rules(tmp_path: Path) -> Path:
    folder = tmp_path / "sigma"
    folder.mkdir()
    return folder


@pytest.fixture
def capture(tmp_path: Path) -> Path:
    need(shutil.which("tshark"), "tshark")
    return write_capture(tmp_path, [*browsing(body=PAGE), *scanning()])


@pytest.mark.real
def test_the_folder_holds_flows_events_files_alerts_and_a_summary(
    tmp_path: Path, capture: Path, no_rules: Path
) -> None:
    out, stats = tmp_path / "hasil", tmp_path / "angka.json"

    done = run(capture, "--out", out, "--stats", stats, "--rules", no_rules)

    assert done.exit_code == 0, done.output
    assert len(lines(out / "flows.jsonl")) == 33
    assert sorted({event["event.dataset"] for event in lines(out / "events.jsonl")}) == ["dns", "http", "tls"]
    assert (out / "files" / sha256(PAGE).hexdigest()).read_bytes() == PAGE
    summary, figures = json.loads((out / "summary.json").read_text()), json.loads(stats.read_text())
    assert set(figures) == {
        "packets", "bytes", "flows", "events", "files", "alerts", "seconds", "bytes_per_second", "peak_rss_bytes"
    }  # fmt: skip
    assert (figures["flows"], figures["events"], figures["files"], figures["alerts"]) == (33, 4, 1, 1)
    assert (summary["partial"], summary["damaged_at"], summary["link_types"]) == (False, None, [1])
    assert summary["first"] == "2025-11-20T01:00:00.000Z"
    assert summary["files"][0]["sha256"] == sha256(PAGE).hexdigest()


@pytest.mark.real
def test_an_alert_of_a_scan_points_at_the_flows_that_made_it(tmp_path: Path, capture: Path, no_rules: Path) -> None:
    out = tmp_path / "hasil"

    run(capture, "--out", out, "--rules", no_rules)

    [alert] = lines(out / "alerts.jsonl")
    flows = lines(out / "flows.jsonl")
    assert alert["level"] == "high"
    assert {source["file"] for source in alert["events"]} == {"flows.jsonl"}
    assert {flows[source["record"]]["source.ip"] for source in alert["events"]} == {"198.51.100.9"}


@pytest.mark.real
def test_a_sigma_rule_matches_a_protocol_event_and_names_its_line(tmp_path: Path, capture: Path) -> None:
    rule = tmp_path / "aturan.yml"
    rule.write_text(
        "title: Halaman masuk dibuka\nid: 0b0e5f2e-7a7e-4a3c-9a59-2f1d3a0e1c11\nstatus: test\nlevel: low\n"
        "logsource:\n  category: webserver\ndetection:\n  pilih:\n    url.path: /masuk\n  condition: pilih\n",
        encoding="utf-8",
    )
    out = tmp_path / "hasil"

    done = run(capture, "--out", out, "--rules", rule)

    assert done.exit_code == 0, done.output
    alerts = [alert for alert in lines(out / "alerts.jsonl") if alert["rule_title"] == "Halaman masuk dibuka"]
    assert [alert["source"]["file"] for alert in alerts] == ["events.jsonl"]
    assert lines(out / "events.jsonl")[alerts[0]["source"]["record"]] == alerts[0]["event"]


@pytest.mark.real
def test_yara_rules_are_run_over_the_carried_files(tmp_path: Path, capture: Path, no_rules: Path) -> None:
    rules, out = tmp_path / "yara", tmp_path / "hasil"
    rules.mkdir()
    (rules / "a.yar").write_text('rule uji { strings: $a = "penanda-uji-42" condition: $a }', encoding="utf-8")

    run(capture, "--out", out, "--rules", no_rules, "--yara", rules)

    [carried] = json.loads((out / "summary.json").read_text())["files"]
    assert [match["rule"] for match in carried["yara"]] == ["uji"]


@pytest.mark.real
def test_a_damaged_capture_is_done_and_marked_partial(tmp_path: Path, capture: Path, no_rules: Path) -> None:
    capture.write_bytes(capture.read_bytes()[:-7])
    out = tmp_path / "hasil"

    done = run(capture, "--out", out, "--rules", no_rules)

    summary = json.loads((out / "summary.json").read_text())
    assert done.exit_code == 0
    assert summary["partial"]
    assert 0 < summary["damaged_at"] < capture.stat().st_size
    assert "sebagian saja: berkas terpotong" in done.output


@pytest.mark.real
def test_what_is_no_capture_ends_with_2_one_line_and_no_folder(tmp_path: Path) -> None:
    need(shutil.which("tshark"), "tshark")
    path, out = tmp_path / "catatan.txt", tmp_path / "hasil"
    path.write_text("bukan tangkapan", encoding="utf-8")

    done = run(path, "--out", out)

    assert done.exit_code == 2
    assert done.output == f"irp: {path}: bukan berkas tangkapan pcap atau pcapng\n"
    assert not out.exists()


def test_without_tshark_it_ends_with_2_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("ir_platform.app.tools.UNPACKED", tmp_path)

    done = run(write_capture(tmp_path, browsing()), "--out", tmp_path / "hasil")

    assert done.exit_code == 2
    assert "tshark tidak ditemukan" in done.output
    assert done.output.count("\n") == 1


@pytest.mark.real
def test_indicators_and_thresholds_are_used_for_one_capture_alone(
    tmp_path: Path, capture: Path, no_rules: Path
) -> None:
    out, feed, thresholds = tmp_path / "hasil", tmp_path / "bssn.json", tmp_path / "ambang.toml"
    patterns = [f"[file:hashes.'SHA-256' = '{sha256(PAGE).hexdigest()}']", "[domain-name:value = 'web.example.id']"]
    objects = [{"type": "indicator", "pattern_type": "stix", "pattern": pattern} for pattern in patterns]
    feed.write_text(json.dumps({"type": "bundle", "objects": objects}))
    thresholds.write_text("[port_scan]\nports_of_one_host = 500\n")

    done = run(capture, "--out", out, "--rules", no_rules, "--indicators", feed, "--thresholds", thresholds)

    assert done.exit_code == 0, done.output
    found = {alert["rule_title"]: alert for alert in lines(out / "alerts.jsonl")}
    assert set(found) == {"Berkas yang dikenal berbahaya", "Perangkat sendiri menghubungi indikator berbahaya"}
    assert found["Berkas yang dikenal berbahaya"]["source"]["file"] == f"files/{sha256(PAGE).hexdigest()}"
    assert found["Berkas yang dikenal berbahaya"]["figures"]["jenis"] == "sha256"


@pytest.mark.parametrize(
    ("option", "text"),
    [("--indicators", "{}"), ("--thresholds", "[port_scan]\nport = 1\n")],
    ids=["feed", "thresholds"],
)
@pytest.mark.real
def test_a_file_with_a_mistake_is_refused_in_words(tmp_path: Path, capture: Path, option: str, text: str) -> None:
    wrong = tmp_path / "salah"
    wrong.write_text(text)

    done = run(capture, "--out", tmp_path / "hasil", option, wrong)

    assert (done.exit_code, done.output.startswith("irp: ")) == (2, True)
