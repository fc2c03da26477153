"""What somebody with the database's password changes in the records of incidents is found, and the first named."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from ir_platform.adapters.files.content import ContentFiles
from ir_platform.app.press import Press
from ir_platform.domain.alert import Level
from ir_platform.domain.document import Document
from ir_platform.domain.incident import Incident
from ir_platform.ports import UnitOfWork
from playbooks.runner import NewEvidence
from playbooks.tampered import Contradiction, Tampered
from playbooks.tampering import first_contradiction
from tests.playbooks.office import PEOPLE, Office, an_office
from tests.playbooks.test_races import a_desk, aftermath
from tests.support.postgres import PostgresServer
from tests.support.sqlite import migrated_url

KASI = PEOPLE["kasi_keamanan_jaringan"]
CARELESS_POSTGRES = "SET LOCAL session_replication_role = replica"


class UndoError(Exception):
    """Raised to take back what a tamperer did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """An office with one incident of every end, evidence and papers."""

    office: Office
    files: ContentFiles
    closed: Incident
    merged: Incident
    running: Incident
    paper: Document
    shown: str
    """SHA-256 of the evidence."""

    def seq(self, incident: Incident, action: str, *, nth: int = 0) -> int:
        with self.office.state.read() as uow:
            found = [one for one in uow.audit.of_subject(f"incident:{incident.id}") if one.fact.action == action]
        return found[nth].seq

    def found(self) -> Contradiction | None:
        with self.office.state.read() as uow:
            return self.found_in(uow)

    def found_in(self, uow: UnitOfWork) -> Contradiction | None:
        return first_contradiction(uow, files=self.files)

    def found_after(self, *statements: str) -> Contradiction | None:
        """What is found once these have been done, which is taken back again."""
        with self.harmed(*statements) as uow:
            return self.found_in(uow)

    @contextmanager
    def harmed(self, *statements: str) -> Iterator[UnitOfWork]:
        try:
            with self.office.state.write() as uow:
                connection: Connection = uow.audit._connection  # type: ignore[attr-defined]
                is_sqlite = connection.dialect.name == "sqlite"
                # A tamperer with the password need not mind what tables say of each other.
                careless = "PRAGMA defer_foreign_keys = ON" if is_sqlite else CARELESS_POSTGRES
                for statement in (careless, *statements):
                    connection.execute(text(statement.format(scene=self)))
                yield uow
                raise UndoError
        except UndoError:
            pass


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.real)])
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("tampering")
    if request.param == "sqlite":
        with an_office(migrated_url(folder / "state.sqlite3")) as office:
            yield a_scene(office, folder)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database(migrated=True) as url, an_office(url) as office:
        yield a_scene(office, folder)


def a_scene(office: Office, folder: Path) -> Scene:
    files = ContentFiles(folder / "files")
    stored = files.put([b"203.0.113.9 GET /"], limit_bytes=1_000)
    closed, merged, running = office.report(), office.report(), office.report()
    evidence = NewEvidence(name="akses.log", sha256=stored.sha256, size=stored.size, media_type="text/plain")
    shown = office.runner.add_evidence(closed.id, evidence, KASI)
    office.walk(closed.id, until=8)
    office.do(closed.id, 9, keputusan="belum", alasan="Masih ada.")
    office.do(closed.id, 7, lampiran=(shown.id,))
    for no, answer in ((8, None), (9, "tuntas"), (10, None), (11, None), (12, None)):
        office.do(closed.id, no, keputusan=answer)
    aftermath(office).reopen(closed.id, alasan="Muncul lagi.", alert_id=None, account=KASI)
    for no, answer in ((7, None), (8, None), (9, "tuntas"), (10, None), (11, None), (12, None)):
        office.do(closed.id, no, keputusan=answer)
    office.do(running.id, 1)
    a_desk(office).rate(running.id, Level.CRITICAL, "Layanan vital.", PEOPLE["pemeriksa_ti"])
    aftermath(office).merge(merged.id, into=running.id, alasan="Sama.", account=KASI)
    paper = drawn(office, files, closed)
    return Scene(
        office=office, files=files, closed=closed, merged=merged, running=running, paper=paper, shown=stored.sha256
    )


def drawn(office: Office, files: ContentFiles, incident: Incident) -> Document:
    """The incident's first paper, as the worker draws it."""
    press = Press(state=office.state, files=files, clock=lambda: office.clock[0], public_url=None)
    with office.state.read() as uow:
        waiting = uow.documents.of_incident(incident.id)[0]
    made = press.draw(waiting)
    with office.state.write() as uow:
        press.save(uow, made)
    return made


