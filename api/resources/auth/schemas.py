"""Shapes of signing in and of the caller's own account."""

from pydantic import BaseModel, Field

from api.text import Line, Text


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
    kantor: str
    zona: str
