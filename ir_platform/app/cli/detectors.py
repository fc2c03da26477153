"""`irp detectors`: the network detectors, their thresholds, and the office's own file put in use."""

from dataclasses import fields
from pathlib import Path

import click

from detections.catalog import new_detectors, thresholds_of
from detections.detectors.office import OfficeThresholds, ThresholdError, thresholds_file
from ir_platform.app.cli.common import data_option, json_option, print_json, print_table, settings_from, stop


@click.group("detectors")
def detectors() -> None:
    """Detektor jaringan: daftar ambangnya, pakai ambang milik kantor (detectors.toml di folder data)."""


@detectors.command("list")
@json_option
@data_option
def list_detectors(*, as_json: bool, data_dir: Path | None) -> None:
    """Tampilkan setiap detektor dengan ambang yang berlaku."""
    office = _office(thresholds_file(settings_from(data_dir=data_dir).data_dir))
    rows = [
        (
            one.name,
            key.name,
            getattr(office.of(one.name, one.settings), key.name),
            key.name in _changed(office, one.name),
        )
        for one in new_detectors()
        for key in fields(one.settings)
    ]
    if as_json:
        print_json(
            [
                {
                    "name": one.name,
                    "enabled": one.name not in office.off,
                    "findings": [
                        {"id": info.id, "judul": info.title, "title": info.title_en, "level": info.level.value}
                        for info in one.infos
                    ],
                    "thresholds": {key: value for name, key, value, _ in rows if name == one.name},
                }
                for one in new_detectors()
            ]
        )
        return
    shown = [
        (name, key, _words(value), "kantor" if is_changed else "bawaan", "mati" if name in office.off else "nyala")
        for name, key, value, is_changed in rows
    ]
    print_table(shown, ("detektor", "ambang", "nilai", "dari", "keadaan"))


@detectors.command("apply")
@data_option
def apply(*, data_dir: Path | None) -> None:
    """Periksa detectors.toml di folder data dan pakai, tanpa menjalankan ulang; status 2 bila ada yang salah."""
    from ir_platform.app.cli.rule_packs import deciding  # noqa: PLC0415  it loads the whole program

    path = thresholds_file(settings_from(data_dir=data_dir).data_dir)
    office = _office(path)
    with deciding(data_dir) as here:
        here.desk.apply_thresholds({name: dict(table) for name, table in office.changed.items()}, by=None)
    click.echo(f"ambang dari {path} dipakai: {len(office.changed)} detektor diubah, {len(office.off)} mati")


def _office(path: Path) -> OfficeThresholds:
    try:
        return thresholds_of(path)
    except ThresholdError as error:
        stop(str(error))
    except OSError as error:
        stop(f"{path}: {error.strerror or error}")


def _changed(office: OfficeThresholds, name: str) -> frozenset[str]:
    return frozenset(office.changed.get(name, {}))


def _words(value: object) -> str:
    if isinstance(value, tuple):
        shown = ", ".join(map(str, value[:4]))
        return f"{shown}, … ({len(value)})" if len(value) > 4 else shown or "-"
    return str(value)
