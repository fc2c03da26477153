"""What the commands that load rules share: `--placeholders`, and rules loaded with it, kept between starts."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from detections.sigma.cache import KeptRules, RuleCache, key_of
from detections.sigma.placeholders import PlaceholderError, Placeholders, read_placeholders
from detections.sigma.problems import RuleReaderDiedError
from detections.sigma.rule_set import RuleSet
from ir_platform.app.cli.common import stop
from ir_platform.app.garbage import collector_at_rest

if TYPE_CHECKING:
    from detections.sigma.pipeline import Pipeline

MAX_READERS = 4
"""Processes that read rules; each takes some 100 MB for SigmaHQ's while it does."""

placeholders_option = click.option(
    "--placeholders",
    "placeholder_folders",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder nilai untuk |expand: NAMA.txt berisi nilai %NAMA%, satu per baris; boleh berulang.",
)


def placeholders_from(folders: Iterable[Path]) -> Placeholders:
    """Return the values; end with status 2 and one line where a file cannot be used."""
    try:
        return read_placeholders(folders)
    except PlaceholderError as error:
        stop(str(error))


def cache_folder(data_dir: Path) -> Path:
    """Return where compiled rules are kept; a command that works without a data folder makes none for this."""
    return data_dir / "rule-cache" if data_dir.is_dir() else Path("~/.cache/tanggap/rule-cache").expanduser()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rules a command works with."""

    paths: Sequence[Path]
    pipeline: str | None
    """Name or file."""
    placeholder_folders: Sequence[Path]


def rules_of(wanted: Wanted, *, cache: Path) -> tuple[RuleSet, KeptRules]:
    """Return the rules, as they were kept in the folder `cache` if nothing has changed, and where they are kept."""
    placeholders = placeholders_from(wanted.placeholder_folders)
    kept = RuleCache(cache).find(_key(wanted, placeholders))
    found = kept.rules()
    if found is None:
        found = _load(wanted, placeholders)
        kept.keep(found)
        RuleCache(cache).prune()
    return found, kept


def _key(wanted: Wanted, placeholders: Placeholders) -> str:
    pipeline = wanted.pipeline or ""
    try:
        text = Path(pipeline).read_text(encoding="utf-8", errors="replace") if Path(pipeline).is_file() else ""
        return key_of(wanted.paths, extra={"pipeline": f"{pipeline} {text}", "placeholders": repr(placeholders)})
    except OSError as error:
        stop(f"{error.filename}: {error.strerror}")


def _load(wanted: Wanted, placeholders: Placeholders) -> RuleSet:
    # pySigma takes a fifth of a second to import: not where the rules are kept already.
    from detections.sigma.ruleset import load_rule_set  # noqa: PLC0415

    pipeline = _pipeline(wanted.pipeline) if wanted.pipeline is not None else None
    processes = min(len(os.sched_getaffinity(0)), MAX_READERS)
    try:
        with collector_at_rest():
            return load_rule_set(wanted.paths, pipeline=pipeline, placeholders=placeholders, processes=processes)
    except RuleReaderDiedError as error:
        stop(str(error))


def _pipeline(spec: str) -> "Pipeline":
    # pySigma's plugins bring a client for HTTP with them.
    from detections.sigma.pipeline import UnknownPipelineError, find_pipeline  # noqa: PLC0415

    try:
        return find_pipeline(spec)
    except UnknownPipelineError as error:
        stop(f"--pipeline {error.spec}: {error.reason}")
