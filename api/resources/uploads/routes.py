"""Files in pieces by tus 1.0.0: created, asked how far they are, taken further, given up; then evidence or intake."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from datetime import datetime
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.requests import ClientDisconnect

from api.access import readable_incident, require_more_than_reading
from api.dependencies import Caller, CallerFirstRoute, Services, Use, Way, is_office_member
from api.errors import ApiError, BadInputError, NotAllowedError
from api.pagination import Items
from api.resources.uploads.headers import (
    EXTENSIONS,
    VERSION,
    http_date,
    metadata_of,
    number_in,
    require_offset_stream,
    require_version,
)
from api.text import Line, shown_name
from ir_platform.domain.custody import CustodyWay
from ir_platform.domain.office import HOME_OFFICE
from ir_platform.domain.person import Account
from ir_platform.domain.upload import Upload, UploadStatus
from ir_platform.identity.power import offices_of
from playbooks.upload_errors import UploadOverrunError, WrongOffsetError
from playbooks.uploads import NewUpload, Receiving

router = APIRouter(prefix="/uploads", tags=["uploads"], route_class=CallerFirstRoute)

WRITE_BYTES: Final = 1 << 20
"""Gathered before a thread writes them: each journey to a thread costs as much as writing some hundred KiB."""
IDLE_SECONDS: Final = 60
"""A line on which nothing comes for so long is broken; the upload is free for the next one."""
MAX_KELENGKAPAN: Final = 200
_LINE: Final = TypeAdapter(Line)


class IdleError(ApiError):
    status = HTTPStatus.REQUEST_TIMEOUT
    detail = "Kiriman terhenti terlalu lama; yang sudah diterima disimpan. Lanjutkan dari bita terakhir."


class NoOverrideError(ApiError):
    status = HTTPStatus.METHOD_NOT_ALLOWED
    detail = "Alamat ini menerima HEAD, PATCH, DELETE, atau POST dengan X-HTTP-Method-Override."


class UploadShown(BaseModel):
    id: str
    nama: str
    incident_id: str | None
    ukuran: int
    """Bytes, as declared."""
    diterima: int
    """Bytes that are safe here."""
    selesai: bool
    sha256: str | None
    evidence_id: str | None
    job_id: str | None
    dibuat: datetime
    kedaluwarsa: datetime


@router.options("", status_code=204)
async def describe_uploads(services: Use, caller: Caller) -> Response:
    """Say which version and extensions of tus there are, and how large an upload may be."""
    return Response(status_code=204, headers={**_version(), "Tus-Max-Size": str(services.settings.max_upload_bytes)})


@router.post("", status_code=201)
async def create_upload(request: Request, services: Use, caller: Caller, way: Way) -> Response:
    """Begin an upload (`Upload-Length`; `Upload-Metadata`: `filename`, `incident_id`, `kelengkapan`).

    Without `incident_id` the file goes to the intake, like one given to `irp ingest`: for the home office alone.
    """
    require_version(request)
    sent = request.headers.get("upload-metadata", "")
    length, metadata = number_in(request, "upload-length"), metadata_of(sent)
    new = NewUpload(
        incident_id=None,
        kelengkapan=_kelengkapan(metadata.get("kelengkapan")),
        name=shown_name(metadata.get("filename") or "tanpa nama")[:200],
        length=length,
        metadata=sent,
    )
    upload = await run_in_threadpool(_begin, services, caller, way, new, metadata.get("incident_id"))
    where = {"Location": f"{request.url.path.rstrip('/')}/{upload.id}"}
    return Response(status_code=201, headers={**where, **_progress(upload)})


@router.get("")
def list_uploads(services: Use, caller: Caller) -> Items[UploadShown]:
    """The caller's uploads that can be taken further, oldest first."""
    found = [show_upload(services, one) for one in services.uploads.open_of(caller)]
    return Items(items=found, total=len(found))


@router.get("/{upload_id}")
def show_one_upload(upload_id: str, services: Use, caller: Caller) -> UploadShown:
    """How far it is; once it is whole, its SHA-256, the evidence it became and the job that looks at it."""
    return show_upload(services, services.uploads.find(upload_id, caller))


@router.head("/{upload_id}", include_in_schema=False)
def show_offset(upload_id: str, request: Request, services: Use, caller: Caller) -> Response:
    require_version(request)
    upload = services.uploads.find(upload_id, caller)
    length = {"Upload-Length": str(upload.length)}
    sent = {"Upload-Metadata": upload.metadata} if upload.metadata else {}
    return Response(headers={**_progress(upload), **length, **sent})


@router.patch("/{upload_id}", status_code=204)
async def append_to_upload(upload_id: str, request: Request, services: Use, caller: Caller, way: Way) -> Response:
    """Send bytes from `Upload-Offset` on, as `application/offset+octet-stream`; the last ones finish the upload."""
    require_version(request)
    return await _append(upload_id, request, services, caller, way)


@router.delete("/{upload_id}", status_code=204)
def give_up_upload(upload_id: str, request: Request, services: Use, caller: Caller) -> Response:
    require_version(request)
    services.uploads.give_up(upload_id, caller)
    return Response(status_code=204)


@router.post("/{upload_id}", status_code=204)
async def call_otherwise(upload_id: str, request: Request, services: Use, caller: Caller, way: Way) -> Response:
    """For lines that let only GET and POST through: the method is `X-HTTP-Method-Override`."""
    require_version(request)
    match request.headers.get("x-http-method-override"):
        case "PATCH":
            return await _append(upload_id, request, services, caller, way)
        case "DELETE":
            await run_in_threadpool(services.uploads.give_up, upload_id, caller)
            return Response(status_code=204)
        case "HEAD":
            return await run_in_threadpool(show_offset, upload_id, request, services, caller)
        case _:
            raise NoOverrideError


