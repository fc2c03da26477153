"""Offices, positions and shares on both databases, and which incidents each reader finds."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from ir_platform.adapters.sql import migrate
from ir_platform.adapters.sql.database import SqlState
from ir_platform.adapters.sql.engine import open_engine
from ir_platform.adapters.sql.statements import MissingRowError
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.office import HOME_OFFICE, Office, OfficeId
from ir_platform.domain.person import AccountId
from ir_platform.domain.position import Kedudukan, PositionId
from ir_platform.domain.run import ActiveStep, StoredRun
from ir_platform.domain.share import Share
from ir_platform.ports import IncidentFilter, NameTakenError, Reader, State, UnitOfWork
from tests.support.builders import NOON, a_position, an_account, an_incident

DISHUB = Office(id=OfficeId("dishub"), kode="DISHUB", nama="Dinas Perhubungan")
BPBD = Office(id=OfficeId("bpbd"), kode="BPBD", nama="BPBD")
NOBODY = AccountId("nobody")


def test_the_home_office_is_there_and_comes_first(state: State) -> None:
    with state.write() as uow:
        uow.offices.add(DISHUB)
        uow.offices.add(BPBD)

    with state.read() as uow:
        assert [one.id for one in uow.offices.all()] == [HOME_OFFICE, "bpbd", "dishub"]
        assert uow.offices.get(DISHUB.id) == DISHUB
        assert uow.offices.get(OfficeId("lain")) is None


@pytest.mark.parametrize("change", [{"id": OfficeId("utama")}, {"kode": "UTAMA"}])
def test_a_taken_id_or_code_is_refused(state: State, change: dict[str, str]) -> None:
    fields = {"id": DISHUB.id, "kode": DISHUB.kode, "nama": DISHUB.nama, **change}

    with pytest.raises(NameTakenError), state.write() as uow:
        uow.offices.add(Office(**fields))  # type: ignore[arg-type]


def test_a_position_read_back_is_equal_and_comes_with_its_holder(state: State) -> None:
    plh = a_position(
        "kasi_keamanan_jaringan",
        "kaltim-gangguan-jaringan:tim_teknis",
        kedudukan=Kedudukan.PLH,
        ends=date(2026, 12, 31),
        letter_number="SP 800/12/2026",
        letter_date=date(2026, 11, 1),
        replaces=AccountId("account-hendra"),
    )
    with state.write() as uow:
        uow.accounts.add(an_account("kasi", roles=frozenset()))
        uow.positions.add(plh)

    with state.read() as uow:
        held = uow.accounts.by_username("kasi")
        assert held is not None
        assert held.positions == (plh,)
        assert uow.positions.get(plh.id) == plh
        assert uow.positions.of_office(HOME_OFFICE) == (plh,)
        assert uow.positions.of_office(DISHUB.id) == ()


def test_an_account_has_its_positions_oldest_first_however_it_is_read(state: State) -> None:
    later = a_position("a", id=PositionId("1"), begins=date(2026, 5, 1))
    first = a_position("b", id=PositionId("2"), begins=date(2026, 1, 1))
    with state.write() as uow:
        uow.accounts.add(an_account("kasi", positions=(later, first)))

    with state.read() as uow:
        by_id, by_name = uow.accounts.by_id(AccountId("account-kasi")), uow.accounts.by_username("kasi")
        everybody = uow.accounts.all()

    assert [one.positions for one in (by_id, by_name, *everybody) if one] == [(first, later)] * 3


def test_saving_an_account_leaves_its_positions(state: State) -> None:
    account = an_account("kasi")
    with state.write() as uow:
        uow.accounts.add(account)
        uow.positions.add(a_position("tambahan", begins=date(2026, 6, 1)))

    with state.write() as uow:
        uow.accounts.save(account)

    with state.read() as uow:
        saved = uow.accounts.by_id(account.id)
        assert saved is not None
        assert len(saved.positions) == 2


def test_a_saved_position_replaces_the_one_before_and_must_be_there(state: State) -> None:
    with state.write() as uow:
        uow.accounts.add(an_account("kasi", roles=frozenset()))
        uow.positions.add(a_position())

    with state.write() as uow:
        uow.positions.save(a_position(ends=date(2026, 11, 1)))
    with pytest.raises(MissingRowError), state.write() as uow:
        uow.positions.save(a_position(id=PositionId("other")))

    with state.read() as uow:
        found = uow.positions.get(a_position().id)
        assert found is not None
        assert found.ends == date(2026, 11, 1)


def a_share(incident_id: str = "incident-1", office: Office = DISHUB) -> Share:
    return Share(
        incident_id=IncidentId(incident_id),
        office_id=office.id,
        reason="Layanan bersama.",
        shared_by="account-kabid",
        shared_at=NOON,
    )


def test_a_share_is_given_once_and_taken_back_once(state: State) -> None:
    with state.write() as uow:
        uow.offices.add(DISHUB)
        uow.incidents.add(an_incident())
        given = [uow.shares.add(a_share()), uow.shares.add(a_share())]
        shown = uow.shares.of_incident(a_share().incident_id)
        taken = [uow.shares.remove(a_share().incident_id, DISHUB.id) for _ in range(2)]

    assert (given, shown, taken) == ([True, False], (a_share(),), [True, False])


def many_incidents(uow: UnitOfWork) -> None:
    """Twelve, newest last: of the home office, of another, shared with another, reported by somebody."""
    uow.offices.add(DISHUB)
    uow.offices.add(BPBD)
    for number in range(12):
        office = [HOME_OFFICE, DISHUB.id, BPBD.id][number % 3]
        incident = an_incident(
            id=IncidentId(f"i{number:02d}"),
            nomor=f"INS/{number}",
            opened_at=NOON + timedelta(minutes=number),
            office_id=office,
            opened_by=AccountId("reporter") if number in {0, 5} else None,
        )
        uow.incidents.add(incident)
        if number in {3, 8}:
            uow.shares.add(a_share(incident.id, DISHUB))


READERS = {
    "home": (Reader(account_id=NOBODY, offices=frozenset({HOME_OFFICE})), [9, 6, 3, 0]),
    "other": (Reader(account_id=NOBODY, offices=frozenset({DISHUB.id})), [10, 8, 7, 4, 3, 1]),
    "reporter": (Reader(account_id=AccountId("reporter"), offices=frozenset()), [5, 0]),
    "both": (Reader(account_id=AccountId("reporter"), offices=frozenset({DISHUB.id})), [10, 8, 7, 5, 4, 3, 1, 0]),
    "two offices": (Reader(account_id=NOBODY, offices=frozenset({HOME_OFFICE, BPBD.id})), [11, 9, 8, 6, 5, 3, 2, 0]),
    "nobody": (Reader(account_id=NOBODY, offices=frozenset()), []),
}


@pytest.mark.parametrize("who", READERS)
@pytest.mark.parametrize("limit", [1, 3, 20])
def test_pages_hold_what_the_reader_may_read_newest_first_and_nothing_twice(state: State, who: str, limit: int) -> None:
    reader, expected = READERS[who]
    with state.write() as uow:
        many_incidents(uow)

    found, cursor = [], None
    with state.read() as uow:
        while True:
            page = uow.incidents.page(IncidentFilter(reader=reader), cursor=cursor, limit=limit)
            found += [int(one.id[1:]) for one in page.items]
            cursor = page.cursor
            if cursor is None:
                break
        everything = [IncidentId(f"i{number:02d}") for number in range(12)]
        readable = uow.incidents.readable(everything, reader)

    assert found == expected
    assert sorted(int(one[1:]) for one in readable) == sorted(expected)


def test_a_role_bound_to_a_playbook_finds_only_steps_of_that_playbook(state: State) -> None:
    with state.write() as uow:
        for playbook in ("sop-a", "sop-b"):
            uow.incidents.add(an_incident(id=IncidentId(playbook), nomor=playbook, playbook_id=playbook))
            step = ActiveStep(no=1, putaran=1, roles=("kasi",), since=NOON, due=None)
            run = StoredRun(
                incident_id=IncidentId(playbook),
                playbook_id=playbook,
                playbook_sha256="a" * 64,
                state="{}",
                active=(step,),
            )
            uow.runs.add(run, playbook_text="text")

    def found(*roles: str) -> list[str]:
        with state.read() as uow:
            page = uow.incidents.page(IncidentFilter(active_role=frozenset(roles)), cursor=None, limit=9)
        return sorted(one.id for one in page.items)

    assert found("kasi") == ["sop-a", "sop-b"]
    assert found("sop-a:kasi") == ["sop-a"]
    assert found("sop-a:kasi", "kabid") == ["sop-a"]
    assert found("sop-a:lain") == []


def test_an_alert_joins_only_an_incident_of_the_home_office(state: State) -> None:
    with state.write() as uow:
        uow.offices.add(DISHUB)
        uow.incidents.add(an_incident(office_id=DISHUB.id))

        found = uow.incidents.open_about(["web-1"], since=NOON - timedelta(hours=1))
        theirs = uow.incidents.open_about(["web-1"], since=NOON - timedelta(hours=1), office_id=DISHUB.id)

    assert found is None
    assert theirs is not None


def test_roles_of_before_become_positions_from_the_day_of_the_account(database_url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    engine = open_engine(database_url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for name, roles in (("kasi", '["kasi_keamanan_jaringan"]'), ("opd", "[]")):
            statement = text(
                "INSERT INTO accounts VALUES (:name, :name, 'Nama', 'Jabatan', :roles, :no, '!', :no, :no, 0, :at)"
            )
            connection.execute(statement, {"name": name, "roles": roles, "no": False, "at": "2026-03-04 05:06:07"})
    engine.dispose()

    state = SqlState(database_url)
    state.migrate()

    with state.read() as uow:
        held = {account.username: account.positions for account in uow.accounts.all()}
    state.close()
    assert held["opd"] == ()
    assert [(one.roles, one.begins, one.ends, one.kedudukan, one.jabatan) for one in held["kasi"]] == [
        (frozenset({"kasi_keamanan_jaringan"}), date(2026, 3, 4), None, Kedudukan.DEFINITIF, "Jabatan")
    ]
