"""Statements that are built once, and questions that one snapshot is asked once."""

from dataclasses import replace

import pytest
from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint, event

from ir_platform.adapters.sql.database import SqlState
from ir_platform.adapters.sql.engine import open_engine, reading
from ir_platform.adapters.sql.repositories.incidents import SqlIncidents
from ir_platform.adapters.sql.statements import ASKED, rows_with
from ir_platform.adapters.sql.tables.every import metadata
from ir_platform.adapters.sql.tables.incidents import incidents
from ir_platform.ports import ConflictError
from tests.support.builders import an_incident


def test_a_snapshot_is_asked_the_same_once(state: SqlState, database_url: str) -> None:
    with state.write() as uow:
        uow.incidents.add(an_incident())
    reader, statements = reading(open_engine(database_url)), []

    with reader.begin() as connection:
        snapshot = connection.execution_options(**{ASKED: {}})
        event.listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
        found = [rows_with(snapshot, incidents, id="incident-1") for _ in range(3)]

    assert len(statements) == 1
    assert [[row.id for row in rows] for rows in found] == [["incident-1"]] * 3
    reader.dispose()


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


def test_saving_a_record_leaves_its_key_alone(state: SqlState, database_url: str) -> None:
    with state.write() as uow:
        uow.incidents.add(an_incident())
    engine, statements = open_engine(database_url), []

    with engine.begin() as connection:
        event.listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
        SqlIncidents(connection).save(an_incident(judul="baru"), expected_version=1)

    (change,) = (one for one in statements if one.startswith("UPDATE incidents"))
    assert " id=" not in change.partition(" WHERE ")[0]
    engine.dispose()


def test_of_a_record_that_was_read_only_what_has_changed_is_written(state: SqlState, database_url: str) -> None:
    with state.write() as uow:
        uow.incidents.add(an_incident(hosts=("web-1",)))
    engine, statements = open_engine(database_url), []

    with engine.begin() as connection:
        incidents_read = SqlIncidents(connection)
        read = incidents_read.get(an_incident().id, lock=True)
        assert read is not None
        event.listen(connection, "before_cursor_execute", lambda *given: statements.append(given[2]))
        incidents_read.save(replace(read, judul="baru"), expected_version=1)

    (change,) = statements
    written = {part.split("=")[0].strip() for part in change.partition(" SET ")[2].partition(" WHERE ")[0].split(",")}
    assert written == {"judul", "search_text", "version"}
    engine.dispose()


def test_hosts_read_before_somebody_else_changed_them_are_not_written_back(state: SqlState) -> None:
    with state.write() as uow:
        uow.incidents.add(an_incident(hosts=("web-1",)))
    with state.read() as uow:
        old = uow.incidents.get(an_incident().id)
    assert old is not None
    with state.write() as uow:
        uow.incidents.save(replace(old, hosts=("web-2",)), expected_version=1)

    with state.write() as uow:
        uow.incidents.get(old.id, lock=True)
        with pytest.raises(ConflictError):
            uow.incidents.save(old, expected_version=1)

    with state.read() as uow:
        after = uow.incidents.get(old.id)
    assert after is not None
    assert after.hosts == ("web-2",)


# Of these tables hardly a row is ever looked for from the other side: their parents are never removed or renamed.
WITHOUT_INDEX = {("disposisi", "dari"), ("runs", "playbook_sha256"), ("legal_clocks", "sent_evidence_id")}


def test_every_foreign_key_finds_its_rows_by_an_index() -> None:
    keys = {
        (table.name, *(column.name for column in key.columns)): (table, [column.name for column in key.columns])
        for table in metadata.sorted_tables
        for key in table.foreign_key_constraints
    }

    searched = {name for name, (table, columns) in keys.items() if not has_index(table, columns)}

    assert searched == WITHOUT_INDEX


def has_index(table: Table, columns: list[str]) -> bool:
    unique = (one for one in table.constraints if isinstance(one, PrimaryKeyConstraint | UniqueConstraint))
    ordered = ([column.name for column in one.columns] for one in (*table.indexes, *unique))
    return any(names[: len(columns)] == columns for names in ordered)
