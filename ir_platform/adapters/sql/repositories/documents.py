"""Records of generated documents in the database: the newest revision, those before it, and signed copies."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, insert, or_, select

from ir_platform.adapters.sql.statements import MissingRowError, insert_row, rows_of, rows_with, update_rows
from ir_platform.adapters.sql.tables.paper import document_revisions, signed_copies
from ir_platform.adapters.sql.tables.records import documents
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.document import (
    CopyKind,
    Document,
    DocumentId,
    DocumentOutline,
    DocumentStatus,
    PastRevision,
    SignedCopy,
    SignedCopyId,
    SigningStatus,
)

_OUTLINES = (
    select(
        documents.c.incident_id,
        documents.c.kind,
        documents.c.title,
        documents.c.step_no,
        documents.c.putaran,
        documents.c.status,
        documents.c.created_at,
    )
    .where(documents.c.incident_id.in_(bindparam("ids", expanding=True)))
    .order_by(documents.c.created_at, documents.c.id)
)


class SqlDocuments:
    """`ports.Documents`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, document: Document) -> None:
        insert_row(self._connection, documents, _values(document))

    def save(self, document: Document) -> None:
        """Raises: MissingRowError."""
        if update_rows(self._connection, documents, _values(document), id=document.id) != 1:
            raise MissingRowError(table="documents", key=document.id)

    def get(self, document_id: DocumentId, *, lock: bool = False) -> Document | None:
        statement = select(documents).where(documents.c.id == document_id)
        row = self._connection.execute(statement.with_for_update() if lock else statement).first()
        return None if row is None else _document(row)

    def of_incident(self, incident_id: IncidentId) -> tuple[Document, ...]:
        rows = rows_with(self._connection, documents, order=("created_at", "id"), incident_id=incident_id)
        return tuple(map(_document, rows))

    def outlines(self, incident_ids: Sequence[IncidentId]) -> dict[IncidentId, tuple[DocumentOutline, ...]]:
        found: defaultdict[IncidentId, list[DocumentOutline]] = defaultdict(list)
        for row in rows_of(self._connection, _OUTLINES, {"ids": tuple(incident_ids)}):
            found[row.incident_id].append(_outline(row))
        return {incident_id: tuple(those) for incident_id, those in found.items()}

    def add_revision(self, revision: PastRevision) -> None:
        self._connection.execute(
            insert(document_revisions).values(
                document_id=revision.document_id,
                revision=revision.revision,
                content=revision.content,
                content_sha256=revision.content_sha256,
                code=revision.code,
                docx_sha256=revision.docx_sha256,
                pdf_sha256=revision.pdf_sha256,
                template_id=revision.template_id,
                official_number=revision.official_number,
                official_date=revision.official_date,
                replaced_at=revision.replaced_at,
                replaced_by=revision.replaced_by,
                reason=revision.reason,
            )
        )

    def revisions(self, document_id: DocumentId) -> tuple[PastRevision, ...]:
        rows = self._connection.execute(
            select(document_revisions)
            .where(document_revisions.c.document_id == document_id)
            .order_by(document_revisions.c.revision)
        )
        return tuple(map(_revision, rows))

    def add_copy(self, copy: SignedCopy) -> None:
        self._connection.execute(
            insert(signed_copies).values(
                id=copy.id,
                document_id=copy.document_id,
                revision=copy.revision,
                kind=copy.kind.value,
                name=copy.name,
                sha256=copy.sha256,
                size=copy.size,
                media_type=copy.media_type,
                is_intact=copy.is_intact,
                findings=copy.findings,
                added_by=copy.added_by,
                added_by_name=copy.added_by_name,
                added_at=copy.added_at,
            )
        )

    def copies(self, document_id: DocumentId) -> tuple[SignedCopy, ...]:
        rows = self._connection.execute(
            select(signed_copies)
            .where(signed_copies.c.document_id == document_id)
            .order_by(signed_copies.c.added_at, signed_copies.c.id)
        )
        return tuple(map(_copy, rows))

    def with_code(self, code: str) -> tuple[tuple[Document, int], ...]:
        now = self._found(select(documents).where(documents.c.code == code))
        then = self._found_revisions(document_revisions.c.code == code)
        return (*((one, one.revision) for one in now), *then)

    def with_file(self, sha256: str) -> tuple[tuple[Document, int], ...]:
        now = self._found(
            select(documents).where(or_(documents.c.docx_sha256 == sha256, documents.c.pdf_sha256 == sha256))
        )
        then = self._found_revisions(
            or_(document_revisions.c.docx_sha256 == sha256, document_revisions.c.pdf_sha256 == sha256)
        )
        signed = self._connection.execute(
            select(documents, signed_copies.c.revision.label("of_revision"))
            .join(signed_copies, signed_copies.c.document_id == documents.c.id)
            .where(signed_copies.c.sha256 == sha256)
        )
        return (*((one, one.revision) for one in now), *then, *((_document(row), row.of_revision) for row in signed))

    def _found(self, statement: Select[Any]) -> tuple[Document, ...]:
        return tuple(map(_document, self._connection.execute(statement)))

    def _found_revisions(self, condition: ColumnElement[bool]) -> tuple[tuple[Document, int], ...]:
        rows = self._connection.execute(
            select(documents, document_revisions.c.revision.label("of_revision"))
            .join(document_revisions, document_revisions.c.document_id == documents.c.id)
            .where(condition)
        )
        return tuple((_document(row), row.of_revision) for row in rows)


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
        "register_number": document.register_number,
        "revision": document.revision,
        "content_sha256": document.content_sha256,
        "code": document.code,
        "template_id": document.template_id,
        "official_number": document.official_number,
        "official_date": document.official_date,
        "signing": document.signing.value,
    }


def _outline(row: Row[Any]) -> DocumentOutline:
    return DocumentOutline(
        kind=row.kind,
        title=row.title,
        step_no=row.step_no,
        putaran=row.putaran,
        status=DocumentStatus(row.status),
        created_at=row.created_at,
    )


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
        register_number=row.register_number,
        revision=row.revision,
        content_sha256=row.content_sha256,
        code=row.code,
        template_id=row.template_id,
        official_number=row.official_number,
        official_date=row.official_date,
        signing=SigningStatus(row.signing),
    )


def _revision(row: Row[Any]) -> PastRevision:
    return PastRevision(
        document_id=row.document_id,
        revision=row.revision,
        content=row.content,
        content_sha256=row.content_sha256,
        code=row.code,
        docx_sha256=row.docx_sha256,
        pdf_sha256=row.pdf_sha256,
        template_id=row.template_id,
        official_number=row.official_number,
        official_date=row.official_date,
        replaced_at=row.replaced_at,
        replaced_by=row.replaced_by,
        reason=row.reason,
    )


def _copy(row: Row[Any]) -> SignedCopy:
    return SignedCopy(
        id=SignedCopyId(row.id),
        document_id=row.document_id,
        revision=row.revision,
        kind=CopyKind(row.kind),
        name=row.name,
        sha256=row.sha256,
        size=row.size,
        media_type=row.media_type,
        is_intact=row.is_intact,
        findings=row.findings,
        added_by=row.added_by,
        added_by_name=row.added_by_name,
        added_at=row.added_at,
    )
