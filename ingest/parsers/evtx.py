"""Windows event log files (EVTX), read by the `evtx` library in a child process with limits.

Source: `C:\\Windows\\System32\\winevt\\Logs\\*.evtx`, `wevtutil epl`.
Fields: `winlog.channel`, `winlog.event_id`, `event.code`, `winlog.provider_name`, `winlog.record_id`, `host.name`,
`winlog.event_data.*`, `winlog.user_data.*`, and ECS names for user, addresses and process; dataset by channel
(`system.security`, `windows.sysmon_operational`, …). `event.original` is the record as the library's JSON.
"""

import importlib.util
import os
import select
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import orjson

from ingest.parsers.base import Reading, Refusal
from ingest.parsers.windows import fields_of_event

MAGIC: Final = b"ElfFile\x00"
_FIRST_RECORD_AT: Final = 4096 + 512
_RECORD_HEADING_BYTES: Final = 24
CHILD_MEMORY_BYTES: Final = 1024**3
CHILD_CPU_SECONDS: Final = 3600
STALL_SECONDS: Final = 120
"""How long the child may say nothing; a chunk of 64 KiB takes milliseconds."""
_READ_BYTES: Final = 1024 * 1024
_HEADING_BYTES: Final = 5

_CHILD: Final = Path(__file__).with_name("evtx_child.py")


class EvtxRecord(NamedTuple):
    """What stands at one place of the file: the original (JSON, or the library's error) and its reading."""

    original: bytes
    reading: Reading | Refusal


class ChildEndedError(Exception):
    """The reading process was killed by a limit or crashed; the rest of the file is not read."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def fingerprint_part(head: bytes) -> bytes:
    """Return the bytes that tell a file from others and stay as it grows: the heading of its first record."""
    return head[_FIRST_RECORD_AT : _FIRST_RECORD_AT + _RECORD_HEADING_BYTES]


def read_evtx(path: Path, *, skip: int = 0, stall_seconds: float = STALL_SECONDS) -> Iterator[EvtxRecord]:
    """Yield what stands in the file after the first `skip` places, damaged records as refusals.

    Raises: ChildEndedError.
    """
    with _start_child(path, skip=skip) as child:
        try:
            for kind, content in _frames(child, stall_seconds=stall_seconds):
                yield _record(content) if kind == b"R" else _damaged(content)
        finally:
            child.kill()


def _start_child(path: Path, *, skip: int) -> "subprocess.Popen[bytes]":
    found = importlib.util.find_spec("evtx")
    assert found is not None
    assert found.origin is not None
    libraries = str(Path(found.origin).parents[1])
    limits = [str(skip), str(CHILD_MEMORY_BYTES), str(CHILD_CPU_SECONDS)]
    return subprocess.Popen(  # noqa: S603  our own script; the path is one argument, no shell
        [sys.executable, "-I", "-S", str(_CHILD), libraries, str(path.absolute()), *limits],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        close_fds=True,
    )


def _frames(child: "subprocess.Popen[bytes]", *, stall_seconds: float) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and content of each frame up to the end frame. Raises: ChildEndedError."""
    assert child.stdout is not None
    pipe = child.stdout.fileno()
    buffer = bytearray()
    while True:
        if not select.select([pipe], [], [], stall_seconds)[0]:
            raise ChildEndedError(reason="pembaca EVTX tidak menjawab; sisa berkas tidak dibaca")
        block = os.read(pipe, _READ_BYTES)
        if not block:
            raise ChildEndedError(reason="pembaca EVTX berhenti (batas memori atau berkas rusak); sisa tidak dibaca")
        buffer += block
        at = 0
        while len(buffer) - at >= _HEADING_BYTES:
            (size,) = struct.unpack_from(">I", buffer, at + 1)
            end = at + _HEADING_BYTES + size
            if len(buffer) < end:
                break
            kind = bytes(buffer[at : at + 1])
            if kind == b".":
                return
            yield kind, bytes(buffer[at + _HEADING_BYTES : end])
            at = end
        del buffer[:at]


def _damaged(message: bytes) -> EvtxRecord:
    return EvtxRecord(message, Refusal("bagian EVTX rusak dan tidak dapat dibaca"))


def _record(content: bytes) -> EvtxRecord:
    try:
        document = orjson.loads(content)
    except ValueError:
        return EvtxRecord(content, Refusal("catatan EVTX tidak dapat dibaca"))
    event = document.get("Event") if isinstance(document, dict) else None
    if not isinstance(event, dict):
        return EvtxRecord(content, Refusal("catatan EVTX tanpa Event"))
    return EvtxRecord(content, fields_of_event(event))
