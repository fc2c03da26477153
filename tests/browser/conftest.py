"""One server with the demo and one Chromium for the files of browser tests that run one after the other."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.browser import chromium
from tests.support.server import Server, running_demo

__all__ = ["chromium"]


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Its lists hold incidents of other files' tests too; what else a test changes, it puts back."""
    with running_demo(tmp_path_factory.mktemp("var")) as server:
        yield server


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """For a file that changes what others read, or counts what others add to: its `server` is this one."""
    with running_demo(tmp_path_factory.mktemp("var")) as server:
        yield server


@pytest.fixture
def reported(server: Server) -> dict[str, Any]:
    """A fresh incident that somebody reported, with hostile words in it."""
    report = {
        "judul": "<img src=x onerror=alert(1)> Situs berubah",
        "uraian": "<script>document.title='celaka'</script>\n" + "panjang" * 60,
        "tingkat": "critical",
        "pelapor": '"><svg onload=alert(2)>',
    }
    answer = server.client("opd").post("/api/v1/reports", json=report)
    assert answer.status_code == 201, answer.text
    incident: dict[str, Any] = answer.json()
    return incident
