"""Reading capture files: every form gives the same packets, and no bytes at all make the reader raise."""

import gzip
import struct
import tempfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from ingest.pcap.capture_file import MAX_PACKET_BYTES, CaptureFile, NotACaptureError
from ir_platform.app.demo_capture import Frame, pcap_bytes
from tests.support.captures import browsing

MAGICS = [bytes.fromhex(magic) for magic in ("d4c3b2a1", "a1b2c3d4", "4d3cb2a1", "a1b23c4d", "34cdb2a1", "0a0d0d0a")]


def read(path: Path) -> tuple[list[tuple[int, int, int, bytes]], CaptureFile]:
    capture = CaptureFile(path)
    packets = [
        (time_ns, link, wire, buffer[start:end]) for time_ns, link, wire, buffer, start, end in capture.packets()
    ]
    capture.close()
    return packets, capture


def pcapng_bytes(frames: list[Frame], *, order: str = "<", resolution: int | None = 9) -> bytes:
    """Written here by hand, so that reader and writer do not share a misreading."""
    body = struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1)
    parts = [_block(order, 0x0A0D0D0A, body)]
    options = b"" if resolution is None else struct.pack(f"{order}HHB3xHH", 9, 1, resolution, 0, 0)
    parts.append(_block(order, 1, struct.pack(f"{order}HHI", 1, 0, 0) + options))
    ticks_ns = 1_000 if resolution is None else 10 ** (9 - resolution)
    for frame in frames:
        ticks, size = frame.time_ns // ticks_ns, len(frame.data)
        head = struct.pack(f"{order}IIIII", 0, ticks >> 32, ticks & 0xFFFF_FFFF, size, size)
        parts.append(_block(order, 6, head + frame.data + bytes(-size % 4)))
    return b"".join(parts)


def _block(order: str, kind: int, body: bytes) -> bytes:
    length = struct.pack(f"{order}I", len(body) + 12)
    return struct.pack(f"{order}I", kind) + length + body + length


@pytest.mark.parametrize("byte_order", ["<", ">"])
@pytest.mark.parametrize("nanoseconds", [True, False])
def test_pcap_of_either_byte_order_and_resolution_gives_the_frames(
    tmp_path: Path, byte_order: str, nanoseconds: bool
) -> None:
    frames = browsing()
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap_bytes(frames, byte_order=byte_order, nanoseconds=nanoseconds))

    packets, capture = read(path)

    assert packets == [(frame.time_ns, 1, len(frame.data), frame.data) for frame in frames]
    assert capture.damage is None


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("resolution", [None, 6, 9])
def test_pcapng_of_either_byte_order_and_resolution_gives_the_frames(
    tmp_path: Path, order: str, resolution: int | None
) -> None:
    frames = browsing()
    path = tmp_path / "a.pcapng"
    path.write_bytes(pcapng_bytes(frames, order=order, resolution=resolution))

    packets, capture = read(path)

    assert packets == [(frame.time_ns, 1, len(frame.data), frame.data) for frame in frames]
    assert capture.damage is None


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_a_packed_capture_reads_as_the_plain_one(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    plain, packed = tmp_path / "a.pcap", tmp_path / "a.pcap.packed"
    plain.write_bytes(pcap_bytes(browsing()))
    packed.write_bytes(pack(plain.read_bytes()))

    packets, capture = read(packed)

    assert packets == read(plain)[0]
    assert capture.damage is None


def test_a_packed_capture_cut_short_gives_what_came_before_and_says_so(tmp_path: Path) -> None:
    whole = gzip.compress(pcap_bytes(browsing(body=bytes(range(256)) * 40)))
    path = tmp_path / "a.pcap.gz"
    path.write_bytes(whole[: len(whole) // 2])

    _packets, capture = read(path)

    assert capture.damage is not None
    assert "kompresi" in capture.damage.reason


@pytest.mark.parametrize("form", [pcap_bytes, pcapng_bytes])
def test_a_capture_cut_at_any_offset_gives_a_prefix_of_its_packets(tmp_path: Path, form: object) -> None:
    assert callable(form)
    frames = browsing()[:4]
    whole = form(frames)
    path = tmp_path / "cut"

    for size in range(4, len(whole)):
        path.write_bytes(whole[:size])
        packets, capture = read(path)

        assert [data for *_, data in packets] == [frame.data for frame in frames[: len(packets)]]
        assert capture.damage is None or capture.damage.offset <= size


def test_the_offset_of_damage_is_where_the_broken_record_begins(tmp_path: Path) -> None:
    frames = browsing()[:2]
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap_bytes(frames)[:-1])

    _packets, capture = read(path)

    assert capture.damage is not None
    assert capture.damage.offset == 24 + 16 + len(frames[0].data)


def test_a_record_that_claims_a_huge_length_stops_the_reading_without_the_memory(tmp_path: Path) -> None:
    frames = browsing()[:1]
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap_bytes(frames) + struct.pack("<IIII", 0, 0, MAX_PACKET_BYTES + 1, 60) + bytes(60))

    packets, capture = read(path)

    assert len(packets) == 1
    assert capture.damage is not None
    assert capture.damage.reason == "panjang paket tidak masuk akal"


@pytest.mark.parametrize("content", [b"", b"\xd4\xc3", b"GIF89a", b"\x1f\x8b\x08\x00 not gzip", b"(\xb5/\xfd?"])
def test_a_file_that_is_no_capture_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)

    with pytest.raises(NotACaptureError) as refused:
        CaptureFile(path)

    assert refused.value.path == path


