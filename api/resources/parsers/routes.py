"""Log formats: which can be read, and what a parser makes of lines that somebody pastes, before it is used."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.dependencies import HomeMember, Use
from api.errors import BadInputError
from api.pagination import Items
from api.text import Line
from ingest.catalog import LINE_FORMATS
from ingest.parsers.access_layout import MAX_LENGTH, BadLayoutError
from ingest.trial import MAX_BYTES, Tried, try_lines
from ir_platform.domain.event import to_ns
from ir_platform.domain.source import AUTO_FORMAT

router = APIRouter(prefix="/parsers", tags=["events"])


class LogFormat(BaseModel):
    nama: str
    judul: str


class LinesToTry(BaseModel):
    baris: Annotated[str, Field(max_length=MAX_BYTES)]
    """As they would come; hostile text, kept nowhere."""
    format: Annotated[Line, Field(max_length=32)] = AUTO_FORMAT
    zona: Annotated[Line, Field(max_length=64)] | None = None
    """For times without a zone; null: the office's."""
    format_string: Annotated[str, Field(max_length=MAX_LENGTH)] | None = None
    """Of a web server's access log (`LogFormat`, `log_format`)."""


class Candidate(BaseModel):
    format: str
    judul: str
    bagian: float
    """Of the first lines, how many it reads: 0 to 1."""


class TriedRecord(BaseModel):
    baris: int
    """Number of its first line, from 1."""
    asli: str
    kejadian: dict[str, Any] | None
    """Flat ECS; null for a line that is refused, or says only how others are read."""
    alasan: str | None


class ParserTrial(BaseModel):
    format: str | None
    """null: the lines speak for no format."""
    calon: list[Candidate]
    catatan: list[TriedRecord]
    terpotong: bool


@router.get("")
def list_parsers(caller: HomeMember) -> Items[LogFormat]:
    items = [LogFormat(nama=known.name, judul=known.title) for known in LINE_FORMATS.values()]
    return Items(items=items, cursor=None, total=len(items))


@router.post("/try")
def try_parser(body: LinesToTry, services: Use, caller: HomeMember) -> ParserTrial:
    """Nothing of it is stored."""
    if body.format != AUTO_FORMAT and body.format not in LINE_FORMATS:
        raise BadInputError(detail=f"Format tidak dikenal: {body.format}.")
    try:
        trial = try_lines(
            body.baris.encode("utf-8", "replace"),
            format=body.format,
            timezone=_zone(body.zona or services.settings.timezone),
            received_ns=to_ns(services.clock()),
            layouts=(body.format_string,) if body.format_string else (),
        )
    except BadLayoutError as error:
        raise BadInputError(detail=f"Format string tidak dapat dibaca: {error.reason}.") from error
    return ParserTrial(
        format=trial.format,
        calon=[
            Candidate(format=name, judul=LINE_FORMATS[name].title, bagian=share) for name, share in trial.candidates
        ],
        catatan=[_record(one) for one in trial.records],
        terpotong=trial.is_cut,
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInputError(detail=f"Zona waktu tidak dikenal: {name}.") from error


def _record(one: Tried) -> TriedRecord:
    return TriedRecord(baris=one.line, asli=one.text, kejadian=one.fields, alasan=one.reason)
