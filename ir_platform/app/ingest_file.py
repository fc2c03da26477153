"""One file, log or capture, read to its end and carried batch by batch: for `irp ingest` and for jobs alike."""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from ingest.detecting import CAPTURE, UnknownFormatError, detect_format
from ingest.intake import batches
from ingest.parsers.base import Parsed
from ingest.pcap.analyse import Analysis, AnalysisLimits
from ingest.pcap.capture_file import NotACaptureError
from ingest.pcap.tshark import CaptureUnavailableError, Tshark, TsharkLimits
from ingest.reading import read_events
from ir_platform.app.capture_events import file_events, labelled
from ir_platform.app.exhibits import Exhibits, FoundIn
from ir_platform.app.file_scan import Carrier, FileFindings, scan_extracted
from ir_platform.app.handover import Carried
from ir_platform.config import Settings
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.event import EventBatch

Carry = Callable[[EventBatch], Carried]
Progress = Callable[[str, int], None]
"""Phase and percent, 0 to 100."""


SHOWN_REJECTIONS = 10
PIPELINE_ERROR = b'"pipeline_error"'


class NothingUsableError(Exception):
    """The file has nothing that could be taken in; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestCounts:
    """What became of a file's records."""

    events: int
    rejected: int
    stored: int
    duplicates: int
    detections: int
    alerts: int
    incidents: int
    partial: bool = False
    """Of a capture that could be read only in part, or so far."""
    reasons: tuple[tuple[str, int], ...] = ()
    """Why records were rejected or a capture is partial, with how many."""
    first_rejected: tuple[tuple[int, str], ...] = ()
    """Line (from 1) and reason of the first SHOWN_REJECTIONS; all are in quarantine."""


