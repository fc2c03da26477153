"""`irp pcap`: a capture analysed by itself, without store or database, into files in a folder."""

import gc
import json
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from detections.catalog import SHIPPED_RULES, new_detectors, thresholds_of
from detections.detectors.base import Detector
from detections.detectors.office import OfficeThresholds, ThresholdError
from detections.indicators.feeds import FeedError, read_feed
from detections.indicators.model import IndicatorSet
from detections.scan import Scanner
from detections.sigma.ruleset import RuleSet, load_rule_set
from detections.yara.scan import NoYaraRulesError, scan_files
from ingest.pcap.analyse import Analysis, AnalysisLimits, CaptureSummary
from ingest.pcap.capture_file import NotACaptureError
from ingest.pcap.objects import Extracted, ExtractedFile
from ingest.pcap.tshark import CaptureUnavailableError, TsharkLimits
from ir_platform.app.capture_events import file_events
from ir_platform.app.cli.common import settings_from, stop
from ir_platform.app.tools import locate_tshark
from ir_platform.domain.alert import Detection
from ir_platform.domain.event import EventBatch, EventId, derive_event_id, isoformat_ns, to_ns

_BYTES_PER_KIB = 1024
_COLLECT_EVERY = 50_000
"""New objects."""
_MAX_ALERTS = 100_000
"""Written for one capture; the rest is counted."""
_FLOW_MARK = b'"event.dataset":"flow"'


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out", "out_folder", type=click.Path(path_type=Path, file_okay=False), help="Folder hasil (baku: FILE.hasil)."
)
@click.option(
    "--rules",
    "rule_folders",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    help="Folder aturan Sigma (baku: aturan bawaan).",
)
@click.option("--yara", "yara_folder", type=click.Path(path_type=Path, exists=True), help="Folder aturan YARA.")
@click.option(
    "--indicators",
    "indicator_files",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="Berkas indikator berbahaya (STIX 2.1, MISP); boleh berulang.",
)
@click.option(
    "--thresholds",
    "thresholds_path",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Ambang detektor, seperti detectors.toml (baku: bawaan).",
)
@click.option("--stats", "stats_file", type=click.Path(path_type=Path, dir_okay=False), help="Berkas angka, JSON.")
def pcap(
    file: Path,
    out_folder: Path | None,
    rule_folders: tuple[Path, ...],
    yara_folder: Path | None,
    indicator_files: tuple[Path, ...],
    thresholds_path: Path | None,
    stats_file: Path | None,
) -> None:
    """Analisis berkas tangkapan: alur, kejadian protokol, berkas di dalamnya, dan alert."""
    began = time.monotonic()
    settings = settings_from()
    tshark_limits = TsharkLimits(seconds=settings.capture_seconds, memory_bytes=settings.capture_memory_bytes)
    out = out_folder or file.with_name(f"{file.name}.hasil")
    try:
        analysis = Analysis(
            file,
            tshark=locate_tshark(),
            limits=AnalysisLimits(tshark=tshark_limits),
            objects=out / "files",
        )
        scanner = Scanner(_rules(rule_folders), _detectors(indicator_files, thresholds_path))
        (out / "files").mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            stack.enter_context(_rare_collections())
            output = _Output(folder=out, origin=analysis.origin, stack=stack)
            for batch in analysis.batches():
                output.write(batch)
                output.alert(scanner.scan(batch), batch)
            found = file_events(analysis.extracted.files, origin=analysis.origin, at_ns=_last_ns(analysis.summary))
            output.alert_files(scanner.scan(found), found)
            output.alert(scanner.finish(), EventBatch())
            output.finish()
        kept = analysis.extracted
        verdicts = _scan(kept, folder=out / "files", rules=yara_folder)
    except (NotACaptureError, CaptureUnavailableError) as error:
        stop(f"{file}: {error.reason}")
    except (NoYaraRulesError, FeedError, ThresholdError) as error:
        stop(str(error))
    except OSError as error:
        stop(f"{error.filename or file}: {error.strerror or error}")
    assert analysis.summary is not None
    seconds, size = time.monotonic() - began, file.stat().st_size
    figures = _figures(analysis.summary, output, files=len(kept.files), seconds=seconds, size=size)
    _write_json(out / "summary.json", {**figures, **_described(analysis.summary, kept, verdicts)})
    if stats_file is not None:
        _write_json(stats_file, figures)
    _report(analysis.summary, out, figures)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Let the garbage collector pass over the rules, and look less often: it took a quarter of the time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_COLLECT_EVERY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


