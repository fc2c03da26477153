"""The working calendar: an office's own days, Ramadans as decreed, and when a limit would end."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime

from api.dependencies import Administrator, CallerFirstRoute, OfficeMember, Services, Use
from api.errors import BadInputError, NotFoundError
from api.pagination import Items, all_items
from api.resources.calendar.schemas import (
    DayImport,
    DayImportShown,
    DueShown,
    Kantor,
    NewOfficeDay,
    OfficeDayShown,
    RamadanBody,
    RamadanShown,
    show_day,
    show_ramadan,
    show_table,
)
from api.text import Line
from ir_platform.calendar.day_table import NewDay, TableTooLongError, read_day_table
from ir_platform.calendar.desk import BadRamadanError, UnknownDayError
from ir_platform.calendar.duration import BadWaktuError, parse_waktu
from ir_platform.calendar.limits import limit_end
from ir_platform.calendar.ramadan_years import ramadans_shown
from ir_platform.calendar.working import OutOfCalendarError
from ir_platform.calendar.zones import moment_words, zone_of
from ir_platform.domain.office import OfficeId
from ir_platform.identity.offices import require_office

router = APIRouter(prefix="/calendar", tags=["calendar"], route_class=CallerFirstRoute)

OfficeQuery = Annotated[Kantor, Query()]
HijriYear = Annotated[int, Path(ge=1343, le=1600)]


@router.get("/days")
def list_days(services: Use, caller: OfficeMember, kantor: OfficeQuery = "utama") -> Items[OfficeDayShown]:
    """In order of the day."""
    with services.state.read() as uow:
        return all_items(uow.calendar_days.days(OfficeId(kantor)), show_day)


@router.post("/days", status_code=201)
def add_day(body: NewOfficeDay, services: Use, caller: Administrator) -> OfficeDayShown:
    """In the place of what was said of that day."""
    office_id = office_named(services, body.kantor)
    day = NewDay(line=1, day=body.tanggal, kind=body.jenis, what=body.uraian)
    services.calendar_desk.put_days(office_id, [day], caller)
    with services.state.read() as uow:
        return next(show_day(one) for one in uow.calendar_days.days(office_id) if one.day == body.tanggal)


@router.post("/days/import")
def import_days(body: DayImport, services: Use, caller: Administrator) -> DayImportShown:
    """Look at a list, or (`simpan`) take its good lines in; what cannot be read is answered with line and reason."""
    office_id = office_named(services, body.kantor)
    try:
        table = read_day_table(body.isi)
    except TableTooLongError as error:
        raise BadInputError(detail=str(error)) from error
    stored = services.calendar_desk.put_days(office_id, table.days, caller) if body.simpan else 0
    return show_table(table, stored=stored)


@router.delete("/days/{tanggal}", status_code=204)
def remove_day(tanggal: date, services: Use, caller: Administrator, kantor: OfficeQuery = "utama") -> None:
    try:
        services.calendar_desk.remove_day(OfficeId(kantor), tanggal, caller)
    except UnknownDayError as error:
        raise NotFoundError(detail=str(error)) from error


@router.get("/ramadan")
def list_ramadans(services: Use, caller: OfficeMember) -> Items[RamadanShown]:
    """Of this year and the next two, and every one that was decreed."""
    with services.state.read() as uow:
        decreed = uow.calendar_days.ramadans()
    return all_items(ramadans_shown(services.today().year, decreed), show_ramadan)


@router.put("/ramadan/{tahun_hijriah}", status_code=204)
def set_ramadan(tahun_hijriah: HijriYear, body: RamadanBody, services: Use, caller: Administrator) -> None:
    """As the government decreed it."""
    try:
        services.calendar_desk.set_ramadan(tahun_hijriah, body.mulai, body.sampai, caller)
    except BadRamadanError as error:
        raise BadInputError(detail=str(error)) from error


@router.delete("/ramadan/{tahun_hijriah}", status_code=204)
def remove_ramadan(tahun_hijriah: HijriYear, services: Use, caller: Administrator) -> None:
    """Let the computed days count again."""
    try:
        services.calendar_desk.remove_ramadan(tahun_hijriah, caller)
    except UnknownDayError as error:
        raise NotFoundError(detail=str(error)) from error


@router.get("/due")
def show_due(
    services: Use,
    caller: OfficeMember,
    mulai: AwareDatetime,
    waktu: Annotated[Line, Query(max_length=40)],
    kantor: OfficeQuery = "utama",
) -> DueShown:
    """When would a limit end that begins then?"""
    zone = zone_of(services.settings.timezone)
    with services.state.read() as uow:
        calendar = services.calendars.of(uow, OfficeId(kantor))
    try:
        limit = parse_waktu(waktu)
        due = limit_end(calendar, mulai, limit)
        minutes = calendar.working_minutes_between(mulai, due)
    except (BadWaktuError, OutOfCalendarError) as error:
        raise BadInputError(detail=str(error)) from error
    return DueShown(
        mulai=mulai,
        waktu=str(limit),
        jatuh_tempo=due,
        menit_kerja=minutes,
        zona=str(zone),
        kalimat=moment_words(due, zone),
    )


def office_named(services: Services, kantor: str) -> OfficeId:
    """Raises: UnknownOfficeError."""
    with services.state.read() as uow:
        return require_office(uow, kantor).id
