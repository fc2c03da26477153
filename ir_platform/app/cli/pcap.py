"""`irp pcap`: a capture analysed by itself, without store or database, into files in a folder."""

import json
import resource
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from detections.catalog import SHIPPED_RULES, new_detectors, thresholds_of
from detections.detectors.base import Detector
from detections.detectors.office import OfficeThresholds, ThresholdError
from detections.indicators.feeds import FeedError, read_feed
from detections.indicators.model import IndicatorSet
from detections.yara.scan import NoYaraRulesError, scan_files
from ingest.pcap.analyse import Analysis, AnalysisLimits, CaptureSummary
from ingest.pcap.capture_file import CaptureFile, NotACaptureError
from ingest.pcap.objects import Extracted, ExtractedFile
from ingest.pcap.tshark import CaptureUnavailableError, TsharkLimits
from ir_platform.app.capture_events import file_events
from ir_platform.app.capture_judge import CaptureJudge, JudgeStoppedError, rare_collections
from ir_platform.app.cli.common import settings_from, stop
from ir_platform.app.cli.rule_options import Wanted, cache_folder, rules_of
from ir_platform.app.tools import locate_tshark
from ir_platform.domain.event import isoformat_ns

_BYTES_PER_KIB = 1024
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
        tshark, detectors = locate_tshark(), _detectors(indicator_files, thresholds_path)
        CaptureFile(file).close()  # nothing is written for a file that is none
        (out / "files").mkdir(parents=True, exist_ok=True)
        wanted = Wanted(paths=list(rule_folders) or [SHIPPED_RULES], pipeline=None, placeholder_folders=())
        rules = partial(rules_of, wanted, cache=cache_folder(settings.data_dir))
        with CaptureJudge(out, rules=rules, detectors=detectors) as judge, rare_collections():
            limits = AnalysisLimits(tshark=tshark_limits)
            analysis = Analysis(file, tshark=tshark, limits=limits, objects=out / "files")
            for batch in analysis.batches():
                judge.put(batch, are_flows=_FLOW_MARK in batch.bodies[0])
            found = file_events(analysis.extracted.files, origin=analysis.origin, at_ns=_last_ns(analysis.summary))
            judged = judge.finish(found, origin=analysis.origin)
        kept = analysis.extracted
        verdicts = _scan(kept, folder=out / "files", rules=yara_folder)
    except (NotACaptureError, CaptureUnavailableError) as error:
        stop(f"{file}: {error.reason}")
    except (NoYaraRulesError, FeedError, ThresholdError) as error:
        stop(str(error))
    except JudgeStoppedError:
        stop("proses yang memeriksa kejadian berhenti sebelum selesai; jalankan lagi")
    except OSError as error:
        stop(f"{error.filename or file}: {error.strerror or error}")
    assert analysis.summary is not None
    for problem in judged.problems:
        click.echo(f"{problem.file}:{problem.line}: {problem.reason}", err=True)
    figures = {
        "packets": analysis.summary.packets,
        "bytes": analysis.summary.bytes,
        "flows": judge.flows,
        "events": judge.events,
        "files": len(kept.files),
        "alerts": judged.alerts,
        **_costs(seconds=time.monotonic() - began, size=file.stat().st_size),
    }
    _write_json(out / "summary.json", {**figures, **_described(analysis.summary, kept, verdicts)})
    if stats_file is not None:
        _write_json(stats_file, figures)
    _report(analysis.summary, out, figures)


def _last_ns(summary: CaptureSummary | None) -> int:
    return 0 if summary is None else summary.last_ns or 0


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


def _costs(*, seconds: float, size: int) -> dict[str, Any]:
    usage = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
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
