"""`irp rules hunt`: rules over events that are stored already."""

from datetime import datetime
from pathlib import Path

import click

from detections.catalog import new_detectors, rules_in_use
from detections.sigma.ruleset import RuleSet, load_rule_set
from ir_platform.app.cli.common import (
    When,
    data_option,
    json_option,
    print_json,
    print_table,
    printable,
    settings_from,
    stop,
)
from ir_platform.app.cli.rule_packs import decided
from ir_platform.app.detectors_in_use import detectors_in_use
from ir_platform.app.retro_hunt import StoreHunt, hunt_to_json
from ir_platform.config import Settings
from ir_platform.ports import HuntedAgain, HuntResult

MAX_RULES = 50
"""Of one hunt: the store is asked for the candidates of all of them together."""


@click.command("hunt")
@click.argument("names", metavar="ATURAN...", nargs=-1)
@click.option(
    "--rules",
    "folders",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Aturan dari folder atau berkas ini, bukan yang sedang dipakai; boleh berulang.",
)
@click.option("--from", "time_from", type=When(), required=True, help="Sejak waktu ini (waktu kejadian).")
@click.option("--to", "time_to", type=When(), required=True, help="Sebelum waktu ini.")
@click.option("--full", is_flag=True, help="Baca semua kejadian, tanpa bertanya lebih dahulu kepada penyimpanan.")
@json_option
@data_option
def hunt(
    *,
    names: tuple[str, ...],
    folders: tuple[Path, ...],
    time_from: datetime,
    time_to: datetime,
    full: bool,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Cari dengan ATURAN (id atau nama) di antara kejadian tersimpan; temuannya sama dengan deteksi langsung.

    Dengan --rules dan tanpa nama: semua aturan di sana. Status 1 bila ada temuan.
    """
    settings = settings_from(data_dir=data_dir)
    loaded = load_rule_set(folders) if folders else rules_in_use(settings.data_dir, decided(settings))
    wanted = _wanted(loaded, names, all_of_them=bool(folders))
    found = _hunted(settings, loaded, wanted, time_from=time_from, time_to=time_to, full=full)
    if as_json:
        print_json(hunt_to_json(found))
    else:
        print_table([_row(one) for one in found.hits], ("aturan", "tentang", "temuan", "pertama", "terakhir"))
        if found.further_entities:
            click.echo(f"dan sekitar {found.further_entities} lagi", err=True)
        click.echo(f"{found.events} kejadian diperiksa", err=True)
    if not found.is_complete:
        click.echo(f"berhenti pada batas; diperiksa sampai {found.checked_until.isoformat()}", err=True)
    if found.hits:
        raise SystemExit(1)


def _wanted(loaded: RuleSet, names: tuple[str, ...], *, all_of_them: bool) -> frozenset[str]:
    """Return the ids of the rules that are meant; end with status 2 where one is not there."""
    detected = [info for detector in new_detectors() for info in detector.infos]
    usable = {loaded.infos[one.index].id for one in loaded.matchers} | {one.rule_id for one in loaded.correlations}
    infos = [*(info for info in loaded.infos if info.id in usable), *detected]
    if not names and all_of_them:
        names = tuple(usable - loaded.silent)
    known = {name: info.id for info in infos for name in (info.id, info.name) if name}
    missing = [name for name in names if name not in known]
    if missing:
        stop(f"aturan tidak ada atau tidak dapat dipakai: {printable(missing[0])}")
    if not names:
        stop("sebut sedikitnya satu aturan, atau --rules FOLDER")
    if len(names) > MAX_RULES:
        stop(f"lebih dari {MAX_RULES} aturan sekaligus")
    return frozenset(known[name] for name in names)


def _hunted(
    settings: Settings,
    loaded: RuleSet,
    wanted: frozenset[str],
    *,
    time_from: datetime,
    time_to: datetime,
    full: bool,
) -> HuntResult:
    from ir_platform.app.wiring import event_reader, has_event_store  # noqa: PLC0415  it loads the whole program

    if not has_event_store(settings):
        stop(f"folder data {settings.data_dir} tidak ada")
    hunt = StoreHunt(
        reader=event_reader(settings),
        rules=lambda: loaded,
        detectors=lambda: detectors_in_use(settings.data_dir),
        max_events=settings.verification_events,
        max_seconds=settings.verification_seconds,
    )
    read = hunt.over_store if full else hunt.over_candidates
    return read(wanted, time_from=time_from, time_to=time_to, on_progress=lambda percent: None)


def _row(one: HuntedAgain) -> tuple[str, ...]:
    about = ", ".join(f"{name}={value}" for name, value in one.group) or "-"
    first, last = (f"{at:%Y-%m-%d %H:%M:%S}" for at in (one.first, one.last))
    return printable(one.rule_title), printable(about), str(one.detections), first, last
