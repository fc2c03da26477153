"""`irp detect` and `irp rules`, as a script sees them."""

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from detections.catalog import SHIPPED_RULES
from ir_platform.app import detection_jobs, detection_run
from ir_platform.app.cli.detect import detect
from ir_platform.app.cli.rules import rules
from tests.detections.making import RULE_ID, a_rule

BRUTE_FORCE = "6f0b7c52-0f0a-4c52-8c7e-2f6a3f3b1a02"


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IRP_DATA_DIR", str(tmp_path))


@pytest.fixture
def auth_log(tmp_path: Path) -> Path:
    log = tmp_path / "auth.log"
    lines = [
        f"Nov 20 12:00:{second:02d} web-1 sshd[9]: Failed password for root from 203.0.113.9 port {second} ssh2"
        for second in range(20)
    ]
    log.write_text("\n".join([*lines, "not a log line", ""]), encoding="utf-8")
    return log


@pytest.fixture
def access_log(tmp_path: Path) -> Path:
    log = tmp_path / "access.log"
    log.write_text(
        '203.0.113.9 - - [20/Nov/2026:12:00:01 +0800] "GET / HTTP/1.1" 200 5 "-" "curl/8"\n'
        '203.0.113.9 - - [20/Nov/2026:12:00:02 +0800] "GET / HTTP/1.1" 200 5 "-" "sqlmap/1.7"\n',
        encoding="utf-8",
    )
    return log


def run_detect(*arguments: object) -> Result:
    return CliRunner().invoke(detect, ["--year", "2026", *map(str, arguments)])


def alerts(done: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_rule_and_a_grouping_by_host_find_the_host_of_a_json_line(tmp_path: Path) -> None:
    rule, events = tmp_path / "rule.yml", tmp_path / "events.jsonl"
    correlation = (
        "title: Dua kali\nid: 5ad2f5f1-54a2-4b5f-9a54-2d2f5f0f7a31\nstatus: test\nlevel: high\ncorrelation:\n"
        f"  type: event_count\n  rules: [{RULE_ID}]\n  group-by: [host]\n  timespan: 1m\n"
        "  condition: {gte: 2}\n  generate: true\n"
    )
    rule.write_text(a_rule("s:\n  host: web-1\ncondition: s", logsource="{product: test}") + "---\n" + correlation)
    events.write_text('{"@timestamp": "2026-11-20T00:00:00Z", "product": "test", "host": "web-1"}\n' * 2)

    done = run_detect("--rules", rule, "--format", "jsonl", events)

    assert [alert.get("events") for alert in alerts(done)][-1] == [
        {"file": str(events), "record": 0},
        {"file": str(events), "record": 1},
    ]
    assert len(alerts(done)) == 3


def test_an_alert_carries_rule_place_and_event(access_log: Path) -> None:
    done = run_detect("--rules", SHIPPED_RULES, access_log)

    (alert,) = alerts(done)
    assert done.exit_code == 0
    assert list(alert) == ["rule_id", "rule_title", "level", "tags", "timestamp", "source", "event"]
    assert alert["source"] == {"file": str(access_log), "record": 1}
    assert alert["timestamp"] == "2026-11-20T04:00:02.000Z"
    assert alert["event"]["user_agent.original"] == "sqlmap/1.7"


def test_a_correlation_alert_carries_the_places_of_its_events(auth_log: Path) -> None:
    done = run_detect("--rules", SHIPPED_RULES, auth_log)

    (alert,) = alerts(done)
    assert alert["rule_id"] == BRUTE_FORCE
    assert "event" not in alert
    assert alert["events"] == [{"file": str(auth_log), "record": record} for record in range(20)]


def test_several_processes_print_what_one_prints(auth_log: Path, access_log: Path) -> None:
    one = run_detect("--rules", SHIPPED_RULES, "--jobs", 1, auth_log, access_log)

    several = run_detect("--rules", SHIPPED_RULES, "--jobs", 2, auth_log, access_log)

    assert several.exit_code == 0
    assert several.stdout == one.stdout


def test_stats_count_what_was_read_left_out_and_found(tmp_path: Path, auth_log: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "broken.yml").write_text("title: x\n")

    done = run_detect("--rules", SHIPPED_RULES, "--rules", tmp_path / "rules", "--stats", tmp_path / "stats", auth_log)

    stats = json.loads((tmp_path / "stats").read_text())
    assert done.exit_code == 0
    assert (stats["events"], stats["rejected"], stats["alerts"]) == (20, 1, 1)
    assert stats["rules_skipped"][0]["file"] == str(tmp_path / "rules" / "broken.yml")
    assert set(stats) == {
        *("events", "rejected", "rules_loaded", "rules_skipped", "alerts"),
        *("seconds", "events_per_second", "peak_rss_bytes"),
    }
    assert '"line":21' in done.stderr


@pytest.mark.parametrize("what", ["rules", "events", "pipeline"])
def test_nothing_usable_is_status_2_and_one_clear_line(tmp_path: Path, access_log: Path, what: str) -> None:
    nothing = tmp_path / "nothing.log"
    nothing.write_bytes(b"")
    (tmp_path / "none").mkdir()
    arguments = {
        "rules": ["--rules", tmp_path / "none", access_log],
        "events": ["--rules", SHIPPED_RULES, nothing],
        "pipeline": ["--rules", SHIPPED_RULES, "--pipeline", "no-such", access_log],
    }

    done = run_detect(*arguments[what])

    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1].startswith("irp: ")


