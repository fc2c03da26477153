"""The whole trail of an installation: rows, signed checkpoints, custody, stamps; whatever is tampered with is named."""

import json
import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from ir_platform.adapters.sql.database import SqlState
from ir_platform.audit.chain import BreakReason, Checkpoint, link
from ir_platform.audit.custody import COMMAND_LINE, custody_line, record_custody
from ir_platform.audit.record import record
from ir_platform.audit.signing import AuditKeyError, make_key, published_keys
from ir_platform.audit.trail import NO_CHECKPOINT, AuditTrail
from ir_platform.domain.audit import AuditFact, AuditFilter, AuditStamp
from ir_platform.domain.custody import CustodyAct
from ir_platform.domain.evidence import Evidence, EvidenceId
from ir_platform.domain.person import AccountId
from tests.support.builders import NOON, an_incident

ENTRIES = 7
CUSTODY_AT = 4
"""The entry that holds two custody lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    state: SqlState
    trail: AuditTrail

    def harm(self, *statements: str) -> None:
        """Do what somebody with the database's password can do: take the triggers away first."""
        with self.state.write() as uow:
            connection: Connection = uow.audit._connection  # type: ignore[attr-defined]
            if connection.dialect.name == "sqlite":
                for table in ("audit_entries", "custody"):
                    for change in ("update", "delete"):
                        connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_refuse_{change}"))
            else:
                connection.execute(text("DROP TRIGGER IF EXISTS audit_entries_refuse_change ON audit_entries"))
                connection.execute(text("DROP TRIGGER IF EXISTS custody_refuse_change ON custody"))
            for statement in statements:
                connection.execute(text(statement))


@pytest.fixture
def house(state: SqlState, tmp_path: Path) -> House:
    """Entries 1 to 7, all but the last two under a checkpoint each; the seventh has one too."""
    trail = AuditTrail(
        state=state, folder=tmp_path / "audit", key_file=tmp_path / "keys" / "audit.pem", clock=lambda: NOON
    )
    incident = an_incident()
    evidence = Evidence(
        id=EvidenceId("bukti-1"),
        incident_id=incident.id,
        name="a.pcap",
        sha256="a" * 64,
        size=1,
        media_type="application/octet-stream",
        kelengkapan=None,
        step_no=None,
        putaran=None,
        added_by=AccountId("account-kasi"),
        added_at=NOON,
    )
    with state.write() as uow:
        uow.incidents.add(incident)
        uow.evidence.add(evidence)
    for number in range(1, ENTRIES + 1):
        with state.write() as uow:
            if number == CUSTODY_AT:
                lines = [
                    custody_line(evidence, CustodyAct.DIUNDUH, COMMAND_LINE, entry_id=f"baris-{one}", at=NOON)
                    for one in (1, 2)
                ]
                record_custody(uow, lines, action="evidence.taken")
            else:
                record(uow, a_fact(number))
        if number not in (5, 6):
            assert trail.note()
    return House(state=state, trail=trail)


def a_fact(number: int) -> AuditFact:
    return AuditFact(
        at=NOON + timedelta(seconds=number),
        actor="account-kasi" if number % 2 else "system",
        actor_name="Kasi",
        action="step.completed",
        subject=f"incident:{number % 3}",
        details="{}",
    )


def test_an_untouched_trail_is_whole_and_signed(house: House) -> None:
    report = house.trail.verify()

    assert (report.ok, report.entries, report.checkpoints, report.is_signed) == (True, ENTRIES, 5, True)
    assert report.last_checkpoint is not None
    assert report.last_checkpoint.seq == ENTRIES


@pytest.mark.parametrize("seq", range(1, ENTRIES + 1))
@pytest.mark.parametrize("column", ["actor", "actor_name", "action", "subject", "details", "hash", "prev_hash"])
def test_a_changed_row_is_named(house: House, seq: int, column: str) -> None:
    house.harm(f"UPDATE audit_entries SET {column} = 'lain' WHERE seq = {seq}")

    report = house.trail.verify()

    assert (report.ok, report.first_broken) == (False, seq)


@pytest.mark.parametrize("seq", range(1, ENTRIES + 1))
def test_a_removed_row_is_named(house: House, seq: int) -> None:
    house.harm(f"DELETE FROM audit_entries WHERE seq = {seq}")

    report = house.trail.verify()

    assert (report.ok, report.first_broken, report.reason) == (False, seq, BreakReason.MISSING)


@pytest.mark.parametrize(("one", "other"), [(1, 2), (3, 6), (5, 7)])
def test_rows_in_each_others_place_are_named(house: House, one: int, other: int) -> None:
    house.harm(
        f"UPDATE audit_entries SET seq = 1000 WHERE seq = {one}",
        f"UPDATE audit_entries SET seq = {one} WHERE seq = {other}",
        f"UPDATE audit_entries SET seq = {other} WHERE seq = 1000",
    )

    report = house.trail.verify()

    assert (report.ok, report.first_broken) == (False, one)


