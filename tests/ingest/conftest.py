"""Real logs to read, where a developer has them beside the checkout."""

import io
import tarfile
from pathlib import Path

import pytest
import zstandard

from tests.support.require import corpus_archive


@pytest.fixture(scope="session")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = corpus_archive("logs-dev.tar.zst")
    folder = tmp_path_factory.mktemp("logs-dev")
    content = zstandard.ZstdDecompressor().stream_reader(archive.read_bytes()).read()
    with tarfile.open(fileobj=io.BytesIO(content)) as packed:
        packed.extractall(folder, filter="data")
    return folder