def test_a_pipeline_file_changes_the_rules(tmp_path: Path, access_log: Path) -> None:
    (tmp_path / "rule.yml").write_text(a_rule("s:\n  agent: curl/8\ncondition: s", logsource="{category: webserver}"))
    pipeline = tmp_path / "pipeline.yaml"
    pipeline.write_text(
        "name: uji\npriority: 10\ntransformations:\n"
        "  - id: names\n    type: field_name_mapping\n    mapping:\n      agent: user_agent.original\n"
    )

    without = run_detect("--rules", tmp_path / "rule.yml", access_log)
    with_it = run_detect("--rules", tmp_path / "rule.yml", "--pipeline", pipeline, access_log)

    assert (len(alerts(without)), len(alerts(with_it))) == (0, 1)


def test_check_names_file_and_line_and_fails(tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text(a_rule("s:\n  A|contians: x\ncondition: s"))

    done = CliRunner().invoke(rules, ["check", str(tmp_path)])

    assert done.exit_code == 1
    assert done.stdout.startswith(f"{tmp_path / 'bad.yml'}:6: galat: ")


def test_check_finds_a_correlation_without_its_rule(tmp_path: Path) -> None:
    (tmp_path / "rule.yml").write_text(a_rule("s:\n  A: x\ncondition: s"))
    (tmp_path / "lonely.yml").write_text(
        "title: Uji\nid: 11111111-2222-4333-8444-555555555502\nstatus: test\n"
        "correlation:\n  type: event_count\n  rules: [tidak_ada]\n  group-by: [A]\n"
        "  timespan: 5m\n  condition: {gte: 2}\n"
    )

    done = CliRunner().invoke(rules, ["check", str(tmp_path)])

    assert done.exit_code == 1
    assert done.stdout.splitlines()[0].startswith(f"{tmp_path / 'lonely.yml'}:1: galat: ")


def test_check_without_a_rule_to_look_at_is_status_2_and_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("nothing here")

    done = CliRunner().invoke(rules, ["check", str(tmp_path)])

    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1] == f"irp: tidak ada aturan di {tmp_path}"


def test_a_saran_alone_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "rule.yml").write_text(a_rule("s:\n  A: '*x*'\ncondition: s"))

    done = CliRunner().invoke(rules, ["check", str(tmp_path)])

    assert done.exit_code == 0
    assert ": saran: " in done.stdout


def test_a_selection_that_no_condition_uses_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "rule.yml").write_text(a_rule("s:\n  A: x\nunused:\n  B: y\ncondition: s"))

    done = CliRunner().invoke(rules, ["check", str(tmp_path)])

    assert done.exit_code == 1
    assert ": galat: " in done.stdout


def test_check_is_content_with_our_own_rules() -> None:
    done = CliRunner().invoke(rules, ["check", str(SHIPPED_RULES)])

    assert (done.exit_code, done.stdout) == (0, "")


