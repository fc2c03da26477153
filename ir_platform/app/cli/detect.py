"""`irp detect`: Sigma rules over log files, without a store; one JSON alert a line on standard output."""

import errno
import gc
import os
import resource
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
import orjson

from detections.hits import PlacedHit
from detections.sigma.cache import KeptRules
from detections.sigma.rule_set import RuleSet
from detections.standalone import Correlator, FileMatcher, dump_hit, load_hit
from ingest.catalog import FORMATS
from ir_platform.app.cli.common import data_option, read_settings, stop
from ir_platform.app.cli.rule_options import Wanted, cache_folder, placeholders_option, rules_of
from ir_platform.app.detection_run import Counts, Piece, Reading, Run, pieces_of

OBJECTS_BETWEEN_COLLECTIONS = 100_000
_FIRST = 0
"""The piece whose alerts stand first in the output."""
_NOBODY_READS = 3
"""What a process ends with where the reader of the output (`| head`) has enough."""
_NOT_IN_THE_KERNEL = (errno.EINVAL, errno.ENOSYS)
"""What `sendfile` says of an output it cannot write to, as one opened to append (`>>`)."""


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
    try:
        counts = _run(rules, kept, pieces_of(files, reading, jobs=jobs), reading, jobs=jobs)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # The reader (`| head`) has enough; Python would complain again when it flushes at exit.
        sys.stdout = None
        return
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


def _run(rules: RuleSet, kept: KeptRules, pieces: Sequence[Piece], reading: Reading, *, jobs: int) -> Counts:
    output, correlator = sys.stdout.buffer, Correlator(rules)
    # What is there now stays: the collector need not look at a large rule set again and again, nor forks copy it.
    gc.freeze()
    # An event makes hundreds of objects and no cycles; now and then is enough for those that errors make.
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)

    def write(lines: Iterator[bytes]) -> int:
        return sum(1 for line in lines if output.write(line))

    if jobs == 1:
        found = 0

        def take(hits: list[PlacedHit]) -> None:
            nonlocal found
            found += sum(write(correlator.add(hit)) for hit in hits)

        run, counts = Run(FileMatcher(rules, kept), reading, take_hits=take, tell=_tell), Counts()
        for piece in pieces:
            counts = counts.plus(run.match(piece, output))
        return counts.plus(Counts(alerts=found + write(correlator.finish())))
    with TemporaryDirectory(prefix="irp-detect-") as folder:
        counts = _match_in_processes(
            FileMatcher(rules, kept), pieces, reading, jobs=min(jobs, len(pieces)), folder=Path(folder)
        )
        for number in range(len(pieces)):
            _append(Path(folder) / f"{number}.alerts", output)
            with (Path(folder) / f"{number}.hits").open("rb") as spooled:
                counts = counts.plus(Counts(alerts=sum(write(correlator.add(load_hit(line))) for line in spooled)))
    return counts.plus(Counts(alerts=write(correlator.finish())))


def _tell(said: dict[str, object]) -> None:
    click.echo(orjson.dumps(said), err=True)


# --- several processes -----------------------------------------------------------------------------------------------


def _match_in_processes(
    matcher: FileMatcher, pieces: Sequence[Piece], reading: Reading, *, jobs: int, folder: Path
) -> Counts:
    """Match pieces in child processes, which leave alerts and hits in `folder`, one pair of files per piece.

    The first piece's alerts are written at once: nothing stands before them. Raises: BrokenPipeError.
    """
    # Forked, so that the compiled rules are there without being compiled again; no thread runs at this point.
    import multiprocessing  # noqa: PLC0415  one process needs none of it

    context = multiprocessing.get_context("fork")
    shares = _shares([piece.size_bytes for piece in pieces], jobs)
    workers = [
        context.Process(target=_work, args=(matcher, [(n, pieces[n]) for n in share], reading, folder))
        for share in shares
    ]
    sys.stdout.buffer.flush()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode == _NOBODY_READS for worker in workers):
        raise BrokenPipeError
    if any(worker.exitcode for worker in workers):
        stop("satu proses pembaca berhenti sebelum selesai; jalankan lagi dengan --jobs 1 untuk melihat sebabnya")
    found = [orjson.loads((folder / f"{number}.counts").read_bytes()) for number in range(len(pieces))]
    return Counts(**{name: sum(one[name] for one in found) for name in ("events", "rejected", "alerts")})


def _shares(sizes: Sequence[int], jobs: int) -> list[list[int]]:
    """Return piece numbers per process: the largest first, each to the process with the least to read."""
    shares: list[list[int]] = [[] for _ in range(jobs)]
    loads = [0] * jobs
    for number in sorted(range(len(sizes)), key=lambda one: -sizes[one]):
        lightest = loads.index(min(loads))
        shares[lightest].append(number)
        loads[lightest] += sizes[number] + 1
    return shares


def _work(matcher: FileMatcher, pieces: Sequence[tuple[int, Piece]], reading: Reading, folder: Path) -> None:
    try:
        for number, piece in pieces:
            counts = _match_piece(matcher, number, piece, reading, folder)
            (folder / f"{number}.counts").write_bytes(orjson.dumps(asdict(counts)))
    except BrokenPipeError:
        sys.exit(_NOBODY_READS)


def _match_piece(matcher: FileMatcher, number: int, piece: Piece, reading: Reading, folder: Path) -> Counts:
    with _alerts_of(number, folder) as alerts, (folder / f"{number}.hits").open("wb") as spooled:

        def spool(hits: list[PlacedHit]) -> None:
            spooled.writelines(map(dump_hit, hits))

        return Run(matcher, reading, take_hits=spool, tell=_tell).match(piece, alerts)


def _alerts_of(number: int, folder: Path) -> BinaryIO:
    """Return where a piece's alerts go."""
    descriptor = _descriptor_of(sys.stdout.buffer) if number == _FIRST else None
    return open(folder / f"{number}.alerts" if descriptor is None else descriptor, "wb", closefd=descriptor is None)


def _descriptor_of(output: BinaryIO) -> int | None:
    try:
        return output.fileno()
    except OSError:
        return None  # a program's own output, no file


def _append(spooled: Path, output: BinaryIO) -> None:
    """Copy the file, where there is one, to the end of the output; in the kernel where it can do that.

    Raises: OSError.
    """
    if not spooled.exists():
        return
    output.flush()
    descriptor = _descriptor_of(output)
    with spooled.open("rb") as file:
        if descriptor is None or not _sent(file, descriptor):
            shutil.copyfileobj(file, output)


def _sent(file: BinaryIO, descriptor: int) -> bool:
    """Say whether the kernel has copied the file; what it has copied before it refuses is not copied again."""
    size, sent = os.fstat(file.fileno()).st_size, 0
    try:
        while sent < size:
            sent += os.sendfile(descriptor, file.fileno(), sent, size - sent)
    except OSError as error:
        if error.errno not in _NOT_IN_THE_KERNEL:
            raise
        file.seek(sent)
        return False
    return True


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
