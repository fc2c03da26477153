"""What waits in the spool is stored once it can be, and nothing of it is passed over for good."""

import time
from pathlib import Path

from ingest import kept_messages
from ingest.sources.syslog import SyslogMessage
from ir_platform.adapters.events.spool import SpoolTaker, SpoolWriter
from ir_platform.app.handover import Carried
from ir_platform.app.source_watch import SourceWatch
from ir_platform.app.spooled import SpoolFollower, gelf_reader, message_reader
from ir_platform.domain.event import EventBatch
from tests.ir_platform.app.house import House

FROM_A_NEWER_VERSION = b"BENTUK9\nyang belum dikenal"


def follower(house: House, folder: Path, stored: list[str]) -> SpoolFollower:
    sources = SourceWatch(
        state=house.state, clock=lambda: house.clock[0], monotonic=time.monotonic, timezone="Asia/Makassar"
    )

    def carry(batch: EventBatch) -> Carried:
        stored.extend(str(event.fields()["message"]) for event in batch)
        return Carried(stored=len(batch))

    return SpoolFollower(
        taker=SpoolTaker(folder),
        carry=carry,
        read=message_reader(sources).read,
        read_gelf=gelf_reader(sources).read,
        sources=sources,
    )


def kept(text: str) -> bytes:
    content = f"<13>Nov 20 08:00:00 web-1 app: {text}".encode()
    return kept_messages.pack([SyslogMessage(content, False, 1_790_000_000_000_000_000, 1, "10.20.1.5", "udp", "")])


def test_what_another_version_kept_is_set_aside_and_its_neighbours_are_stored(house: House, tmp_path: Path) -> None:
    folder, stored = tmp_path / "spool", list[str]()
    writer = SpoolWriter(folder, max_bytes=1 << 20)
    for content in (kept("satu"), FROM_A_NEWER_VERSION, kept("dua")):
        writer.append(content, events=1)
    writer.close()

    follower(house, folder, stored).step()

    assert [text.rpartition(" ")[2] for text in stored] == ["satu", "dua"]
    assert SpoolTaker(folder).take(max_bytes=1 << 20) == [FROM_A_NEWER_VERSION]
