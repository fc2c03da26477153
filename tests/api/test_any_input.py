"""Whatever is sent, the server answers: never with 500."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.main import create_app
from tests.support.api import A_REPORT, Api, HttpServer, an_api

PATHS = sorted(path for path, methods in create_app(None).openapi()["paths"].items() if "post" in methods)
WORDS = ["judul", "uraian", "playbook", "tingkat", "pelapor", "catatan", "keputusan", "alasan", "sebab", "lampiran"]
WORDS += [
    "akun",
    "kantor",
    "jabatan",
    "peran",
    "kedudukan",
    "mulai",
    "sampai",
    "office",
    "reason",
    "nama",
    "kode",
    "id",
]
WORDS += ["nihil", "putaran", "into", "ids", "username", "password", "lama", "baru", "high", "sulit", "NOC"]

any_text = st.sampled_from([*WORDS, "", "\x00", "\ud800", "\x1b", "\ufffe"]) | st.text(max_size=20)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=6),
    max_leaves=12,
)
any_form = st.dictionaries(st.sampled_from(WORDS), any_json, max_size=6)


@pytest.fixture(scope="module")
def api(http_server: HttpServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    with an_api(tmp_path_factory.mktemp("any") / "var", http_server) as made:
        yield made


@pytest.fixture(autouse=True)
def behind_the_server(api: Api, http_server: HttpServer) -> None:
    """Another test may have put its own application there in between."""
    http_server.switchboard.app = api.app


class Places(dict[str, str]):
    """What stands in a path: what is there where the test made it, else something that is not."""

    def __missing__(self, name: str) -> str:
        return "1"


@pytest.fixture(scope="module")
def places(api: Api) -> Places:
    return Places(incident_id=api.report()["id"], alert_id=api.add_alert().id, playbook_id=A_REPORT["playbook"])


def caller_of(path: str) -> str:
    """Who gets far enough for what is sent to be looked at."""
    return "admin" if path.startswith(("/api/v1/offic", "/api/v1/positions", "/api/v1/calendar")) else "pemeriksa"


@pytest.mark.parametrize("path", PATHS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=any_form | any_json)
def test_no_json_makes_the_server_fail(api: Api, places: Places, path: str, body: Any) -> None:
    client = api.client(caller_of(path))
    content = json.dumps(body)

    answer = client.post(path.format_map(places), content=content, headers={"Content-Type": "application/json"})

    assert answer.status_code < 500, answer.text
    assert answer.status_code < 300 or answer.headers["content-type"] == "application/problem+json"
    client.close()


@pytest.mark.parametrize("path", PATHS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.binary(max_size=200) | st.binary(max_size=80).map(lambda middle: b"--x\r\n" + middle + b"\r\n--x--\r\n"),
    media_type=st.sampled_from(
        ["application/json", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/plain", "%"]
    ),
)
def test_no_bytes_make_the_server_fail(api: Api, places: Places, path: str, content: bytes, media_type: str) -> None:
    client = api.client(caller_of(path))

    answer = client.post(path.format_map(places), content=content, headers={"Content-Type": media_type})

    assert answer.status_code < 500, answer.text
    client.close()
