"""What people read beside the acts is held against the trail too: Kronologi, notices, lembar, ties, positions."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from ir_platform.adapters.files.content import ContentFiles
from ir_platform.app.ids import new_id
from ir_platform.app.upkeep import pruning_of
from ir_platform.audit.record import record
from ir_platform.documents.registry import NewCopy, OfficialNumber, Registry
from ir_platform.documents.seal import LocalSeal
from ir_platform.domain import office as opd
from ir_platform.domain.alert import Level
from ir_platform.domain.audit import AuditEntry
from ir_platform.domain.document import CopyKind, Document
from ir_platform.domain.incident import Incident
from ir_platform.domain.penerimaan import Kanal, Penerimaan
from ir_platform.domain.position import Kedudukan, PositionId
from ir_platform.domain.tie import TieKind
from ir_platform.identity.positions import end_position, give_position
from playbooks.desk import ForwardRequest
from playbooks.tampered import Tampered
from tests.playbooks.office import PEOPLE, Office, an_office
from tests.playbooks.test_races import a_desk, aftermath, sharing
from tests.playbooks.test_reminders import reminders
from tests.playbooks.test_tampering import Scene, drawn
from tests.support.builders import a_position
from tests.support.sqlite import migrated_url

KASI, KABID, PEMERIKSA = (PEOPLE[one] for one in ("kasi_keamanan_jaringan", "pejabat_administrator", "pemeriksa_ti"))
TEKNIS = PEOPLE["tim_teknis"]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("writings")
    with an_office(migrated_url(folder / "state.sqlite3")) as office:
        yield a_written_scene(office, folder)


def a_written_scene(office: Office, folder: Path) -> Scene:
    files = ContentFiles(folder / "files")
    handled, merged, other = office.report(), office.report(), office.report()
    desk = a_desk(office)
    desk.record(handled.id, Penerimaan(kanal=Kanal.WA, nama="Budi", kontak="0812"), PEMERIKSA)
    desk.rate(handled.id, Level.CRITICAL, "Layanan vital.", PEMERIKSA)
    office.do(handled.id, 1)
    desk.note(handled.id, 2, "Menunggu Kabid.", KABID)
    office.do(handled.id, 2)
    (lembar,) = desk.chain(handled.id, KASI).items
    desk.read(handled.id, lembar.id, KASI)
    desk.forward(handled.id, lembar.id, ForwardRequest(orang=TEKNIS.id, catatan="Mohon dibantu."), KASI)
    tied = aftermath(office)
    tied.link(handled.id, to=other.id, kind=TieKind.TERKAIT, alasan="Server yang sama.", account=KASI)
    tied.merge(merged.id, into=other.id, alasan="Sama.", account=KASI)
    share(office, handled)
    hold_positions(office)
    office.pass_time(days=4)
    reminders(office).sweep()
    paper = sign(office, files, handled, folder)
    return Scene(
        office=office,
        files=files,
        closed=handled,
        merged=merged,
        running=other,
        paper=paper,
        shown="",
    )


def share(office: Office, incident: Incident) -> None:
    names = ("dishub", "dinkes")
    with office.state.write() as uow:
        for name in names:
            uow.offices.add(opd.Office(id=opd.OfficeId(name), kode=name.upper(), nama=f"Dinas {name}"))
    for name in names:
        sharing(office).share(incident.id, opd.OfficeId(name), KABID, reason="Layanan bersama.")
    sharing(office).withdraw(incident.id, opd.OfficeId("dinkes"), KABID)


def hold_positions(office: Office) -> None:
    now = office.clock[0]
    letter = a_position(
        "kasi_keamanan_jaringan",
        id=PositionId("plh-kasi"),
        account_id=TEKNIS.id,
        kedudukan=Kedudukan.PLH,
        begins=now.date(),
        ends=now.date() + timedelta(days=5),
        letter_number="800/1/2026",
        letter_date=now.date(),
        replaces=KASI.id,
    )
    give_position(office.state, letter, by=None, now=now, record=record)
    end_position(office.state, letter.id, last_day=now.date(), by=None, now=now, record=record)


def sign(office: Office, files: ContentFiles, incident: Incident, folder: Path) -> Document:
    seal = LocalSeal(pkcs12=folder / "segel.p12", password=None, office_name="Contoh", is_own=True)
    registry = Registry(
        state=office.state,
        files=files,
        record=record,
        bell=office.bell,
        clock=lambda: office.clock[0],
        new_id=new_id,
        seal=seal,
    )
    paper = drawn(office, files, incident)
    registry.give_number(paper.id, OfficialNumber(nomor="005/12", tanggal=date(2026, 11, 20)), KASI, reason="")
    drawn(office, files, incident)
    stored = files.put([b"pindaian"], limit_bytes=100)
    new = NewCopy(kind=CopyKind.PINDAIAN, name="pindaian.png", file=stored, media_type="image/png")
    registry.attach(paper.id, new, KASI)
    with office.state.read() as uow:
        found = uow.documents.get(paper.id)
    assert found is not None
    return found


def entry_of(scene: Scene, subject: str, action: str, *, nth: int = 0) -> AuditEntry:
    with scene.office.state.read() as uow:
        found = [one for one in uow.audit.of_subject(subject.format(scene=scene)) if one.fact.action == action]
    return found[nth]


def last_seq(scene: Scene, subject: str) -> int:
    with scene.office.state.read() as uow:
        return uow.audit.of_subject(subject.format(scene=scene))[-1].seq


def test_records_that_nobody_touched_say_what_the_trail_says(scene: Scene) -> None:
    assert scene.found() is None


HANDLED, OTHER, MERGED = "'{scene.closed.id}'", "'{scene.running.id}'", "'{scene.merged.id}'"
OF_HANDLED, OF_OTHER, OF_MERGED = (
    "incident:{scene.closed.id}",
    "incident:{scene.running.id}",
    "incident:{scene.merged.id}",
)
OF_TEKNIS = f"account:{TEKNIS.id}"
LINE = f"(SELECT min(id) FROM timeline WHERE incident_id = {HANDLED} AND kind = 'step_completed')"
NOTICE = f"(SELECT min(id) FROM notices WHERE incident_id = {HANDLED} AND kind = 'disposisi_received')"
FORWARDED = f"(SELECT id FROM disposisi WHERE incident_id = {HANDLED} AND diteruskan)"
HARMS: dict[str, tuple[str, tuple[str, str, int], Tampered]] = {
    "a line of the Kronologi rewritten": (
        f"UPDATE timeline SET facts = replace(facts, 'langkah 1', 'lain') WHERE id = {LINE}",
        (OF_HANDLED, "step.completed", 0),
        Tampered.KRONOLOGI_CHANGED,
    ),
    "a line put upon somebody else": (
        f"UPDATE timeline SET actor = 'Orang Lain' WHERE id = {LINE}",
        (OF_HANDLED, "step.completed", 0),
        Tampered.KRONOLOGI_CHANGED,
    ),
    "a line moved in time": (
        f"UPDATE timeline SET at = '2026-11-01 00:00:00.000000' WHERE id = {LINE}",
        (OF_HANDLED, "step.completed", 0),
        Tampered.KRONOLOGI_CHANGED,
    ),
    "a line removed": (
        f"DELETE FROM timeline WHERE id = {LINE}",
        (OF_HANDLED, "step.completed", 0),
        Tampered.KRONOLOGI_CHANGED,
    ),
    "the line of a link in the other incident removed": (
        f"DELETE FROM timeline WHERE kind = 'linked' AND incident_id = {OTHER}",
        (OF_OTHER, "incident.linked", 0),
        Tampered.KRONOLOGI_CHANGED,
    ),
    "what was reported rewritten": (
        f"UPDATE incidents SET uraian = 'Tidak apa-apa' WHERE id = {HANDLED}",
        (OF_HANDLED, "incident.opened", 0),
        Tampered.INCIDENT_CHANGED,
    ),
    "an end moved in time": (
        f"UPDATE incidents SET closed_at = '2026-11-01 00:00:00.000000' WHERE id = {MERGED}",
        (OF_MERGED, "incident.merged", 0),
        Tampered.END_CHANGED,
    ),
    "a note rewritten": (
        f"UPDATE runs SET state = replace(state, 'Menunggu Kabid.', 'Selesai.') WHERE incident_id = {HANDLED}",
        (OF_HANDLED, "step.noted", 0),
        Tampered.NOTE_CHANGED,
    ),
    "a notice to others than it was": (
        f"UPDATE notices SET roles = '[\"pimpinan\"]' WHERE id = {NOTICE}",
        (OF_HANDLED, "step.completed", 1),
        Tampered.NOTICE_CHANGED,
    ),
    "a reminder to the superior removed": (
        f"DELETE FROM notices WHERE kind = 'overdue_superior' AND incident_id = {HANDLED}",
        (OF_HANDLED, "step.overdue", 0),
        Tampered.NOTICE_CHANGED,
    ),
    "a notice that nobody sent": (
        "INSERT INTO notices SELECT 'asing', 'asing', office_id, kind, at, account_id, roles, playbook_id, "
        f"incident_id, facts FROM notices WHERE id = {NOTICE}",
        (OF_HANDLED, "", -1),
        Tampered.NOTICE_UNTOLD,
    ),
    "who reported rewritten": (
        f"UPDATE penerimaan SET nama = 'Orang Lain' WHERE incident_id = {HANDLED}",
        (OF_HANDLED, "penerimaan.recorded", 0),
        Tampered.INTAKE_CHANGED,
    ),
    "an intake that was never written": (
        f"UPDATE penerimaan SET nomor_surat = '005/1' WHERE incident_id = {OTHER}",
        (OF_OTHER, "incident.opened", 0),
        Tampered.INTAKE_CHANGED,
    ),
    "when the tingkat was set": (
        f"UPDATE penerimaan SET tingkat_ditetapkan = NULL WHERE incident_id = {HANDLED}",
        (OF_HANDLED, "incident.level_set", 0),
        Tampered.INTAKE_CHANGED,
    ),
    "what a lembar asks": (
        f"UPDATE disposisi SET catatan = 'Abaikan.' WHERE incident_id = {HANDLED} AND NOT diteruskan",
        (OF_HANDLED, "step.completed", 1),
        Tampered.LEMBAR_CHANGED,
    ),
    "a forwarding put upon somebody else": (
        f"UPDATE disposisi SET paraf_name = 'Orang Lain' WHERE id = {FORWARDED}",
        (OF_HANDLED, "disposisi.forwarded", 0),
        Tampered.LEMBAR_CHANGED,
    ),
    "a forwarding removed": (
        f"DELETE FROM disposisi WHERE id = {FORWARDED}",
        (OF_HANDLED, "disposisi.forwarded", 0),
        Tampered.LEMBAR_CHANGED,
    ),
    "when a lembar was read": (
        "UPDATE disposisi_reads SET at = '2026-11-01 00:00:00.000000'",
        (OF_HANDLED, "disposisi.read", 0),
        Tampered.READING_CHANGED,
    ),
    "a reading that was none": (
        f"INSERT INTO disposisi_reads SELECT {FORWARDED}, '{TEKNIS.id}', name, jabatan, at FROM disposisi_reads",
        (OF_HANDLED, "", -1),
        Tampered.READING_UNTOLD,
    ),
    "why two were linked": (
        f"UPDATE ties SET alasan = 'Lain.' WHERE source = {HANDLED}",
        (OF_HANDLED, "incident.linked", 0),
        Tampered.TIE_CHANGED,
    ),
    "a merge pointed at another": (
        f"UPDATE ties SET target = {HANDLED} WHERE source = {MERGED}",
        (OF_MERGED, "incident.merged", 0),
        Tampered.TIE_CHANGED,
    ),
    "a link removed": (
        f"DELETE FROM ties WHERE source = {HANDLED}",
        (OF_HANDLED, "incident.linked", 0),
        Tampered.TIE_CHANGED,
    ),
    "a link that nobody made": (
        f"INSERT INTO ties SELECT 'asing', target, source, kind, \"by\", by_name, at, alasan, alerts FROM ties "
        f"WHERE source = {HANDLED}",
        (OF_OTHER, "", -1),
        Tampered.TIE_UNTOLD,
    ),
    "an office that may read without leave": (
        "INSERT INTO incident_shares SELECT incident_id, 'dinkes', reason, shared_by, shared_at FROM incident_shares",
        (OF_HANDLED, "incident.share_withdrawn", 0),
        Tampered.SHARE_UNTOLD,
    ),
    "a share removed": (
        "DELETE FROM incident_shares",
        (OF_HANDLED, "incident.shared", 0),
        Tampered.SHARE_CHANGED,
    ),
    "who shared it": (
        "UPDATE incident_shares SET shared_by = 'lain'",
        (OF_HANDLED, "incident.shared", 0),
        Tampered.SHARE_CHANGED,
    ),
    "a signed copy pointed at another file": (
        f"UPDATE signed_copies SET sha256 = '{'0' * 64}'",
        (OF_HANDLED, "document.copy_added", 0),
        Tampered.COPY_CHANGED,
    ),
    "what the signatures in a copy say": (
        "UPDATE signed_copies SET findings = '[1]'",
        (OF_HANDLED, "document.copy_added", 0),
        Tampered.COPY_CHANGED,
    ),
    "a signed copy removed": (
        "DELETE FROM signed_copies",
        (OF_HANDLED, "document.copy_added", 0),
        Tampered.COPY_CHANGED,
    ),
    "a document said to be signed by BSrE": (
        "UPDATE documents SET signing = 'bsre' WHERE id = '{scene.paper.id}'",
        (OF_HANDLED, "document.copy_added", 0),
        Tampered.SIGNING_CHANGED,
    ),
    "a letter's number": (
        "UPDATE documents SET official_number = '005/99' WHERE id = '{scene.paper.id}'",
        (OF_HANDLED, "document.revised", 0),
        Tampered.DOCUMENT_CHANGED,
    ),
    "a substitution prolonged": (
        "UPDATE positions SET ends = '2027-12-31' WHERE id = 'plh-kasi'",
        (OF_TEKNIS, "position.ended", 0),
        Tampered.POSITION_CHANGED,
    ),
    "a jabatan with a role more": (
        f"UPDATE positions SET roles = '[\"kasi_keamanan_jaringan\",\"tim_teknis\"]' WHERE id = 'awal-{TEKNIS.id}'",
        (OF_TEKNIS, "account.created", 0),
        Tampered.POSITION_CHANGED,
    ),
    "a jabatan removed": (
        "DELETE FROM positions WHERE id = 'plh-kasi'",
        (OF_TEKNIS, "position.ended", 0),
        Tampered.POSITION_CHANGED,
    ),
}


@pytest.mark.parametrize("harm", HARMS)
def test_what_was_changed_is_found_and_its_entry_named(scene: Scene, harm: str) -> None:
    statement, (subject, action, nth), what = HARMS[harm]
    expected = entry_of(scene, subject, action, nth=nth).seq if action else last_seq(scene, subject)

    found = scene.found_after(statement)

    assert found is not None
    assert (found.what, found.seq) == (what, expected)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (
            "INSERT INTO positions SELECT 'asing', account_id, office_id, jabatan, roles, kedudukan, begins, ends, "
            "letter_number, letter_date, replaces FROM positions WHERE id = 'plh-kasi'",
            Tampered.POSITION_UNTOLD,
        ),
        (
            "INSERT INTO accounts (id, username, display_name, jabatan, roles, is_admin, password_hash, "
            "must_change_password, disabled, token_epoch, created_at, office_id) SELECT 'asing', 'asing', "
            "display_name, jabatan, roles, 1, password_hash, 0, 0, 0, created_at, office_id FROM accounts LIMIT 1",
            Tampered.ACCOUNT_UNTOLD,
        ),
    ],
)
def test_a_jabatan_or_an_account_that_nobody_gave_is_found(scene: Scene, statement: str, what: Tampered) -> None:
    found = scene.found_after(statement)

    assert found is not None
    assert found.what is what


def test_a_line_slipped_into_the_kronologi_is_found(scene: Scene) -> None:
    found = scene.found_after(
        f"INSERT INTO timeline (incident_id, at, kind, actor, facts) SELECT incident_id, at, kind, actor, facts "
        f"FROM timeline WHERE id = {LINE}"
    )

    assert found is not None
    assert (found.what, found.name) == (Tampered.KRONOLOGI_UNTOLD, scene.closed.nomor)


@pytest.mark.parametrize("content", [b"lain", None], ids=["swapped", "gone"])
def test_the_file_of_a_signed_copy_that_was_swapped_or_taken_away_is_found(scene: Scene, content: bytes | None) -> None:
    entry = entry_of(scene, OF_HANDLED, "document.copy_added")
    path = scene.files.path(json.loads(entry.fact.details)["sha256"])
    kept = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(content)

    found = scene.found()

    path.unlink(missing_ok=True)
    path.write_bytes(kept)
    assert found is not None
    assert (found.what, found.seq) == (Tampered.COPY_FILE, entry.seq)


def test_notices_that_were_let_go_of_are_no_contradiction_and_younger_ones_are(scene: Scene) -> None:
    now = scene.office.clock[0]
    fact = pruning_of(now + timedelta(days=1), 3, at=now)
    pruned_later = "DELETE FROM notices"

    with scene.harmed(pruned_later) as uow:
        record(uow, fact)
        allowed = scene.found_in(uow)
    with scene.harmed(pruned_later) as uow:
        record(uow, replace(fact, details=json.dumps({"sebelum": "2026-01-01T00:00:00+00:00"})))
        refused = scene.found_in(uow)

    assert allowed is None
    assert refused is not None
    assert refused.what is Tampered.NOTICE_CHANGED


def test_an_incident_of_an_older_version_is_not_said_to_be_changed(scene: Scene) -> None:
    """Its entries told neither of Kronologi and notices nor of the intake."""
    keys = "'$.kronologi', '$.pemberitahuan', '$.penerimaan_sha256', '$.uraian_sha256', '$.tingkat_usulan'"
    forget = "UPDATE audit_entries SET details = json_remove(details, " + keys + ") WHERE action LIKE 'incident.%' "

    # The table refuses to be changed; an older version wrote its entries so.
    found = scene.found_after("DROP TRIGGER audit_entries_refuse_update", forget + f"AND subject = '{OF_MERGED}'")

    assert found is None
