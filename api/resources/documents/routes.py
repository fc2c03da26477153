"""Documents that the steps made, and their downloads."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import FileResponse
from pydantic import BaseModel

from api.dependencies import Caller, CallerFirstRoute, Use
from api.errors import NotFoundError
from api.pagination import Items, all_items
from api.resources.incidents.access import readable_incident
from ir_platform.domain.document import Document, DocumentId

router = APIRouter(prefix="/incidents/{incident_id}/documents", tags=["documents"], route_class=CallerFirstRoute)

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


class DocumentShown(BaseModel):
    id: str
    kind: str
    title: str
    step_no: int
    putaran: int
    status: Literal["pending", "ready", "failed"]
    created_at: datetime
    docx_sha256: str | None
    pdf_sha256: str | None


def show_document(document: Document) -> DocumentShown:
    return DocumentShown(
        id=document.id,
        kind=document.kind,
        title=document.title,
        step_no=document.step_no,
        putaran=document.putaran,
        status=document.status.value,
        created_at=document.created_at,
        docx_sha256=document.docx_sha256,
        pdf_sha256=document.pdf_sha256,
    )


@router.get("")
def list_documents(incident_id: str, services: Use, caller: Caller) -> Items[DocumentShown]:
    incident = readable_incident(services, caller, incident_id)
    with services.state.read() as uow:
        return all_items(uow.documents.of_incident(incident.id), show_document)


@router.get("/{document_id}.{form}", response_class=FileResponse)
def download_document(
    incident_id: str, document_id: str, form: Literal["docx", "pdf"], services: Use, caller: Caller
) -> FileResponse:
    """404 until the document is ready."""
    incident = readable_incident(services, caller, incident_id)
    with services.state.read() as uow:
        document = uow.documents.get(DocumentId(document_id))
    if document is None or document.incident_id != incident.id:
        raise NotFoundError
    sha256 = document.docx_sha256 if form == "docx" else document.pdf_sha256
    if sha256 is None:
        raise NotFoundError(detail="Dokumen masih disusun. Coba lagi sebentar.")
    name = f"{incident.nomor.replace('/', '-')}-{document.kind}-{document.step_no}-{document.putaran}.{form}"
    return FileResponse(services.files.path(sha256), media_type=MEDIA_TYPES[form], filename=name)