@given(magic=st.sampled_from(MAGICS), rest=st.binary(max_size=400))
def test_any_bytes_after_a_magic_give_packets_inside_their_buffer(magic: bytes, rest: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(magic + rest)
        file.flush()

        capture = CaptureFile(Path(file.name))
        packets = list(capture.packets())
        capture.close()

    assert all(0 <= start <= end <= len(buffer) for *_, buffer, start, end in packets)


@given(
    resolution=st.integers(0, 255),
    offset=st.integers(-(2**63), 2**63 - 1),
    ticks=st.integers(0, 2**64 - 1),
)
def test_any_pcapng_clock_gives_a_time_that_can_be_written_down(resolution: int, offset: int, ticks: int) -> None:
    options = struct.pack("<HHB3x", 9, 1, resolution) + struct.pack("<HHq", 14, 8, offset)
    content = _block("<", 0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    content += _block("<", 1, struct.pack("<HHI", 1, 0, 0) + options)
    content += _block("<", 6, struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFF_FFFF, 4, 4) + b"abcd")
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()

        capture = CaptureFile(Path(file.name))
        [(time_ns, *_)] = capture.packets()
        capture.close()

    assert 0 <= time_ns < 2**63


def _packet(order: str, interface: int, ticks: int, data: bytes, options: bytes = b"") -> bytes:
    head = struct.pack(f"{order}IIIII", interface, ticks >> 32, ticks & 0xFFFF_FFFF, len(data), len(data))
    return _block(order, 6, head + data + bytes(-len(data) % 4) + options)


@pytest.mark.parametrize("order", ["<", ">"])
def test_pcapng_with_many_interfaces_comments_and_secrets_gives_its_packets(tmp_path: Path, order: str) -> None:
    comment = struct.pack(f"{order}HH", 1, 5) + b"hallo\x00\x00\x00" + struct.pack(f"{order}HH", 0, 0)
    seconds = struct.pack(f"{order}HHB3x", 9, 1, 0) + struct.pack(f"{order}HH", 0, 0)
    nanoseconds = struct.pack(f"{order}HHB3x", 9, 1, 9) + struct.pack(f"{order}HH", 0, 0)
    power_of_two = struct.pack(f"{order}HHB3x", 9, 1, 0x81) + struct.pack(f"{order}HH", 0, 0)
    content = _block(order, 0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1) + comment)
    for link, options in ((1, nanoseconds), (101, seconds), (113, b""), (276, power_of_two)):
        content += _block(order, 1, struct.pack(f"{order}HHI", link, 0, 0) + options)
    content += _block(order, 10, struct.pack(f"{order}II", 0x544C_534B, 8) + b"RAHASIA\n")
    content += _packet(order, 1, 7, b"raw") + _block(order, 4, struct.pack(f"{order}HH", 0, 0))
    content += _packet(order, 0, 7_000_000_001, b"kabel", comment) + _packet(order, 2, 7_000_002, b"cooked")
    content += _block(order, 0x0BAD, struct.pack(f"{order}I", 1)) + _packet(order, 3, 15, b"half seconds")
    path = tmp_path / "a.pcapng"
    path.write_bytes(content)

    packets, capture = read(path)

    assert packets == [
        (7_000_000_000, 101, 3, b"raw"),
        (7_000_000_001, 1, 5, b"kabel"),
        (7_000_002_000, 113, 6, b"cooked"),
        (7_500_000_000, 276, 12, b"half seconds"),
    ]
    assert capture.damage is None


def test_a_second_section_may_have_the_other_byte_order_and_interfaces_of_its_own(tmp_path: Path) -> None:
    frames = browsing()[:2]
    path = tmp_path / "a.pcapng"
    path.write_bytes(pcapng_bytes(frames, order="<") + pcapng_bytes(frames, order=">", resolution=None))

    packets, capture = read(path)

    assert [data for *_, data in packets] == [frame.data for frame in frames] * 2
    assert capture.damage is None


def test_the_offset_of_damage_in_pcapng_is_where_the_broken_block_begins(tmp_path: Path) -> None:
    frames = browsing()[:3]
    whole, before = pcapng_bytes(frames), len(pcapng_bytes(frames[:2]))
    path = tmp_path / "a.pcapng"
    path.write_bytes(whole[: before + 4] + struct.pack("<I", 13) + whole[before + 8 :])

    packets, capture = read(path)

    assert len(packets) == 2
    assert capture.damage is not None
    assert (capture.damage.offset, capture.damage.reason) == (before, "panjang blok pcapng tidak masuk akal")


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_packed_pcapng_reads_as_the_plain_one(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    path = tmp_path / "a.pcapng.packed"
    path.write_bytes(pack(pcapng_bytes(browsing())))

    packets, _capture = read(path)

    assert [data for *_, data in packets] == [frame.data for frame in browsing()]
