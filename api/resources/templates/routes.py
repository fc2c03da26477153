"""The office's Word templates: the kinds, what a template may say, and its own in the place of the shipped ones."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, File, Response, UploadFile
from pydantic import BaseModel

from api.dependencies import Administrator, CallerFirstRoute, Services, Use
from api.errors import BadInputError, NotFoundError
from api.pagination import Items, all_items
from api.text import shown_name
from ir_platform.documents.catalog import KINDS, UnknownDocumentKindError, kind_named
from ir_platform.documents.kind import DocumentKind
from ir_platform.documents.refusals import NothingChangedError
from ir_platform.documents.template_archive import MAX_BYTES
from ir_platform.documents.vocabulary import FILTERS, variables
from ir_platform.documents.word import shipped_template
from ir_platform.domain.stationery import OfficeTemplate

router = APIRouter(prefix="/templates", tags=["templates"], route_class=CallerFirstRoute)

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class VariableShown(BaseModel):
    nama: str
    jenis: str


class TemplateShown(BaseModel):
    kind: str
    judul: str
    kode: str
    """Of its register."""
    diminta: bool
    """People may ask for one."""
    versi: int | None
    """None: the shipped template is in use."""
    nama: str | None
    sha256: str | None
    diunggah_oleh: str | None
    diunggah_pada: datetime | None
    variabel: list[VariableShown]
    """What a template of this kind may print."""
    saringan: list[str]
    """Filters a template may use."""


def show_template(kind: DocumentKind, template: OfficeTemplate | None) -> TemplateShown:
    return TemplateShown(
        kind=kind.id,
        judul=kind.judul,
        kode=kind.kode,
        diminta=kind.diminta,
        versi=template.version if template else None,
        nama=template.name if template else None,
        sha256=template.sha256 if template else None,
        diunggah_oleh=template.uploaded_by if template else None,
        diunggah_pada=template.uploaded_at if template else None,
        variabel=[VariableShown(nama=one.nama, jenis=one.jenis) for one in variables()],
        saringan=list(FILTERS),
    )


def known_kind(kind: str, caller: Administrator) -> DocumentKind:
    """Return the kind for an administrator, before the body is looked at."""
    try:
        return kind_named(kind)
    except UnknownDocumentKindError as error:
        raise NotFoundError(detail="Jenis dokumen ini tidak ada.") from error


KnownKind = Annotated[DocumentKind, Depends(known_kind)]


@router.get("")
def list_templates(services: Use, caller: Administrator) -> Items[TemplateShown]:
    with services.state.read() as uow:
        own = {one.kind: one for one in uow.stationery.templates_in_use(caller.office_id)}
    return all_items(KINDS, lambda kind: show_template(kind, own.get(kind.id)))


@router.get("/{kind}/docx")
def download_template(found: KnownKind, services: Use, caller: Administrator) -> Response:
    """The template in use, to be restyled in Word."""
    with services.state.read() as uow:
        own = uow.stationery.template_in_use(caller.office_id, found.id)
    data = shipped_template(found.template) if own is None else stored_bytes(services, own)
    headers = {"Content-Disposition": f'attachment; filename="{found.id}.docx"'}
    return Response(data, media_type=WORD, headers=headers)


def stored_bytes(services: Services, template: OfficeTemplate) -> bytes:
    with services.files.open(template.sha256) as file:
        return file.read()


@router.put("/{kind}")
def put_template(
    found: KnownKind, services: Use, caller: Administrator, file: Annotated[UploadFile, File()]
) -> TemplateShown:
    """Take a Word template into use after it was tried; one with a mistake is refused with the place of each (422)."""
    data = file.file.read(MAX_BYTES + 1)
    if not data:
        raise BadInputError(detail="Berkas ini kosong.")
    name = shown_name(file.filename or "tanpa nama")[:200]
    template = services.stationer.put_template(caller.office_id, found.id, data, caller, name=name)
    return show_template(found, template)


@router.delete("/{kind}", status_code=204)
def drop_template(found: KnownKind, services: Use, caller: Administrator) -> None:
    """Return to the shipped template; documents that are there keep the one they were drawn with."""
    try:
        services.stationer.drop_template(caller.office_id, found.id, caller)
    except NothingChangedError as error:
        raise NotFoundError(detail="Kantor ini memakai templat bawaan untuk jenis dokumen ini.") from error
