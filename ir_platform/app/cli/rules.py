"""`irp rules`: check Sigma rules, run their cases, list them, turn them into queries."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import click
import orjson

from detections.cases import CaseTextError, read_cases, run_cases
from detections.catalog import SHIPPED_RULES, new_detectors, rules_in_use
from detections.rule import RuleInfo
from detections.sigma.convert import TARGETS, Query, convert_rules
from detections.sigma.load import load_rules
from detections.sigma.pipeline import UnknownPipelineError, find_pipeline
from detections.sigma.ruleset import RuleSet, load_rule_set
from detections.sigma.sources import SourceUse, name_of, source_uses, unfed_rules
from detections.sigma.validate import findings
from ingest.detecting import UnknownFormatError
from ingest.reading import read_events
from ir_platform.app.cli.common import data_option, json_option, print_json, print_table, printable, settings_from, stop
from ir_platform.app.cli.rule_decisions import (
    disable,
    enable,
    exclude,
    exclusions,
    muted,
    switches,
    unexclude,
    unmute,
)
from ir_platform.app.cli.rule_hunt import hunt
from ir_platform.app.cli.rule_options import placeholders_from, placeholders_option
from ir_platform.app.cli.rule_packs import decided, import_pack, packs, remove, rollback, use
from ir_platform.domain.event import Event

CASE_ZONE = ZoneInfo("Asia/Makassar")
CASE_YEAR = 2026
"""What times without zone and year in a case's log lines mean, wherever and whenever the cases are run."""

_folders = click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
_some_folders = click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))


@click.group("rules")
def rules() -> None:
    """Aturan Sigma: periksa, uji, daftar, ubah menjadi kueri."""


@rules.command("check")
@placeholders_option
@_some_folders
def check(*, paths: tuple[Path, ...], placeholder_folders: tuple[Path, ...]) -> None:
    """Periksa aturan; status 1 bila ada galat, 2 bila tidak ada aturan di dalamnya."""
    placeholders = placeholders_from(placeholder_folders)
    loaded = load_rules(paths, placeholders=placeholders)
    rule_set = load_rule_set(paths, placeholders=placeholders)
    warnings = list(findings(loaded))
    for problem in rule_set.skipped:
        click.echo(f"{problem.file}:{problem.line}: galat: {problem.reason}")
    for problem, serious in warnings:
        click.echo(f"{problem.file}:{problem.line}: {'galat' if serious else 'saran'}: {problem.reason}")
    errors = len(rule_set.skipped) + sum(serious for _, serious in warnings)
    click.echo(f"{rule_set.loaded} aturan dapat dipakai, {errors} galat", err=True)
    _say_unfed(rule_set)
    _stop_without_rules(paths, rule_set.loaded + errors)
    if errors:
        raise SystemExit(1)


@rules.command("test")
@placeholders_option
@_folders
def test(*, paths: tuple[Path, ...], placeholder_folders: tuple[Path, ...]) -> None:
    """Jalankan kasus tiap aturan; status 1 bila ada yang gagal. Tanpa folder: aturan bawaan."""
    chosen = paths or (SHIPPED_RULES,)
    rule_set = load_rule_set(chosen, placeholders=placeholders_from(placeholder_folders))
    files = read_cases(chosen)
    results = run_cases(rule_set, files.cases, _read_lines)
    failed = [result for result in results if result.problem is not None]
    for problem in (*rule_set.skipped, *files.problems):
        click.echo(str(problem))
    for result in failed:
        case = result.case
        click.echo(f"{case.file}:{case.line}: {case.rule}: {case.name}: {result.problem}")
    click.echo(f"{len(results)} kasus, {len(failed)} gagal", err=True)
    _stop_without_rules(chosen, len(results) + len(files.problems))
    if failed or files.problems or rule_set.skipped:
        raise SystemExit(1)


def _read_lines(format_name: str, text: str) -> Sequence[Event]:
    """Read a case's lines as if they were a file: the formats are read by path."""
    with TemporaryDirectory(prefix="irp-cases-") as folder:
        path = Path(folder) / "kasus.log"
        path.write_text(text, encoding="utf-8")
        try:
            records = list(read_events(path, format=format_name or "auto", timezone=CASE_ZONE, year=CASE_YEAR))
        except UnknownFormatError as error:
            raise CaseTextError(reason=error.reason) from error
    for record in records:
        if record.rejection is not None:
            raise CaseTextError(reason=f"baris {record.record + 1} tidak terbaca: {record.rejection.reason}")
    return [record.event for record in records if record.event is not None]


