"""The audit trail on both databases: it follows its head, and nothing changes or removes a row."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ir_platform.adapters.sql.database import SqlState
from ir_platform.adapters.sql.engine import open_engine
from ir_platform.audit.chain import EMPTY_HEAD, head_of, link, verify
from ir_platform.audit.record import record
from ir_platform.domain.audit import AuditFact, AuditHead
from ir_platform.ports import ConflictError
from tests.support.builders import NOON


def a_fact(number: int = 1, subject: str = "incident:1") -> AuditFact:
    return AuditFact(
        at=NOON.replace(microsecond=number),
        actor="account-1",
        actor_name="Rina \x00 Pratiwi (Pemeriksa TI)",
        action="step.completed",
        subject=subject,
        details='{"langkah": "é"}',
    )


def test_an_empty_chain_has_the_empty_head(state: SqlState) -> None:
    with state.write() as uow:
        assert uow.audit.lock_head() == EMPTY_HEAD


def test_entries_read_back_are_the_ones_recorded_and_verify(state: SqlState) -> None:
    with state.write() as uow:
        recorded = [record(uow, a_fact(number)) for number in range(3)]

    with state.read() as uow:
        found = tuple(uow.audit.entries())
        assert found == tuple(recorded)
        assert tuple(uow.audit.entries(after=2)) == tuple(recorded[2:])
        assert uow.audit.lock_head() == head_of(recorded[-1])
    assert verify(found, ()).ok


def test_more_entries_than_one_batch_come_in_order(state: SqlState, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ir_platform.adapters.sql.repositories.audit._BATCH", 2)
    with state.write() as uow:
        for number in range(5):
            record(uow, a_fact(number))

    with state.read() as uow:
        assert [entry.seq for entry in uow.audit.entries()] == [1, 2, 3, 4, 5]


def test_entries_of_a_subject_are_found(state: SqlState) -> None:
    with state.write() as uow:
        for number, subject in enumerate(("incident:1", "incident:2", "incident:1")):
            record(uow, a_fact(number, subject))

    with state.read() as uow:
        assert [entry.seq for entry in uow.audit.of_subject("incident:1")] == [1, 3]


@pytest.mark.parametrize("head", [AuditHead(seq=0, hash="1" * 64), AuditHead(seq=5, hash="0" * 64)])
def test_an_entry_that_does_not_follow_the_head_is_refused(state: SqlState, head: AuditHead) -> None:
    entry = link(head, a_fact())

    with pytest.raises(ConflictError), state.write() as uow:
        uow.audit.append(entry)

    with state.read() as uow:
        assert tuple(uow.audit.entries()) == ()


def test_a_rolled_back_entry_leaves_no_gap(state: SqlState) -> None:
    def record_and_fail() -> None:
        with state.write() as uow:
            record(uow, a_fact())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        record_and_fail()

    with state.write() as uow:
        assert record(uow, a_fact()).seq == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entries SET actor = 'x'",
        "DELETE FROM audit_entries",
        "DELETE FROM audit_entries WHERE seq = 1",
    ],
)
def test_the_database_itself_refuses_to_change_or_remove_an_entry(
    state: SqlState, database_url: str, statement: str
) -> None:
    with state.write() as uow:
        record(uow, a_fact())
    engine = open_engine(database_url)

    with pytest.raises(DBAPIError, match="audit_entries only grows"), engine.begin() as connection:
        connection.execute(text(statement))

    engine.dispose()
    with state.read() as uow:
        assert len(tuple(uow.audit.entries())) == 1


def test_a_row_cannot_be_replaced_in_place_either(state: SqlState, database_url: str) -> None:
    with state.write() as uow:
        record(uow, a_fact())
    engine = open_engine(database_url)
    statement = {
        "sqlite": "REPLACE INTO audit_entries SELECT seq, at, 'x', actor_name, action, subject, details, prev_hash,"
        " hash FROM audit_entries",
        "postgresql": "TRUNCATE audit_entries",
    }[engine.dialect.name]

    with pytest.raises(DBAPIError, match="audit_entries only grows"), engine.begin() as connection:
        connection.execute(text(statement))

    engine.dispose()
