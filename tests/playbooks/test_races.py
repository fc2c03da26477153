"""Twenty at once, on SQLite and on a real PostgreSQL: one wins, the others hear why, and nothing is half-written."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from ir_platform.calendar.source import StoredCalendars
from ir_platform.calendar.zones import zone_of
from ir_platform.domain import office as opd
from ir_platform.domain.incident import Incident, IncidentStatus
from ir_platform.domain.tie import TieKind
from playbooks.aftermath import Aftermath
from playbooks.asking import AskedDocument
from playbooks.clocks import Timing
from playbooks.desk import Desk, ForwardRequest
from playbooks.errors import (
    AlreadyDoneError,
    AlreadyTiedError,
    NotActiveError,
    NotADraftError,
    NotSharedError,
    OutdatedViewError,
    PlaybookRefusalError,
    RunConflictError,
)
from playbooks.library import shipped
from playbooks.record import Office as Surroundings
from playbooks.runner import NewEvidence
from playbooks.sharing import Sharing
from tests.playbooks.office import PEOPLE, Office, an_office
from tests.playbooks.test_versions import SHIPPED, a_form, copied, enforced, saved, versions_of
from tests.playbooks.whole import assert_whole
from tests.support.postgres import PostgresServer
from tests.support.racing import CLIENTS, race
from tests.support.sqlite import migrated_url

KASI, KABID = PEOPLE["kasi_keamanan_jaringan"], PEOPLE["pejabat_administrator"]
IDS = count(1)
WORDS = {"alasan": "Gangguan yang sama."}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.real)])
def races_office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One office for all these tests: each races over incidents of its own, and all of it has to stay whole."""
    if request.param == "sqlite":
        with an_office(migrated_url(tmp_path_factory.mktemp("races") / "state.sqlite3")) as opened:
            yield opened
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database(migrated=True) as url, an_office(url) as opened:
        yield opened


@pytest.fixture(scope="module")
def dishub(races_office: Office) -> opd.OfficeId:
    """Another office of the installation."""
    other = opd.Office(id=opd.OfficeId("dishub"), kode="DISHUB", nama="Dinas Perhubungan")
    with races_office.state.write() as uow:
        uow.offices.add(other)
    return other.id


def surroundings(office: Office) -> Surroundings:
    return Surroundings(
        timing=Timing(calendars=StoredCalendars(zone=zone_of("WITA"))),
        new_id=lambda: f"lain-{next(IDS):021d}",
        zone=zone_of("WITA"),
        name="Diskominfo Contoh",
    )


def a_desk(office: Office) -> Desk:
    return Desk(state=office.state, library=shipped(), clock=lambda: office.clock[0], office=surroundings(office))


def aftermath(office: Office) -> Aftermath:
    return Aftermath(state=office.state, library=shipped(), clock=lambda: office.clock[0], office=surroundings(office))


def sharing(office: Office) -> Sharing:
    return Sharing(
        state=office.state,
        library=shipped(),
        clock=lambda: office.clock[0],
        zone=zone_of("WITA"),
        home_name="Diskominfo Contoh",
    )


def a_file(number: int, *, item: str | None = None) -> NewEvidence:
    return NewEvidence(
        name=f"{number}.log", sha256=f"{number:064x}", size=number, media_type="text/plain", kelengkapan=item
    )


def won(answers: list[object]) -> list[object]:
    return [one for one in answers if not isinstance(one, Exception)]


def lost(answers: list[object]) -> list[Exception]:
    return [one for one in answers if isinstance(one, Exception)]


@pytest.mark.parametrize("no", [1, 4, 9, 12])
def test_of_twenty_who_do_one_step_one_does_it_and_each_other_hears_who_did(races_office: Office, no: int) -> None:
    incident = races_office.report()
    races_office.walk(incident.id, until=no - 1)
    answer = {4: "sulit", 9: "tuntas"}.get(no)

    answers = race(
        [lambda: races_office.do(incident.id, no, keputusan=answer)] * CLIENTS, refusals=PlaybookRefusalError
    )

    assert len(won(answers)) == 1
    assert {type(one) for one in lost(answers)} == {AlreadyDoneError}
    assert all(str(one).startswith("Langkah ini sudah dilaksanakan oleh ") for one in lost(answers))
    assert_whole(races_office.state)


