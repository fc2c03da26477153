"""Files carried in captures: kept by content, described by their bytes, bounded."""

from hashlib import sha256
from pathlib import Path

import pytest

from ingest.pcap.objects import ObjectLimits, keep_objects


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    folder = tmp_path / "exported"
    folder.mkdir()
    return folder


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    folder = tmp_path / "kept"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"MZ\x90\x00", "application/vnd.microsoft.portable-executable"),
        (b"%PDF-1.7", "application/pdf"),
        (b"  <!DOCTYPE html><p>", "text/html"),
        ("laporan – kabupaten".encode(), "text/plain"),
        (b"\x00\x01\x02", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_bytes_say_whatever_its_name(
    exported: Path, kept: Path, content: bytes, media_type: str
) -> None:
    (exported / "gambar.png").write_bytes(content)

    [found] = keep_objects([exported], kept, source="http", limits=ObjectLimits()).files

    assert (found.media_type, found.name, found.size) == (media_type, "gambar.png", len(content))
    assert (kept / sha256(content).hexdigest()).read_bytes() == content


def test_a_link_in_the_export_is_not_followed(exported: Path, kept: Path) -> None:
    (exported / "a").symlink_to("/etc/passwd")

    found = keep_objects([exported], kept, source="http", limits=ObjectLimits())

    assert (found.files, found.left_out) == ((), 1)
    assert list(kept.iterdir()) == []


def test_over_the_limits_files_are_left_out_and_counted(exported: Path, kept: Path) -> None:
    for number in range(5):
        (exported / str(number)).write_bytes(bytes([number]) * 10)

    by_count = keep_objects([exported], kept, source="http", limits=ObjectLimits(max_files=2))
    by_size = keep_objects([exported], kept, source="http", limits=ObjectLimits(max_bytes=35))

    assert (len(by_count.files), by_count.left_out) == (2, 3)
    assert (len(by_size.files), by_size.left_out) == (3, 2)


def test_a_kept_file_may_not_be_run(exported: Path, kept: Path) -> None:
    (exported / "a").write_bytes(b"#!/bin/sh\n")
    (exported / "a").chmod(0o777)

    keep_objects([exported], kept, source="http", limits=ObjectLimits())

    [only] = kept.iterdir()
    assert only.stat().st_mode & 0o111 == 0