def test_an_added_row_is_named(house: House) -> None:
    house.harm(
        "INSERT INTO audit_entries SELECT 8, at, actor, actor_name, action, subject, details, prev_hash, hash "
        "FROM audit_entries WHERE seq = 7"
    )

    report = house.trail.verify()

    assert (report.ok, report.first_broken) == (False, 8)


def test_a_row_that_was_added_with_a_right_hash_and_without_the_head_is_named(house: House) -> None:
    """Its hash anybody can compute; only the head says that nobody recorded it."""
    with house.state.read() as uow:
        forged = link(uow.audit.lock_head(), a_fact(7))
    house.harm(
        "INSERT INTO audit_entries SELECT 8, at, actor, actor_name, action, subject, details, "
        f"'{forged.prev_hash}', '{forged.hash}' FROM audit_entries WHERE seq = 7"
    )

    report = house.trail.verify()

    assert (report.ok, report.first_broken, report.reason) == (False, 8, BreakReason.ADDED)


@pytest.mark.parametrize(
    ("change", "seq", "reason"),
    [
        ("hash = 'lain'", 7, BreakReason.CHANGED),
        ("seq = 9", 8, BreakReason.MISSING),
        ("seq = 5", 6, BreakReason.ADDED),
        ("seq = 0", 1, BreakReason.ADDED),
    ],
)
def test_a_head_that_was_moved_is_named_by_the_first_row_it_contradicts(
    house: House, change: str, seq: int, reason: BreakReason
) -> None:
    house.harm(f"UPDATE audit_head SET {change}")

    report = house.trail.verify()

    assert (report.ok, report.first_broken, report.reason) == (False, seq, reason)


@pytest.mark.parametrize("kept", range(ENTRIES))
def test_a_cut_is_named_also_where_the_head_was_rewritten_with_it(house: House, kept: int) -> None:
    with house.state.read() as uow:
        entries = list(uow.audit.entries())
    digest = entries[kept - 1].hash if kept else "0" * 64
    house.harm(
        f"DELETE FROM custody WHERE audit_seq > {kept}",
        f"DELETE FROM audit_entries WHERE seq > {kept}",
        f"UPDATE audit_head SET seq = {kept}, hash = '{digest}'",
    )

    report = house.trail.verify()

    assert (report.ok, report.first_broken, report.reason) == (False, kept + 1, BreakReason.MISSING)


def test_a_cut_together_with_its_checkpoints_is_named_by_one_that_was_kept_elsewhere(house: House) -> None:
    witness = house.trail.verify().last_checkpoint
    assert witness is not None
    path = house.trail.folder / "checkpoint.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))
    with house.state.read() as uow:
        third = list(uow.audit.entries())[2]
    house.harm(
        "DELETE FROM custody",
        "DELETE FROM audit_entries WHERE seq > 3",
        f"UPDATE audit_head SET seq = 3, hash = '{third.hash}'",
    )

    alone = house.trail.verify()
    with_witness = house.trail.verify(witnesses=[witness])

    assert alone.ok, "what nothing inside the installation can tell"
    assert (with_witness.ok, with_witness.first_broken) == (False, 4)


def test_another_witness_is_named_too(house: House) -> None:
    report = house.trail.verify(witnesses=[Checkpoint(seq=5, hash="f" * 64, at=NOON)])

    assert (report.ok, report.first_broken, report.reason) == (False, 5, BreakReason.NOT_AS_CHECKPOINTED)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE custody SET actor_name = 'lain' WHERE id = 'baris-1'",
        "UPDATE custody SET sha256 = 'lain' WHERE id = 'baris-2'",
        "UPDATE custody SET act = 'dilihat' WHERE id = 'baris-2'",
        "UPDATE custody SET is_verified = true WHERE id = 'baris-2'",
        "DELETE FROM custody WHERE id = 'baris-1'",
        "DELETE FROM custody",
        "UPDATE custody SET audit_seq = 5",
        "UPDATE custody SET facts = '[[\"langkah\", \"9\"]]' WHERE id = 'baris-1'",
        "INSERT INTO custody SELECT 'baris-3', evidence_id, incident_id, act, at, actor, actor_name, way, sha256, "
        "is_verified, facts, audit_seq FROM custody WHERE id = 'baris-1'",
    ],
)
def test_a_custody_line_that_was_tampered_with_is_named(house: House, statement: str) -> None:
    house.harm(statement)

    report = house.trail.verify()

    assert (report.ok, report.first_broken, report.reason) == (False, CUSTODY_AT, BreakReason.CUSTODY_CHANGED)


