"""Shapes of signing in and of the caller's own account."""

from datetime import date

from pydantic import BaseModel, Field

from api.text import Line, Text
from ir_platform.domain.position import Kedudukan


class SignIn(BaseModel):
    username: Line = Field(max_length=64)
    password: Text = Field(max_length=1024)


class PasswordChange(BaseModel):
    lama: Text = Field(max_length=1024)
    baru: Text = Field(max_length=1024)


class Token(BaseModel):
    access_token: str
    token_type: str = "bearer"  # noqa: S105  the name of the scheme
    expires_in: int
    """Seconds."""


class Peran(BaseModel):
    id: str
    nama: str


class Posisi(BaseModel):
    """A position held today."""

    id: str
    jabatan: str
    kedudukan: Kedudukan
    kantor: str
    kantor_nama: str
    peran: list[Peran]
    mulai: date
    sampai: date | None
    nomor_surat: str | None
    tanggal_surat: date | None
    menggantikan: str | None
    """Name of whom a substitute stands in for."""


class Me(BaseModel):
    id: str
    username: str
    nama: str
    jabatan: str
    peran: list[Peran]
    is_admin: bool
    petugas: bool
    """Whether the account belongs to the office that handles incidents; the others only report."""
    harus_ganti_sandi: bool
    posisi: list[Posisi]
    """Held today: the own before those of others."""
    kantor_id: str
    kantor: str
    """What the office the account works in is called."""
    kantor_utama: bool
    """Whether the account belongs to the home office, whose logs and findings there are."""
    zona: str
