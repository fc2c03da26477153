"""Captures and logs of the corpus that a developer has beside the checkout."""

import tarfile
from collections.abc import Iterable
from pathlib import Path

import zstandard

from tests.support.require import corpus_archive


def captures_of_corpus(folder: Path, names: Iterable[str] | None = None) -> Path:
    """Unpack the captures into the folder, all or those of the names, and return it; skips where there is no corpus."""
    return _unpacked("captures-dev.tar.zst", folder, names)


def logs_of_corpus(folder: Path) -> Path:
    """Unpack the log files into the folder and return it; skips where there is no corpus."""
    return _unpacked("logs-dev.tar.zst", folder, None)


def _unpacked(archive: str, folder: Path, names: Iterable[str] | None) -> Path:
    wanted = None if names is None else set(names)
    with (
        corpus_archive(archive).open("rb") as packed,
        zstandard.ZstdDecompressor().stream_reader(packed) as stream,
        tarfile.open(fileobj=stream, mode="r|") as members,
    ):
        for member in members:
            if wanted is None or member.name.removeprefix("./") in wanted:
                members.extract(member, folder, filter="data")
    return folder
