"""Lembar disposisi with their chain, and how a report came in."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_disposisi()
    _create_penerimaan()


def _create_disposisi() -> None:
    op.create_table(
        "disposisi",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("step_no", sa.Integer(), nullable=False),
        sa.Column("putaran", sa.Integer(), nullable=False),
        sa.Column("dari", sa.String(), nullable=True),
        sa.Column("diteruskan", sa.Boolean(), nullable=False),
        sa.Column("surat_dari", sa.Text(), nullable=False),
        sa.Column("nomor_surat", sa.Text(), nullable=False),
        sa.Column("tanggal_surat", sa.Date(), nullable=True),
        sa.Column("diterima", sa.Date(), nullable=True),
        sa.Column("nomor_agenda", sa.Text(), nullable=False),
        sa.Column("hal", sa.Text(), nullable=False),
        sa.Column("keamanan", sa.String(), nullable=True),
        sa.Column("derajat", sa.String(), nullable=True),
        sa.Column("kepada", sa.Text(), nullable=False),
        sa.Column("orang_id", sa.String(), nullable=True),
        sa.Column("orang_name", sa.Text(), nullable=True),
        sa.Column("orang_jabatan", sa.Text(), nullable=True),
        sa.Column("harap", sa.Text(), nullable=False),
        sa.Column("catatan", sa.Text(), nullable=False),
        sa.Column("paraf_id", sa.String(), nullable=False),
        sa.Column("paraf_name", sa.Text(), nullable=False),
        sa.Column("paraf_jabatan", sa.Text(), nullable=False),
        sa.Column("paraf_role", sa.String(), nullable=False),
        sa.Column("paraf_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_disposisi"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_disposisi_incident_id_incidents"),
        sa.ForeignKeyConstraint(["dari"], ["disposisi.id"], name="fk_disposisi_dari_disposisi"),
    )
    op.create_index("ix_disposisi_oldest", "disposisi", ["incident_id", "paraf_at", "id"])
    op.create_table(
        "disposisi_reads",
        sa.Column("disposisi_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("jabatan", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("disposisi_id", "account_id", name="pk_disposisi_reads"),
        sa.ForeignKeyConstraint(["disposisi_id"], ["disposisi.id"], name="fk_disposisi_reads_disposisi_id_disposisi"),
    )


def _create_penerimaan() -> None:
    op.create_table(
        "penerimaan",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("kanal", sa.String(), nullable=True),
        sa.Column("nomor_surat", sa.Text(), nullable=False),
        sa.Column("tanggal_surat", sa.Date(), nullable=True),
        sa.Column("nomor_agenda", sa.Text(), nullable=False),
        sa.Column("tanggal_diterima", sa.Date(), nullable=True),
        sa.Column("nama", sa.Text(), nullable=False),
        sa.Column("instansi", sa.Text(), nullable=False),
        sa.Column("kontak", sa.Text(), nullable=False),
        sa.Column("lokasi", sa.Text(), nullable=False),
        sa.Column("kejadian", _TIME, nullable=True),
        sa.Column("diketahui", _TIME, nullable=True),
        sa.Column("dilaporkan", _TIME, nullable=True),
        sa.Column("tingkat_usulan", sa.String(), nullable=True),
        sa.Column("tingkat_ditetapkan", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("incident_id", name="pk_penerimaan"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_penerimaan_incident_id_incidents"),
    )
