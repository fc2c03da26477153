"""Reporting a disturbance by form."""

import json
from typing import Any

import pytest

from ir_platform.domain.job import JobKind
from tests.support.api import A_REPORT, Api, problem_of


@pytest.mark.parametrize("who", ["opd", "kasi", "pemeriksa", "pimpinan", "admin"])
def test_any_signed_in_account_reports_and_step_1_waits(api: Api, who: str) -> None:
    answer = api.client(who).post("/api/v1/reports", json=A_REPORT)

    incident = answer.json()
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/api/v1/incidents/{incident['id']}"
    assert answer.headers["etag"] == f'"{incident["version"]}"'
    assert (incident["nomor"], incident["langkah_aktif"]) == ("INS/2026/0001", [1])
    assert {kind for _, kind in api.bell.rings} <= {JobKind.RENDER_DOCUMENT}


def test_a_report_needs_only_a_title_and_what_happened(api: Api) -> None:
    report = {"judul": "Jaringan lambat", "uraian": "Sejak pagi."}

    incident = api.client("opd").post("/api/v1/reports", json=report).json()

    assert incident["playbook"] == "kaltim-gangguan-keamanan-jaringan"
    assert (incident["level"], incident["pelapor"]) == ("high", "Opd (Opd)")


def test_numbers_have_no_gap_where_reports_were_refused_between(api: Api) -> None:
    first = api.report()["nomor"]
    api.client("opd").post("/api/v1/reports", json={**A_REPORT, "playbook": "tidak-ada"})

    second = api.report()["nomor"]

    assert (first, second) == ("INS/2026/0001", "INS/2026/0002")


@pytest.mark.parametrize(
    "change",
    [
        {"judul": ""},
        {"judul": "  a  "},
        {"judul": "a" * 201},
        {"judul": "dua\nbaris"},
        {"judul": "a\x00bcd"},
        {"judul": "abc\x1b[31m"},
        {"judul": 7},
        {"judul": None},
        {"uraian": ""},
        {"uraian": "a\x00b"},
        {"uraian": "a\ud800b"},
        {"uraian": "a" * 20_001},
        {"uraian": ["a"]},
        {"playbook": "tidak-ada"},
        {"playbook": "../../etc/passwd"},
        {"playbook": "a\x00"},
        {"tingkat": "gawat"},
        {"tingkat": 3},
        {"pelapor": "a\x00"},
        {"pelapor": "a" * 201},
    ],
)
def test_a_wrong_report_opens_nothing(api: Api, change: dict[str, Any]) -> None:
    before = api.everything()
    client = api.client("opd")

    content = json.dumps({**A_REPORT, **change})
    answer = client.post("/api/v1/reports", content=content, headers={"Content-Type": "application/json"})

    problem_of(answer, 422)
    assert api.everything() == before
    assert api.bell.rings == []


def test_text_of_several_lines_is_kept_with_plain_line_ends(api: Api) -> None:
    incident = api.report(uraian="satu\r\ndua\rtiga\n\tempat")

    assert incident["uraian"] == "satu\ndua\ntiga\n\tempat"


def test_a_stranger_hears_nothing_of_what_a_report_needs(api: Api) -> None:
    answer = api.stranger().post("/api/v1/reports", content=b"{", headers={"Content-Type": "application/json"})

    problem_of(answer, 401)


def test_nobody_reports_without_signing_in(api: Api) -> None:
    before = api.everything()

    answer = api.stranger().post("/api/v1/reports", json=A_REPORT)

    problem_of(answer, 401)
    assert api.everything() == before


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(b"{", "application/json"), (b"", "application/json"), (b"{}", "text/plain"), (b"\xff\xfe", "application/json")],
)
def test_a_body_that_is_no_json_is_refused(api: Api, content: bytes, media_type: str) -> None:
    client = api.client("opd")

    answer = client.post("/api/v1/reports", content=content, headers={"Content-Type": media_type})

    assert answer.status_code in (400, 422), answer.text
    problem_of(answer, answer.status_code)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_huge_body_is_refused_before_it_is_read(api: Api, chunked: bool) -> None:
    size = 3 * 1024**2
    content = (b"a" * 1024 for _ in range(size // 1024)) if chunked else b"a" * size

    answer = api.client("opd").post("/api/v1/reports", content=content, headers={"Content-Type": "application/json"})

    assert "1 MiB" in problem_of(answer, 413)["detail"]


def test_a_deeply_nested_body_is_refused(api: Api) -> None:
    content = b'{"judul": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"

    answer = api.client("opd").post("/api/v1/reports", content=content, headers={"Content-Type": "application/json"})

    assert answer.status_code in (400, 422), answer.text
