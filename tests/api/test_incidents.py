"""Lists and records of incidents: who sees which, pages, filters, and what is no answer."""

from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.support.api import OUTSIDERS, Api, problem_of
from tests.support.builders import an_alert

PLACES = ("", "/timeline", "/evidence", "/documents")


@pytest.mark.parametrize("place", PLACES)
def test_nobody_reads_an_incident_without_signing_in(api: Api, place: str) -> None:
    incident = api.report()

    answer = api.stranger().get(f"/api/v1/incidents/{incident['id']}{place}")

    problem_of(answer, 401)


@pytest.mark.parametrize("place", PLACES)
def test_who_reported_an_incident_reads_it_and_another_outsider_does_not(api: Api, place: str) -> None:
    path = f"/api/v1/incidents/{api.report('opd')['id']}{place}"

    mine, other, unknown = (
        api.client("opd").get(path),
        api.client("opd_lain").get(path),
        api.client("kasi").get(f"/api/v1/incidents/unknown{place}"),
    )

    assert mine.status_code == 200, mine.text
    assert problem_of(other, 404) == problem_of(unknown, 404)


@pytest.mark.parametrize("who", ["kasi", "kasi_infra", "pimpinan", "admin"])
def test_the_office_reads_every_incident(api: Api, who: str) -> None:
    incident = api.report("opd")

    listed = api.client(who).get("/api/v1/incidents").json()

    assert [one["id"] for one in listed["items"]] == [incident["id"]]


def test_an_outsider_lists_only_what_he_reported(api: Api) -> None:
    reported = {who: api.report(who)["id"] for who in OUTSIDERS}

    listed = {who: api.client(who).get("/api/v1/incidents").json()["items"] for who in OUTSIDERS}

    assert {who: [one["id"] for one in found] for who, found in listed.items()} == {
        who: [reported[who]] for who in OUTSIDERS
    }


def test_every_list_is_items_with_a_cursor(api: Api) -> None:
    incident, client = api.report(), api.client("kasi")
    paths = ["/incidents", "/alerts", "/playbooks", "/quarantine", "/events/search", "/events/histogram"]
    paths += [f"/incidents/{incident['id']}/{place}" for place in ("timeline", "evidence", "documents")]

    answers = {path: client.get(f"/api/v1{path}") for path in paths}

    for path, answer in answers.items():
        assert answer.status_code == 200, (path, answer.text)
        assert set(answer.json()) == {"items", "cursor", "total"}, path
        assert isinstance(answer.json()["items"], list)


def test_pages_follow_one_another_without_gap_or_repeat(api: Api) -> None:
    reported = []
    for _ in range(5):
        reported.append(api.report()["nomor"])
        api.pass_time(minutes=1)
    client = api.client("kasi")

    pages, cursor = [], None
    while True:
        parameters = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = client.get("/api/v1/incidents", params=parameters).json()
        pages.append([one["nomor"] for one in page["items"]])
        cursor = page["cursor"]
        if cursor is None:
            break

    assert pages == [reported[4:2:-1], reported[2:0:-1], reported[:1]]


@pytest.mark.parametrize("path", ["/incidents", "/alerts", "/quarantine", "/events/search"])
@pytest.mark.parametrize("cursor", ["x", "!!!", "eyJhIjoxfQ", "a" * 501, "%00", "é", "MTIz"])
def test_an_unknown_cursor_is_bad_input(api: Api, path: str, cursor: str) -> None:
    answer = api.client("kasi").get(f"/api/v1{path}?cursor={cursor}")

    problem_of(answer, 422)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "status=tertutup", "level=gawat", "q=" + "a" * 201, "q=a%00b"]
)
@pytest.mark.parametrize("path", ["/incidents", "/alerts"])
def test_a_wrong_filter_is_bad_input(api: Api, path: str, query: str) -> None:
    answer = api.client("kasi").get(f"/api/v1{path}?{query}")

    document = problem_of(answer, 422)
    assert document["detail"].startswith("Isian belum benar: query.")
    assert document["errors"][0]["alasan"]


def test_filters_choose_by_status_level_words_and_my_tasks(api: Api) -> None:
    high = api.report(judul="Situs berubah", tingkat="high")["id"]
    low = api.report(judul="Printer lambat", tingkat="low")["id"]

    def found(who: str, **query: Any) -> list[str]:
        items = api.client(who).get("/api/v1/incidents", params=query).json()["items"]
        return sorted(one["id"] for one in items)

    assert found("kasi", level="low") == [low]
    assert found("kasi", q="SITUS") == [high]
    assert found("kasi", status="closed") == []
    assert found("kasi", tugas_saya=True) == []
    assert found("pemeriksa", tugas_saya=True) == sorted([high, low])
    assert found("admin", tugas_saya=True) == []
    assert found("kasi", q="' OR 1=1 --") == []


@pytest.mark.parametrize("identifier", ["%00", "a%00b", "%0A", "%1B", "%F0%9F%92%A3", "a" * 3000, "..%2f..", "'"])
@pytest.mark.parametrize(
    "place", ["/incidents/{}", "/incidents/{}/timeline", "/alerts/{}", "/jobs/{}", "/playbooks/{}"]
)
def test_an_identifier_that_cannot_be_ours_is_missing(api: Api, identifier: str, place: str) -> None:
    answer = api.client("kasi").get("/api/v1" + place.format(identifier))

    problem_of(answer, 404)


def test_a_hostile_title_comes_back_as_it_was_sent(api: Api) -> None:
    title = "<script>alert('x')</script> \u202e {{7*7}} ${jndi:ldap://x}"

    incident = api.report(judul=title)

    assert incident["judul"] == title
    assert api.client("kasi").get(f"/api/v1/incidents/{incident['id']}").json()["judul"] == title


def test_an_incident_shows_its_step_its_limit_and_who_it_waits_for(api: Api) -> None:
    incident = api.report()

    shown = api.client("pimpinan").get(f"/api/v1/incidents/{incident['id']}").json()

    assert (shown["langkah_aktif"], shown["putaran"], shown["status"]) == ([1], {"1": 1}, "open")
    assert shown["menunggu"][0]["pelaksana"] == ["Pemeriksa TI"]
    assert [one["no"] for one in shown["tenggat"]] == [1]
    assert [one["keadaan"] for one in shown["langkah"]] == ["aktif", *["belum"] * 11]


def test_the_findings_of_an_incident_are_shown_with_it(api: Api) -> None:
    with api.state.write() as uow:
        opened = api.services.opener.open_from_alert(uow, an_alert())
        uow.alerts.add(an_alert(incident_id=opened.incident.id))

    shown = api.client("pemeriksa").get(f"/api/v1/incidents/{opened.incident.id}").json()

    assert [one["rule_title"] for one in shown["temuan"]] == ["Tebakan kata sandi SSH"]
    assert shown["hosts"] == ["web-1"]


def test_a_longer_page_of_the_list_takes_no_more_statements(api: Api) -> None:
    client, statements = api.client("kasi"), list[str]()

    def note(*given: Any) -> None:
        statements.append(given[2])

    def statements_of_a_page() -> int:
        statements.clear()
        assert client.get("/api/v1/incidents").status_code == 200
        return len(statements)

    api.report()
    event.listen(Engine, "before_cursor_execute", note)
    try:
        of_one = statements_of_a_page()
        for _ in range(3):
            api.report()
        of_four = statements_of_a_page()
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    assert 0 < of_four == of_one
