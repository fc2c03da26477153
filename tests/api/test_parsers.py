"""Lines are tried with a parser, and nothing of them stays."""

import pytest

from ingest.catalog import LINE_FORMATS
from ingest.trial import MAX_BYTES, MAX_RECORDS
from tests.support.api import Api, problem_of

PATH = "/api/v1/parsers"
SSHD = "Nov 20 08:00:00 web-1 sshd[1]: Failed password for root from 203.0.113.9 port 4 ssh2\n"


def test_every_format_is_listed_with_its_title(api: Api) -> None:
    items = api.client("pemeriksa").get(PATH).json()["items"]

    assert {one["nama"]: one["judul"] for one in items} == {one.name: one.title for one in LINE_FORMATS.values()}


def test_lines_are_read_in_the_format_they_look_like_and_refused_ones_say_why(api: Api) -> None:
    answer = api.client("pemeriksa").post(f"{PATH}/try", json={"baris": f"{SSHD}\nrusak\n", "zona": "Asia/Jayapura"})

    tried = answer.json()
    assert answer.status_code == 200
    assert tried["format"] == "auth"
    assert tried["calon"][0] == {"format": "auth", "judul": LINE_FORMATS["auth"].title, "bagian": 0.5}
    first, second = tried["catatan"]
    assert first["kejadian"]["source.ip"] == "203.0.113.9"
    assert first["kejadian"]["@timestamp"].endswith("-19T23:00:00.000Z")
    assert (second["baris"], second["asli"], second["kejadian"]) == (3, "rusak", None)
    assert second["alasan"].startswith("bukan baris syslog")


def test_the_office_can_try_a_format_and_a_format_string_of_its_own(api: Api) -> None:
    line = "portal|203.0.113.9|[20/Nov/2026:08:00:00 +0800]|GET /x HTTP/1.1|404"
    body = {"baris": line, "format_string": "%v|%h|%t|%r|%s"}

    with_layout = api.client("pemeriksa").post(f"{PATH}/try", json=body).json()
    as_syslog = api.client("pemeriksa").post(f"{PATH}/try", json={"baris": SSHD, "format": "syslog"}).json()

    assert with_layout["catatan"][0]["kejadian"]["url.path"] == "/x"
    assert as_syslog["format"] == "syslog"


def test_what_speaks_for_no_format_says_so(api: Api) -> None:
    tried = api.client("pemeriksa").post(f"{PATH}/try", json={"baris": "kata-kata saja\n\n"}).json()

    assert tried == {"format": None, "calon": [], "catatan": [], "terpotong": False}


def test_of_many_lines_the_first_are_shown(api: Api) -> None:
    tried = api.client("pemeriksa").post(f"{PATH}/try", json={"baris": SSHD * (MAX_RECORDS + 1)}).json()

    assert len(tried["catatan"]) == MAX_RECORDS
    assert tried["terpotong"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"baris": SSHD, "format": "kabar"}, 422),
        ({"baris": SSHD, "format": "evtx"}, 422),
        ({"baris": SSHD, "zona": "Bulan/Purnama"}, 422),
        ({"baris": SSHD, "zona": "../../etc/passwd"}, 422),
        ({"baris": SSHD, "format_string": "%h%u"}, 422),
        ({"baris": "x" * (MAX_BYTES + 1)}, 422),
        ({}, 422),
    ],
)
def test_bad_input_is_refused(api: Api, body: dict[str, str], status: int) -> None:
    answer = api.client("pemeriksa").post(f"{PATH}/try", json=body)

    problem_of(answer, status)


def test_only_members_of_the_office_try_parsers(api: Api) -> None:
    stranger = api.stranger().post(f"{PATH}/try", json={"baris": SSHD})
    elsewhere = api.client("opd").post(f"{PATH}/try", json={"baris": SSHD})

    assert (stranger.status_code, elsewhere.status_code) == (401, 403)


@pytest.mark.parametrize(
    "lines",
    [
        "\x00" * 1000,
        "{" * 50_000,
        '"' * 60_000,
        "<Event>" * 9_000,
        "a=" * 30_000,
        "<134>" + "filterlog: " + "," * 60_000,
        "CEF:0" + "|" * 60_000,
        "--aaaaaaaa-A--\n" * 4_000,
        "[" * 60_000,
    ],
    ids=["nul", "braces", "quotes", "xml", "pairs", "commas", "bars", "parts", "brackets"],
)
def test_hostile_lines_are_refused_by_every_parser_and_not_by_a_fault(api: Api, lines: str) -> None:
    answer = api.client("pemeriksa").post(f"{PATH}/try", json={"baris": lines})

    assert answer.status_code == 200
