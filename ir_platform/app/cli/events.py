"""`irp events`: what the event store holds, taken out, moved, checked; searching is `irp search`."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import click

from ir_platform.adapters.events.embedded.index import IndexStoppedError
from ir_platform.adapters.events.embedded.rebuild import check_segments, rebuild_index
from ir_platform.app.archive import renamed_when_whole
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
from ir_platform.app.wiring import (
    copy_event_store,
    event_reader,
    has_event_store,
    make_event_export,
    note_audit,
    open_state,
)
from ir_platform.audit.custody import COMMAND_LINE
from ir_platform.config import Settings
from ir_platform.domain.event_export import ExportAsked, ExportForm
from ir_platform.ports import (
    BadQueryError,
    EventRefusedError,
    StoreBusyError,
    StoreFullError,
    UncountableFieldError,
)

_EVERY = 2**62
_from = click.option("--from", "time_from", type=When(), help="Sejak waktu ini.")
_to = click.option("--to", "time_to", type=When(), help="Sebelum waktu ini.")
_query = click.argument("query", metavar="[QUERY]", default="*")


@click.group("events")
def events() -> None:
    """Penyimpanan kejadian: field dan nilainya, ekspor, pemeriksaan, indeks."""


@events.command("fields")
@_query
@_from
@_to
@json_option
@data_option
def fields(
    *, query: str, time_from: datetime | None, time_to: datetime | None, as_json: bool, data_dir: Path | None
) -> None:
    """Daftar field pada kejadian yang ditemukan dan berapa kejadian yang memilikinya."""
    reader = event_reader(_settings_with_events(data_dir))
    try:
        found = reader.field_counts(query, time_from=time_from, time_to=time_to)
    except BadQueryError as error:
        stop(str(error))
    if as_json:
        items = [{"name": one.name, "kind": one.kind, "events": one.events} for one in found]
        print_json({"items": items, "cursor": None})
        return
    print_table([(printable(one.name), one.kind, str(one.events)) for one in found], ("field", "jenis", "kejadian"))


@events.command("top")
@click.argument("field", metavar="FIELD")
@_query
@_from
@_to
@click.option("--limit", type=click.IntRange(1, 10_000), default=10, show_default=True, help="Paling banyak.")
@json_option
@data_option
def top(
    *,
    field: str,
    query: str,
    time_from: datetime | None,
    time_to: datetime | None,
    limit: int,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Nilai FIELD yang paling sering pada kejadian yang ditemukan (huruf kecil, seperti dibandingkan)."""
    reader = event_reader(_settings_with_events(data_dir))
    try:
        found = reader.top_values(query, field=field, time_from=time_from, time_to=time_to, limit=limit)
    except (BadQueryError, UncountableFieldError) as error:
        stop(str(error))
    if as_json:
        print_json({"items": [{"value": one.value, "events": one.events} for one in found], "cursor": None})
        return
    print_table([(printable(one.value), str(one.events)) for one in found], ("nilai", "kejadian"))


@events.command("export")
@_query
@click.option("--out", "target", type=click.Path(path_type=Path, dir_okay=False), help="Berkas tujuan; tanpa: stdout.")
@click.option(
    "--format",
    "form",
    type=click.Choice([one.value for one in ExportForm]),
    default=ExportForm.JSONL.value,
    show_default=True,
)
@click.option("--column", "columns", multiple=True, help="Kolom CSV dan Parquet, berurutan; baku: field yang ada.")
@click.option("--limit", type=click.IntRange(min=1), help="Paling banyak, yang terbaru; baku: semua.")
@_from
@_to
@data_option
def export(
    *,
    query: str,
    target: Path | None,
    form: str,
    columns: tuple[str, ...],
    limit: int | None,
    time_from: datetime | None,
    time_to: datetime | None,
    data_dir: Path | None,
) -> None:
    """Tulis kejadian yang ditemukan ke satu berkas; pengambilan ini dicatat dalam jejak audit."""
    settings = _settings_with_events(data_dir)
    state = open_state(settings)
    state.migrate()
    asked = ExportAsked(
        query=query,
        time_from=time_from,
        time_to=time_to,
        form=ExportForm(form),
        columns=tuple(dict.fromkeys(columns)),
        most=limit or _EVERY,
    )
    try:
        with _written(target) as file:
            done = make_event_export(settings, state).write(asked, file, COMMAND_LINE)
    except BadQueryError as error:
        stop(str(error))
    except OSError as error:
        stop(f"{target or 'stdout'} tidak dapat ditulis: {error.strerror or error}")
    note_audit(settings, state)
    rest = "" if done.is_complete else " (masih ada yang lebih lama)"
    click.echo(f"{done.events} kejadian{rest} -> {target or 'stdout'}", err=True)


