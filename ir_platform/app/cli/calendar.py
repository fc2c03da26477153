"""`irp calendar`: when a limit ends by the working calendar."""

import json
from datetime import datetime

import click

from ir_platform.calendar.duration import BadWaktuError, Waktu, parse_waktu
from ir_platform.calendar.working import OfficeCalendar, OutOfCalendarError, perpres_calendar
from ir_platform.calendar.zones import UnknownZoneError, moment_words

_BAD_USAGE = 2


@click.group()
def calendar() -> None:
    """Kalender kerja pemerintah (Perpres 21/2023)."""


@calendar.command()
@click.option("--from", "start_text", required=True, metavar="T", help="Saat mulai, ISO 8601; tanpa zona: zona kantor.")
@click.option("--waktu", "waktu_text", required=True, metavar="WAKTU", help='Misalnya "2 hari", "1-2 jam", "20 menit".')
@click.option("--zona", default="WITA", show_default=True, help="WIB, WITA, WIT atau nama seperti Asia/Makassar.")
@click.option("--json", "as_json", is_flag=True, help="Satu dokumen JSON pada stdout.")
def due(start_text: str, waktu_text: str, zona: str, as_json: bool) -> None:
    """Kapan batas waktu berakhir, dihitung dalam jam kerja."""
    try:
        office, waktu = perpres_calendar(zona), parse_waktu(waktu_text)
        start = _start(start_text, office)
        end = office.due(start, waktu)
    except (BadWaktuError, UnknownZoneError, OutOfCalendarError, _BadStartError) as error:
        click.echo(str(error), err=True)
        raise SystemExit(_BAD_USAGE) from error
    click.echo(_json(start, waktu, end, office) if as_json else moment_words(end, office.zone))


class _BadStartError(Exception):
    def __init__(self, *, text: str) -> None:
        super().__init__(f"waktu mulai tidak terbaca: {text!r}; contoh: 2026-11-20T15:00")
        self.text = text


def _start(text: str, office: OfficeCalendar) -> datetime:
    try:
        start = datetime.fromisoformat(text)
        return (start if start.tzinfo else start.replace(tzinfo=office.zone)).astimezone(office.zone)
    except (ValueError, OverflowError) as error:
        raise _BadStartError(text=text) from error


def _json(start: datetime, waktu: Waktu, end: datetime, office: OfficeCalendar) -> str:
    plain = {
        "from": start.isoformat(),
        "waktu": {"min": waktu.min, "max": waktu.max, "satuan": waktu.satuan.value},
        "zona": str(office.zone),
        "due": end.astimezone(office.zone).isoformat(),
        "menit_kerja": waktu.max_minutes,
    }
    return json.dumps(plain, ensure_ascii=False)
