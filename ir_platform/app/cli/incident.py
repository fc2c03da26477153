"""`irp incident`: what the page shows of incidents, for scripts, beside a server or without. Only `export` writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from ir_platform.app.archive import renamed_when_whole
from ir_platform.app.cli.common import data_option, json_option, print_json, print_table, settings_from, stop
from ir_platform.app.ids import utc_now
from ir_platform.app.incident_export import Record, listed_json, read_record, read_run, record_json
from ir_platform.app.wiring import make_delivery, note_audit, office_calendars, open_state
from ir_platform.audit.custody import COMMAND_LINE
from ir_platform.calendar.zones import moment_words, zone_of
from ir_platform.config import Settings
from ir_platform.domain.alert import IncidentId, Level
from ir_platform.domain.incident import Incident, IncidentStatus
from ir_platform.ports import IncidentFilter, UnitOfWork
from playbooks.library import shipped

MAX_LISTED = 10_000
_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    settings: Settings
    uow: UnitOfWork

    def incidents(self, wanted: IncidentFilter) -> Iterator[Incident]:
        """Yield the incidents, newest first, in bounded memory."""
        cursor: str | None = None
        while True:
            page = self.uow.incidents.page(wanted, cursor=cursor, limit=_PAGE)
            yield from page.items
            cursor = page.cursor
            if cursor is None:
                return

    def find(self, key: str) -> Incident:
        """Return the incident with this number or id; end with status 2 where there is none."""
        named = (one for one in self.incidents(IncidentFilter(text=key)) if one.nomor.casefold() == key.casefold())
        found = self.uow.incidents.get(IncidentId(key)) or next(named, None)
        if found is None:
            stop(f"insiden tidak ditemukan: {_printable(key)}")
        return found

    def record(self, key: str) -> Record:
        found = self.find(key)
        calendar = office_calendars(self.settings).of(self.uow, found.office_id)
        return read_record(self.uow, found, library=shipped(), calendar=calendar, now=utc_now())


@contextmanager
def reading(data_dir: Path | None) -> Iterator[Reading]:
    """Yield one snapshot of the state; a folder without one ends the command with status 2, and stays as it is."""
    settings = settings_from(data_dir=data_dir)
    if settings.database_url is None and not (settings.data_dir / "state.sqlite3").is_file():
        stop(f"belum ada data di {settings.data_dir}")
    with open_state(settings).read() as uow:
        yield Reading(settings=settings, uow=uow)


@click.group()
def incident() -> None:
    """Insiden: daftar, satu insiden, ekspor."""


@incident.command("list")
@click.option("--status", type=click.Choice([one.value for one in IncidentStatus]), help="Hanya berstatus ini.")
@click.option("--level", type=click.Choice([one.value for one in Level]), help="Hanya bertingkat ini.")
@click.option("--limit", type=click.IntRange(1, MAX_LISTED), default=50, show_default=True, help="Paling banyak.")
@json_option
@data_option
def list_incidents(*, status: str | None, level: str | None, limit: int, as_json: bool, data_dir: Path | None) -> None:
    """Daftar insiden, yang terbaru lebih dahulu."""
    wanted = IncidentFilter(
        status=IncidentStatus(status) if status else None,
        level=Level(level) if level else None,
    )
    with reading(data_dir) as here:
        page = here.uow.incidents.page(wanted, cursor=None, limit=limit)
        items = [_listed(here, one) for one in page.items]
    if as_json:
        print_json({"items": items, "cursor": page.cursor})
        return
    print_table([_row(item) for item in items], ("nomor", "status", "tingkat", "langkah", "judul"))
    if page.cursor is not None:
        click.echo(f"hanya {limit} yang terbaru; pakai --limit untuk lebih banyak", err=True)


def _listed(here: Reading, one: Incident) -> dict[str, Any]:
    calendar = office_calendars(here.settings).of(here.uow, one.office_id)
    sop, view = read_run(here.uow, one, library=shipped(), calendar=calendar, now=utc_now())
    return listed_json(one, sop, view)


def _row(item: dict[str, Any]) -> tuple[str, ...]:
    steps = ",".join(map(str, item["langkah_aktif"])) or "-"
    return item["nomor"], item["status"], item["level"], steps, _printable(item["judul"])


@incident.command()
@click.argument("key", metavar="NOMOR_ATAU_ID")
@json_option
@data_option
def show(key: str, *, as_json: bool, data_dir: Path | None) -> None:
    """Satu insiden: catatan, langkah, kronologi."""
    with reading(data_dir) as here:
        record = here.record(key)
    if as_json:
        print_json(record_json(record))
        return
    for line in _lines_of(record, here.settings.timezone):
        click.echo(_printable(line))


def _lines_of(record: Record, timezone: str) -> Iterator[str]:
    zone, one = zone_of(timezone), record.incident
    yield f"{one.nomor}  {one.judul}"
    yield f"Status: {one.status.value}; tingkat: {one.level.value}; pelapor: {one.pelapor}; id: {one.id}"
    yield f"SOP: {record.sop.judul}"
    for waiting in record.view.menunggu:
        yield f"Langkah {waiting.no}, putaran {record.view.putaran[waiting.no]}: {waiting.kalimat.id}"
    yield from ("", *one.uraian.splitlines(), "", "Kronologi:")
    for entry in record.timeline:
        facts = "; ".join(f"{name}: {value}" for name, value in entry.facts)
        yield f"- {moment_words(entry.at, zone)}  {entry.kind}  {entry.actor}  {facts}"


@incident.command()
@click.argument("key", metavar="NOMOR_ATAU_ID")
@click.argument("target", metavar="BERKAS.zip", type=click.Path(path_type=Path, dir_okay=False))
@data_option
def export(key: str, target: Path, *, data_dir: Path | None) -> None:
    """Tulis satu ZIP: kronologi, catatan, dokumen, bukti, jejak audit, dan hash semuanya.

    Pengambilan ini dicatat dalam riwayat penguasaan setiap bukti di dalamnya.
    """
    with reading(data_dir) as here:
        found = here.find(key)
    state = open_state(here.settings)
    delivery = make_delivery(here.settings, state)
    try:
        with renamed_when_whole(target) as file:
            done = delivery.deliver(found, file, COMMAND_LINE)
    except OSError as error:
        stop(f"{target} tidak dapat ditulis: {error.strerror or error}")
    note_audit(here.settings, state)
    for problem in done.written.problems:
        click.echo(f"irp: {problem.name}: {problem.reason}", err=True)
    click.echo(
        f"{found.nomor}: {len(done.record.documents)} dokumen, {len(done.record.evidence)} bukti, "
        f"{len(done.record.audit)} entri audit, {len(done.written.problems)} berkas bermasalah -> {target}",
        err=True,
    )


def _printable(text: str) -> str:
    """Escape control characters: titles and notes may come from an attacker, and the reader is a terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