@events.command("check")
@json_option
@data_option
def check(*, as_json: bool, data_dir: Path | None) -> None:
    """Baca setiap rekaman penyimpanan dalam folder data; status 1 bila ada yang rusak. Server harus berhenti."""
    folder = _embedded_folder(data_dir)
    try:
        found = check_segments(folder)
    except StoreBusyError:
        stop(_BUSY)
    if as_json:
        damaged = [{"file": str(one.file), "offset": one.offset} for one in found.damaged]
        print_json({"ok": not damaged, "segments": found.segments, "events": found.events, "damaged": damaged})
    else:
        for one in found.damaged:
            click.echo(f"{one.file}: rusak pada byte {one.offset}")
        click.echo(
            f"{found.segments} segmen, {found.events} kejadian utuh, {len(found.damaged)} tempat rusak", err=True
        )
    sys.exit(1 if found.damaged else 0)


@events.command("rebuild")
@data_option
def rebuild(*, data_dir: Path | None) -> None:
    """Buat ulang indeks pencarian dari segmen. Server harus berhenti; kejadiannya sendiri tidak disentuh."""
    folder = _embedded_folder(data_dir)
    try:
        rebuild_index(folder, on_progress=_telling("diindeks"))
    except StoreBusyError:
        stop(_BUSY)
    except IndexStoppedError as error:
        stop(f"indeks tidak dapat ditulis: {error}")
    click.echo("indeks selesai dibuat ulang", err=True)


@events.command("copy")
@data_option
def copy(*, data_dir: Path | None) -> None:
    """Salin penyimpanan dalam folder data ke Elasticsearch (IRP_EVENTS_URL).

    Server boleh tetap berjalan. Bila terputus, perintah yang sama melanjutkan; yang sudah ada tidak tersalin dua kali.
    """
    settings = settings_from(data_dir=data_dir)
    _embedded_folder(data_dir)
    if settings.events_url is None:
        stop("tujuan belum ditetapkan: setel IRP_EVENTS_URL")
    tell = _telling("disalin")
    try:
        done = copy_event_store(settings, on_progress=lambda at: tell(at.done_bytes, at.all_bytes))
    except (StoreFullError, EventRefusedError) as error:
        stop(f"Elasticsearch tidak menerima ({error}); perintah yang sama melanjutkan")
    click.echo(f"{done.events} kejadian terbaca, {done.stored} di antaranya belum ada di tujuan", err=True)


_BUSY = "penyimpanan kejadian sedang ditulis; hentikan server lebih dahulu"


def _settings_with_events(data_dir: Path | None) -> Settings:
    settings = settings_from(data_dir=data_dir)
    if not has_event_store(settings):
        stop(f"folder data {settings.data_dir} tidak ada")
    return settings


def _embedded_folder(data_dir: Path | None) -> Path:
    settings = settings_from(data_dir=data_dir)
    folder = settings.data_dir / "events"
    if not folder.is_dir():
        stop(f"tidak ada penyimpanan kejadian di {settings.data_dir}")
    return folder


def _written(target: Path | None) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdout.buffer) if target is None else renamed_when_whole(target)


def _telling(word: str) -> Callable[[int, int], None]:
    """Return what tells on stderr how far it is, whenever another percent is done."""
    told = -1

    def tell(done: int, of: int) -> None:
        nonlocal told
        percent = 100 if of == 0 else done * 100 // of
        if percent > told:
            told = percent
            click.echo(f"{percent} % {word}", err=True)

    return tell
