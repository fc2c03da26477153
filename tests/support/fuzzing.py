"""Hostile captures: our own small ones, damaged in every way that a file can be, the same for the same seed."""

import gzip
import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import cache

import zstandard

from ir_platform.app.demo_capture import Frame, http_get, pcap_bytes
from tests.support.captures import CLIENT, START_NS, WEB, browsing, scanning

ABSURD = (0, 0xFF, 0xFFFF, 0x0004_0001, 0x7FFF_FFFF, 0xFFFF_FFFF)
"""Lengths and numbers that are none."""
BOMB_BYTES = 64 * 1024**2


@cache
def whole_captures() -> dict[str, bytes]:
    """Return the captures by name, undamaged: both file forms, both packings, and an archive that swells."""
    frames = [*browsing(), *scanning(ports=10)]
    plain = pcap_bytes(frames)
    download = http_get(CLIENT, WEB, time_ns=START_NS, host="a.example", path="/a.zip", agent="uji", body=a_bomb())
    return {
        "pcap": plain,
        "pcapng": pcapng_bytes(frames),
        "gzip": gzip.compress(plain),
        "zstd": zstandard.compress(plain),
        "bomb": pcap_bytes(download),
    }


def damaged(seed: int) -> tuple[str, bytes]:
    """Return the name and the bytes of the sample with this number."""
    rng = random.Random(seed)
    name = rng.choice(sorted(whole_captures()))
    content, harm = whole_captures()[name], rng.choice(HARMS)
    for _ in range(rng.randint(1, 3)):
        content = harm(content, rng)
    return f"{seed}-{name}-{harm.__name__}", content


def cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randint(0, len(content))]


def flip(content: bytes, rng: random.Random) -> bytes:
    flipped = bytearray(content)
    for _ in range(rng.randint(1, 64) if flipped else 0):
        flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
    return bytes(flipped)


def lie(content: bytes, rng: random.Random) -> bytes:
    """Put an absurd number where a length or a count may stand."""
    at = rng.randrange(0, max(1, len(content) - 4))
    return content[:at] + struct.pack(rng.choice("<>") + "I", rng.choice(ABSURD)) + content[at + 4 :]


def splice(content: bytes, rng: random.Random) -> bytes:
    begin, end = sorted(rng.randint(0, len(content)) for _ in range(2))
    to = rng.randint(0, len(content))
    return content[:to] + content[begin:end] + content[to:]


HARMS: tuple[Callable[[bytes, random.Random], bytes], ...] = (cut, flip, lie, splice)


def a_bomb() -> bytes:
    """A ZIP in a ZIP that holds a thousand times its size in noughts."""
    content = bytes(BOMB_BYTES)
    for name in ("nol.bin", "dalam.zip"):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        content = packed.getvalue()
    return content


def pcapng_bytes(frames: Iterable[Frame]) -> bytes:
    return b"".join(_pcapng_blocks(frames))


def _pcapng_blocks(frames: Iterable[Frame]) -> Iterator[bytes]:
    yield _block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
    yield _block(1, struct.pack("<HHI", 1, 0, 0))
    for frame in frames:
        ticks = frame.time_ns // 1_000
        size = len(frame.data)
        head = struct.pack("<IIIII", 0, ticks >> 32, ticks & 0xFFFF_FFFF, size, size)
        yield _block(6, head + frame.data + bytes(-size % 4))


def _block(kind: int, body: bytes) -> bytes:
    total = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + total + body + total
