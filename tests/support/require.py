"""What a test does where a real component is absent: skip with a clear word, or fail where all are required."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def need(condition: object, what: str) -> None:
    """Skip the test unless `condition`; with IRP_TEST_REQUIRE=all fail it instead."""
    if condition:
        return
    if os.environ.get("IRP_TEST_REQUIRE") == "all":
        pytest.fail(f"required and absent: {what}")
    pytest.skip(f"absent: {what}")


def corpus_archive(name: str) -> Path:
    """Return the path of a corpus archive (`evtx-dev.tar.zst`), or skip where it is absent.

    The corpus is data that a developer has beside the checkout; a stranger's clone runs without it.
    """
    folder = Path(os.environ.get("IRP_CORPUS_DIR", REPOSITORY.parent / "shared" / "corpus"))
    archive = folder / name
    if not archive.is_file():
        pytest.skip(f"absent: corpus archive {name} (IRP_CORPUS_DIR)")
    return archive
