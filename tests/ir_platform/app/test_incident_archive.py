"""`irp incident`: what scripts read of incidents, and the archive that an office hands over."""

import hashlib
import json
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from ir_platform.adapters.files.content import ContentFiles
from ir_platform.app.archive import MANIFEST, SIGNATURE, safe_name
from ir_platform.app.cli.incident import incident
from ir_platform.app.ids import new_id
from ir_platform.audit.chain import link
from ir_platform.calendar.source import StoredCalendars
from ir_platform.calendar.zones import zone_of
from ir_platform.domain.alert import IncidentId, Level
from ir_platform.domain.audit import AuditFact, AuditHead
from ir_platform.domain.document import DocumentStatus
from ir_platform.domain.job import JobId, JobKind
from playbooks.clocks import Timing
from playbooks.library import shipped
from playbooks.opening import Opener, Report
from playbooks.runner import CompleteStepRequest, NewEvidence, Runner
from tests.support.builders import NOON, an_account
from tests.support.sqlite import fresh_state

EVIDENCE = b"\xd4\xc3\xb2\xa1 not a capture, but bytes"
HOSTILE_NAME = "../../etc/\x1b[2J\u202erahasia penting.pcap"
ZONE = "Asia/Makassar"


class SilentBell:
    def ring(self, job_id: JobId, kind: JobKind) -> None:
        """No worker listens."""


