"""Evidence, documents and the registers that number them."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, String, Table

from ir_platform.adapters.sql.columns import StorableText, UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata

evidence = Table(
    "evidence",
    metadata,
    Column("id", String, primary_key=True),
    Column("incident_id", String, ForeignKey("incidents.id"), nullable=False),
    Column("name", StorableText, nullable=False),
    Column("sha256", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", StorableText, nullable=False),
    Column("kelengkapan", StorableText),
    Column("step_no", Integer),
    Column("putaran", Integer),
    Column("added_by", String, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
)
Index("ix_evidence_oldest", evidence.c.incident_id, evidence.c.added_at, evidence.c.id)

documents = Table(
    "documents",
    metadata,
    Column("id", String, primary_key=True),
    Column("incident_id", String, ForeignKey("incidents.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("title", StorableText, nullable=False),
    Column("step_no", Integer, nullable=False),
    Column("putaran", Integer, nullable=False),
    Column("status", String, nullable=False),
    Column("content", StorableText, nullable=False),
    Column("docx_sha256", String),
    Column("pdf_sha256", String),
    Column("created_at", UtcDateTime, nullable=False),
    Column("register_number", String),
    Column("revision", Integer, server_default="1", nullable=False),
    Column("content_sha256", String),
    Column("code", String),
    Column("template_id", String),
    Column("official_number", StorableText),
    Column("official_date", Date),
    Column("signing", String, server_default="belum_ditandatangani", nullable=False),
)
Index("ix_documents_oldest", documents.c.incident_id, documents.c.created_at, documents.c.id)
Index("uq_documents_register_number", documents.c.register_number, unique=True)
Index("ix_documents_code", documents.c.code)
Index("ix_documents_docx_sha256", documents.c.docx_sha256)
Index("ix_documents_pdf_sha256", documents.c.pdf_sha256)

# Numbers are drawn from `office_registers` by now; a program of the version before still draws them here.
registers = Table(
    "registers",
    metadata,
    Column("kind", String, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last_number", Integer, nullable=False),
)
