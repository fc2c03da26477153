"""Files within captures that are taken in: found with the YARA rules of imported packs, and what was not scanned."""

import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ingest.pcap.objects import Extracted, ExtractedFile
from ir_platform.app.cli.ingest import ingest
from ir_platform.app.cli.rules import rules
from ir_platform.app.file_scan import NOT_TAKEN, YARA_DATASET, Carrier, scan_extracted
from ir_platform.app.wiring import open_state
from ir_platform.config import Settings
from ir_platform.domain.alert import Alert
from tests.support.captures import browsing, write_capture
from tests.support.require import need

PAGE = b"<html>penanda-uji-42</html>"
RULE = 'rule webshell_uji { meta: description = "contoh" strings: $a = "penanda-uji-42" condition: $a }'
CARRIER = Carrier(origin="pcap:x", name="a.pcap", at_ns=1_763_600_400_000_000_000)


def irp(command: Any, *arguments: object) -> str:
    done = CliRunner().invoke(command, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def a_pack(folder: Path, rule: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "uji.yar").write_text(rule)
    return folder


def taken_in(capture: Path, data: Path) -> dict[str, Any]:
    [counts] = json.loads(irp(ingest, capture, "--data", data, "--json"))["files"]
    assert isinstance(counts, dict)
    return counts


def alerts_about_files(data: Path) -> list[Alert]:
    with open_state(Settings(data_dir=data)).read() as uow:
        return list(uow.alerts.page(status=None, level=None, text="YARA", cursor=None, limit=50).items)


@pytest.mark.real
def test_a_file_in_a_capture_is_found_with_the_yara_rules_of_the_packs_in_use(tmp_path: Path) -> None:
    need(shutil.which("tshark"), "tshark")
    capture, data = write_capture(tmp_path, browsing(body=PAGE)), tmp_path / "var"
    without = taken_in(capture, data)
    irp(rules, "import", a_pack(tmp_path / "paket", RULE), "--data", data)

    with_rules = taken_in(capture, data)
    irp(rules, "disable", "--all", "--pack", "paket", "--data", data)
    when_off = taken_in(capture, data)

    assert (with_rules["events"], with_rules["stored"]) == (without["events"] + 1, 1)
    assert when_off["events"] == without["events"]
    [alert] = alerts_about_files(data)
    assert (alert.count, alert.level) == (1, "high")
    assert sha256(PAGE).hexdigest() in alert.events[0].summary
    assert "webshell_uji" in alert.events[0].summary
    with open_state(Settings(data_dir=data)).read() as uow:
        assert alert.incident_id is not None
        [exhibit] = uow.evidence.of_incident(alert.incident_id)
        [line] = uow.custody.of_evidence(exhibit.id)
    assert (exhibit.sha256, exhibit.media_type) == (sha256(PAGE).hexdigest(), "text/plain")
    assert dict(line.facts)["yara"] == "webshell_uji"


def kept(folder: Path, *contents: bytes, left_out: int = 0) -> Extracted:
    files = []
    for content in contents:
        digest = sha256(content).hexdigest()
        (folder / digest).write_bytes(content)
        files.append(
            ExtractedFile(sha256=digest, name="a.php", media_type="text/html", size=len(content), source="http")
        )
    return Extracted(files=tuple(files), left_out=left_out)


def test_a_match_is_an_event_that_is_the_same_when_the_capture_is_read_again(tmp_path: Path) -> None:
    packs = [a_pack(tmp_path / "a", RULE), a_pack(tmp_path / "b", RULE)]
    extracted = kept(tmp_path, PAGE, b"biasa")

    found = scan_extracted(extracted, tmp_path, CARRIER, rule_folders=packs)
    again = scan_extracted(extracted, tmp_path, CARRIER, rule_folders=packs)

    [event] = found.batch
    fields = event.fields()
    assert (fields["event.dataset"], fields["rule.name"]) == (YARA_DATASET, "webshell_uji")
    assert (fields["file.hash.sha256"], fields["rule.description"]) == (sha256(PAGE).hexdigest(), "contoh")
    assert found.doubts == ()
    assert again.batch.ids == found.batch.ids


def test_what_was_not_scanned_is_told_and_never_passed_over(tmp_path: Path) -> None:
    broken = a_pack(tmp_path / "rusak", "rule x { condition: tidak_ada }")
    extracted = kept(tmp_path, PAGE, left_out=3)

    found = scan_extracted(extracted, tmp_path, CARRIER, rule_folders=[broken])

    assert len(found.batch) == 0
    assert dict(found.doubts) == {NOT_TAKEN: 3, "aturan YARA tidak dapat dipakai": 1}


def test_a_file_that_cannot_be_read_is_in_doubt(tmp_path: Path) -> None:
    extracted = kept(tmp_path, PAGE)
    (tmp_path / extracted.files[0].sha256).unlink()

    found = scan_extracted(extracted, tmp_path, CARRIER, rule_folders=[a_pack(tmp_path / "a", RULE)])

    [(reason, count)] = found.doubts
    assert ("berkas tidak dipindai" in reason, count) == (True, 1)
