"""Who may carry out the active steps of an incident today, and in whose place."""

from fastapi import APIRouter
from pydantic import BaseModel

from api.dependencies import Caller, CallerFirstRoute, Use
from api.errors import NotFoundError
from api.pagination import Items, all_items
from api.resources.incidents.access import readable_incident
from api.resources.incidents.schemas import MandatShown
from playbooks.holders import Holder, StepHolders, holders_of
from playbooks.run_state import state_from_json

router = APIRouter(prefix="/incidents/{incident_id}/holders", tags=["incidents"], route_class=CallerFirstRoute)


class HolderShown(BaseModel):
    nama: str
    jabatan: str
    mandat: MandatShown | None
    terhalang: bool
    """Did itself what the step verifies; others carry it out."""


class StepHoldersShown(BaseModel):
    no: int
    orang: list[HolderShown]


def show_holder(one: Holder) -> HolderShown:
    mandat = MandatShown.model_validate(one.mandat) if one.mandat else None
    return HolderShown(nama=one.nama, jabatan=one.jabatan, mandat=mandat, terhalang=one.is_barred)


def show_holders(one: StepHolders) -> StepHoldersShown:
    return StepHoldersShown(no=one.no, orang=[show_holder(each) for each in one.holders])


@router.get("")
def list_holders(incident_id: str, services: Use, caller: Caller) -> Items[StepHoldersShown]:
    """For each active step; a step without anybody waits until somebody is given the position."""
    incident = readable_incident(services, caller, incident_id)
    with services.state.read() as uow:
        run = uow.runs.get(incident.id)
        if run is None:
            raise NotFoundError
        sop, state = services.library.sop_of(uow, run), state_from_json(run.state)
        found = holders_of(uow.accounts.all(), incident, sop, state, on=services.today())
    return all_items(found, show_holders)