class _Output:
    """The files of one analysis, written as events come, in bounded memory."""

    def __init__(self, *, folder: Path, origin: str, stack: ExitStack) -> None:
        self.flows = self.events = self.alerts = 0
        self._origin = origin
        self._flows, self._events, self._alerts = (
            stack.enter_context((folder / f"{name}.jsonl").open("wb")) for name in ("flows", "events", "alerts")
        )
        self._waiting: list[Detection] = []

    def write(self, batch: EventBatch) -> None:
        for event in batch:
            is_flow = _FLOW_MARK in event.body
            (self._flows if is_flow else self._events).write(event.body + b"\n")
            self.flows += is_flow
            self.events += not is_flow

    def alert(self, detections: Sequence[Detection], batch: EventBatch) -> None:
        """Write what one event made; what several made waits until the place of each is known."""
        begun = self.flows + self.events - len(batch)
        numbers = {event_id: begun + at for at, event_id in enumerate(batch.ids)} if detections else {}
        for detection in detections:
            self.alerts += 1
            if self.alerts > _MAX_ALERTS:
                continue
            number = numbers.get(detection.events[0].id) if detection.event_count == 1 else None
            if number is None:
                self._waiting.append(detection)
                continue
            fields = json.loads(batch.bodies[number - begun])
            self._put(detection, {"source": self._place(number), "event": fields})

    def alert_files(self, detections: Sequence[Detection], batch: EventBatch) -> None:
        """Write what was found in files that the capture carried: a known-bad hash, a rule about names of files."""
        bodies = dict(zip(batch.ids, batch.bodies, strict=True))
        for detection in detections:
            body = bodies.get(detection.events[0].id)
            self.alerts += 1
            if body is None or self.alerts > _MAX_ALERTS:
                continue
            fields = json.loads(body)
            source = {"file": f"files/{fields['file.hash.sha256']}", "record": 0}
            self._put(detection, {"source": source, "event": fields})

    def finish(self) -> None:
        wanted = {one.id for detection in self._waiting for one in detection.events}
        places = self._places(wanted)
        for detection in self._waiting:
            self._put(detection, {"events": [places[one.id] for one in detection.events if one.id in places]})

    def _put(self, detection: Detection, rest: dict[str, Any]) -> None:
        alert = {
            "rule_id": detection.rule_id,
            "rule_title": detection.rule_title,
            "level": detection.level.value,
            "tags": list(detection.tags),
            "timestamp": isoformat_ns(to_ns(detection.at)),
            "group": dict(detection.group),
            "event_count": detection.event_count,
            **({"figures": dict(detection.figures)} if detection.figures else {}),
            **rest,
        }
        self._alerts.write(json.dumps(alert, ensure_ascii=False).encode() + b"\n")

    def _places(self, wanted: set[EventId]) -> dict[EventId, dict[str, Any]]:
        """Return file and line of events by their ids; an id follows from its number, so none has to be kept."""
        places: dict[EventId, dict[str, Any]] = {}
        for number in range(self.flows + self.events):
            if len(places) == len(wanted):
                break
            event_id = derive_event_id(self._origin, number, b"")
            if event_id in wanted:
                places[event_id] = self._place(number)
        return places

    def _place(self, number: int) -> dict[str, Any]:
        is_flow = number < self.flows
        name, record = ("flows.jsonl", number) if is_flow else ("events.jsonl", number - self.flows)
        return {"file": name, "record": record}


