"""Figures for the leadership: one period, from the function that the auditor's pack uses too."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from api.dependencies import OfficeMember, Services, Use
from api.errors import BadInputError
from api.pagination import Items
from api.resources.metrics.schemas import IncidentFiguresShown, SummaryShown, show_incident_figures, show_summary
from api.text import Line
from ir_platform.domain.alert import Level
from ir_platform.domain.office import OfficeId
from ir_platform.identity.offices import named_offices
from ir_platform.identity.power import offices_of
from playbooks.cases import cases_of
from playbooks.figure_lists import Figure, behind
from playbooks.figures import Period, Summary, summarise

router = APIRouter(prefix="/metrics", tags=["metrics"])

LONGEST: Final = timedelta(days=366 * 5)
USUAL: Final = timedelta(days=30)
MOST_LISTED: Final = 200

From = Annotated[AwareDatetime | None, Query(alias="from")]
To = Annotated[AwareDatetime | None, Query(alias="to")]


@router.get("/summary")
def show_figures(services: Use, caller: OfficeMember, time_from: From = None, time_to: To = None) -> SummaryShown:
    """The figures of [from, to), of the caller's offices; without them the last 30 days."""
    summary = summary_of(services, period_of(services, time_from, time_to), offices_of(caller))
    return show_summary(summary, offices=office_names(services), most=MOST_LISTED)


@router.get("/incidents")
def list_counted(
    services: Use,
    caller: OfficeMember,
    angka: Figure,
    time_from: From = None,
    time_to: To = None,
    level: Level | None = None,
    playbook: Annotated[Line | None, Query(max_length=200)] = None,
    kantor: Annotated[Line | None, Query(max_length=200)] = None,
) -> Items[IncidentFiguresShown]:
    """The incidents behind a figure of the summary, newest first: at most 200 of `total`."""
    summary = summary_of(services, period_of(services, time_from, time_to), offices_of(caller))
    found = behind(summary.incidents, angka, level=level, playbook_id=playbook, office_id=kantor)
    titles = {one.playbook_id: one.judul for one in summary.playbooks}
    offices = office_names(services)
    shown = [show_incident_figures(one, titles=titles, offices=offices) for one in found[:MOST_LISTED]]
    return Items(items=shown, cursor=None, total=len(found))


def office_names(services: Services) -> dict[str, str]:
    with services.state.read() as uow:
        return {one.id: one.nama for one in named_offices(uow, home=services.settings.office_name)}


def period_of(services: Services, time_from: AwareDatetime | None, time_to: AwareDatetime | None) -> Period:
    """Raises: BadInputError for a period that is empty, runs backwards or is longer than five years."""
    now = services.clock()
    ends = time_to or now
    try:
        begins = time_from or ends - USUAL
        is_fine = timedelta(0) < ends - begins <= LONGEST
    except OverflowError:
        is_fine = False
    if not is_fine:
        raise BadInputError(detail="Masa yang diminta harus lebih dari nol dan paling lama lima tahun.")
    return Period(begins=begins, ends=ends, now=now)


def summary_of(services: Services, period: Period, offices: frozenset[OfficeId]) -> Summary:
    with services.state.read() as uow:
        cases = cases_of(uow, period, library=services.library, calendars=services.calendars, offices=offices)
        return summarise(cases, period)
