"""Signing in, what ends a session, and whose token counts."""

import json
from datetime import timedelta

import httpx
import pytest

from ir_platform.audit.record import record
from ir_platform.identity.accounts import disable
from tests.support.api import CSRF, PASSWORD, Api, problem_of

SIGN_IN = {"username": "kasi", "password": PASSWORD}


def me(client: httpx.Client) -> httpx.Response:
    return client.get("/api/v1/me")


def test_a_right_password_gives_a_token_that_says_who_one_is(api: Api) -> None:
    answer = api.stranger().post("/api/v1/auth/token", data=SIGN_IN)

    token = answer.json()
    assert (answer.status_code, token["token_type"], token["expires_in"]) == (200, "bearer", 900)
    shown = me(api.stranger(headers={"Authorization": f"Bearer {token['access_token']}"})).json()
    assert (shown["username"], shown["is_admin"], shown["harus_ganti_sandi"]) == ("kasi", False, False)
    assert shown["peran"] == [{"id": "kasi_keamanan_jaringan", "nama": "Kasi Keamanan Jaringan"}]


@pytest.mark.parametrize(
    "given",
    [{**SIGN_IN, "password": "salah-sama-sekali"}, {**SIGN_IN, "username": "tidak-ada"}],
)
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(api: Api, given: dict[str, str]) -> None:
    by_form = api.stranger().post("/api/v1/auth/token", data=given)
    by_page = api.stranger().post("/api/v1/auth/session", json=given)

    for answer in (by_form, by_page):
        assert problem_of(answer, 401)["detail"] == "Nama pengguna atau kata sandi salah."
        assert "set-cookie" not in answer.headers


def test_too_many_wrong_passwords_are_told_how_long_to_wait(api: Api) -> None:
    wrong = {**SIGN_IN, "password": "salah"}
    answers = [api.stranger().post("/api/v1/auth/token", data=wrong) for _ in range(6)]

    refused = api.stranger().post("/api/v1/auth/token", data=SIGN_IN)

    assert {answer.status_code for answer in answers[:5]} == {401}
    problem_of(refused, 429)
    wait = int(refused.headers["retry-after"])
    api.pass_time(seconds=wait)
    assert api.stranger().post("/api/v1/auth/token", data=SIGN_IN).status_code == 200


def test_the_page_signs_in_with_a_cookie_that_scripts_of_the_page_cannot_read(api: Api) -> None:
    answer = api.stranger().post("/api/v1/auth/session", json=SIGN_IN)

    cookies = {one.split("=")[0]: one.lower() for one in answer.headers.get_list("set-cookie")}
    assert answer.json()["username"] == "kasi"
    assert "httponly" in cookies["irp_session"]
    assert "httponly" not in cookies["irp_csrf"]
    assert all("samesite=strict" in one and "path=/" in one for one in cookies.values())


def test_a_form_of_another_site_cannot_sign_a_person_in(api: Api) -> None:
    body = json.dumps(SIGN_IN)

    answer = api.stranger().post("/api/v1/auth/session", content=body, headers={"Content-Type": "text/plain"})

    problem_of(answer, 422)
    assert "set-cookie" not in answer.headers


def test_a_session_changes_things_only_with_the_header_that_proves_the_page(api: Api) -> None:
    report = {"judul": "Gangguan", "uraian": "Uraian."}
    with_header, without = api.page_client("opd"), api.page_client("opd", csrf=False)
    before = api.everything()

    refused = without.post("/api/v1/reports", json=report)
    wrong = without.post("/api/v1/reports", json=report, headers={"X-CSRF-Token": "lain"})

    problem_of(refused, 403)
    problem_of(wrong, 403)
    assert api.everything() == before
    assert me(without).status_code == 200
    assert with_header.post("/api/v1/reports", json=report).status_code == 201


def test_an_empty_csrf_cookie_proves_nothing(api: Api) -> None:
    cookies = {"irp_session": api.token("opd", use="session"), "irp_csrf": ""}

    answer = api.stranger(cookies=cookies, headers={"X-CSRF-Token": ""}).post("/api/v1/reports", json={})

    problem_of(answer, 403)


def test_signing_out_takes_both_cookies_away(api: Api) -> None:
    answer = api.page_client("kasi").delete("/api/v1/auth/session")

    assert answer.status_code == 204
    assert {one.split("=")[0] for one in answer.headers.get_list("set-cookie")} == {"irp_session", "irp_csrf"}
    assert all("max-age=0" in one.lower() for one in answer.headers.get_list("set-cookie"))