def show_upload(services: Services, upload: Upload) -> UploadShown:
    job_id = upload.job_id
    if job_id is None and upload.evidence_id is not None:
        with services.state.read() as uow:
            job = uow.jobs.of_evidence([upload.evidence_id]).get(upload.evidence_id)
        job_id = None if job is None else job.id
    return UploadShown(
        id=upload.id,
        nama=upload.name,
        incident_id=upload.incident_id,
        ukuran=upload.length,
        diterima=upload.received,
        selesai=upload.status is UploadStatus.DONE,
        sha256=upload.sha256,
        evidence_id=upload.evidence_id,
        job_id=job_id,
        dibuat=upload.created_at,
        kedaluwarsa=upload.expires_at,
    )


def _begin(services: Services, caller: Account, way: CustodyWay, new: NewUpload, incident_id: str | None) -> Upload:
    """Raises: NotAllowedError, NotFoundError, and what `UploadDesk.begin` raises."""
    upload = services.uploads.begin(_permitted(services, caller, new, incident_id), caller)
    if upload.length:
        return upload
    with services.uploads.receiving(upload.id, caller, offset=0) as receiving:
        return receiving.finish(caller, way)


def _permitted(services: Services, caller: Account, new: NewUpload, incident_id: str | None) -> NewUpload:
    """Return the upload with its incident, where the caller may send a file there. As with evidence sent whole."""
    if caller.is_admin:
        raise NotAllowedError(detail="Administrator program tidak bertindak sebagai petugas.")
    if incident_id is None:
        if HOME_OFFICE not in offices_of(caller):
            raise NotAllowedError(detail="Berkas tanpa insiden hanya dikirim oleh petugas kantor utama.")
        if new.kelengkapan:
            raise BadInputError(detail="Kelengkapan langkah SOP hanya untuk berkas sebuah insiden.")
        return new
    incident = readable_incident(services, caller, incident_id)
    require_more_than_reading(caller, incident)
    if new.kelengkapan and not is_office_member(caller):
        raise NotAllowedError(detail="Kelengkapan langkah SOP diberikan oleh petugas; kirim berkas tanpa kelengkapan.")
    return NewUpload(
        incident_id=incident.id,
        kelengkapan=new.kelengkapan,
        name=new.name,
        length=new.length,
        metadata=new.metadata,
    )


def _kelengkapan(given: str | None) -> str | None:
    """Raises: BadInputError."""
    if not given:
        return None
    try:
        line = _LINE.validate_python(given)
    except ValidationError as error:
        raise BadInputError(detail="Kelengkapan harus satu baris tanpa karakter kendali.") from error
    if len(line) > MAX_KELENGKAPAN:
        raise BadInputError(detail="Kelengkapan terlalu panjang.")
    return line


async def _append(upload_id: str, request: Request, services: Services, caller: Account, way: CustodyWay) -> Response:
    require_offset_stream(request)
    offset = number_in(request, "upload-offset")
    known = await run_in_threadpool(services.uploads.find, upload_id, caller)
    if known.received != offset:
        raise WrongOffsetError(expected=known.received, found=offset)
    if known.status is UploadStatus.DONE:  # asked again, because the answer was lost on the way
        return Response(status_code=204, headers=_progress(known))
    _require_fitting(request, known, offset)
    receiving = services.uploads.receiving(upload_id, caller, offset=offset)
    return Response(status_code=204, headers=_progress(await _received(request, receiving, caller, way)))


def _require_fitting(request: Request, upload: Upload, offset: int) -> None:
    """Refuse what is declared too long before any of it is read. Raises: UploadOverrunError."""
    declared = request.headers.get("content-length", "0")
    if declared.isascii() and declared.isdigit() and offset + int(declared) > upload.length:
        raise UploadOverrunError(length=upload.length)


async def _received(
    request: Request, opening: AbstractContextManager[Receiving], caller: Account, way: CustodyWay
) -> Upload:
    """Write what comes, in threads; whatever ends it, what has come is kept."""
    receiving = await run_in_threadpool(opening.__enter__)
    try:
        async for piece in _pieces(request):
            await run_in_threadpool(receiving.take, piece)
        if receiving.is_whole:
            await run_in_threadpool(receiving.finish, caller, way)
    except BaseException as error:
        # Shielded: a server that stops cancels us here, and the lock and the count must not hang half done.
        await asyncio.shield(run_in_threadpool(opening.__exit__, type(error), error, error.__traceback__))
        raise
    await run_in_threadpool(opening.__exit__, None, None, None)
    return receiving.upload


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """Yield the body in larger pieces, also what came before the line broke. Raises: IdleError."""
    held, size = [], 0
    stream = aiter(request.stream())
    while True:
        broken: Exception | None = None
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                chunk = await anext(stream, None)
        except (TimeoutError, ClientDisconnect) as error:
            chunk, broken = None, error
        if chunk is not None:
            held.append(chunk)
            size += len(chunk)
            if size < WRITE_BYTES:
                continue
        if size:
            yield b"".join(held)
        held, size = [], 0
        if broken is not None:
            raise IdleError from broken
        if chunk is None:
            return


def _progress(upload: Upload) -> dict[str, str]:
    """The offset, and until when an upload that is not done can be taken further."""
    offset = {"Upload-Offset": str(upload.received), "Cache-Control": "no-store"}
    is_open = upload.status is UploadStatus.OPEN
    return {**offset, "Upload-Expires": http_date(upload.expires_at)} if is_open else offset


def _version() -> dict[str, str]:
    return {"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS}
