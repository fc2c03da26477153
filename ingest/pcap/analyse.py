"""Carries a capture through the passes: packets to flows, wanted packets to tshark, its rows to protocol events."""

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from ingest.parsers.base import assemble_event
from ingest.pcap.capture_file import CaptureFile, Packet
from ingest.pcap.digest import FileDigest
from ingest.pcap.field_run import Question
from ingest.pcap.flow_events import flow_fields
from ingest.pcap.flow_table import FlowTable
from ingest.pcap.flows import Flow, FlowLimits
from ingest.pcap.objects import Extracted, Keeper, ObjectLimits
from ingest.pcap.protocols import ProtocolReader
from ingest.pcap.rows import DISPLAY_FILTER, FIELDS
from ingest.pcap.shards import Shards
from ingest.pcap.stratum import Said, stratum_fields
from ingest.pcap.tls_outcomes import TlsOutcomes
from ingest.pcap.tshark import Tshark, TsharkLimits
from ir_platform.domain.event import Event, EventBatch, batch_of, derive_event_id

Progress = Callable[[str, int], None]
"""Told the phase (Bahasa Indonesia) and the percentage done of the whole, rising."""

_PREFERENCES = (
    "tcp.analyze_sequence_numbers:FALSE", "tcp.calculate_timestamps:FALSE", "tcp.track_bytes_in_flight:FALSE",
)  # fmt: skip
"""A third of tshark's memory was what it notes of each segment; what is sent again is not shown to it."""
_BATCH_EVENTS = 2_000
_MOST_WAITING = 20_000
"""Flows whose events have no name yet: 10 MB."""
_CARRIERS = ("http", "smb", "imf", "ftp-data", "tftp")
"""tshark's names of the protocols whose files are taken out; `imf` is mail, by SMTP, POP3 and IMAP."""
_SHARED_OUT_BYTES = 8 * 1024 * 1024
_READING_PERCENT = 70
"""Reading feeds tshark as it goes, so most of the time is over when it ends."""
_DISSECTED_PERCENT = 95
"""When tshark has taken the last packet; files are taken out after that."""
_DISSECTING = "protokol"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisLimits:
    flows: FlowLimits = field(default_factory=FlowLimits)
    tshark: TsharkLimits = field(default_factory=TsharkLimits)
    objects: ObjectLimits = field(default_factory=ObjectLimits)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureSummary:
    """What there was in the capture and how far it could be read."""

    sha256: str
    packets: int
    bytes: int
    """Lengths on the wire."""
    flows: int
    events: int
    """Flows and protocol events."""
    link_types: tuple[int, ...]
    first_ns: int | None
    last_ns: int | None
    partial: bool
    damaged_at: int | None
    """Offset in the unpacked capture where reading had to stop."""
    reasons: tuple[str, ...]
    """Why it is partial, in Bahasa Indonesia."""
    unread: tuple[tuple[str, int], ...]
    """Packets that belong to no flow, by reason, most frequent first."""
    given_out_early: int
    """Flows split because too many were open at once."""
    unreadable_rows: int


