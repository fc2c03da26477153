"""Document registers, official numbers, signed copies, templates of the office."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_HOME_OFFICE = "utama"


def upgrade() -> None:
    _create_registers()
    _add_to_documents()
    _create_revisions()
    _create_signed_copies()
    _create_stationery()


def _create_registers() -> None:
    """What the one office has counted so far goes on; `registers` stays for a program of the version before."""
    op.create_table(
        "office_registers",
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("office_id", "kind", "year", name="pk_office_registers"),
    )
    op.execute(
        sa.text(
            "INSERT INTO office_registers (office_id, kind, year, last_number)"
            " SELECT :office, kind, year, last_number FROM registers"
        ).bindparams(office=_HOME_OFFICE)
    )


def _add_to_documents() -> None:
    op.add_column("documents", sa.Column("register_number", sa.String()))
    op.add_column("documents", sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
    op.add_column("documents", sa.Column("content_sha256", sa.String()))
    op.add_column("documents", sa.Column("code", sa.String()))
    op.add_column("documents", sa.Column("template_id", sa.String()))
    op.add_column("documents", sa.Column("official_number", sa.Text()))
    op.add_column("documents", sa.Column("official_date", sa.Date()))
    op.add_column("documents", sa.Column("signing", sa.String(), server_default="belum_ditandatangani", nullable=False))
    op.create_index("uq_documents_register_number", "documents", ["register_number"], unique=True)
    for column in ("code", "docx_sha256", "pdf_sha256"):
        op.create_index(f"ix_documents_{column}", "documents", [column])


def _create_revisions() -> None:
    op.create_table(
        "document_revisions",
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.String()),
        sa.Column("code", sa.String()),
        sa.Column("docx_sha256", sa.String()),
        sa.Column("pdf_sha256", sa.String()),
        sa.Column("template_id", sa.String()),
        sa.Column("official_number", sa.Text()),
        sa.Column("official_date", sa.Date()),
        sa.Column("replaced_at", _TIME, nullable=False),
        sa.Column("replaced_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_document_revisions_document_id_documents"),
        sa.PrimaryKeyConstraint("document_id", "revision", name="pk_document_revisions"),
    )
    for column in ("code", "docx_sha256", "pdf_sha256"):
        op.create_index(f"ix_document_revisions_{column}", "document_revisions", [column])


def _create_signed_copies() -> None:
    op.create_table(
        "signed_copies",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("document_id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("is_intact", sa.Boolean(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_by_name", sa.Text(), nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_signed_copies_document_id_documents"),
        sa.PrimaryKeyConstraint("id", name="pk_signed_copies"),
    )
    op.create_index("ix_signed_copies_oldest", "signed_copies", ["document_id", "added_at", "id"])
    op.create_index("ix_signed_copies_sha256", "signed_copies", ["sha256"])


def _create_stationery() -> None:
    op.create_table(
        "document_templates",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_by", sa.Text(), nullable=False),
        sa.Column("uploaded_at", _TIME, nullable=False),
        sa.Column("retired_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_document_templates"),
        sa.UniqueConstraint("office_id", "kind", "version", name="uq_document_templates_office_id_kind_version"),
    )
    op.create_table(
        "letterheads",
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("office_id", name="pk_letterheads"),
    )
    op.create_table(
        "emblems",
        sa.Column("office_id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("office_id", "sha256", name="pk_emblems"),
    )