class Office:
    """A data folder with one reporter and one official, without a server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = fresh_state(folder / "state.sqlite3")
        self.files = ContentFiles(folder / "files")
        self.official = an_account("pemeriksa", "pemeriksa_ti")
        with self.state.write() as uow:
            uow.accounts.add(self.official)

    def report(self, judul: str, level: Level = Level.HIGH) -> IncidentId:
        opener = Opener(
            library=shipped(),
            timing=Timing(calendars=StoredCalendars(zone=zone_of(ZONE))),
            clock=self._clock,
            new_id=new_id,
            timezone=ZONE,
            office_name="Diskominfo Contoh",
            default_playbook="kaltim-gangguan-keamanan-jaringan",
        )
        report = Report(judul=judul, uraian="Halaman depan berubah.", tingkat=level, pelapor="Operator OPD")
        with self.state.write() as uow:
            return opener.open_from_report(uow, report, self.official).incident.id

    def add_evidence(self, incident_id: IncidentId, name: str = HOSTILE_NAME) -> Path:
        return self.add_file(incident_id, name, EVIDENCE)

    def add_file(self, incident_id: IncidentId, name: str, content: bytes) -> Path:
        stored = self.files.put([content], limit_bytes=1000)
        new = NewEvidence(name=name, sha256=stored.sha256, size=stored.size, media_type="application/octet-stream")
        self._runner().add_evidence(incident_id, new, self.official)
        return stored.path

    def do_first_step(self, incident_id: IncidentId) -> None:
        self._runner().complete(incident_id, CompleteStepRequest(no=1, catatan="Dicatat."), self.official)

    def finish_documents(self, incident_id: IncidentId) -> None:
        """What the worker does; the archive does not look into the files."""
        with self.state.write() as uow:
            for document in uow.documents.of_incident(incident_id):
                docx = self.files.put([b"docx " + document.id.encode()], limit_bytes=1000)
                pdf = self.files.put([b"pdf " + document.id.encode()], limit_bytes=1000)
                ready = replace(document, status=DocumentStatus.READY, docx_sha256=docx.sha256, pdf_sha256=pdf.sha256)
                uow.documents.save(ready)

    def run(self, *arguments: object) -> Result:
        return CliRunner().invoke(incident, [*map(str, arguments), "--data", str(self.folder)])

    def _runner(self) -> Runner:
        return Runner(
            state=self.state,
            library=shipped(),
            timing=Timing(calendars=StoredCalendars(zone=zone_of(ZONE))),
            clock=self._clock,
            new_id=new_id,
            timezone=ZONE,
            office_name="Diskominfo Contoh",
            bell=SilentBell(),
        )

    @staticmethod
    def _clock() -> datetime:
        return NOON


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    (tmp_path / "var").mkdir()
    made = Office(tmp_path / "var")
    yield made
    made.state.close()


def members(archive: Path) -> dict[str, bytes]:
    with ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_list_is_newest_first_and_filtered_by_status_and_level(office: Office) -> None:
    low, high = office.report("Lambat", Level.LOW), office.report("Situs berubah")

    every = json.loads(office.run("list", "--json").stdout)
    chosen = json.loads(office.run("list", "--json", "--status", "open", "--level", "low").stdout)
    none = json.loads(office.run("list", "--json", "--status", "closed").stdout)

    assert {item["id"] for item in every["items"]} == {low, high}
    assert every["cursor"] is None
    assert [(item["id"], item["nomor"], item["langkah_aktif"]) for item in chosen["items"]] == [
        (low, "INS/2026/0001", [1])
    ]
    assert none["items"] == []


def test_a_limited_list_says_that_there_is_more(office: Office) -> None:
    office.report("Satu")
    office.report("Dua")

    done = office.run("list", "--limit", 1)

    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) == 2
    assert "hanya 1 yang terbaru" in done.stderr


def test_show_finds_an_incident_by_number_and_by_id(office: Office) -> None:
    incident_id = office.report("Situs berubah")
    office.do_first_step(incident_id)

    by_number = json.loads(office.run("show", "ins/2026/0001", "--json").stdout)
    by_id = json.loads(office.run("show", incident_id, "--json").stdout)

    assert by_number == by_id
    assert (by_id["nomor"], by_id["langkah_aktif"], by_id["putaran"]) == ("INS/2026/0001", [2], {"1": 1, "2": 1})
    assert [entry["kind"] for entry in by_id["timeline"]][:2] == ["opened", "step_activated"]
    assert by_id["boleh_saya"] == []


def test_show_writes_no_control_characters_to_a_terminal(office: Office) -> None:
    incident_id = office.report("Situs \x1b[2Jberubah \u202e")

    done = office.run("show", incident_id)

    assert done.exit_code == 0
    assert "Kronologi:" in done.stdout
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout


@pytest.mark.parametrize("arguments", [("show", "INS/2026/9999"), ("export", "INS/2026/9999", "x.zip")])
def test_what_is_not_there_is_status_2_and_one_line(office: Office, arguments: tuple[str, ...]) -> None:
    office.report("INS/2026/9999 disebut di judul")

    done = office.run(*arguments)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "irp: insiden tidak ditemukan: INS/2026/9999\n"


def test_a_folder_without_data_stays_as_it_was(tmp_path: Path) -> None:
    done = CliRunner().invoke(incident, ["list", "--data", str(tmp_path)])

    assert done.exit_code == 2
    assert done.stderr == f"irp: belum ada data di {tmp_path}\n"
    assert list(tmp_path.iterdir()) == []


def test_the_archive_holds_everything_and_its_manifest_proves_it(office: Office, tmp_path: Path) -> None:
    incident_id = office.report("Situs berubah")
    office.add_evidence(incident_id)
    office.do_first_step(incident_id)
    office.finish_documents(incident_id)

    done = office.run("export", "INS/2026/0001", tmp_path / "insiden.zip")

    found = members(tmp_path / "insiden.zip")
    manifest = dict(reversed(line.split("  ", 1)) for line in found[MANIFEST].decode().splitlines())
    assert done.exit_code == 0, done.stderr
    assert manifest == {
        name: hashlib.sha256(content).hexdigest()
        for name, content in found.items()
        if name not in (MANIFEST, SIGNATURE)
    }
    assert json.loads(found["incident.json"])["id"] == incident_id
    assert json.loads(found["timeline.json"])[0]["kind"] == "opened"
    assert {Path(name).suffix for name in found if name.startswith("documents/")} == {".docx", ".pdf"}
    assert all(document["status"] == "ready" for document in json.loads(found["documents.json"]))


def test_sha256sum_accepts_the_unpacked_archive(office: Office, tmp_path: Path) -> None:
    incident_id = office.report("Situs berubah")
    office.add_evidence(incident_id)
    office.run("export", incident_id, tmp_path / "insiden.zip")
    with ZipFile(tmp_path / "insiden.zip") as opened:
        opened.extractall(tmp_path / "out")

    checked = subprocess.run(["sha256sum", "--check", "--strict", MANIFEST], cwd=tmp_path / "out", check=False)

    assert checked.returncode == 0


def test_evidence_is_kept_whole_under_a_harmless_name(office: Office, tmp_path: Path) -> None:
    incident_id = office.report("Situs berubah")
    office.add_evidence(incident_id)

    office.run("export", incident_id, tmp_path / "insiden.zip")

    found = members(tmp_path / "insiden.zip")
    (listed,) = json.loads(found["evidence.json"])
    assert listed["name"] == HOSTILE_NAME
    assert listed["member"] == "evidence/001-__2J_rahasia_penting.pcap"
    assert found[listed["member"]] == EVIDENCE
    assert (listed["sha256"], listed["problem"]) == (hashlib.sha256(EVIDENCE).hexdigest(), None)
    assert listed["added_by"] == "Pemeriksa (Kasi Keamanan Jaringan)"


def test_the_audit_entries_of_the_archive_prove_themselves(office: Office, tmp_path: Path) -> None:
    incident_id = office.report("Situs berubah")
    office.report("Insiden lain")
    office.do_first_step(incident_id)

    office.run("export", incident_id, tmp_path / "insiden.zip")

    entries = [json.loads(line) for line in members(tmp_path / "insiden.zip")["audit.jsonl"].splitlines()]
    assert [entry["action"] for entry in entries] == ["incident.opened", "step.completed"]
    for entry in entries:
        words = {key: entry[key] for key in ("actor", "actor_name", "action", "subject", "details")}
        fact = AuditFact(at=datetime.fromisoformat(entry["at"]), **words)
        before = AuditHead(seq=entry["seq"] - 1, hash=entry["prev_hash"])
        assert link(before, fact).hash == entry["hash"]


def test_members_keep_their_order_and_nobody_else_may_read_the_archive(office: Office, tmp_path: Path) -> None:
    incident_id = office.report("Situs berubah")
    office.add_evidence(incident_id, "a.pcap")
    office.add_evidence(incident_id, "a.pcap")

    office.run("export", incident_id, tmp_path / "one.zip")
    office.run("export", incident_id, tmp_path / "two.zip")

    one, two = members(tmp_path / "one.zip"), members(tmp_path / "two.zip")
    assert list(one) == list(two)
    assert {name for name in one if name.startswith("evidence/")} == {"evidence/001-a.pcap", "evidence/002-a.pcap"}
    assert one["evidence.json"] == two["evidence.json"]
    assert stat.S_IMODE((tmp_path / "one.zip").stat().st_mode) == 0o600


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_evidence_that_is_no_longer_what_was_recorded_is_named(office: Office, tmp_path: Path, harm: str) -> None:
    incident_id = office.report("Situs berubah")
    stored = office.add_evidence(incident_id, "a.pcap")
    stored.unlink()
    if harm == "changed":
        stored.write_bytes(b"something else")

    done = office.run("export", incident_id, tmp_path / "insiden.zip")

    found = members(tmp_path / "insiden.zip")
    (listed,) = json.loads(found["evidence.json"])
    assert done.exit_code == 0
    assert "irp: evidence/001-a.pcap: " in done.stderr
    assert listed["problem"]
    assert found.get("evidence/001-a.pcap") == (b"something else" if harm == "changed" else None)


def test_an_archive_that_cannot_be_written_leaves_nothing_behind(office: Office, tmp_path: Path) -> None:
    incident_id = office.report("Situs berubah")

    done = office.run("export", incident_id, tmp_path / "none" / "insiden.zip")

    assert done.exit_code == 2
    assert done.stderr.startswith(f"irp: {tmp_path / 'none' / 'insiden.zip'} tidak dapat ditulis: ")
    assert [path.name for path in tmp_path.iterdir()] == ["var"]


def test_reading_changes_nothing_in_the_database(office: Office) -> None:
    incident_id = office.report("Situs berubah")
    with office.state.read() as uow:
        before = (uow.audit.lock_head(), uow.changes.last_id())

    for arguments in (("list",), ("show", incident_id)):
        assert office.run(*arguments).exit_code == 0

    with office.state.read() as uow:
        assert (uow.audit.lock_head(), uow.changes.last_id()) == before


def test_an_export_is_noted_for_every_evidence_in_it(office: Office, tmp_path: Path) -> None:
    incident_id = office.report("Situs berubah")
    office.add_evidence(incident_id, "a.pcap")

    office.run("export", incident_id, tmp_path / "insiden.zip")

    manifest = members(tmp_path / "insiden.zip")[MANIFEST]
    with office.state.read() as uow:
        lines = uow.custody.of_incident(incident_id)
        entry = list(uow.audit.entries())[-1]
    assert [(line.act.value, line.way.value, line.is_verified) for line in lines] == [
        ("diterima", "api", True),
        ("diekspor", "cli", True),
    ]
    assert entry.fact.action == "incident.exported"
    assert json.loads(entry.fact.details)["manifest_sha256"] == hashlib.sha256(manifest).hexdigest()


@given(st.text(max_size=300))
def test_any_name_becomes_one_harmless_part_of_a_path(name: str) -> None:
    safe = safe_name(name)

    assert safe
    assert safe.isascii()
    assert safe not in (".", "..")
    assert not set(safe) & set('/\\:*?"<>|\n\r\0 ')
    assert len(safe) <= 100