def test_a_case_that_does_not_hold_fails_the_test_command(tmp_path: Path) -> None:
    (tmp_path / "rule.yml").write_text(a_rule("s:\n  A: x\ncondition: s").replace("title:", "name: uji\ntitle:"))
    (tmp_path / "rule_cases.yaml").write_text(
        "rule: uji\nmatch:\n  - name: cocok\n    events: [{winlog.channel: Security, A: x}]\n"
        "  - name: salah\n    events: [{winlog.channel: Security, A: y}]\n"
    )

    done = CliRunner().invoke(rules, ["test", str(tmp_path)])

    assert done.exit_code == 1
    assert [line.split(": ", 1)[1] for line in done.stdout.splitlines()] == [
        "uji: salah: seharusnya cocok, ternyata tidak"
    ]


def test_list_shows_rules_and_detectors() -> None:
    done = CliRunner().invoke(rules, ["list", "--json"])

    sources = {entry["source"] for entry in json.loads(done.stdout)}
    assert sources == {"sigma", "detector"}


def test_convert_names_what_it_cannot_write_and_goes_on(tmp_path: Path) -> None:
    (tmp_path / "rule.yml").write_text(a_rule("s:\n  A: x\ncondition: s"))
    (tmp_path / "order.yml").write_text(
        "title: Uji\nid: 11111111-2222-4333-8444-555555555502\nstatus: test\n"
        "correlation:\n  type: temporal\n  rules: [11111111-2222-4333-8444-555555555501]\n"
        "  group-by: [A]\n  timespan: 5m\n  generate: true\n"
    )

    done = CliRunner().invoke(rules, ["convert", "--target", "elasticsearch", str(tmp_path)])

    assert done.exit_code == 1
    assert [json.loads(line)["query"] for line in done.stdout.splitlines()] == ["A:x"]
    assert f"{tmp_path / 'order.yml'}:1: " in done.stderr


def test_convert_writes_a_query_for_a_rule(tmp_path: Path) -> None:
    (tmp_path / "rule.yml").write_text(a_rule("s:\n  A: x\ncondition: s"))

    done = CliRunner().invoke(rules, ["convert", "--target", "elasticsearch", str(tmp_path)])

    assert done.exit_code == 0
    assert json.loads(done.stdout)["query"] == "A:x"


def test_a_second_start_takes_the_rules_as_they_were_kept(access_log: Path, tmp_path: Path) -> None:
    first = run_detect("--rules", SHIPPED_RULES, access_log)
    (kept,) = (tmp_path / "rule-cache").iterdir()
    made = {file.name: file.stat().st_mtime_ns for file in kept.iterdir()}

    second = run_detect("--rules", SHIPPED_RULES, access_log)

    assert second.stdout == first.stdout
    assert {file.name: file.stat().st_mtime_ns for file in kept.iterdir()} == made


def test_without_a_data_folder_none_is_made_for_the_rules(
    access_log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    missing = tmp_path / "data"

    done = run_detect("--rules", SHIPPED_RULES, "--data", missing, access_log)

    assert len(alerts(done)) == 1
    assert not missing.exists()
    assert (tmp_path / "home" / ".cache" / "tanggap" / "rule-cache").is_dir()


def test_a_large_file_cut_among_processes_gives_the_alerts_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detection_run, "PART_BYTES", 200)
    rule = tmp_path / "rule.yml"
    rule.write_text(a_rule("s:\n  A|contains: evil\ncondition: s"), encoding="utf-8")
    events = tmp_path / "events.jsonl"
    words = ["evil" if number % 7 == 0 else "good" for number in range(99)]
    lines = [json.dumps({"Channel": "Security", "EventID": 1, "A": word}) for word in words]
    events.write_text("\n".join([*lines[:50], "no json", "", *lines[50:]]), encoding="utf-8")

    one, several = (run_detect("--rules", rule, "--format", "jsonl", "--jobs", jobs, events) for jobs in (1, 5))

    assert [alert["source"]["record"] for alert in alerts(one)] == [n if n < 50 else n + 2 for n in range(0, 99, 7)]
    assert several.stdout == one.stdout
    assert several.exit_code == 0


