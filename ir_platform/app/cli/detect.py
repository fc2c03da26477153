"""`irp detect`: Sigma rules over log files, without a store; one JSON alert a line on standard output."""

import gc
import resource
import sys
import time
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from tempfile import SpooledTemporaryFile
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
import orjson

from detections.hits import PlacedHit
from detections.sigma.cache import KeptRules
from detections.sigma.rule_set import RuleSet
from detections.standalone import Correlator, FileMatcher
from ingest.catalog import FORMATS
from ir_platform.app.alert_output import AlertOutput, OutputError
from ir_platform.app.cli.common import data_option, read_settings, stop
from ir_platform.app.cli.rule_options import Wanted, cache_folder, placeholders_option, rules_of
from ir_platform.app.detection_run import Counts, DetectionProcessError, Piece, Reading, Run, pieces_of

OBJECTS_BETWEEN_COLLECTIONS = 100_000


def _zone(context: click.Context, parameter: click.Parameter, value: str | None) -> ZoneInfo:
    name = value or read_settings().timezone
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise click.BadParameter(f"zona waktu tidak dikenal: {name}", context, parameter) from error


@click.command("detect")
@click.option(
    "--rules",
    "rule_paths",
    multiple=True,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help="Folder atau berkas aturan Sigma; boleh berulang.",
)
@click.option("--pipeline", "pipeline_spec", help="Pipeline pySigma: nama yang terpasang atau berkas YAML.")
@placeholders_option
@click.option("--format", "format_name", type=click.Choice(["auto", *FORMATS]), default="auto", show_default=True)
@click.option("--timezone", "zone", callback=_zone, help="Zona untuk waktu tanpa zona, mis. Asia/Makassar.")
@click.option("--year", type=click.IntRange(1970, 2262), help="Tahun untuk waktu tanpa tahun.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="Berapa proses membaca serentak; berkas besar dipotong, selain EVTX, CSV, dan yang terkompresi.",
)
@click.option(
    "--stats",
    "stats_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Tulis angka-angka ke berkas ini. `seconds` dihitung sesudah aturan dimuat.",
)
@data_option
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def detect(  # noqa: PLR0913  one per option
    *,
    rule_paths: tuple[Path, ...],
    pipeline_spec: str | None,
    placeholder_folders: tuple[Path, ...],
    format_name: str,
    zone: ZoneInfo,
    year: int | None,
    jobs: int,
    stats_path: Path | None,
    data_dir: Path | None,
    files: tuple[Path, ...],
) -> None:
    """Jalankan aturan Sigma atas berkas log; tiap peringatan satu baris JSON di stdout.

    Baris yang tidak terbaca dan aturan yang dilewati dicatat di stderr. Aturan yang sudah disusun disimpan agar
    berikutnya langsung siap: di `rule-cache` folder data, atau di ~/.cache/tanggap bila folder data tidak ada.
    """
    wanted = Wanted(paths=rule_paths, pipeline=pipeline_spec, placeholder_folders=placeholder_folders)
    rules, kept = _load(wanted, read_settings(data_dir=data_dir).data_dir)
    reading = Reading(format=format_name, zone=zone, year=year)
    started = time.perf_counter()
    output, pieces = AlertOutput(sys.stdout.buffer), pieces_of(files, reading, jobs=jobs, tell=_tell)
    try:
        counts = _run(rules, kept, pieces, reading, jobs=jobs, output=output)
        output.flush()
    except OutputError as error:
        # Python would try to write once more, and complain, when it flushes at exit.
        sys.stdout = None
        if error.is_reader_gone:
            return  # `| head` has enough
        stop(f"keluaran tidak dapat ditulis: {error.reason}; peringatan yang tertulis di sana tidak lengkap")
    except DetectionProcessError:
        stop("satu proses pembaca berhenti sebelum selesai; jalankan lagi dengan --jobs 1 untuk melihat sebabnya")
    if stats_path is not None:
        _write_stats(stats_path, rules, counts, seconds=time.perf_counter() - started)
    if not counts.events:
        stop("tidak ada satu pun kejadian yang dapat dibaca dari berkas itu")


