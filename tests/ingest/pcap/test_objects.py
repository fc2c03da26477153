"""Files carried in captures: kept by content, described by their bytes, bounded."""

import bz2
import gzip
import lzma
import tarfile
import zipfile
from email.message import EmailMessage
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from ingest.pcap.containers import OpenLimits
from ingest.pcap.objects import Extracted, Keeper, ObjectLimits


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


def keep_objects(exported: Path, into: Path, *, source: str, limits: ObjectLimits) -> Extracted:
    keeper = Keeper(into, limits=limits)
    keeper.keep_exported(exported, source=source)
    keeper.open_containers()
    return keeper.extracted()


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

    [found] = keep_objects(exported, kept, source="http", limits=ObjectLimits()).files

    assert (found.media_type, found.name, found.size) == (media_type, "gambar.png", len(content))
    assert (kept / sha256(content).hexdigest()).read_bytes() == content


def test_a_link_in_the_export_is_not_followed(exported: Path, kept: Path) -> None:
    (exported / "a").symlink_to("/etc/passwd")

    found = keep_objects(exported, kept, source="http", limits=ObjectLimits())

    assert (found.files, found.left_out) == ((), 1)
    assert list(kept.iterdir()) == []


def test_over_the_limits_files_are_left_out_and_counted(exported: Path, kept: Path) -> None:
    for number in range(5):
        (exported / str(number)).write_bytes(bytes([number]) * 10)

    by_count = keep_objects(exported, kept, source="http", limits=ObjectLimits(max_files=2))
    by_size = keep_objects(exported, kept, source="http", limits=ObjectLimits(max_bytes=35))

    assert (len(by_count.files), by_count.left_out) == (2, 3)
    assert (len(by_size.files), by_size.left_out) == (3, 2)


def test_a_kept_file_may_not_be_run(exported: Path, kept: Path) -> None:
    (exported / "a").write_bytes(b"#!/bin/sh\n")
    (exported / "a").chmod(0o777)

    keep_objects(exported, kept, source="http", limits=ObjectLimits())

    [only] = kept.iterdir()
    assert only.stat().st_mode & 0o111 == 0


def zipped(members: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    target = BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, BytesIO(content))
        link = tarfile.TarInfo("tautan")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return target.getvalue()


def mailed(name: str, content: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.id", "b@example.id", "undangan"
    message.set_content("terlampir")
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


PROGRAM = b"MZ\x90\x00 program"


@pytest.mark.parametrize(
    "container",
    [
        zipped({"dok/tagihan.exe": PROGRAM}),
        gzip.compress(PROGRAM),
        bz2.compress(PROGRAM),
        lzma.compress(PROGRAM),
        tarred({"tagihan.exe": PROGRAM}),
        gzip.compress(tarred({"tagihan.exe": PROGRAM})),
        zipped({"dalam.zip": zipped({"tagihan.exe": PROGRAM})}),
    ],
    ids=["zip", "gzip", "bzip2", "xz", "tar", "tar.gz", "zip-in-zip"],
)
def test_what_is_inside_an_archive_is_kept_too(exported: Path, kept: Path, container: bytes) -> None:
    (exported / "kiriman").write_bytes(container)

    found = keep_objects(exported, kept, source="http", limits=ObjectLimits())

    program = next(one for one in found.files if one.media_type == "application/vnd.microsoft.portable-executable")
    assert (kept / program.sha256).read_bytes() == PROGRAM
    assert program.inside in {one.sha256 for one in found.files}
    assert found.unopened == ()


def test_an_attachment_is_taken_out_of_its_mail_and_opened(exported: Path, kept: Path) -> None:
    (exported / "undangan.eml").write_bytes(mailed("undangan.zip", zipped({"undangan.exe": PROGRAM})))

    found = keep_objects(exported, kept, source="imf", limits=ObjectLimits())

    assert [(one.name, one.media_type) for one in found.files] == [
        ("undangan.eml", "message/rfc822"),
        ("undangan.zip", "application/zip"),
        ("undangan.exe", "application/vnd.microsoft.portable-executable"),
    ]


def test_names_inside_an_archive_lead_nowhere(exported: Path, kept: Path, tmp_path: Path) -> None:
    (exported / "a.zip").write_bytes(zipped({"../../keluar.exe": PROGRAM, "/etc/cron.d/x": b"#!/bin/sh\n"}))

    found = keep_objects(exported, kept, source="http", limits=ObjectLimits())

    assert {one.name for one in found.files} == {"a.zip", "../../keluar.exe", "/etc/cron.d/x"}
    assert {path.name for path in kept.iterdir()} == {one.sha256 for one in found.files}
    assert not list(tmp_path.rglob("keluar.exe"))


def test_a_bomb_is_opened_as_far_as_the_limit_and_said(exported: Path, kept: Path) -> None:
    (exported / "bom.zip").write_bytes(zipped({"kecil": b"a", "besar": bytes(50_000_000), "lagi": b"b"}))
    limits = ObjectLimits(opening=OpenLimits(max_bytes=1_000_000))

    found = keep_objects(exported, kept, source="http", limits=limits)

    assert [one.name for one in found.files] == ["bom.zip", "kecil"]
    assert found.unopened == (("isinya melebihi batas", 1),)


def test_an_archive_that_takes_its_opener_down_costs_no_other(exported: Path, kept: Path) -> None:
    (exported / "a.bz2").write_bytes(bz2.compress(bytes(2_000_000)) * 500)  # a second of work in a few kilobytes
    (exported / "b.zip").write_bytes(zipped({"tagihan.exe": PROGRAM}))
    limits = ObjectLimits(opening=OpenLimits(seconds=1, max_bytes=10**12))

    found = keep_objects(exported, kept, source="http", limits=limits)

    assert [one.name for one in found.files] == ["a.bz2", "b.zip", "tagihan.exe"]
    assert found.unopened == (("pembuka arsip berhenti atau melampaui batas", 1),)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04" + bytes(100), "rusak atau bukan arsip"),
        (gzip.compress(PROGRAM * 100)[:-20], "rusak atau bukan arsip"),
        (b"BZh9" + bytes(100), "rusak atau bukan arsip"),
    ],
)
def test_what_only_claims_to_be_an_archive_is_kept_and_said(
    exported: Path, kept: Path, content: bytes, reason: str
) -> None:
    (exported / "a").write_bytes(content)

    found = keep_objects(exported, kept, source="http", limits=ObjectLimits())

    assert len(found.files) == 1
    assert found.unopened == ((reason, 1),)


def test_archives_in_archives_are_opened_to_a_depth(exported: Path, kept: Path) -> None:
    nested = PROGRAM
    for _ in range(5):
        nested = zipped({"a": nested})
    (exported / "a.zip").write_bytes(nested)

    found = keep_objects(exported, kept, source="http", limits=ObjectLimits())

    assert len(found.files) == 4
    assert found.unopened == (("arsip di dalam arsip melebihi kedalaman", 1),)
