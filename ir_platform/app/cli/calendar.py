"""`irp calendar`: when a limit ends by the working calendar, and the office's own days."""

import json
from datetime import datetime
from pathlib import Path

import click

from ir_platform.app.cli.common import data_option, settings_from, stop
from ir_platform.calendar.duration import BadWaktuError, Waktu, parse_waktu
from ir_platform.calendar.source import StoredCalendars
from ir_platform.calendar.working import OfficeCalendar, OutOfCalendarError
from ir_platform.calendar.zones import UnknownZoneError, moment_words, zone_of
from ir_platform.config import Settings
from ir_platform.domain.office import HOME_OFFICE, OfficeId
from ir_platform.ports import StateUnavailableError

_BAD_USAGE = 2


@click.group()
def calendar() -> None:
    """Kalender kerja pemerintah (Perpres 21/2023)."""


@calendar.command()
@click.option("--from", "start_text", required=True, metavar="T", help="Saat mulai, ISO 8601; tanpa zona: zona kantor.")
@click.option("--waktu", "waktu_text", required=True, metavar="WAKTU", help='Misalnya "2 hari", "1-2 jam", "20 menit".')
@click.option("--zona", default="WITA", show_default=True, help="WIB, WITA, WIT atau nama seperti Asia/Makassar.")
@click.option("--kantor", default=HOME_OFFICE, show_default=True, help="Penutupan setempat kantor ini ikut dihitung.")
@click.option("--json", "as_json", is_flag=True, help="Satu dokumen JSON pada stdout.")
@data_option
def due(*, start_text: str, waktu_text: str, zona: str, kantor: str, as_json: bool, data_dir: Path | None) -> None:
    """Kapan batas waktu berakhir, dihitung dalam jam kerja.

    Hari libur setempat dihitung bila sudah ada data; tanpa data berlaku kalender nasional.
    """
    settings = settings_from(data_dir=data_dir)
    try:
        office, waktu = _calendar(settings, zona, OfficeId(kantor)), parse_waktu(waktu_text)
        start = _start(start_text, office)
        end = office.due(start, waktu)
        minutes = office.working_minutes_between(start, end)
    except (BadWaktuError, UnknownZoneError, OutOfCalendarError, _BadStartError) as error:
        click.echo(str(error), err=True)
        raise SystemExit(_BAD_USAGE) from error
    except StateUnavailableError as error:
        stop(str(error))
    plain = _plain(start, waktu, end, office, minutes=minutes)
    click.echo(json.dumps(plain, ensure_ascii=False) if as_json else moment_words(end, office.zone))


def _calendar(settings: Settings, zona: str, office_id: OfficeId) -> OfficeCalendar:
    """Return the office's calendar, without a database the nation's.

    Raises: UnknownZoneError, StateUnavailableError.
    """
    from ir_platform.app.wiring import has_state, open_state  # noqa: PLC0415  it loads the whole program

    zone = zone_of(zona)
    if not has_state(settings):
        return OfficeCalendar(zone=zone, hari=settings.hari)
    with open_state(settings).read() as uow:
        return StoredCalendars(zone=zone, hari=settings.hari).of(uow, office_id)


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


def _plain(start: datetime, waktu: Waktu, end: datetime, office: OfficeCalendar, *, minutes: int) -> dict[str, object]:
    return {
        "from": start.isoformat(),
        "waktu": {"min": waktu.min, "max": waktu.max, "satuan": waktu.satuan.value},
        "zona": str(office.zone),
        "due": end.astimezone(office.zone).isoformat(),
        "menit_kerja": minutes,
    }
