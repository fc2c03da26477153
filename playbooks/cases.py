"""Reads the incidents of a period for `playbooks.figures`, batch by batch."""

from collections.abc import Iterator

from ir_platform.domain.office import OfficeId
from ir_platform.ports import Calendars, UnitOfWork
from playbooks.figures import Case, Period
from playbooks.library import Library
from playbooks.run_state import state_from_json


def cases_of(
    uow: UnitOfWork, period: Period, *, library: Library, calendars: Calendars, offices: frozenset[OfficeId] | None
) -> Iterator[Case]:
    """Yield every incident that was open within the period; `offices` None: of all of them."""
    for batch in uow.incidents.alive_between(period.begins, period.horizon, offices=offices):
        ids = [one.id for one in batch]
        runs, documents = uow.runs.many(ids), uow.documents.outlines(ids)
        for incident in batch:
            run = runs.get(incident.id)
            if run is not None:
                yield Case(
                    incident=incident,
                    sop=library.sop_of(uow, run),
                    state=state_from_json(run.state),
                    documents=documents.get(incident.id, ()),
                    calendar=calendars.of(uow, incident.office_id),
                )
