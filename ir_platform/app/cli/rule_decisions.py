"""`irp rules` enable, disable, switches, exclude, exclusions, unexclude, muted, unmute: what the office decides."""

from collections.abc import Callable, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

import click

from detections.in_use import known_rules
from detections.sigma.office_filter import named_rules
from ir_platform.app.cli.common import data_option, json_option, print_json, print_table, printable, stop
from ir_platform.app.cli.rule_packs import Deciding, deciding
from ir_platform.domain.alert import Level
from ir_platform.domain.rules import Exclusion, Switch, SwitchBy

MAX_SIGMA_BYTES = 64 * 1024

_OPTIONS = (
    click.option("--pack", default="", help="Hanya paket ini; `bawaan` untuk aturan sendiri. Baku: semua."),
    click.option("--all", "everything", is_flag=True, help="Semua aturan (dari paket itu)."),
    click.option("--level", type=click.Choice([one.value for one in Level]), help="Aturan bertingkat ini."),
    click.option("--status", help="Aturan berstatus ini: stable, test, experimental, deprecated."),
    click.option("--tag", help="Aturan bertanda ini, misalnya attack.t1110 (mencakup .001 dan seterusnya)."),
    click.option("--source", help="Aturan untuk sumber ini: windows, sysmon, windows/process_creation."),
    click.option("--rule", help="Aturan dengan id atau nama ini."),
    click.option("--forget", is_flag=True, help="Lupakan keputusan tentang ini."),
)


def _choosing(command: Callable[..., None]) -> Callable[..., None]:
    return reduce(lambda made, option: option(made), reversed(_OPTIONS), command)


@click.command("enable")
@_choosing
@data_option
def enable(*, data_dir: Path | None, forget: bool, **chosen: Any) -> None:  # noqa: ANN401  click's own options
    """Nyalakan aturan menurut tingkat, status, tanda, sumber, paket atau id; keputusan terakhir yang berlaku."""
    _switch(data_dir, _chosen(chosen, is_on=True), forget=forget)


@click.command("disable")
@_choosing
@data_option
def disable(*, data_dir: Path | None, forget: bool, **chosen: Any) -> None:  # noqa: ANN401  click's own options
    """Matikan aturan menurut tingkat, status, tanda, sumber, paket atau id; keputusan terakhir yang berlaku."""
    _switch(data_dir, _chosen(chosen, is_on=False), forget=forget)


def _chosen(chosen: dict[str, Any], *, is_on: bool) -> Switch:
    named = [(by, chosen[by.value]) for by in SwitchBy if by is not SwitchBy.ALL and chosen[by.value]]
    if len(named) + chosen["everything"] != 1:
        stop("sebut tepat satu dari --all, --level, --status, --tag, --source, --rule")
    by, value = named[0] if named else (SwitchBy.ALL, "")
    return Switch(by=by, value=value, pack=chosen["pack"], is_on=is_on)


def _switch(data_dir: Path | None, switch: Switch, *, forget: bool) -> None:
    with deciding(data_dir) as here:
        if forget:
            here.desk.clear_switch(switch, by=None)
        else:
            here.desk.switch(switch, by=None)
    click.echo("keputusan dilupakan" if forget else f"{_words(switch)}: {'nyala' if switch.is_on else 'mati'}")


def _words(switch: Switch) -> str:
    what = "semua aturan" if switch.by is SwitchBy.ALL else f"{switch.by.value} {printable(switch.value)}"
    return f"{what} ({printable(switch.pack)})" if switch.pack else what


@click.command("switches")
@json_option
@data_option
def switches(*, as_json: bool, data_dir: Path | None) -> None:
    """Daftar keputusan nyala dan mati; yang terakhir yang berlaku."""
    with deciding(data_dir) as here:
        found = here.desk.settings().switches
    if as_json:
        print_json([{"by": s.by.value, "value": s.value, "pack": s.pack, "is_on": s.is_on} for s in found])
        return
    print_table([(_words(one), "nyala" if one.is_on else "mati") for one in found], ("aturan", "keadaan"))


