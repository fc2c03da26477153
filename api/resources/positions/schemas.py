"""Shapes of positions: what is given to whom, by which letter, from when to when."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from api.text import Line
from ir_platform.domain.person import AccountId
from ir_platform.domain.position import Kedudukan, Position

Id = Annotated[Line, Field(max_length=100)]
Role = Annotated[Line, Field(max_length=150)]


class PositionShown(BaseModel):
    id: str
    akun: str
    """Id of the account."""
    kantor: str
    jabatan: str
    peran: list[str]
    """Pelaksana ids; `playbook-id:pelaksana-id` counts in that playbook alone."""
    kedudukan: Kedudukan
    mulai: date
    sampai: date | None
    """The last day; none: open."""
    nomor_surat: str | None
    tanggal_surat: date | None
    menggantikan: str | None
    """Id of the account a substitute stands in for."""
    menggantikan_nama: str | None
    berlaku: bool
    """Held today, by an account that is not disabled."""


class NewPosition(BaseModel):
    akun: Id
    kantor: Annotated[Line, Field(max_length=32)] = "utama"
    jabatan: Annotated[Line, Field(max_length=200)]
    peran: list[Role] = Field(default_factory=list, max_length=50)
    kedudukan: Kedudukan = Kedudukan.DEFINITIF
    mulai: date
    sampai: date | None = None
    nomor_surat: Annotated[Line, Field(max_length=100)] | None = None
    tanggal_surat: date | None = None
    menggantikan: Id | None = None


class PositionEnd(BaseModel):
    sampai: date
    """The last day; before today: the position counts no more from now on."""


def show_position(
    position: Position, names: Mapping[AccountId, str], *, today: date, is_disabled: bool = False
) -> PositionShown:
    """`is_disabled`: its holder, whose positions count no more."""
    return PositionShown(
        id=position.id,
        akun=position.account_id,
        kantor=position.office_id,
        jabatan=position.jabatan,
        peran=sorted(position.roles),
        kedudukan=position.kedudukan,
        mulai=position.begins,
        sampai=position.ends,
        nomor_surat=position.letter_number,
        tanggal_surat=position.letter_date,
        menggantikan=position.replaces,
        menggantikan_nama=names.get(position.replaces) if position.replaces else None,
        berlaku=position.is_held(on=today) and not is_disabled,
    )
