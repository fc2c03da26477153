"""A file is read as records whatever its folder, packing or damage, and reading may stop and go on anywhere."""

import gzip
import os
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from ingest import reading
from ingest.detecting import CAPTURE, UnknownFormatError, detect_format
from ingest.parsers.base import Checkpoint, Parsed
from ingest.reading import read_events

AUTH = "".join(
    f"Nov 20 08:00:{number:02d} web-1 sshd[{number}]: Failed password for a from 203.0.113.9 port 4{number:03d} ssh2\n"
    for number in range(20)
).encode()


def _read(path: Path, **options: object) -> list[Parsed]:
    return list(read_events(path, timezone=ZoneInfo("UTC"), year=2026, **options))  # type: ignore[arg-type]


def _written(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    return path


def _ids(records: list[Parsed]) -> list[str]:
    return [parsed.event.id for parsed in records if parsed.event]


def test_the_same_file_in_another_folder_gives_the_same_ids(tmp_path: Path) -> None:
    here = _written(tmp_path / "a", "auth.log", AUTH)
    there = _written(tmp_path / "b", "auth.log", AUTH)

    assert _ids(_read(here)) == _ids(_read(there))


def test_an_appended_file_keeps_the_ids_of_its_earlier_lines(tmp_path: Path) -> None:
    path = _written(tmp_path, "auth.log", AUTH[: len(AUTH) // 2].rpartition(b"\n")[0] + b"\n")
    before = _ids(_read(path))

    path.write_bytes(AUTH)

    assert _ids(_read(path))[: len(before)] == before


@pytest.mark.parametrize("name", ["auth.log.1", "auth.log-20261121", "auth.log.2.gz", "auth.log.zst"])
def test_a_rotated_or_compressed_copy_gives_the_same_events(name: str, tmp_path: Path) -> None:
    plain = _written(tmp_path, "auth.log", AUTH)
    packed = {"gz": gzip.compress, "zst": zstandard.ZstdCompressor().compress}.get(name.rpartition(".")[2], bytes)
    copy = _written(tmp_path, name, packed(AUTH))

    assert _ids(_read(copy)) == _ids(_read(plain))


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.ZstdCompressor().compress])
def test_reading_on_after_any_record_gives_what_a_whole_reading_gives(pack: object, tmp_path: Path) -> None:
    path = _written(tmp_path, "auth.log", pack(AUTH + b"rusak\n\n\n" + AUTH))  # type: ignore[operator]
    whole = _read(path)

    for number, parsed in enumerate(whole):
        rest = _read(path, start=parsed.checkpoint)
        assert rest == whole[number + 1 :]


@given(
    lines=st.lists(
        st.sampled_from(
            [
                b"Nov 20 08:00:00 web-1 app: a",
                b"\tcontinued",
                b"",
                b"\0\0",
                b"rusak",
                b"Nov 20 08:00:01 web-1 sshd[1]: \xff\xfe",
                b"Nov 20 08:00:02 web-1 app: b\r",
            ]
        ),
        max_size=12,
    ),
    ends_with_newline=st.booleans(),
)
def test_a_file_cut_after_any_record_and_read_on_gives_the_same_events(
    lines: list[bytes], ends_with_newline: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = b"\n".join(lines) + (b"\n" if ends_with_newline else b"")
    path = _written(tmp_path_factory.mktemp("cut"), "x.log", content)
    whole = _read(path, format="syslog")

    for number, parsed in enumerate(whole):
        assert _read(path, start=parsed.checkpoint) == whole[number + 1 :]


def test_a_zeek_file_read_on_in_the_middle_knows_its_heading(tmp_path: Path) -> None:
    heading = b"#separator \\x09\n#path\tdns\n#fields\tts\tuid\tquery\n#types\ttime\tstring\tstring\n"
    rows = b"".join(b"179513280%d.0\tC%d\ta%d.example\n" % (number, number, number) for number in range(5))
    path = _written(tmp_path, "dns.log", heading + rows)
    whole = _read(path)

    rest = _read(path, start=whole[1].checkpoint)

    assert rest == whole[2:]
    assert [parsed.event.fields()["dns.question.name"] for parsed in rest if parsed.event] == [
        "a2.example",
        "a3.example",
        "a4.example",
    ]


def test_a_line_over_the_limit_is_rejected_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LINE_LIMIT_BYTES", 200)
    path = _written(tmp_path, "auth.log", b"Nov 20 08:00:00 web-1 app: " + b"a" * 600_000 + b"\n" + AUTH)

    records = _read(path, format="auth")

    assert records[0].rejection is not None
    assert records[0].rejection.reason == "baris lebih panjang dari 200 byte"
    assert [parsed.record for parsed in records] == list(range(21))
    assert records[1].event is not None
    assert records[1].event.fields()["log.offset"] == 27 + 600_000 + 1


def test_a_quote_that_is_never_closed_costs_one_record_and_not_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LINE_LIMIT_BYTES", 100)
    rows = b"".join(b"2026-11-20 08:00:00,baris %d\n" % number for number in range(20))
    path = _written(tmp_path, "x.csv", b'time,message\n2026-11-20 08:00:00,"terbuka\n' + rows)

    records = _read(path, format="csv")

    assert [parsed.event is None for parsed in records].count(True) == 1
    assert len(records) > 15


def test_invalid_utf8_is_replaced_but_still_tells_lines_apart(tmp_path: Path) -> None:
    line = b"Nov 20 08:00:00 web-1 app: %b\n"
    one = _read(_written(tmp_path / "1", "x.log", line % b"\xff"), format="syslog")
    two = _read(_written(tmp_path / "2", "x.log", line % b"\xfe"), format="syslog")

    assert one[0].event is not None
    assert one[0].event.fields()["message"] == "\ufffd"
    assert _ids(one) != _ids(two)


def test_nul_bytes_before_a_line_are_dropped_and_a_line_of_them_is_rejected(tmp_path: Path) -> None:
    path = _written(tmp_path, "x.log", b"\0" * 500 + AUTH.split(b"\n")[0] + b"\n" + b"\0" * 30 + b"\n")

    first, second = _read(path, format="auth")

    assert first.event is not None
    assert first.event.fields()["source.ip"] == "203.0.113.9"
    assert second.rejection is not None
    assert second.rejection.reason == "baris hanya berisi byte NUL"


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_a_torn_archive_gives_what_could_be_read_and_one_rejection(pack: object, tmp_path: Path) -> None:
    noise = "".join(f"{line} {os.urandom(40).hex()}\n" for line in AUTH.decode().splitlines() * 200).encode()
    packed: bytes = pack(noise)  # type: ignore[operator]
    path = _written(tmp_path, "auth.log", packed[: len(packed) * 3 // 4])

    records = _read(path, format="auth")

    assert records[-1].rejection is not None
    assert "rusak" in records[-1].rejection.reason
    assert len(records) > 1
    assert all(parsed.event for parsed in records[:-2])


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    path = _written(tmp_path, "x.json", b'\xef\xbb\xbf{"time":"2026-11-20T00:00:00Z","a":1}\r\n')

    (parsed,) = _read(path)

    assert parsed.event is not None
    assert parsed.event.fields()["event.original"] == '{"time":"2026-11-20T00:00:00Z","a":1}'


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "berkas kosong"),
        (b"\n \n", "berkas kosong"),
        (os.urandom(4096), "format tidak dikenali dari baris-baris awal"),
        (b"just some words\nand more, of them\n" * 30, "format tidak dikenali dari baris-baris awal"),
    ],
    ids=["nothing", "blank lines", "random bytes", "words"],
)
def test_a_file_that_speaks_for_no_format_is_refused_at_once(content: bytes, reason: str, tmp_path: Path) -> None:
    path = _written(tmp_path, "x", content)

    with pytest.raises(UnknownFormatError) as refused:
        read_events(path, timezone=ZoneInfo("UTC"), year=None)

    assert refused.value.reason == reason


def test_a_format_that_is_none_is_refused_at_once(tmp_path: Path) -> None:
    path = _written(tmp_path, "x", AUTH)

    with pytest.raises(UnknownFormatError, match="format tidak dikenal: kabar"):
        read_events(path, format="kabar", timezone=ZoneInfo("UTC"), year=None)


def test_a_capture_is_told_from_a_log(tmp_path: Path) -> None:
    path = _written(tmp_path, "x.log", bytes.fromhex("d4c3b2a1") + bytes(20))

    assert detect_format(path) == CAPTURE


def test_a_log_that_begins_with_a_torn_line_is_still_recognised(tmp_path: Path) -> None:
    path = _written(tmp_path, "x.log", b"assword for root from 203.0.113.9\n" + AUTH)

    assert detect_format(path) == "auth"


def test_a_checkpoint_past_the_end_of_a_file_gives_nothing(tmp_path: Path) -> None:
    path = _written(tmp_path, "auth.log", AUTH)

    records = _read(path, start=Checkpoint(offset=10**9, record=99, format="auth"))

    assert records == []
