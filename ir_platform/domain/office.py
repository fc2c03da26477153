"""What an Office (OPD) is: whose people, incidents, documents and registers belong together."""

from dataclasses import dataclass
from typing import Final, NewType

OfficeId = NewType("OfficeId", str)

HOME_OFFICE: Final = OfficeId("utama")
"""The office the installation was set up for; whatever nobody gave to another one is its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    id: OfficeId
    kode: str
    """Short, upper case, part of register numbers of every office but the home office: `DISHUB`."""
    nama: str
