"""Senders of logs over HTTP: who may name them, and that a key is shown once and stops when it is taken away."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from ingest.sources.gelf import GelfCounters
from ingest.sources.ledger import GELF_LEDGER_NAME, LEDGER_NAME, Ledger, SyslogCounters
from ir_platform.adapters.events.spool import SpoolWriter
from ir_platform.domain.source import Heard
from tests.support.api import Api, problem_of

SOURCES = "/api/v1/sources"


def created(api: Api, **body: Any) -> dict[str, Any]:
    answer = api.client("admin").post(SOURCES, json={"nama": "fw-utama", **body})
    assert answer.status_code == 201, answer.text
    key: dict[str, Any] = answer.json()
    return key


def listed(api: Api) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = api.client("kasi").get(SOURCES).json()["items"]
    return items


def test_a_source_is_named_by_an_administrator_and_its_key_is_shown_once(api: Api) -> None:
    key = created(api, alamat="10.0.0.1", zona="Asia/Jayapura", format="fortigate", batas_diam_menit=30)

    [shown] = listed(api)
    assert (shown["nama"], shown["alamat"], shown["zona"], shown["format"]) == (
        "fw-utama",
        "10.0.0.1",
        "Asia/Jayapura",
        "fortigate",
    )
    assert (shown["terakhir"], shown["kejadian"], shown["diam"]) == (None, 0, False)
    assert set(key) == {"nama", "api_key", "username", "password", "webhook_secret"}
    assert not any(key["password"] in text for rows in api.everything().values() for text in rows)


@pytest.mark.parametrize("who", ["kasi", "opd", "pimpinan"])
@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", ""), ("PUT", "/fw-utama"), ("POST", "/fw-utama/key"), ("POST", "/fw-utama/disable")],
)
def test_nobody_but_an_administrator_changes_sources(api: Api, who: str, method: str, path: str) -> None:
    created(api)
    before = api.everything()

    answer = api.client(who).request(method, f"{SOURCES}{path}", json={"nama": "lain"})

    assert answer.status_code == 403
    assert api.everything() == before


@pytest.mark.parametrize(
    "body",
    [
        {"nama": "Huruf Besar"},
        {"nama": "fw", "alamat": "x"},
        {"nama": "fw", "zona": "Mars/Olympus"},
        {"nama": "fw", "format": "tiada"},
        {"nama": "fw", "batas_diam_menit": -1},
        {},
    ],
)
def test_a_source_that_cannot_be_is_refused(api: Api, body: dict[str, Any]) -> None:
    answer = api.client("admin").post(SOURCES, json=body)

    assert problem_of(answer, 422)
    assert listed(api) == []


def test_a_format_string_is_kept_for_access_logs_and_taken_away_again(api: Api) -> None:
    created(api, format="access", format_string=' %h %t "%r" %>s ')
    [with_string] = listed(api)

    answer = api.client("admin").put(f"{SOURCES}/fw-utama", json={"format": "access", "format_string": " "})

    assert with_string["format_string"] == '%h %t "%r" %>s'
    assert answer.json()["format_string"] is None
    assert listed(api)[0]["format_string"] is None


@pytest.mark.parametrize(
    ("format_name", "format_string", "said"),
    [
        ("access", "%h %t %r %Z", "arahan Apache tidak dikenal: %Z (huruf ke-10)"),
        ("access", "$remote_addr$status $time_local $request", "(huruf ke-13)"),
        ("auto", "%h %t %r", "hanya untuk format access"),
        ("syslog", "%h %t %r", "hanya untuk format access"),
    ],
)
def test_a_format_string_that_cannot_be_used_is_refused_with_its_place(
    api: Api, format_name: str, format_string: str, said: str
) -> None:
    body = {"nama": "web-1", "format": format_name, "format_string": format_string}

    answer = api.client("admin").post(SOURCES, json=body)

    assert said in problem_of(answer, 422)["detail"]
    assert listed(api) == []


def test_a_name_is_taken_once(api: Api) -> None:
    created(api)

    assert api.client("admin").post(SOURCES, json={"nama": "fw-utama"}).status_code == 409


def test_a_change_by_http_keeps_the_file_that_only_the_server_s_operator_sets(api: Api) -> None:
    created(api)
    with api.state.write() as uow:
        [source] = uow.sources.all()
        uow.sources.save(replace(source, path="/srv/log/*.log"))

    answer = api.client("admin").put(f"{SOURCES}/fw-utama", json={"berkas": "/etc/shadow", "hmac": True})

    assert answer.status_code == 200
    [shown] = listed(api)
    assert (shown["berkas"], shown["hmac"]) == ("/srv/log/*.log", True)


def test_a_renewed_key_and_a_disabled_source_end_the_old_key(api: Api) -> None:
    first = created(api)
    admin = api.client("admin")

    second = admin.post(f"{SOURCES}/fw-utama/key").json()
    disabled = admin.post(f"{SOURCES}/fw-utama/disable")

    assert first["password"] != second["password"]
    assert first["webhook_secret"] != second["webhook_secret"]
    assert disabled.status_code == 204
    for key in (first, second):
        sent = api.stranger(headers={"Authorization": f"ApiKey {key['api_key']}"}).post("/api/v1/ingest", content=b"{}")
        assert sent.status_code == 401


def test_what_was_heard_is_shown_and_senders_without_a_name_too(api: Api) -> None:
    created(api, batas_diam_menit=1)
    with api.state.write() as uow:
        [source] = uow.sources.all()
        heard = [Heard(key=source.id, events=50, rejected=2), Heard(key="address:192.0.2.7", events=1)]
        uow.sources.note(heard, at=api.services.clock())
        uow.sources.note([Heard(key=source.id, quiet_seconds=61)], at=api.services.clock())

    named, unnamed = listed(api)
    assert (named["kejadian"], named["ditolak"], named["satu_jam"], named["diam"]) == (50, 2, 50, True)
    assert (unnamed["nama"], unnamed["alamat"], unnamed["kejadian"]) == (None, "192.0.2.7", 1)


@pytest.mark.parametrize("path", ["/tiada", "/tiada/key", "/tiada/disable"])
def test_a_source_nobody_has_is_not_found(api: Api, path: str) -> None:
    method = "PUT" if path == "/tiada" else "POST"

    assert api.client("admin").request(method, f"{SOURCES}{path}", json={}).status_code == 404


def test_what_syslog_lost_is_shown_to_the_office(api: Api) -> None:
    ledger = Ledger(api.services.settings.data_dir / LEDGER_NAME, SyslogCounters)
    ledger.add("received", 10)
    ledger.add("delivered", 7)
    ledger.add("dropped", 2)

    shown = api.client("kasi").get(f"{SOURCES}/syslog").json()

    assert (shown["diterima"], shown["tersimpan"], shown["hilang_antrean_penuh"]) == (10, 7, 2)
    assert api.client("opd").get(f"{SOURCES}/syslog").status_code == 403


def test_what_came_to_nothing_of_gelf_is_shown_to_the_office(api: Api) -> None:
    ledger = Ledger(api.services.settings.data_dir / GELF_LEDGER_NAME, GelfCounters)
    ledger.add("received", 5)
    ledger.add("refused", 3)
    ledger.add("incomplete")

    shown = api.client("kasi").get(f"{SOURCES}/gelf").json()

    assert (shown["diterima"], shown["potongan_ditolak"], shown["tidak_lengkap"]) == (5, 3, 1)
    assert api.client("opd").get(f"{SOURCES}/gelf").status_code == 403


def test_what_waits_to_be_read_is_shown_to_the_office(api: Api) -> None:
    received_at = int(api.services.clock().timestamp() - 90) * 10**9
    folder = api.services.settings.data_dir / "spool"
    writer = SpoolWriter(folder, max_bytes=1 << 20, clock_ns=lambda: received_at)
    writer.append(b"tiga pesan", events=3)
    (folder / "0.torn").write_bytes(b"setengah")

    shown = api.client("kasi").get(f"{SOURCES}/spool").json()

    assert (shown["menunggu"], shown["terlambat_detik"], shown["berkas_sobek"]) == (3, 90.0, 1)
    assert shown["menunggu_byte"] > len(b"tiga pesan")
    assert datetime.fromisoformat(shown["tertua"]).timestamp() == received_at / 1e9
    assert api.client("opd").get(f"{SOURCES}/spool").status_code == 403
    writer.close()
