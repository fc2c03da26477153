"""What this installation can do, for the page's notices."""

from fastapi import APIRouter
from pydantic import BaseModel

from api.dependencies import Caller, Use

router = APIRouter(tags=["system"])


class System(BaseModel):
    version: str
    tshark: bool
    """Whether captures can be analysed."""
    intake: bool
    """Whether the intake process answers."""


@router.get("/system")
def show_system(services: Use, caller: Caller) -> System:
    return System(version=services.version, tshark=services.captures_available(), intake=services.intake_answers())
