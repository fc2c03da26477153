"""One HTTP server for all tests here; an office of its own for each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ir_platform.adapters.files.content import ContentFiles
from playbooks.tampering import contradictions_of
from tests.playbooks.whole import incidents_of
from tests.support.api import Api, HttpServer, an_api, an_http_server


@pytest.fixture(scope="session")
def http_server() -> Iterator[HttpServer]:
    with an_http_server() as server:
        yield server


@pytest.fixture
def untouched(api: Api) -> Iterator[None]:
    """After the test the records of every incident say what its audit entries say."""
    yield
    files = ContentFiles(api.services.settings.data_dir / "files")
    with api.state.read() as uow:
        for incident in incidents_of(uow):
            assert list(contradictions_of(uow, incident, files=files)) == []


@pytest.fixture
def api(http_server: HttpServer, tmp_path: Path) -> Iterator[Api]:
    with an_api(tmp_path / "var", http_server) as made:
        yield made
