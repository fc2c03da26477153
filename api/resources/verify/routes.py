"""Whether a paper is one of ours: by its kode verifikasi isi or by the file. Open to all, and tells nothing it says.

No sign-in: whoever holds a paper has to be able to ask. A code has 80 bits, so trying codes finds nothing.
"""

import hashlib
from datetime import date
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from api.dependencies import Services, Use
from api.errors import ApiError, NotFoundError, too_large
from api.text import Line
from ir_platform.calendar.zones import zone_of
from ir_platform.documents.catalog import UnknownDocumentKindError, kind_named
from ir_platform.documents.fingerprint import code_of, content_sha256, read_code
from ir_platform.domain.document import Document
from ir_platform.identity.offices import office_name
from ir_platform.ports import UnitOfWork

router = APIRouter(prefix="/verify", tags=["verify"])

MAX_FILE_BYTES = 64 * 1024**2
FILE_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class TooLargeError(ApiError):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    detail = too_large(MAX_FILE_BYTES)


class PaperFound(BaseModel):
    jenis: str
    """Kind of document, in words."""
    nomor: str | None
    """Register number; never a letter's."""
    tanggal: date
    """When it was made, in the office's zone."""
    kantor: str
    revisi: int
    revisi_terbaru: int
    isi_cocok: bool
    """The content kept here still gives this code. False: it was changed in the database."""


class Verified(BaseModel):
    cocok: bool
    """Something was found, and its content gives its code."""
    items: list[PaperFound]


@router.get("/{code}")
def verify_code(code: Line, services: Use) -> Verified:
    """404 for a code that stands on no paper of ours."""
    wanted = read_code(code)
    with services.state.read() as uow:
        found = uow.documents.with_code(wanted) if wanted else ()
        papers = [paper_found(services, uow, document, revision) for document, revision in found]
    if not papers:
        raise NotFoundError(detail="Kode ini tidak ada pada dokumen mana pun dari kantor ini. Periksa pengetikannya.")
    return verified(papers)


@router.post("/file", openapi_extra=FILE_BODY)
async def verify_file(request: Request, services: Use) -> Verified:
    """Compare a DOCX or PDF, sent as the body, with those of our papers and signed copies; it is not kept."""
    digest, size = hashlib.sha256(), 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_FILE_BYTES:
            raise TooLargeError
        digest.update(chunk)
    return await run_in_threadpool(papers_with, services, digest.hexdigest())


def papers_with(services: Services, sha256: str) -> Verified:
    with services.state.read() as uow:
        found = dict.fromkeys(uow.documents.with_file(sha256))
        return verified([paper_found(services, uow, document, revision) for document, revision in found])


def verified(papers: list[PaperFound]) -> Verified:
    return Verified(cocok=bool(papers) and all(one.isi_cocok for one in papers), items=papers)


def paper_found(services: Services, uow: UnitOfWork, document: Document, revision: int) -> PaperFound:
    incident = uow.incidents.get(document.incident_id)
    assert incident is not None, "documents hang on their incident"
    content, sha256, code = said_by(uow, document, revision)
    digest = content_sha256(content)
    return PaperFound(
        jenis=kind_in_words(document.kind),
        nomor=document.register_number,
        tanggal=document.created_at.astimezone(zone_of(services.settings.timezone)).date(),
        kantor=office_name(uow, incident.office_id, home=services.settings.office_name),
        revisi=revision,
        revisi_terbaru=document.revision,
        isi_cocok=sha256 is None or (digest == sha256 and code == code_of(digest)),
    )


def said_by(uow: UnitOfWork, document: Document, revision: int) -> tuple[str, str | None, str | None]:
    """Return the content of that revision, with its hash and code as they were stored when it was made."""
    past = next((one for one in uow.documents.revisions(document.id) if one.revision == revision), None)
    if past is None:
        return document.content, document.content_sha256, document.code
    return past.content, past.content_sha256, past.code


def kind_in_words(kind: str) -> str:
    try:
        return kind_named(kind).judul
    except UnknownDocumentKindError:
        return kind