def test_of_twenty_contrary_answers_one_counts(races_office: Office) -> None:
    incident = races_office.report()
    races_office.walk(incident.id, until=8)
    acts: list[Callable[[], Incident]] = [
        lambda: races_office.do(incident.id, 9, keputusan="tuntas"),
        lambda: races_office.do(incident.id, 9, keputusan="belum", alasan="Masih ada."),
    ]

    answers = race(acts * (CLIENTS // 2), refusals=NotActiveError)

    assert len(won(answers)) == 1
    assert_whole(races_office.state)


def test_evidence_that_twenty_give_at_once_is_all_there(races_office: Office) -> None:
    """None of them stands in another's way, so that none is to be refused."""
    incident = races_office.report()

    answers = race(
        [
            lambda number=number: races_office.runner.add_evidence(incident.id, a_file(number), KASI)  # type: ignore[misc]
            for number in range(CLIENTS)
        ],
        refusals=(),
    )

    with races_office.state.read() as uow:
        assert {one.id for one in uow.evidence.of_incident(incident.id)} == {one.id for one in answers}
    assert_whole(races_office.state)


def test_a_step_and_evidence_for_it_at_once_are_both_kept(races_office: Office) -> None:
    incident = races_office.report()
    races_office.walk(incident.id, until=6)
    given = [
        lambda number=number: races_office.runner.add_evidence(incident.id, a_file(number, item="NOC"), KASI)  # type: ignore[misc]
        for number in range(CLIENTS - 1)
    ]

    race([*given, lambda: races_office.do(incident.id, 7)], refusals=())

    with races_office.state.read() as uow:
        assert len(uow.evidence.of_incident(incident.id)) == CLIENTS - 1
    assert_whole(races_office.state)


def test_a_lembar_passed_on_while_its_step_is_done_loses_neither(races_office: Office) -> None:
    incident, desk = races_office.report(), a_desk(races_office)
    races_office.walk(incident.id, until=2)
    [lembar] = desk.chain(incident.id, KASI).items
    wish = ForwardRequest(kepada=("tim_teknis",), catatan="Bantu periksa.")

    answers = race(
        [
            *[lambda: desk.forward(incident.id, lembar.id, wish, KASI)] * (CLIENTS // 2),
            *[lambda: races_office.do(incident.id, 3)] * (CLIENTS // 2),
        ],
        refusals=PlaybookRefusalError,
    )

    done = Counter(type(one).__name__ for one in answers)
    assert done["Incident"] == 1
    assert done["AlreadyDoneError"] == CLIENTS // 2 - 1
    with races_office.state.read() as uow:
        chain = uow.disposisi.of_incident(incident.id)
        actions = Counter(one.fact.action for one in uow.audit.of_subject(f"incident:{incident.id}"))
    assert done["Disposisi"] == sum(one.dari == lembar.id for one in chain) == actions["disposisi.forwarded"] >= 1
    assert actions["disposisi.read"] == 1
    assert_whole(races_office.state)


def test_taking_a_share_back_while_steps_are_done_loses_neither(races_office: Office, dishub: opd.OfficeId) -> None:
    desk = sharing(races_office)
    incident = races_office.report()
    races_office.walk(incident.id, until=1)
    desk.share(incident.id, dishub, KABID, reason="Situs mereka.")

    answers = race(
        [
            *[lambda: desk.withdraw(incident.id, dishub, KABID)] * (CLIENTS // 2),
            *[lambda: races_office.do(incident.id, 2)] * (CLIENTS // 2),
        ],
        refusals=PlaybookRefusalError,
    )

    refused = Counter(type(one) for one in lost(answers))
    assert len(won(answers)) == 2
    assert refused == {NotSharedError: CLIENTS // 2 - 1, AlreadyDoneError: CLIENTS // 2 - 1}
    with races_office.state.read() as uow:
        assert uow.shares.of_incident(incident.id) == ()
        actions = Counter(one.fact.action for one in uow.audit.of_subject(f"incident:{incident.id}"))
    assert (actions["incident.shared"], actions["incident.share_withdrawn"]) == (1, 1)
    assert_whole(races_office.state)


def test_twenty_who_share_with_one_office_share_once(races_office: Office, dishub: opd.OfficeId) -> None:
    desk = sharing(races_office)
    incident = races_office.report()

    answers = race(
        [lambda: desk.share(incident.id, dishub, KABID, reason="Situs mereka.")] * CLIENTS,
        refusals=PlaybookRefusalError,
    )

    assert len(won(answers)) == 1
    assert_whole(races_office.state)


def test_a_merge_and_a_step_of_what_is_merged_follow_one_another(races_office: Office) -> None:
    """Either the step was done before the merge, or it is refused because the run is over."""
    source, target, desk = races_office.report(), races_office.report(), aftermath(races_office)

    answers = race(
        [
            *[lambda: desk.merge(source.id, into=target.id, account=KASI, **WORDS)] * (CLIENTS // 2),
            *[lambda: races_office.do(source.id, 1)] * (CLIENTS // 2),
        ],
        refusals=(RunConflictError, NotActiveError),
    )

    merges = [one for one in won(answers) if isinstance(one, Incident) and one.id == target.id]
    steps = [one for one in won(answers) if isinstance(one, Incident) and one.id == source.id]
    assert (len(merges), len(steps) <= 1) == (1, True)
    with races_office.state.read() as uow:
        gone = uow.incidents.get(source.id)
    assert gone is not None
    assert gone.status is IncidentStatus.MERGED
    assert_whole(races_office.state)


def test_a_merge_and_a_step_of_its_target_lose_neither(races_office: Office) -> None:
    source, target, desk = races_office.report(), races_office.report(), aftermath(races_office)

    answers = race(
        [
            *[lambda: desk.merge(source.id, into=target.id, account=KASI, **WORDS)] * (CLIENTS // 2),
            *[lambda: races_office.do(target.id, 1)] * (CLIENTS // 2),
        ],
        refusals=(RunConflictError, NotActiveError),
    )

    assert len(won(answers)) == 2
    with races_office.state.read() as uow:
        found = uow.incidents.get(target.id)
    assert found is not None
    assert found.version == 3
    assert_whole(races_office.state)


def test_merges_in_a_circle_leave_one_incident_open(races_office: Office) -> None:
    ring, desk = [races_office.report() for _ in range(5)], aftermath(races_office)
    pairs = [(one.id, other.id) for one in ring for other in ring if one.id != other.id]
    assert len(pairs) == CLIENTS

    answers = race(
        [lambda pair=pair: desk.merge(pair[0], into=pair[1], account=KASI, **WORDS) for pair in pairs],  # type: ignore[misc]
        refusals=RunConflictError,
    )

    with races_office.state.read() as uow:
        states = Counter(uow.incidents.get(one.id).status for one in ring)  # type: ignore[union-attr]
    assert states[IncidentStatus.MERGED] == len(won(answers)) >= 1
    assert states[IncidentStatus.OPEN] == len(ring) - len(won(answers)) >= 1
    assert_whole(races_office.state)


def test_twenty_who_link_two_incidents_both_ways_link_them_once(races_office: Office) -> None:
    one, other, desk = races_office.report(), races_office.report(), aftermath(races_office)
    ways = [(one.id, other.id), (other.id, one.id)] * (CLIENTS // 2)

    answers = race(
        [
            lambda way=way: desk.link(way[0], to=way[1], kind=TieKind.TERKAIT, account=KASI, **WORDS)  # type: ignore[misc]
            for way in ways
        ],
        refusals=AlreadyTiedError,
    )

    assert len(won(answers)) == 1
    with races_office.state.read() as uow:
        assert len(uow.ties.of_incident(one.id)) == 1
    assert_whole(races_office.state)


def test_of_twenty_who_re_open_one_does_and_step_seven_comes_once(races_office: Office) -> None:
    incident, desk = races_office.report(), aftermath(races_office)
    races_office.walk(incident.id, until=12)

    answers = race(
        [lambda: desk.reopen(incident.id, alert_id=None, account=KASI, alasan="Muncul lagi.")] * CLIENTS,
        refusals=RunConflictError,
    )

    assert len(won(answers)) == 1
    assert_whole(races_office.state)


def test_documents_that_twenty_ask_for_are_numbered_without_a_gap(races_office: Office) -> None:
    incidents = [races_office.report() for _ in range(4)]
    asked = AskedDocument(kind="laporan_insiden_ttis", kontak="Telepon 0541", dampak="Situs tidak terbaca.")

    papers = race(
        [
            lambda one=one: races_office.runner.ask_document(one.id, asked, KASI)  # type: ignore[misc]
            for one in incidents * (CLIENTS // 4)
        ],
        refusals=(),
    )

    numbers = sorted(one.register_number or "" for one in papers)
    assert [number.rpartition("/")[2] for number in numbers] == [f"{one:04d}" for one in range(1, CLIENTS + 1)]
    assert_whole(races_office.state)


def test_openings_and_steps_at_once_number_incidents_and_documents_without_a_gap(races_office: Office) -> None:
    waiting = [races_office.report() for _ in range(CLIENTS // 2)]
    for one in waiting:
        races_office.do(one.id, 1)

    race(
        [
            *[races_office.report] * (CLIENTS // 2),
            *[lambda one=one: races_office.do(one.id, 2) for one in waiting],  # type: ignore[misc]
        ],
        refusals=(),
    )

    assert_whole(races_office.state)


def test_incidents_opened_while_a_version_is_put_in_force_follow_one_of_the_two_to_their_end(
    any_office: Office,
) -> None:
    office, versions = any_office, versions_of(any_office)
    draft = saved(office, versions, copied(office, versions), a_form(judul="Judul baru"))

    answers = race(
        [
            *[office.report] * (CLIENTS - 4),
            *[lambda: enforced(office, versions, draft, replaces=SHIPPED.sha256)] * 4,
        ],
        refusals=(OutdatedViewError, NotADraftError),
    )

    opened = [one for one in won(answers) if isinstance(one, Incident)]
    assert len(opened) == CLIENTS - 4
    assert len(won(answers)) == len(opened) + 1
    with office.state.read() as uow:
        entries = {one.fact.subject: one for one in uow.audit.entries() if one.fact.action == "incident.opened"}
        for one in opened:
            run = uow.runs.get(one.id)
            assert run is not None
            assert run.playbook_sha256 in (SHIPPED.sha256, draft.sha256)
            assert run.playbook_sha256 in entries[f"incident:{one.id}"].fact.details
    after = office.report()
    with office.state.read() as uow:
        latest = uow.runs.get(after.id)
    assert latest is not None
    assert latest.playbook_sha256 == draft.sha256
    assert_whole(office.state)