def _last_ns(summary: CaptureSummary | None) -> int:
    return 0 if summary is None else summary.last_ns or 0


def _rules(folders: Sequence[Path]) -> RuleSet:
    rules = load_rule_set(list(folders) or [SHIPPED_RULES])
    for problem in rules.skipped:
        click.echo(f"{problem.file}:{problem.line}: {problem.reason}", err=True)
    return rules


def _detectors(indicator_files: Sequence[Path], thresholds: Path | None) -> tuple[Detector, ...]:
    """Return the detectors of this run. Raises: FeedError, ThresholdError, OSError."""
    now = datetime.now(UTC)
    # The capture may be of years ago, and who names the file wants it used.
    feeds = [read_feed(path, name=None, source=None, at=now, expires_at=now) for path in indicator_files]
    office = OfficeThresholds() if thresholds is None else thresholds_of(thresholds)
    return new_detectors(replace(office, indicators=IndicatorSet(feeds)))


def _scan(kept: Extracted, *, folder: Path, rules: Path | None) -> dict[str, list[dict[str, Any]] | str]:
    """Return by SHA-256 the YARA matches of a file, or why it was not scanned; empty without rules."""
    if rules is None:
        return {}
    report = scan_files([folder / one.sha256 for one in kept.files], rules=rules)
    for problem in report.problems:
        click.echo(f"{problem.file}: {problem.reason}", err=True)
    return {
        verdict.path.name: verdict.not_scanned
        or [{"rule": one.rule, "file": one.rule_file, "tags": list(one.tags)} for one in verdict.matches]
        for verdict in report.verdicts
    }


def _figures(summary: CaptureSummary, output: _Output, *, files: int, seconds: float, size: int) -> dict[str, Any]:
    usage = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "packets": summary.packets,
        "bytes": summary.bytes,
        "flows": output.flows,
        "events": output.events,
        "files": files,
        "alerts": output.alerts,
        "seconds": round(seconds, 3),
        "bytes_per_second": round(size / max(seconds, 0.001)),
        "peak_rss_bytes": max(usage) * _BYTES_PER_KIB,
    }


def _described(
    summary: CaptureSummary, kept: Extracted, verdicts: dict[str, list[dict[str, Any]] | str]
) -> dict[str, Any]:
    return {
        "sha256": summary.sha256,
        "partial": summary.partial,
        "partial_reasons": list(summary.reasons),
        "damaged_at": summary.damaged_at,
        "link_types": list(summary.link_types),
        "first": None if summary.first_ns is None else isoformat_ns(summary.first_ns),
        "last": None if summary.last_ns is None else isoformat_ns(summary.last_ns),
        "unread_packets": dict(summary.unread),
        "flows_split_early": summary.given_out_early,
        "files_left_out": kept.left_out,
        "archives_unopened": dict(kept.unopened),
        "files": [_file(one, verdicts.get(one.sha256, [])) for one in kept.files],
    }


def _file(one: ExtractedFile, verdict: list[dict[str, Any]] | str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "sha256": one.sha256,
        "name": one.name,
        "media_type": one.media_type,
        "size": one.size,
        "source": one.source,
        "inside": one.inside,
        "yara": [] if isinstance(verdict, str) else verdict,
    }
    return {**described, "not_scanned": verdict} if isinstance(verdict, str) else described


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _report(summary: CaptureSummary, out: Path, figures: dict[str, Any]) -> None:
    """Say on stderr what was found; stdout stays free."""
    click.echo(
        f"{figures['packets']} paket, {figures['flows']} alur, {figures['events']} kejadian protokol,"
        f" {figures['files']} berkas, {figures['alerts']} alert -> {out}",
        err=True,
    )
    for reason in summary.reasons:
        click.echo(f"sebagian saja: {reason}", err=True)
