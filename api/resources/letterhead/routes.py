"""The office's kop and what else its papers carry unless a person says otherwise."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import Administrator, CallerFirstRoute, Use
from api.text import Line, Text
from ir_platform.domain.stationery import Letterhead

router = APIRouter(prefix="/letterhead", tags=["letterhead"], route_class=CallerFirstRoute)

Short = Annotated[Line, Field(max_length=250)]


class LetterheadShown(BaseModel):
    """Empty: unknown; papers have a line to fill in, or leave the part out."""

    model_config = ConfigDict(extra="forbid")

    instansi: Short = ""
    """Empty: as the SOP names it."""
    kantor: Short = ""
    """Empty: the office's name."""
    alamat: Short = ""
    kontak: Short = ""
    tempat: Short = ""
    kode_klasifikasi: Short = ""
    ttis_tujuan: Short = ""
    ttis_kontak: Annotated[Text, Field(max_length=1_000)] = ""


@router.get("")
def show_letterhead(services: Use, caller: Administrator) -> LetterheadShown:
    with services.state.read() as uow:
        return LetterheadShown(**asdict(uow.stationery.letterhead(caller.office_id)))


@router.put("")
def put_letterhead(body: LetterheadShown, services: Use, caller: Administrator) -> LetterheadShown:
    """Papers made from now on carry it; those that are there stay as they are."""
    services.stationer.save_letterhead(caller.office_id, Letterhead(**body.model_dump()), caller)
    return body
