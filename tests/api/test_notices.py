"""The bell: what the caller is told, and no one else."""

from datetime import timedelta

import pytest

from ir_platform.domain.notice import Notice, NoticeId, NoticeKind
from ir_platform.domain.office import HOME_OFFICE
from ir_platform.notify.post import post
from tests.support.api import Api, problem_of

NOTICES = "/api/v1/notices"


def tell(api: Api, *, role: str | None = None, username: str | None = None) -> str:
    notice = Notice(
        id=NoticeId(api.services.new_id()),
        key=api.services.new_id(),
        office_id=HOME_OFFICE,
        kind=NoticeKind.DUE,
        at=api.clock[0],
        roles=(role,) if role else (),
        account_id=api.account(username).id if username else None,
        facts=(("nomor", "INS/2026/0001"), ("langkah", "3")),
    )
    with api.state.write() as uow:
        assert post(uow, [notice]) == 1
    return notice.id


def test_the_caller_finds_what_the_role_and_the_account_are_told_newest_first(api: Api) -> None:
    first = tell(api, role="kasi_keamanan_jaringan")
    api.pass_time(minutes=1)
    second = tell(api, username="kasi")
    tell(api, role="tim_teknis")

    body = api.client("kasi").get(NOTICES).json()

    assert [one["id"] for one in body["items"]] == [second, first]
    assert body["belum_dibaca"] == 2
    assert body["items"][0]["kalimat"] == "INS/2026/0001: langkah 3 mencapai batas waktu baku."


def test_reading_marks_it_for_the_caller_alone(api: Api) -> None:
    notice = tell(api, role="tim_teknis")
    api.add_account("timteknis2", "tim_teknis")

    answer = api.client("timteknis").post(f"{NOTICES}/{notice}/read")

    assert answer.status_code == 204
    assert api.client("timteknis").get(NOTICES).json()["items"][0]["dibaca"] is True
    assert api.client("timteknis2").get(NOTICES).json()["belum_dibaca"] == 1


def test_reading_all_leaves_nothing_unread(api: Api) -> None:
    tell(api, role="tim_teknis")
    tell(api, username="timteknis")

    answer = api.client("timteknis").post(f"{NOTICES}/read-all")

    assert answer.status_code == 204
    assert api.client("timteknis").get(NOTICES).json()["belum_dibaca"] == 0


def test_an_old_notice_is_listed_but_no_longer_counted(api: Api) -> None:
    tell(api, role="tim_teknis")
    api.pass_time(days=61)

    body = api.client("timteknis").get(NOTICES).json()

    assert len(body["items"]) == 1
    assert body["belum_dibaca"] == 0


def test_the_administrator_of_the_program_is_no_official_and_hears_nothing_of_roles(api: Api) -> None:
    api.add_account("admin2", "kasi_keamanan_jaringan", is_admin=True)
    tell(api, role="kasi_keamanan_jaringan")

    assert api.client("admin2").get(NOTICES).json()["items"] == []


def test_a_stranger_is_refused(api: Api) -> None:
    notice = tell(api, role="tim_teknis")
    before = api.everything()

    problem_of(api.stranger().get(NOTICES), 401)
    problem_of(api.stranger().post(f"{NOTICES}/{notice}/read"), 401)
    problem_of(api.stranger().post(f"{NOTICES}/read-all"), 401)

    assert api.everything() == before


@pytest.mark.parametrize("notice_id", ["unknown", "somebody's"])
def test_a_notice_that_is_not_the_callers_is_not_found(api: Api, notice_id: str) -> None:
    other = tell(api, role="tim_teknis")
    before = api.everything()

    answer = api.client("kasi").post(f"{NOTICES}/{other if notice_id != 'unknown' else notice_id}/read")

    problem_of(answer, 404)
    assert api.everything() == before


def test_a_cursor_that_was_not_given_out_is_refused(api: Api) -> None:
    problem_of(api.client("kasi").get(NOTICES, params={"cursor": "x"}), 422)


def test_pages_follow_the_cursor(api: Api) -> None:
    told = []
    for _ in range(3):
        told.append(tell(api, role="tim_teknis"))
        api.clock[0] += timedelta(seconds=1)
    client = api.client("timteknis")

    first = client.get(NOTICES, params={"limit": 2}).json()
    second = client.get(NOTICES, params={"limit": 2, "cursor": first["cursor"]}).json()

    assert [one["id"] for one in (*first["items"], *second["items"])] == list(reversed(told))
    assert second["cursor"] is None
