"""Makes `sample.evtx`: a small event log of our own, written after the published description of the format.

Source: Joachim Metz, "Windows XML Event Log (EVTX) format" (libevtx documentation). Plain BinXML without templates.
`python -m tests.ingest.parsers.evtx.make_sample` writes it anew.
"""

import struct
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

CHUNK_BYTES = 65_536
FIRST_RECORD_AT = 512
SAMPLE = Path(__file__).with_name("sample.evtx")

Element = tuple[str, dict[str, str], "str | list[Element]"]


def filetime(at: datetime) -> int:
    """Return 100-nanosecond steps since 1601."""
    return (at - datetime(1601, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 10


def _name(text: str, *, at: int) -> bytes:
    """A name that stands right here: its offset in the chunk, then next, hash, length, UTF-16 with its end."""
    return struct.pack("<I", at + 4) + struct.pack("<IHH", 0, 0, len(text)) + text.encode("utf-16-le") + b"\0\0"


def _value(text: str) -> bytes:
    return b"\x05\x01" + struct.pack("<H", len(text)) + text.encode("utf-16-le")


def _element(element: Element, *, at: int) -> bytes:
    """Return the BinXML of an element that begins at `at` in its chunk."""
    name, attributes, inner = element
    token = b"\x41" if attributes else b"\x01"
    # Outside a template an element has no dependency identifier.
    heading = token
    named = _name(name, at=at + len(heading) + 4)
    listed = b""
    if attributes:
        begins = at + len(heading) + 4 + len(named) + 4
        for number, (key, value) in enumerate(attributes.items(), start=1):
            more = b"\x46" if number < len(attributes) else b"\x06"
            listed += more + _name(key, at=begins + len(listed) + 1) + _value(value)
        listed = struct.pack("<I", len(listed)) + listed
    begun = len(heading) + 4 + len(named) + len(listed) + 1
    if isinstance(inner, str):
        content = _value(inner)
    else:
        content = b""
        for child in inner:
            content += _element(child, at=at + begun + len(content))
    content += b"\x04"
    size = 4 + len(named) + len(listed) + 1 + len(content) - 4
    return heading + struct.pack("<I", size) + named + listed + b"\x02" + content


def _record(number: int, at: datetime, element: Element, *, offset: int) -> bytes:
    xml = b"\x0f\x01\x01\x00" + _element(element, at=offset + 24 + 4) + b"\x00"
    size = 24 + len(xml) + 4
    heading = struct.pack("<4sIQQ", b"\x2a\x2a\x00\x00", size, number, filetime(at))
    return heading + xml + struct.pack("<I", size)


def _chunk(records: list[tuple[int, datetime, Element]]) -> bytes:
    data = b""
    last = 0
    for number, at, element in records:
        last = FIRST_RECORD_AT + len(data)
        data += _record(number, at, element, offset=last)
    first_number, last_number = records[0][0], records[-1][0]
    heading = struct.pack(
        "<8sQQQQIIII64sI",
        b"ElfChnk\x00",
        first_number,
        last_number,
        first_number,
        last_number,
        128,
        last,
        FIRST_RECORD_AT + len(data),
        zlib.crc32(data),
        b"",
        0,
    )
    tables = bytes(FIRST_RECORD_AT - 128)
    checksum = zlib.crc32(heading[:120] + tables)
    return (heading + struct.pack("<I", checksum) + tables + data).ljust(CHUNK_BYTES, b"\0")


def evtx_file(chunks: list[list[tuple[int, datetime, Element]]]) -> bytes:
    """Return a whole file of these chunks of (record number, time, Event element)."""
    next_record = chunks[-1][-1][0] + 1
    heading = struct.pack(
        "<8sQQQIHHHH76sI", b"ElfFile\x00", 0, len(chunks) - 1, next_record, 128, 1, 3, 4096, len(chunks), b"", 0
    )
    heading += struct.pack("<I", zlib.crc32(heading[:120]))
    return heading.ljust(4096, b"\0") + b"".join(_chunk(records) for records in chunks)


def event(code: int, channel: str, at: datetime, number: int, data: dict[str, str]) -> Element:
    """Return an Event element as Windows lays it out."""
    system: list[Element] = [
        ("Provider", {"Name": "Microsoft-Windows-Contoh"}, []),
        ("EventID", {}, str(code)),
        ("Level", {}, "4"),
        ("TimeCreated", {"SystemTime": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}, []),
        ("EventRecordID", {}, str(number)),
        ("Channel", {}, channel),
        ("Computer", {}, "pc-7.contoh.example"),
    ]
    values: list[Element] = [("Data", {"Name": name}, value) for name, value in data.items()]
    return ("Event", {}, [("System", {}, system), ("EventData", {}, values)])


def sample() -> bytes:
    """Return two chunks with three records."""
    begin = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
    failed = {"TargetUserName": "admin", "IpAddress": "203.0.113.9", "IpPort": "50000", "LogonType": "3"}
    started = {"Image": r"C:\Windows\System32\cmd.exe", "CommandLine": "cmd /c whoami"}
    cleared = {"SubjectUserName": "wayan"}
    first = [
        (1, begin, event(4625, "Security", begin, 1, failed)),
        (2, begin + timedelta(seconds=1), event(1, "Microsoft-Windows-Sysmon/Operational", begin, 2, started)),
    ]
    second = [(3, begin + timedelta(seconds=2), event(1102, "Security", begin, 3, cleared))]
    return evtx_file([first, second])


if __name__ == "__main__":
    SAMPLE.write_bytes(sample())