def test_a_session_is_no_bearer_token_and_a_bearer_token_no_session(api: Api) -> None:
    session, bearer = api.token("kasi", use="session"), api.token("kasi", use="api")

    as_bearer = me(api.stranger(headers={"Authorization": f"Bearer {session}"}))
    as_session = me(api.stranger(cookies={"irp_session": bearer, "irp_csrf": CSRF}))

    problem_of(as_bearer, 401)
    problem_of(as_session, 401)


@pytest.mark.parametrize("header", ["Bearer", "Bearer x.y.z", "Basic a2FzaTprYXNp", "Bearer " + "a" * 5000])
def test_what_is_no_token_of_ours_signs_nobody_in(api: Api, header: str) -> None:
    answer = me(api.stranger(headers={"Authorization": header}))

    problem_of(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_token_ends_with_its_time(api: Api) -> None:
    client = api.client("kasi")

    api.pass_time(minutes=15)

    problem_of(me(client), 401)


def test_a_disabled_account_is_refused_at_once(api: Api) -> None:
    clients = (api.client("kasi"), api.page_client("kasi"))
    assert [me(client).status_code for client in clients] == [200, 200]

    disable(api.state, account_id=api.account("kasi").id, by=None, now=api.clock[0], record=record)

    for client in clients:
        problem_of(me(client), 401)
    problem_of(api.stranger().post("/api/v1/auth/token", data=SIGN_IN), 401)


def test_a_changed_password_ends_every_earlier_token_and_keeps_the_page_signed_in(api: Api) -> None:
    old_tokens = (api.client("kasi"), api.page_client("kasi"))
    page = api.stranger()
    page.post("/api/v1/auth/session", json=SIGN_IN)
    page.headers["X-CSRF-Token"] = page.cookies["irp_csrf"]

    answer = page.post("/api/v1/auth/password", json={"lama": PASSWORD, "baru": "sandi-Baru-2027"})

    assert answer.status_code == 200, answer.text
    assert me(page).status_code == 200
    for client in old_tokens:
        problem_of(me(client), 401)
    problem_of(api.stranger().post("/api/v1/auth/token", data=SIGN_IN), 401)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"lama": "salah-sekali-ya", "baru": "sandi-Baru-2027"}, "Kata sandi lama salah."),
        ({"lama": PASSWORD, "baru": PASSWORD}, "berbeda dari yang lama"),
        ({"lama": PASSWORD, "baru": "pendek"}, "paling sedikit 8"),
        ({"lama": PASSWORD, "baru": "a" * 1025}, "baru"),
        ({"lama": PASSWORD}, "baru"),
    ],
)
def test_a_refused_password_change_changes_nothing(api: Api, change: dict[str, str], why: str) -> None:
    client = api.client("kasi")
    before = api.everything()

    answer = client.post("/api/v1/auth/password", json=change)

    assert why in problem_of(answer, 422)["detail"]
    assert api.everything() == before
    assert me(client).status_code == 200


def test_a_one_time_password_lets_nothing_be_done_but_changing_it(api: Api) -> None:
    api.add_account("baru", "kasi_keamanan_jaringan", must_change_password=True)
    client = api.client("baru")

    refused = [
        client.get("/api/v1/incidents"),
        client.get("/api/v1/stream"),
        client.post("/api/v1/reports", json={"judul": "Gangguan", "uraian": "Uraian."}),
        client.post("/api/v1/incidents/x/steps/1/complete", json={}),
        client.post("/api/v1/incidents/x/evidence", files={"file": ("a.txt", b"a")}),
    ]

    for answer in refused:
        assert "harus diganti" in problem_of(answer, 403)["detail"]
    assert me(client).json()["harus_ganti_sandi"] is True
    change = client.post("/api/v1/auth/password", json={"lama": PASSWORD, "baru": "sandi-Baru-2027"})
    assert change.json()["harus_ganti_sandi"] is False


def test_a_token_from_a_clock_far_ahead_is_not_taken_yet(api: Api) -> None:
    ahead = api.services.tokens.issue(
        api.account("kasi"),
        use="api",
        now=api.clock[0] + timedelta(hours=1),
        lifetime=timedelta(minutes=15),
        jti="ahead",
    )

    answer = me(api.stranger(headers={"Authorization": f"Bearer {ahead}"}))

    problem_of(answer, 401)