@rules.command("list")
@_folders
@click.option("--sources", is_flag=True, help="Per sumber log: berapa aturan memerlukannya dan apa yang mengisinya.")
@json_option
@data_option
def list_rules(*, paths: tuple[Path, ...], sources: bool, as_json: bool, data_dir: Path | None) -> None:
    """Tampilkan aturan dan detektor. Tanpa folder: yang bawaan dan yang diimpor."""
    settings = settings_from(data_dir=data_dir)
    rule_set = load_rule_set(paths) if paths else rules_in_use(settings.data_dir, decided(settings))
    if sources:
        _stop_without_rules(paths, rule_set.loaded)
        _list_sources(rule_set, as_json=as_json)
        return
    usable = {rule_set.infos[one.index].id for one in rule_set.matchers} | {
        one.rule_id for one in rule_set.correlations
    }
    infos = [info for info in rule_set.infos if info.id in usable]
    if not paths:
        infos += [info for detector in new_detectors() for info in detector.infos]
    _stop_without_rules(paths, len(infos))
    if as_json:
        print_json([_as_json(info) for info in infos])
        return
    print_table([_row(info) for info in infos], _HEADER)


def _list_sources(rules: RuleSet, *, as_json: bool) -> None:
    uses = source_uses(rules)
    if as_json:
        print_json([_source_as_json(use) for use in uses])
        return
    rows = [(name_of(use.logsource), str(use.rules), "; ".join(use.feeders) or NOT_FED) for use in uses]
    print_table([(printable(name), count, feeders) for name, count, feeders in rows], ("sumber", "aturan", "diisi"))
    _say_unfed(rules)


NOT_FED = "(tidak ada yang mengisi)"


def _source_as_json(use: SourceUse) -> dict[str, object]:
    logsource = use.logsource
    named = {"product": logsource.product, "category": logsource.category, "service": logsource.service}
    return {**named, "rules": use.rules, "feeders": list(use.feeders), "is_fed": use.is_fed}


def _say_unfed(rules: RuleSet) -> None:
    unfed = unfed_rules(rules)
    if unfed:
        click.echo(f"{len(unfed)} aturan menunggu sumber log yang tidak ada yang mengisi (--sources)", err=True)


_HEADER = ("id", "tingkat", "judul", "sumber", "paket")


def _row(info: RuleInfo) -> tuple[str, ...]:
    return info.id, info.level.value, printable(info.title), info.source, _pack_of(info) or "-"


def _pack_of(info: RuleInfo) -> str | None:
    return info.credit.pack if info.credit is not None else None


def _as_json(info: RuleInfo) -> dict[str, object]:
    credit = info.credit
    return {
        "id": info.id,
        "title": info.title,
        "title_en": info.title_en or None,
        "level": info.level.value,
        "tags": list(info.tags),
        "source": info.source,
        "file": info.file or None,
        "pack": _pack_of(info),
        "pack_version": credit.version if credit else None,
        "status": info.status,
        "author": info.author,
        "licence": credit.licence if credit else info.licence,
    }


@rules.command("convert")
@click.option("--target", type=click.Choice(TARGETS), default="elasticsearch", show_default=True)
@click.option("--pipeline", "pipeline_spec", help="Pipeline pySigma: nama yang terpasang atau berkas YAML.")
@placeholders_option
@_some_folders
def convert(
    *, target: str, pipeline_spec: str | None, placeholder_folders: tuple[Path, ...], paths: tuple[Path, ...]
) -> None:
    """Ubah aturan menjadi kueri; tiap aturan satu baris JSON. Yang tidak dapat diubah dicatat di stderr (status 1)."""
    try:
        pipeline = find_pipeline(pipeline_spec) if pipeline_spec is not None else None
    except UnknownPipelineError as error:
        stop(f"--pipeline {error.spec}: {error.reason}")
    loaded = load_rules(paths, placeholders=placeholders_from(placeholder_folders))
    failed = len(loaded.skipped)
    for problem in loaded.skipped:
        click.echo(str(problem), err=True)
    for found in convert_rules(loaded, target=target, pipeline=pipeline):
        if isinstance(found, Query):
            said = {"rule_id": found.rule_id, "rule_title": found.rule_title, "query": found.text}
            click.echo(orjson.dumps(said))
        else:
            failed += 1
            click.echo(str(found), err=True)
    _stop_without_rules(paths, len(loaded.rules))
    if failed:
        raise SystemExit(1)


rules.add_command(import_pack)
rules.add_command(packs)
rules.add_command(use)
rules.add_command(rollback)
rules.add_command(remove)
rules.add_command(enable)
rules.add_command(disable)
rules.add_command(switches)
rules.add_command(exclude)
rules.add_command(exclusions)
rules.add_command(unexclude)
rules.add_command(muted)
rules.add_command(unmute)
rules.add_command(hunt)


def _stop_without_rules(paths: Sequence[Path], found: int) -> None:
    if not found:
        stop(f"tidak ada aturan di {', '.join(map(str, paths))}")
