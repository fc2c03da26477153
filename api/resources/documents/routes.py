"""Documents: what steps made or people asked for, their downloads, official numbers and signed copies."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, UploadFile
from fastapi.responses import FileResponse

from api.dependencies import Caller, CallerFirstRoute, Services, Use
from api.errors import NotAllowedError, NotFoundError
from api.pagination import Items, all_items
from api.resources.documents.schemas import (
    CopyShown,
    DocumentDetail,
    DocumentShown,
    DocumentWish,
    OfficialNumberGiven,
    PartsGiven,
    show_copy,
    show_detail,
    show_document,
)
from api.resources.evidence.routes import chunks_of, is_in_use
from api.resources.incidents.access import readable_incident
from api.text import shown_name
from ir_platform.documents.registry import NewCopy, OfficialNumber
from ir_platform.domain.document import CopyKind, Document, DocumentId, SignedCopyId
from ir_platform.domain.incident import Incident
from ir_platform.domain.media_type import SNIFF_BYTES, sniff
from ir_platform.identity.power import acting_positions
from playbooks.asking import AskedDocument

router = APIRouter(prefix="/incidents/{incident_id}/documents", tags=["documents"], route_class=CallerFirstRoute)

PaperForm = Literal["docx", "pdf"]
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
MAX_COPY_BYTES = 64 * 1024**2
NO_SCRIPT = {"Content-Security-Policy": "sandbox; default-src 'none'"}


def incident_to_serve(incident_id: str, services: Use, caller: Caller) -> Incident:
    """Return the incident for one of its office's officials, before the body is looked at: 404 and 403 come first."""
    incident = readable_incident(services, caller, incident_id)
    if not any(one.roles for one in acting_positions(caller, office_id=incident.office_id)):
        raise NotAllowedError(detail="Ini hanya untuk petugas kantor yang menangani insiden ini.")
    return incident


ServedIncident = Annotated[Incident, Depends(incident_to_serve)]


def document_to_serve(document_id: str, incident: ServedIncident, services: Use) -> Document:
    return known_document(services, incident, document_id)


ServedDocument = Annotated[Document, Depends(document_to_serve)]


def known_document(services: Services, incident: Incident, document_id: str) -> Document:
    """Raises: NotFoundError, also for a document of another incident."""
    with services.state.read() as uow:
        document = uow.documents.get(DocumentId(document_id))
    if document is None or document.incident_id != incident.id:
        raise NotFoundError
    return document


def detail_of(services: Services, document_id: DocumentId) -> DocumentDetail:
    with services.state.read() as uow:
        document = uow.documents.get(document_id)
        if document is None:
            raise NotFoundError
        return show_detail(document, uow.documents.revisions(document.id), uow.documents.copies(document.id))


@router.get("")
def list_documents(incident_id: str, services: Use, caller: Caller) -> Items[DocumentShown]:
    incident = readable_incident(services, caller, incident_id)
    with services.state.read() as uow:
        return all_items(uow.documents.of_incident(incident.id), show_document)


@router.post("", status_code=201)
def ask_document(body: DocumentWish, incident: ServedIncident, services: Use, caller: Caller) -> DocumentShown:
    """Make a document that no step makes, such as the Laporan Insiden to the TTIS: a draft, never sent."""
    asked = AskedDocument(kind=body.kind, kontak=body.kontak, dampak=body.dampak)
    return show_document(services.runner.ask_document(incident.id, asked, caller))


@router.get("/{document_id}.{form}", response_class=FileResponse)
def download_document(
    incident_id: str, document_id: str, form: PaperForm, services: Use, caller: Caller
) -> FileResponse:
    """404 until the document is ready."""
    incident = readable_incident(services, caller, incident_id)
    document = known_document(services, incident, document_id)
    sha256 = document.docx_sha256 if form == "docx" else document.pdf_sha256
    if sha256 is None:
        raise NotFoundError(detail="Dokumen masih disusun. Coba lagi sebentar.")
    return paper(services, sha256, name=paper_name(incident, document, document.revision, form), form=form)


@router.get("/{document_id}")
def show_one_document(incident_id: str, document_id: str, services: Use, caller: Caller) -> DocumentDetail:
    """The document with its earlier revisions and signed copies."""
    incident = readable_incident(services, caller, incident_id)
    return detail_of(services, known_document(services, incident, document_id).id)