def test_records_that_nobody_touched_say_what_the_trail_says(scene: Scene) -> None:
    assert scene.found() is None


CLOSED, RUNNING, MERGED = "'{scene.closed.id}'", "'{scene.running.id}'", "'{scene.merged.id}'"
HARMS: dict[str, tuple[str, tuple[str, str, int], Tampered]] = {
    "a title rewritten": (
        f"UPDATE incidents SET judul = 'Bukan apa-apa' WHERE id = {RUNNING}",
        ("running", "incident.opened", 0),
        Tampered.INCIDENT_CHANGED,
    ),
    "a number given to another": (
        f"UPDATE incidents SET nomor = 'INS/2026/0099' WHERE id = {CLOSED}",
        ("closed", "incident.opened", 0),
        Tampered.INCIDENT_CHANGED,
    ),
    "an incident of another office": (
        f"UPDATE incidents SET office_id = 'lain' WHERE id = {RUNNING}",
        ("running", "incident.opened", 0),
        Tampered.INCIDENT_CHANGED,
    ),
    "a tingkat lowered": (
        f"UPDATE incidents SET level = 'low' WHERE id = {RUNNING}",
        ("running", "incident.level_set", 0),
        Tampered.INCIDENT_CHANGED,
    ),
    "an incident closed by hand": (
        f"UPDATE incidents SET status = 'closed', hasil = 'tuntas' WHERE id = {RUNNING}",
        ("running", "incident.opened", 0),
        Tampered.END_CHANGED,
    ),
    "an end made nicer": (
        f"UPDATE incidents SET hasil = 'bukan_gangguan' WHERE id = {CLOSED}",
        ("closed", "step.completed", -1),
        Tampered.END_CHANGED,
    ),
    "a merge undone": (
        f"UPDATE incidents SET status = 'open' WHERE id = {MERGED}",
        ("merged", "incident.merged", 0),
        Tampered.END_CHANGED,
    ),
    "an incident removed": (
        f"DELETE FROM incidents WHERE id = {MERGED}",
        ("merged", "incident.opened", 0),
        Tampered.INCIDENT_GONE,
    ),
    "a run removed": (
        f"DELETE FROM runs WHERE incident_id = {RUNNING}",
        ("running", "incident.opened", 0),
        Tampered.INCIDENT_CHANGED,
    ),
    "the SOP's text rewritten": (
        "UPDATE playbook_texts SET text = replace(text, 'Kasi', 'Kabid')",
        ("closed", "incident.opened", 0),
        Tampered.SOP_CHANGED,
    ),
    "a note of an act rewritten": (
        f'UPDATE runs SET state = replace(state, \'"catatan": "langkah 3"\', \'"catatan": "lain"\') '
        f"WHERE incident_id = {CLOSED}",
        ("closed", "step.completed", 2),
        Tampered.ACT_CHANGED,
    ),
    "an act put upon somebody else": (
        f"UPDATE runs SET state = replace(state, 'account-pemeriksa.ti', 'account-tim.teknis') "
        f"WHERE incident_id = {RUNNING}",
        ("running", "step.completed", 0),
        Tampered.ACT_CHANGED,
    ),
    "an answer turned round": (
        f'UPDATE runs SET state = replace(state, \'"keputusan": "belum"\', \'"keputusan": "tuntas"\') '
        f"WHERE incident_id = {CLOSED}",
        ("closed", "step.completed", 8),
        Tampered.ACT_CHANGED,
    ),
    "another run's acts in its place": (
        f"UPDATE runs SET state = (SELECT state FROM runs WHERE incident_id = {RUNNING}) WHERE incident_id = {CLOSED}",
        ("closed", "step.completed", 0),
        Tampered.ACT_CHANGED,
    ),
    "acts that nobody did": (
        f"UPDATE runs SET state = (SELECT state FROM runs WHERE incident_id = {RUNNING}) WHERE incident_id = {MERGED}",
        ("merged", "incident.merged", 0),
        Tampered.ACT_UNTOLD,
    ),
    "evidence renamed": (
        "UPDATE evidence SET name = 'lain.log'",
        ("closed", "evidence.added", 0),
        Tampered.EVIDENCE_CHANGED,
    ),
    "evidence pointed at another file": (
        f"UPDATE evidence SET sha256 = '{'0' * 64}'",
        ("closed", "evidence.added", 0),
        Tampered.EVIDENCE_CHANGED,
    ),
    "evidence removed": ("DELETE FROM evidence", ("closed", "evidence.added", 0), Tampered.EVIDENCE_GONE),
    "evidence moved to another incident": (
        f"UPDATE evidence SET incident_id = {RUNNING}",
        ("closed", "evidence.added", 0),
        Tampered.EVIDENCE_GONE,
    ),
    "evidence added": (
        f"INSERT INTO evidence SELECT 'asing', {RUNNING}, name, sha256, size, media_type, kelengkapan, step_no, "
        "putaran, added_by, added_at FROM evidence",
        ("running", "incident.merged_in", 0),
        Tampered.EVIDENCE_UNTOLD,
    ),
    "what a document says": (
        "UPDATE documents SET content = replace(content, 'Situs berubah', 'Situs baik') WHERE id = '{scene.paper.id}'",
        ("closed", "document.made", 0),
        Tampered.DOCUMENT_CHANGED,
    ),
    "a document's file": (
        f"UPDATE documents SET pdf_sha256 = '{'0' * 64}' WHERE id = '{{scene.paper.id}}'",
        ("closed", "document.made", 0),
        Tampered.DOCUMENT_CHANGED,
    ),
    "a document's number": (
        "UPDATE documents SET register_number = 'DIG/2026/0999' WHERE id = '{scene.paper.id}'",
        ("closed", "document.made", 0),
        Tampered.DOCUMENT_CHANGED,
    ),
    "a document removed": (
        "DELETE FROM documents WHERE id = '{scene.paper.id}'",
        ("closed", "document.made", 0),
        Tampered.DOCUMENT_GONE,
    ),
    "a document that nobody made": (
        "UPDATE documents SET pdf_sha256 = '{scene.shown}' WHERE id = "
        f"(SELECT min(id) FROM documents WHERE incident_id = {RUNNING})",
        ("running", "incident.merged_in", 0),
        Tampered.DOCUMENT_UNTOLD,
    ),
}


