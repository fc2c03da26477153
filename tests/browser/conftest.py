"""One server with the demo for every browser test, and one Chromium."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.browser import chromium
from tests.support.server import Server, items, running, wait_for

__all__ = ["chromium"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which the demo's two incidents are waiting."""
    with running(tmp_path_factory.mktemp("var"), demo=True) as server:
        kasi = server.client("kasi")
        wait_for(lambda: len(items(kasi, "/api/v1/incidents")) >= 2)
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