def _load(wanted: Wanted, data_dir: Path) -> tuple[RuleSet, KeptRules]:
    rules, kept = rules_of(wanted, cache=cache_folder(data_dir))
    for problem in rules.skipped:
        _tell({"file": problem.file, "line": problem.line, "reason": problem.reason})
    if not rules.loaded:
        first = f": {rules.skipped[0]}" if rules.skipped else ""
        stop(f"tidak ada aturan yang dapat dipakai di {', '.join(map(str, wanted.paths))}{first}")
    return rules, kept


def _run(
    rules: RuleSet, kept: KeptRules, pieces: Iterable[Piece], reading: Reading, *, jobs: int, output: AlertOutput
) -> Counts:
    """Raises: OutputError, DetectionProcessError."""
    correlator, matcher = Correlator(rules), FileMatcher(rules, kept)
    # What is there now stays: the collector need not look at a large rule set again and again, nor forks copy it.
    gc.freeze()
    # An event makes hundreds of objects and no cycles; now and then is enough for those that errors make.
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    match = _in_one_process if jobs == 1 else partial(_in_processes, jobs=jobs)
    counts = match(matcher, pieces, reading, correlator=correlator, output=output)
    return counts.plus(Counts(alerts=_write(correlator.finish(), output)))


def _write(lines: Iterable[bytes], output: AlertOutput) -> int:
    return sum(1 for line in lines if output.write(line))


class _Correlated:
    """Writes the alerts of windows that end while hits still come."""

    def __init__(self, correlator: Correlator, output: AlertOutput) -> None:
        self._correlator, self._output = correlator, output
        self.alerts = 0

    def take(self, hits: Iterable[PlacedHit]) -> None:
        for hit in hits:
            self.alerts += _write(self._correlator.add(hit), self._output)


def _in_one_process(
    matcher: FileMatcher, pieces: Iterable[Piece], reading: Reading, *, correlator: Correlator, output: AlertOutput
) -> Counts:
    correlated, counts = _Correlated(correlator, output), Counts()
    run = Run(matcher, reading, take_hits=correlated.take, tell=_tell)
    for piece in pieces:
        counts = counts.plus(run.match(piece, output))
    return counts.plus(Counts(alerts=correlated.alerts))


def _in_processes(
    matcher: FileMatcher,
    pieces: Iterable[Piece],
    reading: Reading,
    *,
    jobs: int,
    correlator: Correlator,
    output: AlertOutput,
) -> Counts:
    # One process needs none of what several take to import.
    from ir_platform.app.detection_jobs import KEPT_BYTES, match_in_processes  # noqa: PLC0415

    with SpooledTemporaryFile(max_size=KEPT_BYTES) as later:
        correlated = _Correlated(correlator, AlertOutput(later))
        with output.shared() as descriptor:
            counts = match_in_processes(
                matcher, pieces, reading, jobs=jobs, descriptor=descriptor, feed=correlated.take, tell=_tell
            )
        # What one process writes in between stands behind here: others wrote to the output meanwhile.
        output.append(later)
    return counts.plus(Counts(alerts=correlated.alerts))


def _tell(said: dict[str, object]) -> None:
    click.echo(orjson.dumps(said), err=True)


# --- figures ---------------------------------------------------------------------------------------------------------


def _write_stats(path: Path, rules: RuleSet, counts: Counts, *, seconds: float) -> None:
    peak_kib = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    stats = {
        "events": counts.events,
        "rejected": counts.rejected,
        "rules_loaded": rules.loaded,
        "rules_skipped": [{"file": one.file, "reason": f"baris {one.line}: {one.reason}"} for one in rules.skipped],
        "alerts": counts.alerts,
        "seconds": round(seconds, 6),
        "events_per_second": round(counts.events / seconds, 1) if seconds else 0.0,
        "peak_rss_bytes": peak_kib * 1024,
    }
    try:
        path.write_bytes(orjson.dumps(stats, option=orjson.OPT_INDENT_2) + b"\n")
    except OSError as error:
        stop(f"{path}: {error.strerror}")