@pytest.mark.parametrize("harm", HARMS)
def test_a_record_that_was_changed_is_found_and_its_entry_named(scene: Scene, harm: str) -> None:
    statement, (whose, action, nth), what = HARMS[harm]

    found = scene.found_after(statement)

    assert found is not None
    assert (found.what, found.seq) == (what, scene.seq(getattr(scene, whose), action, nth=nth))


def test_an_incident_that_nobody_opened_is_found(scene: Scene) -> None:
    columns = (
        "judul, uraian, level, playbook_id, status, hasil, pelapor, opened_by, opened_at, closed_at, last_alert_at, "
    )
    columns += "version, search_text, office_id"

    found = scene.found_after(
        f"INSERT INTO incidents (id, nomor, {columns}) SELECT 'asing', 'INS/2026/0009', {columns} "
        f"FROM incidents WHERE id = {RUNNING}"
    )

    assert found is not None
    assert (found.what, found.name) == (Tampered.INCIDENT_UNTOLD, "INS/2026/0009")


def test_of_several_changes_the_one_with_the_oldest_entry_is_named(scene: Scene) -> None:
    found = scene.found_after(
        "UPDATE documents SET content = '{{}}' WHERE id = '{scene.paper.id}'",
        "UPDATE evidence SET name = 'lain.log'",
        f"UPDATE incidents SET level = 'low' WHERE id = {RUNNING}",
    )

    assert found is not None
    assert (found.what, found.name) == (Tampered.EVIDENCE_CHANGED, "lain.log")


@pytest.mark.parametrize(("whose", "what"), [("shown", Tampered.EVIDENCE_FILE), ("paper", Tampered.DOCUMENT_FILE)])
@pytest.mark.parametrize("content", [b"lain", None], ids=["swapped", "gone"])
def test_a_file_that_was_swapped_or_taken_away_is_found(
    scene: Scene, whose: str, what: Tampered, content: bytes | None
) -> None:
    path = scene.files.path(scene.shown if whose == "shown" else str(scene.paper.pdf_sha256))
    kept = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(content)

    found = scene.found()

    path.unlink(missing_ok=True)
    path.write_bytes(kept)
    assert found is not None
    action = "evidence.added" if whose == "shown" else "document.made"
    assert (found.what, found.seq) == (what, scene.seq(scene.closed, action))
