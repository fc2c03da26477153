"""Events from scripts and devices that speak HTTP: lines, GELF and webhooks, with the key of a source."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from api.shippers.bodies import body_of, expected_bytes
from api.shippers.desk import Document, Fate, Shippers, Taken
from api.shippers.refusals import AWAY, FULL, UNREADABLE, RefusalKind, ShipmentRefusedError
from api.shippers.webhooks import signer_of
from ingest.catalog import LINE_FORMATS
from ingest.documents import WEBHOOK, id_of, is_of_monitor
from ir_platform.domain.source import AUTO_FORMAT, Source

router = APIRouter(prefix="/ingest", tags=["ingest"])

SHOWN_REJECTIONS: Final = 100
MAX_KEY: Final = 200
BODY: Final = {"requestBody": {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}, "required": True}}
JSON_BODY: Final = {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}, "required": True}}


class RejectedLine(BaseModel):
    line: int
    """Counted from 1, blank lines too."""
    reason: str


class IngestAnswer(BaseModel):
    """What was stored is durable; what was rejected is in quarantine."""

    stored: int
    duplicates: int
    rejected: int
    rejections: list[RejectedLine]
    """The first of them."""


def shippers_of(request: Request) -> Shippers:
    shippers: Shippers = request.app.state.services.shippers
    return shippers


@router.post("", openapi_extra=BODY)
async def ingest_lines(
    request: Request,
    format: Annotated[str | None, Query(max_length=32)] = None,
) -> IngestAnswer:
    """JSON lines, or lines of any format that `irp parse --list` names. With an `Idempotency-Key` what is sent again is
    stored once; a line with an `event.id` of its own is stored once anyway.
    """
    if format is not None and format not in LINE_FORMATS:
        raise ShipmentRefusedError(kind=UNREADABLE, said="format tidak dikenal; lihat `irp parse --list`")
    source = await signer_of(request, shippers_of(request))
    body = await _body(request)
    key = request.headers.get("idempotency-key", "")[:MAX_KEY] or None
    lines = [(number, line) for number, line in enumerate(body.split(b"\n"), 1) if line and not line.isspace()]
    documents = [
        Document(line, id_of(source.id, place="lines", given=None if key is None else f"{key}:{number}"), {})
        for number, line in lines
    ]
    taken = await _taken(request, source, documents, format=format)
    return answer_of(taken, [number for number, _ in lines])


@router.post("/gelf", status_code=202, openapi_extra=JSON_BODY)
async def ingest_gelf(request: Request) -> Response:
    """One message in Graylog's format: on the disk when it is answered, and read afterwards."""
    shippers = shippers_of(request)
    # Before anything else: libraries that log by GELF hang up without waiting for an answer, and what is not read by
    # then is gone.
    body = await _body(request)
    source = await signer_of(request, shippers)
    if not body:
        raise ShipmentRefusedError(kind=UNREADABLE, said="kiriman kosong")
    with shippers.in_flight.hold(len(body)):
        await run_in_threadpool(shippers.keep_message, source, body, format="gelf")
    return Response(status_code=202)


@router.post("/webhook/{source_name}", openapi_extra=JSON_BODY)
async def ingest_webhook(request: Request, source_name: str) -> IngestAnswer:
    """A post of a monitor, signed (HMAC) or with the source's key. Read as the source's format says; without one, as
    the monitors we know write, else as it is.
    """
    shippers = shippers_of(request)
    body = await _body(request)
    source = await signer_of(request, shippers, name=source_name, body=body)
    key = request.headers.get("idempotency-key", "")[:MAX_KEY] or None
    document = Document(body, id_of(source.id, place="webhook", given=key), {})
    is_known = source.format == AUTO_FORMAT and is_of_monitor(body)
    taken = await _taken(request, source, [document], format=WEBHOOK if is_known else None)
    _require_readable(taken)
    return answer_of(taken, [1])


async def _body(request: Request) -> bytes:
    shippers = shippers_of(request)
    with shippers.in_flight.hold(expected_bytes(request, limit_bytes=shippers.max_bytes)):
        return await body_of(request, limit_bytes=shippers.max_bytes)


async def _taken(request: Request, source: Source, documents: Sequence[Document], *, format: str | None) -> Taken:
    """Return what became of them. Raises: ShipmentRefusedError where not all of it was taken."""
    if not documents:
        raise ShipmentRefusedError(kind=UNREADABLE, said="kiriman kosong")
    shippers = shippers_of(request)
    with shippers.in_flight.hold(sum(len(document.content) for document in documents)):
        taken = await run_in_threadpool(shippers.take, source, documents, format=format, are_lines=True)
    taken.require_some()
    for fate, kind in ((Fate.FULL, FULL), (Fate.AWAY, AWAY)):
        _require_none_left(taken, fate, kind)
    return taken


def _require_none_left(taken: Taken, fate: Fate, kind: RefusalKind) -> None:
    """A part of it is stored: whoever sends it again with the same key stores the rest."""
    left = sum(1 for one in taken.outcomes if one.fate is fate)
    if left:
        said = f"{len(taken.outcomes) - left} baris pertama tersimpan, {left} belum: {kind.detail}"
        raise ShipmentRefusedError(kind=kind, said=said)


def _require_readable(taken: Taken) -> None:
    """Raises: ShipmentRefusedError for the one document that could not be read; it is in quarantine."""
    [outcome] = taken.outcomes
    if outcome.fate is Fate.REJECTED:
        raise ShipmentRefusedError(kind=UNREADABLE, said=outcome.reason)


def answer_of(taken: Taken, numbers: Sequence[int]) -> IngestAnswer:
    rejections: list[dict[str, Any]] = [
        {"line": number, "reason": outcome.reason}
        for number, outcome in zip(numbers, taken.outcomes, strict=True)
        if outcome.fate is Fate.REJECTED
    ]
    return IngestAnswer(
        stored=taken.stored,
        duplicates=taken.duplicates,
        rejected=len(rejections),
        rejections=[RejectedLine(**one) for one in rejections[:SHOWN_REJECTIONS]],
    )
