"""What a Position is: a jabatan that an account holds between two dates, by itself or in somebody's place."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType

from ir_platform.domain.account_id import AccountId
from ir_platform.domain.office import OfficeId

PositionId = NewType("PositionId", str)


class Kedudukan(StrEnum):
    """In what capacity the jabatan is exercised."""

    DEFINITIF = "definitif"
    PLT = "plt"
    """Pelaksana tugas: nobody holds the jabatan."""
    PLH = "plh"
    """Pelaksana harian: whoever holds it is away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    id: PositionId
    account_id: AccountId
    office_id: OfficeId
    jabatan: str
    """The title as it is today; the SOP's lane keeps its own beside it on signatures."""
    roles: frozenset[str]
    """Pelaksana ids that come with it; `playbook-id:pelaksana-id` binds one to a single playbook."""
    kedudukan: Kedudukan
    begins: date
    ends: date | None
    """Last day, in the office's zone; None: open."""
    letter_number: str | None = None
    """Of the surat perintah; a Plt. or Plh. has one."""
    letter_date: date | None = None
    replaces: AccountId | None = None
    """Whose jabatan a Plh. exercises."""

    def is_held(self, *, on: date) -> bool:
        """Whether it counts on that day of the office's zone; first and last day belong to it."""
        return self.begins <= on and (self.ends is None or on <= self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """In whose place somebody acted, as it stands on the signature."""

    kedudukan: Kedudukan
    jabatan: str
    letter_number: str
    letter_date: date
    replaces: str | None
    """Display name of whom a Plh. stood in for."""
