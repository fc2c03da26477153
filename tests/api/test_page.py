"""The built page: its files and nothing beside them, and the headers that every answer has."""

from collections.abc import Iterator
from pathlib import Path
from socket import create_connection

import httpx
import pytest
from structlog.testing import capture_logs

from tests.support.api import Api, HttpServer, an_api, problem_of

SECRET = "rahasia di luar folder"
INDEX = "<!doctype html><title>Tanggap</title>"


@pytest.fixture
def api(http_server: HttpServer, tmp_path: Path) -> Iterator[Api]:
    page = tmp_path / "site" / "dist"
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text(INDEX)
    (page / "assets" / "app-1a2b.js").write_text("plain()")
    (page / "assets" / "app-1a2b.js.br").write_bytes(b"packed")
    (tmp_path / "site" / "secret.txt").write_text(SECRET)
    (tmp_path / "site" / "dist-old").mkdir()
    (tmp_path / "site" / "dist-old" / "secret.txt").write_text(SECRET)
    (page / "out").symlink_to(tmp_path / "site" / "secret.txt")
    with an_api(tmp_path / "var", http_server, page_folder=page) as made:
        yield made


def raw_get(url: str, target: str) -> bytes:
    """Ask for exactly these bytes: a client of the usual kind would tidy the path."""
    place = httpx.URL(url)
    request = f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with create_connection((place.host, place.port or 80), timeout=10) as connection:
        connection.sendall(request.encode("latin-1"))
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return answer


@pytest.mark.parametrize("address", ["/", "/insiden/123", "/tidak/ada", "/index.html"])
def test_every_address_of_the_page_is_the_one_html_asked_for_anew(api: Api, address: str) -> None:
    answer = api.stranger().get(address)

    assert (answer.status_code, answer.text) == (200, INDEX)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


def test_an_asset_is_sent_packed_where_the_browser_can_unpack_it(api: Api) -> None:
    plain = api.stranger().get("/assets/app-1a2b.js", headers={"Accept-Encoding": "identity"})
    packed = raw_get(api.url, "/assets/app-1a2b.js HTTP/1.1\r\nAccept-Encoding: gzip, br\r\nX: x")

    assert plain.text == "plain()"
    assert plain.headers["content-type"].startswith("text/javascript")
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert packed.endswith(b"packed")
    assert b"content-encoding: br" in packed


@pytest.mark.parametrize(
    "target",
    [
        "/../secret.txt",
        "/..%2fsecret.txt",
        "/..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc/passwd",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/assets/../../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/..%252fsecret.txt",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "/..%2fdist-old%2fsecret.txt",
        "/out",
        "/....//secret.txt",
        "/%00",
        "/index.html%00.png",
        "/" + "a" * 5000,
        "/" + "a/" * 3000,
        "/%ff%fe",
        "/%c0%ae%c0%ae/secret.txt",
        "/~root",
        "/assets",
    ],
)
def test_no_path_leads_out_of_the_folder(api: Api, target: str) -> None:
    answer = raw_get(api.url, target)

    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert answer.endswith(INDEX.encode())


def test_an_unknown_address_of_the_api_is_no_page(api: Api) -> None:
    for path in ("/api/v1/unknown", "/api/", "/api/v2/incidents"):
        problem_of(api.stranger().get(path), 404)


def test_a_wrong_method_is_told_which_are_right(api: Api) -> None:
    answer = api.stranger().delete("/api/v1/reports")

    problem_of(answer, 405)
    assert answer.headers["allow"]


def test_an_installation_without_the_page_says_how_to_build_it(http_server: HttpServer, tmp_path: Path) -> None:
    with an_api(tmp_path / "var", http_server, page_folder=tmp_path / "none") as api:
        answer = api.stranger().get("/")

    assert answer.status_code == 503
    assert "make setup" in answer.text


def test_page_answers_and_errors_all_keep_the_page_to_itself(api: Api) -> None:
    client, stranger = api.client("kasi"), api.stranger()
    answers = [
        stranger.get("/"),
        stranger.get("/assets/app-1a2b.js"),
        client.get("/api/v1/me"),
        stranger.get("/api/v1/me"),
        client.get("/api/v1/incidents/unknown"),
        client.post("/api/v1/reports", json={}),
        client.post("/api/v1/reports", content=b"a" * 2 * 1024**2),
        stranger.delete("/"),
        stranger.get("/healthz"),
        stranger.get("/api/openapi.json"),
    ]

    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy  # falls back to 'self': no inline script runs
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
    assert {answer.headers.get("cache-control") for answer in answers[2:7]} == {"no-store"}


def test_an_unexpected_error_tells_nothing_and_has_the_headers_too(api: Api) -> None:
    client = api.client("kasi")
    api.state.close()
    (api.services.settings.data_dir / "state.sqlite3").write_bytes(b"no database any more" * 1000)

    with capture_logs() as logged:
        answer = client.get("/api/v1/me")

    document = problem_of(answer, 500)
    assert [(one["event"], one["path"]) for one in logged] == [("request_failed", "/api/v1/me")]
    assert document["detail"] == "Terjadi kesalahan di server. Kejadian ini sudah dicatat."
    assert "sqlite" not in answer.text.lower()
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"
