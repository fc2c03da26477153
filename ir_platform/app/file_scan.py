"""Files found in a capture that is taken in, looked at with the YARA rules of the packs in use: matches as events."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path

from detections.yara.scan import FileVerdict, NoYaraRulesError, YaraMatch, scan_files
from ingest.parsers.base import assemble_event
from ingest.pcap.objects import Extracted, ExtractedFile
from ir_platform.app.capture_events import file_fields
from ir_platform.app.exhibits import MatchedFile
from ir_platform.domain.event import Event, EventBatch, batch_of, derive_event_id

YARA_DATASET = "yara.match"
NOT_TAKEN = "berkas di dalam tangkapan tidak diambil (kosong, rusak, atau melebihi batas)"
MAX_MATCHES = 2_000
"""Made into events for one capture; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFindings:
    """What came of the files: events of matches, and what speaks against calling the rest clean."""

    batch: EventBatch
    matched: tuple[MatchedFile, ...] = ()
    """The files of those events."""
    doubts: tuple[tuple[str, int], ...]
    """Reasons why files were not scanned, in Bahasa Indonesia, with how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """The capture that the files were found in."""

    origin: str
    """Of its events' ids: a capture that is read again gives the same ones."""
    name: str
    at_ns: int


def scan_extracted(
    extracted: Extracted, folder: Path, carrier: Carrier, *, rule_folders: Sequence[Path]
) -> FileFindings:
    """Scan what was kept in `folder`; nothing is started where there is nothing to scan."""
    doubts = Counter({NOT_TAKEN: extracted.left_out} if extracted.left_out else {})
    doubts.update({f"arsip di dalam tangkapan tidak dibuka seluruhnya: {why}": n for why, n in extracted.unopened})
    if not extracted.files:
        return FileFindings(batch=EventBatch(), doubts=tuple(doubts.items()))
    try:
        report = scan_files([folder / one.sha256 for one in extracted.files], rules=rule_folders)
    except NoYaraRulesError:
        doubts["aturan YARA tidak dapat dipakai"] += len(extracted.files)
        return FileFindings(batch=EventBatch(), doubts=tuple(doubts.items()))
    doubts.update(f"berkas tidak dipindai: {one.not_scanned}" for one in report.verdicts if one.not_scanned)
    found = _events(zip(extracted.files, report.verdicts, strict=True), carrier)
    told = list(islice(found, MAX_MATCHES))
    doubts["kecocokan YARA melebihi batas"] += sum(1 for _ in found)
    return FileFindings(
        batch=batch_of([event for _file, _rule, event in told]),
        matched=tuple(_matched(told)),
        doubts=tuple((+doubts).items()),
    )


Told = tuple[ExtractedFile, str, Event]
"""A file, the rule that matches it, the event of that."""


def _matched(told: Sequence[Told]) -> Iterator[MatchedFile]:
    for _sha256, group in groupby(told, key=lambda one: one[0].sha256):
        of_file = list(group)
        yield MatchedFile(
            file=of_file[0][0],
            rules=tuple(rule for _file, rule, _event in of_file),
            event_ids=tuple(event.id for _file, _rule, event in of_file),
        )


def _events(scanned: Iterator[tuple[ExtractedFile, FileVerdict]], carrier: Carrier) -> Iterator[Told]:
    for file, verdict in scanned:
        # Rules of one name in several files of packs are one match to who reads it.
        for match in {one.rule: one for one in verdict.matches}.values():
            event_id = derive_event_id(f"yara:{carrier.origin}:{file.sha256}:{match.rule}", 0, b"")
            yield file, match.rule, assemble_event(event_id, carrier.at_ns, _fields(file, match, carrier))


def _fields(file: ExtractedFile, match: YaraMatch, carrier: Carrier) -> dict[str, object]:
    return {
        "event.kind": "alert",
        "event.category": ["malware"],
        "event.type": ["info"],
        "event.module": "yara",
        "event.dataset": YARA_DATASET,
        "rule.name": match.rule,
        "rule.ruleset": Path(match.rule_file).name,
        "rule.description": dict(match.meta).get("description"),
        **file_fields(file),
        "message": f"berkas {file.name} (SHA-256 {file.sha256}) di dalam {carrier.name} cocok dengan YARA {match.rule}",
    }