@router.get("/{document_id}/revisions/{revision}.{form}", response_class=FileResponse)
def download_revision(
    incident_id: str, document_id: str, revision: int, form: PaperForm, services: Use, caller: Caller
) -> FileResponse:
    """The papers of a revision that a newer one replaced."""
    incident = readable_incident(services, caller, incident_id)
    document = known_document(services, incident, document_id)
    with services.state.read() as uow:
        past = next((one for one in uow.documents.revisions(document.id) if one.revision == revision), None)
    sha256 = None if past is None else past.docx_sha256 if form == "docx" else past.pdf_sha256
    if sha256 is None:
        raise NotFoundError
    return paper(services, sha256, name=paper_name(incident, document, revision, form), form=form)


@router.put("/{document_id}/nomor-naskah")
def put_official_number(
    body: OfficialNumberGiven, document: ServedDocument, services: Use, caller: Caller
) -> DocumentDetail:
    """Note the number that TU or SRIKANDI gave; the document is drawn anew with it, as a new revision."""
    given = OfficialNumber(nomor=body.nomor, tanggal=body.tanggal)
    services.registry.give_number(document.id, given, caller, reason=body.alasan.strip())
    return detail_of(services, document.id)


@router.put("/{document_id}/naskah")
def put_parts(body: PartsGiven, document: ServedDocument, services: Use, caller: Caller) -> DocumentDetail:
    """Fill in sifat, lampiran, tembusan, paraf, a.n. and the like; the document is drawn anew, as a new revision."""
    services.registry.change_parts(document.id, body.applied_to, caller, reason=body.alasan.strip())
    return detail_of(services, document.id)


@router.post("/{document_id}/signed", status_code=201)
def attach_signed_copy(
    document: ServedDocument,
    services: Use,
    caller: Caller,
    kind: Annotated[Literal["pindaian", "bsre"], Form()],
    file: Annotated[UploadFile, File()],
) -> CopyShown:
    """Put a scan of the signed paper, or a PDF that was signed with BSrE, in the document's place.

    What its signatures say is shown as they state it; a file that was changed afterwards is kept, and shown as such.
    """
    head = file.file.read(SNIFF_BYTES)
    file.file.seek(0)
    held = services.files.held(
        chunks_of(file.file), limit_bytes=MAX_COPY_BYTES, is_in_use=lambda sha256: is_in_use(services, sha256)
    )
    with held as stored:
        name = shown_name(file.filename or "tanpa nama")[:200]
        new = NewCopy(kind=CopyKind(kind), name=name, file=stored, media_type=sniff(head))
        return show_copy(services.registry.attach(document.id, new, caller))


@router.post("/{document_id}/seal", status_code=201)
def seal_document(document: ServedDocument, services: Use, caller: Caller) -> CopyShown:
    """Seal the PDF with this installation's own key. It is no electronic signature (TTE), and says so."""
    return show_copy(services.registry.seal_document(document.id, caller))


@router.get("/{document_id}/signed/{copy_id}", response_class=FileResponse)
def download_signed_copy(
    incident_id: str, document_id: str, copy_id: str, services: Use, caller: Caller
) -> FileResponse:
    incident = readable_incident(services, caller, incident_id)
    document = known_document(services, incident, document_id)
    with services.state.read() as uow:
        found = [one for one in uow.documents.copies(document.id) if one.id == SignedCopyId(copy_id)]
    if not found:
        raise NotFoundError
    name = found[0].name.replace("\\", "/").rsplit("/", 1)[-1] or copy_id
    path = services.files.path(found[0].sha256)
    return FileResponse(path, media_type="application/octet-stream", filename=name, headers=NO_SCRIPT)


def paper_name(incident: Incident, document: Document, revision: int, form: PaperForm) -> str:
    number = (document.register_number or incident.nomor).replace("/", "-")
    version = f"-r{revision}" if revision > 1 else ""
    return f"{number}-{document.kind}-{document.step_no}-{document.putaran}{version}.{form}"


def paper(services: Services, sha256: str, *, name: str, form: PaperForm) -> FileResponse:
    return FileResponse(services.files.path(sha256), media_type=MEDIA_TYPES[form], filename=name)
