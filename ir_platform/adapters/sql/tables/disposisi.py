"""Lembar disposisi, who has read them, and how a report came in."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from ir_platform.adapters.sql.columns import StorableText, UtcDateTime
from ir_platform.adapters.sql.tables.base import metadata

disposisi = Table(
    "disposisi",
    metadata,
    Column("id", String, primary_key=True),
    Column("incident_id", String, ForeignKey("incidents.id"), nullable=False),
    Column("step_no", Integer, nullable=False),
    Column("putaran", Integer, nullable=False),
    Column("dari", String, ForeignKey("disposisi.id")),
    Column("diteruskan", Boolean, nullable=False),
    Column("surat_dari", StorableText, nullable=False),
    Column("nomor_surat", StorableText, nullable=False),
    Column("tanggal_surat", Date),
    Column("diterima", Date),
    Column("nomor_agenda", StorableText, nullable=False),
    Column("hal", StorableText, nullable=False),
    Column("keamanan", String),
    Column("derajat", String),
    Column("kepada", Text, nullable=False),
    Column("orang_id", String),
    Column("orang_name", StorableText),
    Column("orang_jabatan", StorableText),
    Column("harap", Text, nullable=False),
    Column("catatan", StorableText, nullable=False),
    Column("paraf_id", String, nullable=False),
    Column("paraf_name", StorableText, nullable=False),
    Column("paraf_jabatan", StorableText, nullable=False),
    Column("paraf_role", String, nullable=False),
    Column("paraf_at", UtcDateTime, nullable=False),
)
Index("ix_disposisi_oldest", disposisi.c.incident_id, disposisi.c.paraf_at, disposisi.c.id)

disposisi_reads = Table(
    "disposisi_reads",
    metadata,
    Column("disposisi_id", String, ForeignKey("disposisi.id"), primary_key=True),
    Column("account_id", String, primary_key=True),
    Column("name", StorableText, nullable=False),
    Column("jabatan", StorableText, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

penerimaan = Table(
    "penerimaan",
    metadata,
    Column("incident_id", String, ForeignKey("incidents.id"), primary_key=True),
    Column("kanal", String),
    Column("nomor_surat", StorableText, nullable=False),
    Column("tanggal_surat", Date),
    Column("nomor_agenda", StorableText, nullable=False),
    Column("tanggal_diterima", Date),
    Column("nama", StorableText, nullable=False),
    Column("instansi", StorableText, nullable=False),
    Column("kontak", StorableText, nullable=False),
    Column("lokasi", StorableText, nullable=False),
    Column("kejadian", UtcDateTime),
    Column("diketahui", UtcDateTime),
    Column("dilaporkan", UtcDateTime),
    Column("tingkat_usulan", String),
    Column("tingkat_ditetapkan", UtcDateTime),
)