@dataclass(slots=True, kw_only=True)
class Stage:
    """How far the analysis says it is; told again with every batch, so that a wish to end it is heard in each phase."""

    tell: Progress
    _at: tuple[str, int] = ("", 0)

    def move(self, phase: str, percent: int) -> None:
        self._at = (phase, percent)
        self.tell(phase, percent)

    def again(self) -> None:
        self.tell(*self._at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """The capture as it came."""

    path: Path
    called: Path
    incident_id: IncidentId | None


OnCounts = Callable[[IngestCounts], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileIngest:
    settings: Settings
    find_tshark: Callable[[], Tshark]
    """Raises: CaptureUnavailableError."""
    yara_folders: Callable[[], tuple[Path, ...]] = tuple
    """Return where the YARA rules are with which files within captures are looked at; none: no file is scanned."""
    exhibits: Exhibits | None = None
    """Where files that match are kept; None: nowhere."""

    def run(
        self,
        path: Path,
        carry: Carry,
        *,
        format_name: str = "auto",
        year: int | None = None,
        called: Path | None = None,
        incident_id: IncidentId | None = None,
        on_progress: Progress = lambda phase, percent: None,
        on_counts: OnCounts = lambda counts: None,
    ) -> IngestCounts:
        """Return the counts once every batch is durable; `called` is the file's own name, where it is kept by hash, and
        `incident_id` what it is evidence of.

        `on_counts` is told what there is so far, before `on_progress` is. Raises: NothingUsableError, OSError, and
        whatever `carry` and `on_progress` raise; what was carried by then stays.
        """
        try:
            if (detect_format(path) if format_name == "auto" else format_name) == CAPTURE:
                given = _Given(path=path, called=called or path, incident_id=incident_id)
                return self._capture(given, carry, on_progress, on_counts=on_counts)
            records = read_events(
                path, format=format_name, timezone=ZoneInfo(self.settings.timezone), year=year, called=called
            )
            return self._log(path, records, carry, on_progress, on_counts)
        except UnknownFormatError as error:
            raise NothingUsableError(path=error.path, reason=error.reason) from error
        except (NotACaptureError, CaptureUnavailableError) as error:
            raise NothingUsableError(path=str(path), reason=error.reason) from error

    def _log(
        self, path: Path, records: Iterable[Parsed], carry: Carry, on_progress: Progress, on_counts: OnCounts
    ) -> IngestCounts:
        size = max(path.stat().st_size, 1)
        total, events, rejected, reasons = Carried(), 0, 0, Counter[str]()
        first: list[tuple[int, str]] = []
        for intake in batches(records, received_ns=time.time_ns, monotonic=time.monotonic):
            total += carry(intake.batch)
            events += intake.events
            rejected += intake.rejected
            reasons.update(dict(intake.reasons))
            if intake.rejected:
                first += rejections_in(intake.batch, most=SHOWN_REJECTIONS - len(first))
            on_counts(counts_of(total, events=events, rejected=rejected, reasons=reasons, partial=True))
            on_progress("membaca", min(99, 100 * intake.checkpoint.offset // size))
        if not events:
            reason = f"baris {first[0][0]}: {first[0][1]}" if first else "tidak ada catatan di dalamnya"
            raise NothingUsableError(path=str(path), reason=reason)
        counts = counts_of(total, events=events, rejected=rejected, reasons=reasons)
        return replace(counts, first_rejected=tuple(first))

    def _capture(self, given: "_Given", carry: Carry, on_progress: Progress, *, on_counts: OnCounts) -> IngestCounts:
        limits = TsharkLimits(seconds=self.settings.capture_seconds, memory_bytes=self.settings.capture_memory_bytes)
        rule_folders = self.yara_folders()
        total, events, stage = Carried(), 0, Stage(tell=on_progress)
        with TemporaryDirectory(prefix="irp-berkas-") as folder:
            analysis = Analysis(
                given.path,
                tshark=self.find_tshark(),
                limits=AnalysisLimits(tshark=limits),
                progress=stage.move,
                objects=Path(folder),
            )
            # Closed at once, whatever ends it: its children end with it.
            with closing(analysis.batches()) as batches_of_it:
                for batch in batches_of_it:
                    total += carry(labelled(batch, sha256=analysis.sha256))
                    events += len(batch)
                    on_counts(counts_of(total, events=events, rejected=0, reasons=Counter(), partial=True))
                    stage.again()
            summary = analysis.summary
            assert summary is not None
            if not events:
                raise NothingUsableError(path=str(given.path), reason="tidak ada paket yang dapat dibaca di dalamnya")
            at_ns = summary.last_ns or 0
            kept = file_events(analysis.extracted.files, origin=analysis.origin, at_ns=at_ns)
            files = FileFindings(batch=EventBatch(), doubts=())
            if rule_folders:
                carrier = Carrier(origin=analysis.origin, name=given.called.name, at_ns=at_ns)
                files = scan_extracted(analysis.extracted, Path(folder), carrier, rule_folders=rule_folders)
            for batch in (kept, files.batch):
                if batch:
                    total += carry(labelled(batch, sha256=analysis.sha256))
                    events += len(batch)
            if self.exhibits is not None and files.matched:
                found_in = FoundIn(sha256=analysis.sha256, name=given.called.name, incident_id=given.incident_id)
                self.exhibits.keep(files.matched, Path(folder), found_in)
        reasons = Counter({**dict.fromkeys(summary.reasons, 1), **dict(files.doubts)})
        is_partial = summary.partial or bool(files.doubts)
        return counts_of(total, events=events, rejected=0, reasons=reasons, partial=is_partial)


def rejections_in(batch: EventBatch, *, most: int) -> list[tuple[int, str]]:
    """Return line (from 1) and reason of the first quarantine documents of a batch."""
    marked = (event.fields() for event in batch if PIPELINE_ERROR in event.body)
    wanted = (fields for fields in marked if fields.get("event.kind") == "pipeline_error")
    return [(fields["tanggap.record"] + 1, fields["error.message"]) for fields in islice(wanted, most)]


def counts_of(
    total: Carried, *, events: int, rejected: int, reasons: Counter[str], partial: bool = False
) -> IngestCounts:
    return IngestCounts(
        events=events,
        rejected=rejected,
        stored=total.stored,
        duplicates=total.duplicates,
        detections=total.detections,
        alerts=total.alerts,
        incidents=total.incidents,
        partial=partial,
        reasons=tuple(reasons.most_common()),
    )
