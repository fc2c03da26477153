"""The office's kop and what else its papers carry unless a person says otherwise."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, File, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from api.dependencies import Administrator, CallerFirstRoute, Services, Use
from api.errors import NotFoundError
from api.text import Line, Text
from ir_platform.documents.emblem import MAX_BYTES, MAX_SIDE_PIXELS
from ir_platform.documents.refusals import NothingChangedError
from ir_platform.domain.office import OfficeId
from ir_platform.domain.stationery import Emblem, Letterhead

router = APIRouter(prefix="/letterhead", tags=["letterhead"], route_class=CallerFirstRoute)

Short = Annotated[Line, Field(max_length=250)]
NO_EMBLEM = "Kop kantor ini tidak mempunyai lambang."


class LetterheadGiven(BaseModel):
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


class EmblemShown(BaseModel):
    sha256: str
    ukuran: int
    """Bytes."""
    oleh: str
    pada: datetime


class LetterheadShown(LetterheadGiven):
    lambang: EmblemShown | None
    batas_lambang: int
    """Bytes."""
    batas_sisi_lambang: int
    """Pixels."""


def letterhead_of(services: Services, office_id: OfficeId) -> LetterheadShown:
    with services.state.read() as uow:
        kop = uow.stationery.letterhead(office_id)
        emblem = uow.stationery.emblem(office_id, kop.lambang) if kop.lambang else None
    words = {name: words for name, words in asdict(kop).items() if name != "lambang"}
    return LetterheadShown(
        **words,
        lambang=None if emblem is None else show_emblem(emblem),
        batas_lambang=MAX_BYTES,
        batas_sisi_lambang=MAX_SIDE_PIXELS,
    )


def show_emblem(emblem: Emblem) -> EmblemShown:
    return EmblemShown(sha256=emblem.sha256, ukuran=emblem.size, oleh=emblem.added_by, pada=emblem.added_at)


@router.get("")
def show_letterhead(services: Use, caller: Administrator) -> LetterheadShown:
    return letterhead_of(services, caller.office_id)


@router.put("")
def put_letterhead(body: LetterheadGiven, services: Use, caller: Administrator) -> LetterheadShown:
    """Papers made from now on carry it; those that are there stay as they are."""
    services.stationer.save_letterhead(caller.office_id, Letterhead(**body.model_dump()), caller)
    return letterhead_of(services, caller.office_id)


@router.get("/lambang")
def show_emblem_picture(services: Use, caller: Administrator) -> Response:
    """The emblem in the kop, a PNG or JPEG."""
    with services.state.read() as uow:
        kop = uow.stationery.letterhead(caller.office_id)
        emblem = uow.stationery.emblem(caller.office_id, kop.lambang) if kop.lambang else None
    if emblem is None:
        raise NotFoundError(detail=NO_EMBLEM)
    with services.files.open(emblem.sha256) as file:
        return Response(file.read(), media_type=emblem.media_type, headers={"Cache-Control": "no-store"})


@router.put("/lambang")
def put_emblem(services: Use, caller: Administrator, file: Annotated[UploadFile, File()]) -> LetterheadShown:
    """Put a PNG or JPEG into the kop of papers made from now on; 422 with the reason for one that cannot be drawn."""
    services.stationer.put_emblem(caller.office_id, file.file.read(MAX_BYTES + 1), caller)
    return letterhead_of(services, caller.office_id)


@router.delete("/lambang", status_code=204)
def drop_emblem(services: Use, caller: Administrator) -> None:
    """Leave the emblem out of papers made from now on."""
    try:
        services.stationer.drop_emblem(caller.office_id, caller)
    except NothingChangedError as error:
        raise NotFoundError(detail=NO_EMBLEM) from error
