"""`irp indicators import|list|remove`: known-bad addresses, names, fingerprints and hashes from files."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from detections.indicators.desk import IndicatorDesk
from detections.indicators.feeds import FeedError
from detections.indicators.model import Feed
from ir_platform.adapters.files.data_dir import DataDirError
from ir_platform.app.cli.common import data_option, json_option, print_json, print_table, printable, stop
from ir_platform.app.cli.deciding import prepared_state
from ir_platform.ports import ConflictError

DEFAULT_DAYS = 90
"""Addresses change hands: an old indicator names somebody else."""
MAX_DAYS = 3_650


@click.group("indicators")
def indicators() -> None:
    """Indikator yang dikenal berbahaya (STIX 2.1, MISP): ambil, daftar, hapus."""


@contextmanager
def _desk(data_dir: Path | None) -> Iterator[IndicatorDesk]:
    """Yield the desk over the data folder; a refusal ends the command with status 2 and one line."""
    from ir_platform.app.wiring import make_indicator_desk  # noqa: PLC0415  it loads the whole program

    try:
        with prepared_state(data_dir) as here:
            yield make_indicator_desk(here.settings, here.state)
    except ConflictError:
        stop("keputusan lain baru saja disimpan; ulangi perintah ini")
    except (FeedError, DataDirError) as error:
        stop(printable(str(error)))


@indicators.command("import")
@click.argument("file", metavar="BERKAS", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option("--name", help="Nama sumber; baku: nama berkas. Nama yang sama diganti.")
@click.option("--source", help="Dari siapa indikator ini, seperti yang ditampilkan; baku: nama.")
@click.option(
    "--days",
    type=click.IntRange(1, MAX_DAYS),
    default=DEFAULT_DAYS,
    show_default=True,
    help="Masa berlaku indikator yang tidak menyebutnya sendiri.",
)
@json_option
@data_option
def import_indicators(
    *, file: Path, name: str | None, source: str | None, days: int, as_json: bool, data_dir: Path | None
) -> None:
    """Ambil indikator dari bundel STIX 2.1 atau kejadian MISP (JSON) dan pakai tanpa menjalankan ulang."""
    with _desk(data_dir) as desk:
        try:
            feed = desk.take_in(file, name=name, source=source, valid_for=timedelta(days=days), by=None)
        except OSError as error:
            stop(f"{file}: {error.strerror or error}")
    if as_json:
        print_json(_as_json(feed))
        return
    click.echo(f"{feed.name}: {len(feed.indicators)} indikator ({feed.format}) dipakai, {_kinds(feed)}")
    for reason, count in feed.left_out.items():
        click.echo(f"dilewati: {count} {reason}", err=True)


@indicators.command("list")
@json_option
@data_option
def list_indicators(*, as_json: bool, data_dir: Path | None) -> None:
    """Daftar sumber indikator dengan jumlah dan masa berlakunya."""
    with _desk(data_dir) as desk:
        feeds = desk.feeds()
    if as_json:
        print_json([_as_json(feed) for feed in feeds])
        return
    rows = [
        (
            feed.name,
            printable(feed.source),
            feed.format,
            str(len(feed.indicators)),
            f"{feed.imported_at:%Y-%m-%d}",
            f"{feed.expires_at:%Y-%m-%d}",
        )
        for feed in feeds
    ]
    print_table(rows, ("nama", "sumber", "bentuk", "indikator", "diambil", "berlaku sampai"))


@indicators.command("remove")
@click.argument("name", metavar="NAMA")
@data_option
def remove_indicators(*, name: str, data_dir: Path | None) -> None:
    """Hapus sumber indikator NAMA."""
    with _desk(data_dir) as desk:
        desk.remove(name, by=None)
    click.echo(f"sumber indikator {name} dihapus")


def _kinds(feed: Feed) -> str:
    counts = Counter(one.kind.value for one in feed.indicators)
    return ", ".join(f"{count} {kind}" for kind, count in counts.most_common())


def _as_json(feed: Feed) -> dict[str, Any]:
    return {
        "name": feed.name,
        "source": feed.source,
        "format": feed.format,
        "sha256": feed.sha256,
        "indicators": len(feed.indicators),
        "kinds": dict(Counter(one.kind.value for one in feed.indicators)),
        "left_out": dict(feed.left_out),
        "imported_at": feed.imported_at.isoformat(),
        "expires_at": feed.expires_at.isoformat(),
    }
