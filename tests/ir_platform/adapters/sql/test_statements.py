"""Statements that are built once, and questions that one snapshot is asked once."""

from dataclasses import replace

from sqlalchemy import event

from ir_platform.adapters.sql.database import SqlState
from ir_platform.adapters.sql.engine import open_engine, reading
from ir_platform.adapters.sql.statements import ASKED, rows_with
from ir_platform.adapters.sql.tables.incidents import incidents
from tests.support.builders import an_incident


def test_a_snapshot_is_asked_the_same_once(state: SqlState, database_url: str) -> None:
    with state.write() as uow:
        uow.incidents.add(an_incident())
    engine, statements = open_engine(database_url), []

    with reading(engine).begin() as connection:
        snapshot = connection.execution_options(**{ASKED: {}})
        event.listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
        found = [rows_with(snapshot, incidents, id="incident-1") for _ in range(3)]

    assert len(statements) == 1
    assert [[row.id for row in rows] for rows in found] == [["incident-1"]] * 3
    engine.dispose()


def test_a_reader_goes_on_seeing_what_was_there_when_it_began(state: SqlState) -> None:
    with state.write() as uow:
        uow.incidents.add(an_incident())

    with state.read() as reading_uow:
        before = reading_uow.incidents.get(an_incident().id)
        with state.write() as uow:
            uow.incidents.save(an_incident(judul="baru"), expected_version=1)
        after = reading_uow.incidents.get(an_incident().id)

    assert before == after == an_incident()
    with state.read() as uow:
        assert uow.incidents.get(an_incident().id) == an_incident(judul="baru", version=2)


def test_a_writer_sees_what_it_has_written_itself(state: SqlState) -> None:
    with state.write() as uow:
        uow.incidents.add(an_incident())
        first = uow.incidents.get(an_incident().id)
        uow.incidents.save(an_incident(judul="baru", hosts=("web-2",)), expected_version=1)
        second = uow.incidents.get(an_incident().id)

    assert first is not None
    assert second == replace(first, judul="baru", hosts=("web-2",), version=2)
