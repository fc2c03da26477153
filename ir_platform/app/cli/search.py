"""`irp search`: find events in the store."""

from datetime import datetime
from pathlib import Path

import click

from ir_platform.app.cli.common import When, data_option, json_option, print_json, settings_from, stop
from ir_platform.app.wiring import event_reader, has_event_store
from ir_platform.ports import BadQueryError, FoundEvent

MAX_EVENTS = 10_000


@click.command()
@click.argument("query", metavar="QUERY")
@click.option("--from", "time_from", type=When(), help="Sejak waktu ini.")
@click.option("--to", "time_to", type=When(), help="Sebelum waktu ini.")
@click.option("--limit", type=click.IntRange(1, MAX_EVENTS), default=50, show_default=True, help="Paling banyak.")
@click.option("--oldest-first", is_flag=True, help="Yang terlama lebih dahulu.")
@json_option
@data_option
def search(
    *,
    query: str,
    time_from: datetime | None,
    time_to: datetime | None,
    limit: int,
    oldest_first: bool,
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Cari kejadian, yang terbaru lebih dahulu: field:nilai, AND OR NOT (), "frasa", * ?, [a TO b], CIDR, kata."""
    settings = settings_from(data_dir=data_dir)
    if not has_event_store(settings):
        stop(f"folder data {settings.data_dir} tidak ada")
    reader = event_reader(settings)
    try:
        page = reader.search(
            query, time_from=time_from, time_to=time_to, cursor=None, limit=limit, oldest_first=oldest_first
        )
    except BadQueryError as error:
        stop(str(error))
    if as_json:
        items = [{**event.fields, "_id": event.id} for event in page.items]
        print_json({"total": page.total, "items": items, "cursor": page.cursor})
        return
    for event in page.items:
        click.echo(_line(event))
    click.echo(f"{len(page.items)} dari {page.total} kejadian", err=True)


def _line(event: FoundEvent) -> str:
    """Time, host, and the original line, or where there is none what the fields say; control characters are escaped."""
    fields = event.fields
    rest = (
        fields.get("event.original")
        or fields.get("message")
        or " ".join(f"{name}={value}" for name, value in fields.items() if name not in ("@timestamp", "event.id"))
    )
    line = f"{fields.get('@timestamp', '-')}  {fields.get('host.name', '-')}  {rest}"
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)
