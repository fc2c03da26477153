"""A real Elasticsearch for the tests that need one, started once; a reader and a writer of each kind of store."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from ir_platform.adapters.events.elastic.connection import Address, connect
from ir_platform.adapters.events.elastic.reader import ElasticEventReader
from ir_platform.adapters.events.elastic.writer import ElasticEventWriter
from ir_platform.adapters.events.embedded.reader import EmbeddedEventReader
from ir_platform.adapters.events.embedded.writer import EmbeddedEventWriter
from ir_platform.ports import EventReader
from tests.ir_platform.adapters.events.embedded.stores import RECEIVED
from tests.support.require import REPOSITORY, need

SCRIPT = REPOSITORY / "scripts" / "elasticsearch.sh"


@dataclass(frozen=True)
class Store:
    """Both ends of a store that holds nothing yet."""

    writer: EmbeddedEventWriter | ElasticEventWriter
    reader: EventReader


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """The server's address; with IRP_TEST_ELASTICSEARCH_URL that of one that runs already."""
    running = os.environ.get("IRP_TEST_ELASTICSEARCH_URL")
    if running is not None:
        yield running
        return
    need(shutil.which("java") and shutil.which("mvn"), "Java and Maven, for a real Elasticsearch")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "IRP_ES_PORT": str(port)}
    is_set_up = subprocess.run([str(SCRIPT), "setup"], env=environment, check=False).returncode == 0
    need(is_set_up, "Elasticsearch's artefact from Maven Central")
    subprocess.run([str(SCRIPT), "start"], env=environment, check=True)
    yield f"http://127.0.0.1:{port}"
    subprocess.run([str(SCRIPT), "stop"], env=environment, check=True)


# One server serves all: it keeps its files in one folder.
ON_ELASTICSEARCH = (pytest.mark.real, pytest.mark.xdist_group("elasticsearch"))


@pytest.fixture(params=["embedded", pytest.param("elasticsearch", marks=ON_ELASTICSEARCH)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "embedded":
        opened = _embedded(tmp_path)
    else:
        opened = _elastic(request.getfixturevalue("elasticsearch_url"))
    yield opened
    opened.writer.close()


def _embedded(folder: Path) -> Store:
    writer = EmbeddedEventWriter(folder, dedup_days=7, clock=lambda: RECEIVED)
    return Store(writer, EmbeddedEventReader(folder))


def _elastic(url: str) -> Store:
    client, namespace = connect(Address(url=url)), uuid4().hex
    return Store(
        ElasticEventWriter(client, clock=lambda: RECEIVED, namespace=namespace),
        ElasticEventReader(client, namespace=namespace),
    )
