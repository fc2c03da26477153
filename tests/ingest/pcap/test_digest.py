"""A capture's hash: that of the file, and an error that is told to who asks."""

from hashlib import sha256
from pathlib import Path

import pytest

from ingest.pcap.digest import FileDigest


@pytest.mark.parametrize("size", [0, 5, 3 * 1024 * 1024 + 1])
def test_the_hash_is_that_of_the_whole_file(tmp_path: Path, size: int) -> None:
    file = tmp_path / "a.pcap"
    file.write_bytes(bytes(range(256)) * (size // 256) + bytes(size % 256))

    digest = FileDigest(file)

    assert digest.text() == sha256(file.read_bytes()).hexdigest()
    assert digest.is_known


def test_a_file_that_cannot_be_read_is_an_error_for_who_asks(tmp_path: Path) -> None:
    digest = FileDigest(tmp_path / "gone.pcap")

    with pytest.raises(FileNotFoundError):
        digest.text()


def test_a_hash_that_was_known_stays_known_when_it_is_stopped(tmp_path: Path) -> None:
    file = tmp_path / "a.pcap"
    file.write_bytes(b"abc")
    digest = FileDigest(file)
    told = digest.text()

    digest.stop()

    assert digest.text() == told
