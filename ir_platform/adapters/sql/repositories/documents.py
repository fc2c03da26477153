"""Records of generated documents in the database."""

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ir_platform.adapters.sql.statements import MissingRowError
from ir_platform.adapters.sql.tables.records import documents
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.document import Document, DocumentId, DocumentStatus


class SqlDocuments:
    """`ports.Documents`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, document: Document) -> None:
        self._connection.execute(insert(documents).values(_values(document)))

    def save(self, document: Document) -> None:
        """Raises: MissingRowError."""
        statement = update(documents).where(documents.c.id == document.id).values(_values(document))
        if self._connection.execute(statement).rowcount != 1:
            raise MissingRowError(table="documents", key=document.id)

    def get(self, document_id: DocumentId) -> Document | None:
        row = self._connection.execute(select(documents).where(documents.c.id == document_id)).first()
        return None if row is None else _document(row)

    def of_incident(self, incident_id: IncidentId) -> tuple[Document, ...]:
        rows = self._connection.execute(
            select(documents)
            .where(documents.c.incident_id == incident_id)
            .order_by(documents.c.created_at, documents.c.id)
        )
        return tuple(map(_document, rows))


def _values(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "incident_id": document.incident_id,
        "kind": document.kind,
        "title": document.title,
        "step_no": document.step_no,
        "putaran": document.putaran,
        "status": document.status.value,
        "content": document.content,
        "docx_sha256": document.docx_sha256,
        "pdf_sha256": document.pdf_sha256,
        "created_at": document.created_at,
    }


def _document(row: Row[Any]) -> Document:
    return Document(
        id=row.id,
        incident_id=row.incident_id,
        kind=row.kind,
        title=row.title,
        step_no=row.step_no,
        putaran=row.putaran,
        status=DocumentStatus(row.status),
        content=row.content,
        docx_sha256=row.docx_sha256,
        pdf_sha256=row.pdf_sha256,
        created_at=row.created_at,
    )