class Analysis:
    """One analysis of one capture; `summary` and `extracted` are there once `batches` is exhausted."""

    def __init__(
        self,
        path: Path,
        *,
        tshark: Tshark,
        limits: AnalysisLimits | None = None,
        progress: Progress | None = None,
        objects: Path | None = None,
    ) -> None:
        """`objects`: a folder for files carried over HTTP, SMB, mail, FTP and TFTP, named by their SHA-256.

        Raises: NotACaptureError, OSError.
        """
        CaptureFile(path).close()
        self.summary: CaptureSummary | None = None
        self.extracted = Extracted(files=(), left_out=0)
        self._digest = FileDigest(path)
        self._path, self._tshark, self._limits = path, tshark, limits or AnalysisLimits()
        self._progress = progress or _silent
        self._objects = objects
        self._record, self._origin = 0, ""
        self._at = ("alur", 0)

    @property
    def sha256(self) -> str:
        """Of the file as it stands on disk. Raises: OSError."""
        return self._digest.text()

    @property
    def origin(self) -> str:
        """The id of event `n` of the capture, from 0 in the order given, is `derive_event_id(origin, n, b"")`."""
        return f"pcap:{self.sha256}"

    def batches(self) -> Generator[EventBatch, None, None]:
        """Yield flows as they end, then protocol events; a flow's event is timed at its beginning.

        Closed before its end, it ends its children.

        Raises: CaptureUnavailableError, OSError.
        """
        with ExitStack() as stack:
            capture = CaptureFile(self._path)
            stack.callback(capture.close)
            stack.callback(self._digest.stop)
            run = stack.enter_context(self._shards(capture))
            table = FlowTable(limits=self._limits.flows, wanted=run.feed, files=self._objects is not None)
            outcomes = TlsOutcomes()
            yield from self._flow_batches(capture, table, outcomes)
            self._move(_DISSECTING, _READING_PERCENT)
            run.end()
            reader = ProtocolReader(outcomes=outcomes)
            yield from self._protocol_batches(reader, run)
            if self._objects is not None:
                self.extracted = self._keep_files(run, self._objects)
            self.summary = self._summary(capture, table, run, reader)
        self._move("selesai", 100)

    def _move(self, phase: str, percent: int) -> None:
        self._at = (phase, max(percent, self._at[1]))
        self._progress(*self._at)

    def _wait(self, run: Shards) -> None:
        """Say how far it is while only tshark works, and hear whether somebody wants it ended."""
        phase, percent = self._at
        if phase == _DISSECTING:
            percent = _READING_PERCENT + run.taken_percent * (_DISSECTED_PERCENT - _READING_PERCENT) // 100
        self._move(phase, percent)

    def _told(self, capture: CaptureFile) -> Iterator[list[Packet]]:
        """Yield the packets, and say how far the file has been read: a capture may have few flows and be long."""
        for packets in capture.batches():
            self._move("alur", _percent(capture) * _READING_PERCENT // 100)
            yield packets

    def _shards(self, capture: CaptureFile) -> Shards:
        limits = self._limits.tshark
        question = Question(
            fields=FIELDS,
            display_filter=DISPLAY_FILTER,
            preferences=_PREFERENCES,
            objects=() if self._objects is None else _CARRIERS,
        )
        # A start costs a quarter of a second; a small capture is over by then.
        runs = limits.runs if capture.size_bytes >= _SHARED_OUT_BYTES else 1
        return Shards(self._tshark, runs=runs, question=question, limits=limits, waiting=self._wait)

    def _keep_files(self, run: Shards, into: Path) -> Extracted:
        keeper = Keeper(into, limits=self._limits.objects)
        for carrier in _CARRIERS:
            for folder in run.exported(carrier):
                keeper.keep_exported(folder, source=carrier)
        keeper.open_containers()
        return keeper.extracted()

    def _flow_batches(self, capture: CaptureFile, table: FlowTable, outcomes: TlsOutcomes) -> Iterator[EventBatch]:
        pending: list[Event] = []
        for flows, said in self._once_named(table, table.flows(self._told(capture))):
            pending += (self._event(*stratum_fields(one)) for one in said)
            for flow in flows:
                outcomes.add(flow)
                pending.append(self._event(flow.first_ns, flow_fields(flow)))
                if len(pending) >= _BATCH_EVENTS:
                    yield batch_of(pending)
                    pending = []
        if pending:
            yield batch_of(pending)

    def _once_named(self, table: FlowTable, given: Iterator[list[Flow]]) -> Iterator[tuple[list[Flow], list[Said]]]:
        """Yield flows and what was said once the hash is known that their events' ids are made of."""
        waiting: list[tuple[list[Flow], list[Said]]] = []
        held = 0
        for flows in given:
            # Each stays with its flows, so that ids do not depend on when the hash is known.
            waiting.append((flows, table.said()))
            held += len(flows) + len(waiting[-1][1])
            if self._digest.is_known or held >= _MOST_WAITING:
                yield from waiting
                waiting, held = [], 0
        yield from waiting

    def _protocol_batches(self, reader: ProtocolReader, run: Shards) -> Iterator[EventBatch]:
        pending: list[Event] = []
        for time_ns, fields in reader.events(run.rows()):
            pending.append(self._event(time_ns, fields))
            if len(pending) >= _BATCH_EVENTS:
                yield batch_of(pending)
                pending = []
        if pending:
            yield batch_of(pending)

    def _event(self, time_ns: int, fields: dict[str, object]) -> Event:
        self._origin = self._origin or self.origin
        event_id = derive_event_id(self._origin, self._record, b"")
        self._record += 1
        return assemble_event(event_id, time_ns, fields)

    def _summary(self, capture: CaptureFile, table: FlowTable, run: Shards, reader: ProtocolReader) -> CaptureSummary:
        counts, damage = table.counts, capture.damage
        reasons = tuple(reason for reason in (damage.reason if damage else None, run.stopped) if reason)
        return CaptureSummary(
            sha256=self.sha256,
            packets=counts.packets,
            bytes=counts.bytes,
            flows=counts.flows,
            events=self._record,
            link_types=tuple(sorted(counts.link_types)),
            first_ns=counts.first_ns,
            last_ns=counts.last_ns,
            partial=bool(reasons),
            damaged_at=damage.offset if damage else None,
            reasons=reasons,
            unread=tuple(counts.unread.most_common()),
            given_out_early=counts.given_out_early,
            unreadable_rows=reader.unreadable,
        )


def _percent(capture: CaptureFile) -> int:
    return min(100, capture.read_bytes * 100 // max(1, capture.size_bytes))


def _silent(_phase: str, _percent: int) -> None:
    """Nobody wants to know."""
