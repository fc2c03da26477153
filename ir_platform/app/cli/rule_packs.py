"""`irp rules import|packs|use|rollback|remove`: rule packs and their versions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from detections.catalog import packs_folder
from detections.desk import RuleDecisionError, RuleDesk, UnknownRuleThingError
from detections.packs import Pack, PackError, pack_names, pack_versions
from detections.taking_in import take_in
from ir_platform.adapters.files.data_dir import DataDirError
from ir_platform.app.cli.common import data_option, json_option, print_json, print_table, printable, stop
from ir_platform.app.cli.deciding import prepared_state
from ir_platform.config import Settings
from ir_platform.domain.rules import RuleSettings
from ir_platform.ports import ConflictError


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    settings: Settings
    desk: RuleDesk


@contextmanager
def deciding(data_dir: Path | None) -> Iterator[Deciding]:
    """Yield the desk over the data folder's database; a refusal ends the command with status 2 and one line."""
    from ir_platform.app.wiring import make_rule_desk  # noqa: PLC0415  it loads the whole program

    try:
        with prepared_state(data_dir) as here:
            yield Deciding(settings=here.settings, desk=make_rule_desk(here.settings, here.state))
    except ConflictError:
        stop("keputusan lain baru saja disimpan; ulangi perintah ini")
    except (RuleDecisionError, UnknownRuleThingError, DataDirError) as error:
        stop(str(error))


def decided(settings: Settings) -> RuleSettings:
    """Return what the office has decided; nothing where there is no database yet."""
    from ir_platform.app.wiring import has_state, open_state  # noqa: PLC0415  it loads the whole program

    if not has_state(settings):
        return RuleSettings()
    state = open_state(settings)
    state.migrate()
    with state.read() as uow:
        return uow.rules.settings()


@click.command("import")
@click.argument("source", metavar="FOLDER|ZIP", type=click.Path(exists=True, path_type=Path))
@click.option("--name", help="Nama paket; baku: nama folder atau ZIP.")
@json_option
@data_option
def import_pack(*, source: Path, name: str | None, as_json: bool, data_dir: Path | None) -> None:
    """Ambil satu paket aturan (susunan SigmaHQ, juga YARA) dan pakai; versi sebelumnya tetap disimpan."""
    with deciding(data_dir) as here:
        try:
            taken = take_in(source, here.desk, name=name, by=None)
        except (PackError, OSError) as error:
            stop(f"paket tidak diterima: {error}")
    pack = taken.pack
    if as_json:
        said = {"pack": pack.name, "sha256": pack.sha256, "files": pack.files, "loaded": taken.loaded}
        skipped = [asdict(one) for one in taken.skipped]
        print_json(
            {**said, "yara": taken.yara_rules, "licence": pack.licence, "unfed": taken.unfed, "skipped": skipped}
        )
        return
    for one in taken.skipped:
        click.echo(printable(str(one)), err=True)
    if taken.unfed:
        click.echo(f"{taken.unfed} aturan menunggu sumber log yang tidak ada yang mengisi", err=True)
    yara = f" dan {taken.yara_rules} aturan YARA" if taken.yara_rules else ""
    click.echo(f"paket {pack.name} ({pack.version}): {taken.loaded} aturan{yara} dimuat, {len(taken.skipped)} dilewati")


@click.command("packs")
@json_option
@data_option
def packs(*, as_json: bool, data_dir: Path | None) -> None:
    """Daftar paket aturan dengan versinya, yang dipakai lebih dahulu."""
    with deciding(data_dir) as here:
        folder = packs_folder(here.settings.data_dir)
        used = {one.name: one.sha256 for one in here.desk.settings().packs}
        versions = [pack for name in pack_names(folder) for pack in pack_versions(folder, name)]
    versions.sort(key=lambda pack: (pack.name, used.get(pack.name) != pack.sha256))
    if as_json:
        print_json([_as_json(pack, is_used=used.get(pack.name) == pack.sha256) for pack in versions])
        return
    rows = [
        (
            pack.name,
            pack.version,
            "ya" if used.get(pack.name) == pack.sha256 else "-",
            f"{pack.imported_at:%Y-%m-%d %H:%M}",
            str(pack.files),
            printable(pack.licence) or "-",
        )
        for pack in versions
    ]
    print_table(rows, ("paket", "versi", "dipakai", "diambil", "berkas", "lisensi"))


def _as_json(pack: Pack, *, is_used: bool) -> dict[str, object]:
    return {
        "pack": pack.name,
        "sha256": pack.sha256,
        "version": pack.version,
        "is_used": is_used,
        "imported_at": pack.imported_at.isoformat(),
        "files": pack.files,
        "licence": pack.licence,
    }


@click.command("use")
@click.argument("name", metavar="PAKET")
@click.argument("version", metavar="VERSI")
@data_option
def use(*, name: str, version: str, data_dir: Path | None) -> None:
    """Pakai VERSI (awal SHA-256) dari PAKET; aturan yang sedang berjalan menggantinya tanpa dijalankan ulang."""
    with deciding(data_dir) as here:
        pack = here.desk.use_version(name, version, by=None)
    click.echo(f"paket {pack.name}: versi {pack.version} dipakai")


@click.command("rollback")
@click.argument("name", metavar="PAKET")
@data_option
def rollback(*, name: str, data_dir: Path | None) -> None:
    """Kembali ke versi PAKET yang dipakai sebelum ini."""
    with deciding(data_dir) as here:
        pack = here.desk.roll_back(name, by=None)
    click.echo(f"paket {pack.name}: versi {pack.version} dipakai")


@click.command("remove")
@click.argument("name", metavar="PAKET")
@data_option
def remove(*, name: str, data_dir: Path | None) -> None:
    """Berhenti memakai PAKET dan hapus semua versinya."""
    with deciding(data_dir) as here:
        here.desk.remove(name, by=None)
    click.echo(f"paket {name} dihapus")