@pytest.fixture
def several(tmp_path: Path) -> list[str]:
    """A command with two processes and two files of a thousand alerts each."""
    rule = tmp_path / "rule.yml"
    rule.write_text(a_rule("s:\n  A|contains: evil\ncondition: s"), encoding="utf-8")
    for name in ("one.jsonl", "two.jsonl"):
        line = json.dumps({"Channel": "Security", "EventID": 1, "A": "evil", "B": name})
        (tmp_path / name).write_text(f"{line}\n" * 1_000, encoding="utf-8")
    command = [str(Path(sys.executable).with_name("irp")), "detect", "--rules", str(rule), "--format", "jsonl"]
    return [*command, "--jobs", "2", str(tmp_path / "one.jsonl"), str(tmp_path / "two.jsonl")]


def test_processes_write_to_a_file_in_the_order_of_the_files_also_behind_what_is_there(
    tmp_path: Path, several: list[str]
) -> None:
    written, appended = tmp_path / "written", tmp_path / "appended"
    appended.write_bytes(b"before\n")

    with written.open("wb") as new, appended.open("ab") as longer:
        for output in (new, longer):
            subprocess.run(several, stdout=output, check=True)

    places = [Path(json.loads(line)["source"]["file"]).name for line in written.read_bytes().splitlines()]
    assert places == ["one.jsonl"] * 1_000 + ["two.jsonl"] * 1_000
    assert appended.read_bytes() == b"before\n" + written.read_bytes()


def test_alerts_that_wait_for_their_turn_on_disk_come_in_order_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, several: list[str]
) -> None:
    monkeypatch.setattr(detection_run, "PART_BYTES", 500)
    monkeypatch.setattr(detection_jobs, "KEPT_BYTES", 300)
    arguments = several[2:]

    one, many = (run_detect(*arguments, "--jobs", jobs) for jobs in (1, 4))

    assert len(alerts(one)) == 2_000
    assert many.stdout == one.stdout


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_full_disk_at_the_output_is_said_of_the_output_and_not_of_the_input(several: list[str], jobs: int) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*several, "--jobs", str(jobs)], stdout=full, stderr=subprocess.PIPE, check=False)

    said = done.stderr.decode()
    assert done.returncode == 2
    assert said.startswith("irp: keluaran tidak dapat ditulis: ")
    assert os.strerror(errno.ENOSPC) in said
    assert "one.jsonl" not in said
    assert said.count("\n") == 1


def test_a_full_disk_is_said_too_where_only_a_correlation_has_something_to_write(auth_log: Path) -> None:
    command = [str(Path(sys.executable).with_name("irp")), "detect", "--rules", str(SHIPPED_RULES), "--year", "2026"]

    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*command, str(auth_log)], stdout=full, stderr=subprocess.PIPE, check=False)

    assert done.returncode == 2
    assert b"keluaran tidak dapat ditulis" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_process_that_is_killed_ends_the_command_with_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, several: list[str]
) -> None:
    ours = os.getpid()

    def die(*_: object) -> None:
        if os.getpid() != ours:
            os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(detection_run.Run, "match", die)

    done = run_detect(*several[2:])

    assert done.exit_code == 2
    assert "satu proses pembaca berhenti" in done.stderr


def test_processes_end_quietly_when_nobody_reads_on(several: list[str]) -> None:
    with subprocess.Popen(several, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        said = running.stderr.read()

    assert running.returncode == 0
    assert said == b""


def test_large_logs_of_other_formats_are_cut_too_and_files_read_side_by_side(
    tmp_path: Path, auth_log: Path, access_log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detection_run, "PART_BYTES", 200)
    rule = tmp_path / "rule.yml"
    rule.write_text(
        a_rule("s:\n  id.orig_h: 10.9.9.9\ncondition: s", logsource="{product: zeek, service: conn}"), encoding="utf-8"
    )
    conn = tmp_path / "conn.log"
    head = "#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\n#types\ttime\tstring\taddr\n"
    rows = [f"17636004{n:02}.0\tC{n}\t10.{'9' if n % 9 == 0 else '8'}.9.9" for n in range(90)]
    conn.write_text(head + "\n".join(rows), encoding="utf-8")
    files = (auth_log, conn, access_log)

    one, several = (run_detect("--rules", rule, "--rules", SHIPPED_RULES, "--jobs", jobs, *files) for jobs in (1, 3))

    assert [alert["source"]["record"] for alert in alerts(one) if "conn" in alert["source"]["file"]] == [
        n + 4 for n in range(0, 90, 9)
    ]
    assert several.stdout == one.stdout
    assert {Path(alert["source"]["file"]).name for alert in alerts(several)} == {path.name for path in files}
