"""Numbers of the registers, earlier revisions of documents, signed copies, and the office's own stationery."""

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from ir_platform.adapters.sql.columns import StorableText, UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata

office_registers = Table(
    "office_registers",
    metadata,
    Column("office_id", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last_number", Integer, nullable=False),
)

document_revisions = Table(
    "document_revisions",
    metadata,
    Column("document_id", String, ForeignKey("documents.id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("content", StorableText, nullable=False),
    Column("content_sha256", String),
    Column("code", String),
    Column("docx_sha256", String),
    Column("pdf_sha256", String),
    Column("template_id", String),
    Column("official_number", StorableText),
    Column("official_date", Date),
    Column("replaced_at", UtcDateTime, nullable=False),
    Column("replaced_by", StorableText, nullable=False),
    Column("reason", StorableText, nullable=False),
)
Index("ix_document_revisions_code", document_revisions.c.code)
Index("ix_document_revisions_docx_sha256", document_revisions.c.docx_sha256)
Index("ix_document_revisions_pdf_sha256", document_revisions.c.pdf_sha256)

signed_copies = Table(
    "signed_copies",
    metadata,
    Column("id", String, primary_key=True),
    Column("document_id", String, ForeignKey("documents.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("name", StorableText, nullable=False),
    Column("sha256", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", StorableText, nullable=False),
    Column("is_intact", Boolean, nullable=False),
    Column("findings", StorableText, nullable=False),
    Column("added_by", String, nullable=False),
    Column("added_by_name", StorableText, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
)
Index("ix_signed_copies_oldest", signed_copies.c.document_id, signed_copies.c.added_at, signed_copies.c.id)
Index("ix_signed_copies_sha256", signed_copies.c.sha256)

document_templates = Table(
    "document_templates",
    metadata,
    Column("id", String, primary_key=True),
    Column("office_id", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", StorableText, nullable=False),
    Column("sha256", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("uploaded_by", StorableText, nullable=False),
    Column("uploaded_at", UtcDateTime, nullable=False),
    Column("retired_at", UtcDateTime),
    UniqueConstraint("office_id", "kind", "version"),
)

emblems = Table(
    "emblems",
    metadata,
    Column("office_id", String, primary_key=True),
    Column("sha256", String, primary_key=True),
    Column("media_type", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("added_by", StorableText, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
)

letterheads = Table(
    "letterheads",
    metadata,
    Column("office_id", String, primary_key=True),
    Column("fields", StorableText, nullable=False),
)
