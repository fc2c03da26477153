"""Incidents, timelines and runs on both databases."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from ir_platform.adapters.sql.statements import MissingRowError
from ir_platform.domain.alert import IncidentId, Level
from ir_platform.domain.incident import Incident, IncidentStatus, Outcome, TimelineEntry
from ir_platform.domain.run import ActiveStep, StoredRun
from ir_platform.ports import ConflictError, IncidentFilter, State
from tests.support.builders import NOON, an_incident


def numbered(number: int, **changes: object) -> Incident:
    given = {
        "id": IncidentId(f"incident-{number:03d}"),
        "nomor": f"INS/2026/{number:04d}",
        "opened_at": NOON + timedelta(minutes=number),
    }
    return an_incident(**{**given, **changes})


def a_run(number: int = 1, *steps: ActiveStep, state: str = "{}") -> StoredRun:
    return StoredRun(
        incident_id=IncidentId(f"incident-{number:03d}"),
        playbook_id="kaltim-gangguan-keamanan-jaringan",
        playbook_sha256="a" * 64,
        state=state,
        active=steps,
    )


def a_step(no: int = 1, putaran: int = 1, roles: tuple[str, ...] = ("pemeriksa_ti",), due_in: int = 60) -> ActiveStep:
    return ActiveStep(no=no, putaran=putaran, roles=roles, since=NOON, due=NOON + timedelta(minutes=due_in))


def add_all(state: State, *incidents: Incident) -> None:
    with state.write() as uow:
        for incident in incidents:
            uow.incidents.add(incident)


def ids_of(state: State, wanted: IncidentFilter) -> list[str]:
    with state.read() as uow:
        return [incident.id for incident in uow.incidents.page(wanted, cursor=None, limit=50).items]


def test_an_incident_read_back_is_equal(state: State) -> None:
    incident = an_incident(
        hosts=("web-2", "web-1"), status=IncidentStatus.CLOSED, hasil=Outcome.TUNTAS, closed_at=NOON, version=7
    )

    add_all(state, incident)

    with state.read() as uow:
        assert uow.incidents.get(incident.id) == incident


def test_a_time_in_another_zone_comes_back_as_the_same_instant_in_utc(state: State) -> None:
    wita = timezone(timedelta(hours=8))
    incident = an_incident(opened_at=NOON.astimezone(wita).replace(microsecond=123456))

    add_all(state, incident)

    with state.read() as uow:
        found = uow.incidents.get(incident.id)
    assert found is not None
    assert found.opened_at == NOON.replace(microsecond=123456)
    assert found.opened_at.utcoffset() == timedelta()


def test_a_naive_time_is_refused(state: State) -> None:
    incident = an_incident(opened_at=NOON.replace(tzinfo=None))

    with pytest.raises(StatementError, match="naive datetime"):
        add_all(state, incident)

    assert ids_of(state, IncidentFilter()) == []


def test_hostile_characters_are_stored_as_replacements_on_both_databases(state: State) -> None:
    incident = an_incident(judul="nul \x00 dan \ud800 liar")

    add_all(state, incident)

    with state.read() as uow:
        found = uow.incidents.get(incident.id)
    assert found is not None
    assert found.judul == "nul \ufffd dan \ufffd liar"


def test_saving_raises_the_version_and_replaces_the_hosts(state: State) -> None:
    incident = an_incident(hosts=("web-1", "web-2"))
    add_all(state, incident)

    with state.write() as uow:
        uow.incidents.save(replace(incident, hosts=("db-1",), level=Level.CRITICAL), expected_version=1)

    with state.read() as uow:
        assert uow.incidents.get(incident.id) == replace(incident, hosts=("db-1",), level=Level.CRITICAL, version=2)


def test_a_stale_save_changes_nothing_and_tells_the_version_found(state: State) -> None:
    incident = an_incident(version=5)
    add_all(state, incident)

    with pytest.raises(ConflictError) as refused, state.write() as uow:
        uow.incidents.save(replace(incident, judul="lain"), expected_version=4)

    assert (refused.value.expected, refused.value.found) == (4, 5)
    with state.read() as uow:
        assert uow.incidents.get(incident.id) == incident


def test_saving_an_unknown_incident_is_a_conflict_without_a_version(state: State) -> None:
    with pytest.raises(ConflictError) as refused, state.write() as uow:
        uow.incidents.save(an_incident(), expected_version=1)

    assert refused.value.found is None


def test_pages_go_newest_first_and_meet_every_incident_once(state: State) -> None:
    add_all(state, *(numbered(number, opened_at=NOON + timedelta(minutes=number // 3)) for number in range(10)))
    seen: list[str] = []
    cursor = None

    with state.read() as uow:
        while True:
            page = uow.incidents.page(IncidentFilter(), cursor=cursor, limit=4)
            seen += [incident.id for incident in page.items]
            cursor = page.cursor
            if cursor is None:
                break

    assert seen == [f"incident-{number:03d}" for number in reversed(range(10))]


@pytest.mark.parametrize(
    "cursor", ["", "x", "bm90IGpzb24", "W10", "é", "WyJhbGVydHMiLCIyMDI2LTExLTIwVDA0OjAwOjAwKzAwOjAwIiwiYSJd"]
)
def test_a_cursor_of_another_making_is_refused(state: State, cursor: str) -> None:
    with state.read() as uow, pytest.raises(ValueError, match="not a cursor of incidents"):
        uow.incidents.page(IncidentFilter(), cursor=cursor, limit=4)


def test_status_and_level_narrow_the_list(state: State) -> None:
    add_all(
        state,
        numbered(1, status=IncidentStatus.CLOSED, level=Level.LOW),
        numbered(2, level=Level.LOW),
        numbered(3, level=Level.HIGH),
    )

    found = ids_of(state, IncidentFilter(status=IncidentStatus.OPEN, level=Level.LOW))

    assert found == ["incident-002"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SSH", ["incident-001"]),
        ("ssh WEB-9", ["incident-001"]),
        ("ssh db", []),
        ("ins/2026/0002", ["incident-002"]),
        ("100%", ["incident-002"]),
        ("1_0", []),
        ("\\", []),
        ("ÉTÉ", ["incident-003"]),
        ("  ", ["incident-003", "incident-002", "incident-001"]),
    ],
)
def test_text_search_wants_every_word_whatever_its_case_and_no_wildcards(
    state: State, text: str, expected: list[str]
) -> None:
    add_all(
        state,
        numbered(1, judul="Tebakan sandi Ssh", hosts=("web-9",)),
        numbered(2, judul="Beban CPU 100% lama", uraian="penuh", hosts=()),
        numbered(3, judul="été", uraian="", hosts=()),
    )

    found = ids_of(state, IncidentFilter(text=text))

    assert found == expected


def test_my_tasks_are_the_incidents_whose_active_step_one_of_my_roles_may_do(state: State) -> None:
    add_all(state, numbered(1), numbered(2), numbered(3))
    with state.write() as uow:
        uow.runs.add(a_run(1, a_step(roles=("tim_teknis", "pengelola_ti"))), playbook_text="sop")
        uow.runs.add(a_run(2, a_step(roles=("kasi",)), a_step(no=2, roles=("pengelola_ti",))), playbook_text="sop")
        uow.runs.add(a_run(3, a_step(roles=("kabid",))), playbook_text="sop")

    found = ids_of(state, IncidentFilter(active_role=frozenset({"pengelola_ti", "tim_teknis"})))

    assert found == ["incident-002", "incident-001"]


def test_no_role_has_no_tasks(state: State) -> None:
    add_all(state, numbered(1))

    assert ids_of(state, IncidentFilter(active_role=frozenset())) == []


def test_an_alert_finds_the_newest_open_incident_about_one_of_its_hosts(state: State) -> None:
    add_all(
        state,
        numbered(1, hosts=("web-1",)),
        numbered(2, hosts=("db-1", "web-1")),
        numbered(3, hosts=("web-1",), status=IncidentStatus.CLOSED),
        numbered(4, hosts=("mail-1",)),
    )

    with state.read() as uow:
        found = uow.incidents.open_about(["web-1", "other"], since=NOON)

    assert found == numbered(2, hosts=("db-1", "web-1"))


def test_an_incident_whose_last_alert_is_too_old_or_absent_is_not_joined(state: State) -> None:
    add_all(state, numbered(1), numbered(2, last_alert_at=None))

    with state.read() as uow:
        assert uow.incidents.open_about(["web-1"], since=NOON + timedelta(microseconds=1)) is None


def test_the_timeline_is_oldest_first_and_keeps_the_order_within_one_instant(state: State) -> None:
    entries = [
        TimelineEntry(at=NOON + timedelta(minutes=minute), kind=kind, actor="Sistem", facts=(("langkah", kind),))
        for minute, kind in ((5, "c"), (0, "a"), (0, "b"))
    ]
    add_all(state, an_incident())

    with state.write() as uow:
        for entry in entries:
            uow.incidents.add_timeline(an_incident().id, entry)

    with state.read() as uow:
        assert [entry.kind for entry in uow.incidents.timeline(an_incident().id)] == ["a", "b", "c"]
        assert uow.incidents.timeline(an_incident().id)[0] == entries[1]


def test_a_run_read_back_is_equal_with_its_steps_in_order(state: State) -> None:
    run = a_run(
        1, a_step(no=7, putaran=2, roles=("tim_teknis", "pengelola_ti")), a_step(no=3, roles=()), state='{"a":1}'
    )
    add_all(state, numbered(1))

    with state.write() as uow:
        uow.runs.add(run, playbook_text="isi sop")

    with state.read() as uow:
        assert uow.runs.get(run.incident_id) == run
        assert uow.runs.many([run.incident_id, IncidentId("missing")]) == {run.incident_id: run}
        assert uow.runs.playbook_text("a" * 64) == "isi sop"
        assert uow.runs.playbook_text("b" * 64) is None


def test_two_runs_of_one_sop_keep_its_text_once(state: State) -> None:
    add_all(state, numbered(1), numbered(2))

    with state.write() as uow:
        uow.runs.add(a_run(1), playbook_text="isi sop")
        uow.runs.add(a_run(2), playbook_text="isi sop")

    with state.read() as uow:
        assert uow.runs.playbook_text("a" * 64) == "isi sop"


def test_saving_a_run_replaces_its_active_steps(state: State) -> None:
    add_all(state, numbered(1))
    with state.write() as uow:
        uow.runs.add(a_run(1, a_step(1), a_step(2)), playbook_text="sop")
    later = a_run(1, a_step(2, putaran=2, roles=("kasi",)), state='{"b":2}')

    with state.write() as uow:
        uow.runs.save(later)

    with state.read() as uow:
        assert uow.runs.get(later.incident_id) == later


def test_a_run_that_was_never_added_cannot_be_saved(state: State) -> None:
    with pytest.raises(MissingRowError), state.write() as uow:
        uow.runs.save(a_run(1))


def test_moving_a_steps_due_time_leaves_the_others_alone(state: State) -> None:
    add_all(state, numbered(1))
    moved, other = a_step(1, due_in=10), a_step(3, due_in=90)
    with state.write() as uow:
        uow.runs.add(a_run(1, moved, other), playbook_text="sop")
    later = NOON + timedelta(days=3)

    with state.write() as uow:
        uow.runs.set_due(IncidentId("incident-001"), moved.no, moved.putaran, later)

    with state.read() as uow:
        run = uow.runs.get(IncidentId("incident-001"))
    assert run is not None
    assert run.active == (replace(moved, due=later), other)