@pytest.mark.parametrize("statement", ["UPDATE custody SET facts = '[]'", "DELETE FROM custody"])
def test_the_database_itself_refuses_to_change_custody(house: House, statement: str) -> None:
    with pytest.raises(DBAPIError, match="custody only grows"), house.state.write() as uow:
        uow.audit._connection.execute(text(statement))  # type: ignore[attr-defined]


def test_custody_lines_in_each_others_place_are_named(house: House) -> None:
    house.harm(
        "UPDATE custody SET id = 'sementara' WHERE id = 'baris-1'",
        "UPDATE custody SET id = 'baris-1' WHERE id = 'baris-2'",
        "UPDATE custody SET id = 'baris-2', evidence_id = evidence_id, sha256 = 'lain' WHERE id = 'sementara'",
    )

    report = house.trail.verify()

    assert (report.ok, report.first_broken, report.reason) == (False, CUSTODY_AT, BreakReason.CUSTODY_CHANGED)


def test_a_stamp_for_an_entry_that_there_is_not_is_named(house: House) -> None:
    with house.state.write() as uow:
        uow.stamps.add_if_new(AuditStamp(seq=12, hash="f" * 64, at=NOON, token=b"x"))

    report = house.trail.verify()

    assert (report.ok, report.first_broken, report.reason) == (False, 12, BreakReason.NOT_AS_STAMPED)


def test_a_stamp_of_another_hash_is_named(house: House) -> None:
    with house.state.read() as uow:
        entries = list(uow.audit.entries())
    with house.state.write() as uow:
        uow.stamps.add_if_new(AuditStamp(seq=2, hash=entries[1].hash, at=NOON, token=b"x"))
        uow.stamps.add_if_new(AuditStamp(seq=6, hash="f" * 64, at=NOON, token=b"x"))

    report = house.trail.verify()

    assert (report.ok, report.first_broken, report.reason) == (False, 6, BreakReason.NOT_AS_STAMPED)


def test_a_key_that_was_kept_elsewhere_decides_and_not_what_lies_beside_the_checkpoints(
    house: House, tmp_path: Path
) -> None:
    kept = published_keys(house.trail.published)
    shutil.rmtree(house.trail.folder)
    house.trail.key_file.unlink()
    forger = AuditTrail(state=house.state, folder=house.trail.folder, key_file=tmp_path / "x.pem", clock=lambda: NOON)
    assert forger.note()

    assert forger.verify().ok
    assert not forger.verify(keys=kept).ok


def test_without_any_checkpoint_a_trail_is_not_called_whole(house: House) -> None:
    (house.trail.folder / "checkpoint.jsonl").unlink()

    report = house.trail.verify()

    assert (report.ok, report.reason) == (False, NO_CHECKPOINT)


def test_a_key_whose_medium_is_away_is_not_made_anew_and_stops_nobody(house: House) -> None:
    aside = house.trail.key_file.rename(house.trail.key_file.with_suffix(".aside"))
    with house.state.write() as uow:
        record(uow, a_fact(8))

    assert not house.trail.note()
    assert not house.trail.key_file.exists()
    with pytest.raises(AuditKeyError):
        house.trail.key()
    aside.rename(house.trail.key_file)
    assert house.trail.note()
    assert house.trail.verify().ok


def test_checkpoints_of_an_older_key_are_still_read_after_a_new_one_was_made(house: House) -> None:
    house.trail.key_file.rename(house.trail.key_file.with_suffix(".old"))
    make_key(house.trail.key_file)
    with house.state.write() as uow:
        record(uow, a_fact(8))
    assert house.trail.note()

    report = house.trail.verify()

    assert (report.ok, report.checkpoints, len(published_keys(house.trail.published))) == (True, 6, 2)


def test_pages_of_the_trail_are_newest_first_and_filtered(house: House) -> None:
    with house.state.read() as uow:
        first = uow.audit.page(AuditFilter(), cursor=None, limit=4)
        rest = uow.audit.page(AuditFilter(), cursor=first.cursor, limit=4)
        chosen = uow.audit.page(AuditFilter(subject="incident:1", actor="account-kasi"), cursor=None, limit=9)
        taken = uow.audit.page(AuditFilter(action="evidence.taken"), cursor=None, limit=9)

    assert [entry.seq for entry in (*first.items, *rest.items)] == [7, 6, 5, 4, 3, 2, 1]
    assert rest.cursor is None
    assert [entry.seq for entry in chosen.items] == [7, 1]
    assert [entry.seq for entry in taken.items] == [CUSTODY_AT]
    assert set(json.loads(taken.items[0].fact.details)["penguasaan"]) == {"baris-1", "baris-2"}


@pytest.mark.parametrize("cursor", ["", "x", "-1", "9" * 40, "²"])
def test_a_cursor_of_somebody_else_is_refused(house: House, cursor: str) -> None:
    with pytest.raises(ValueError, match="cursor"), house.state.read() as uow:
        uow.audit.page(AuditFilter(), cursor=cursor, limit=4)
