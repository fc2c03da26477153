"""One HTTP server for all tests here; an office of its own for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.api import Api, HttpServer, an_api, an_http_server


@pytest.fixture(scope="session")
def http_server() -> Iterator[HttpServer]:
    with an_http_server() as server:
        yield server


@pytest.fixture
def api(http_server: HttpServer, tmp_path: Path) -> Iterator[Api]:
    with an_api(tmp_path / "var", http_server) as made:
        yield made