@click.command("exclude")
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--alasan", required=True, help="Mengapa ini bukan gangguan; dicatat dalam jejak audit.")
@data_option
def exclude(*, file: Path, alasan: str, data_dir: Path | None) -> None:
    """Tambah pengecualian kantor: satu filter Sigma dalam FILE. Tetap berlaku sesudah paket diperbarui."""
    try:
        with file.open("rb") as opened:
            sigma = opened.read(MAX_SIGMA_BYTES + 1).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        stop(f"{file}: tidak dapat dibaca: {error}")
    with deciding(data_dir) as here:
        exclusion = here.desk.exclude(sigma, reason=alasan, by=None)
        unknown = _unknown_rules([exclusion], here)[exclusion.id]
    for rule in unknown:
        click.echo(f"peringatan: tidak ada aturan (selain korelasi) dengan id atau nama {printable(rule)}", err=True)
    click.echo(f"pengecualian {exclusion.id}: {printable(exclusion.title)}")


def _unknown_rules(exclusions: Sequence[Exclusion], here: Deciding) -> dict[str, tuple[str, ...]]:
    """Return by exclusion the rules it names that nobody has."""
    known = known_rules(here.desk.packs, here.desk.settings()) if exclusions else frozenset()
    return {one.id: tuple(rule for rule in named_rules(one.sigma) if rule not in known) for one in exclusions}


@click.command("exclusions")
@json_option
@data_option
def exclusions(*, as_json: bool, data_dir: Path | None) -> None:
    """Daftar pengecualian kantor."""
    with deciding(data_dir) as here:
        found = here.desk.settings().exclusions
        unknown = _unknown_rules(found, here)
    if as_json:
        print_json([_as_json(one, unknown[one.id]) for one in found])
        return
    rows = [
        (one.id, *map(printable, (one.title, one.reason, one.by, ", ".join(unknown[one.id]) or "-"))) for one in found
    ]
    print_table(rows, ("id", "judul", "alasan", "oleh", "aturan yang tidak ada"))


def _as_json(one: Exclusion, unknown: tuple[str, ...]) -> dict[str, object]:
    return {
        "id": one.id,
        "title": one.title,
        "reason": one.reason,
        "by": one.by,
        "at": one.at.isoformat(),
        "sigma": one.sigma,
        "unknown_rules": list(unknown),
    }


@click.command("unexclude")
@click.argument("exclusion_id", metavar="ID")
@data_option
def unexclude(*, exclusion_id: str, data_dir: Path | None) -> None:
    """Hapus pengecualian ID."""
    with deciding(data_dir) as here:
        here.desk.drop_exclusion(exclusion_id, by=None)
    click.echo(f"pengecualian {exclusion_id} dihapus")


@click.command("muted")
@json_option
@data_option
def muted(*, as_json: bool, data_dir: Path | None) -> None:
    """Daftar aturan yang diredam karena terlalu sering, dengan banyaknya temuan sejak itu."""
    with deciding(data_dir) as here:
        found = here.desk.muted()
    if as_json:
        print_json(
            [
                {
                    "rule_id": one.rule_id,
                    "rule_title": one.rule_title,
                    "hour": one.hour.isoformat(),
                    "limit": one.limit,
                    "at": one.at.isoformat(),
                    "matches": one.matches,
                    "last_at": one.last_at.isoformat() if one.last_at else None,
                }
                for one in found
            ]
        )
        return
    rows = [(one.rule_id, printable(one.rule_title), str(one.matches), f"{one.at:%Y-%m-%d %H:%M}") for one in found]
    print_table(rows, ("id", "judul", "temuan", "sejak"))


@click.command("unmute")
@click.argument("rule_id", metavar="ID")
@data_option
def unmute(*, rule_id: str, data_dir: Path | None) -> None:
    """Biarkan aturan ID membuat temuan sendiri lagi."""
    with deciding(data_dir) as here:
        rule = here.desk.unmute(rule_id, by=None)
    click.echo(f"aturan {printable(rule.rule_title)} tidak diredam lagi; {rule.matches} temuan terhitung")
