"""A version of an SOP that the office wrote itself: a draft, the one in force, or what became of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

from ir_platform.domain.person import AccountId

PlaybookVersionId = NewType("PlaybookVersionId", str)

SHIPPED_NUMBER: Final = 0
"""The number of the text that comes with the program; the office's own versions are counted from 1."""


class VersionStatus(StrEnum):
    KONSEP = "konsep"
    """A draft: it may be changed, and no incident follows it."""
    BERLAKU = "berlaku"
    """In force: what an incident opened now will follow. At most one of each playbook."""
    DIGANTIKAN = "digantikan"
    """Was in force; incidents that began with it still follow it."""
    DIBATALKAN = "dibatalkan"
    """A draft that was given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionHead:
    """Which text is in force, without the text."""

    playbook_id: str
    number: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookVersion:
    id: PlaybookVersionId
    playbook_id: str
    number: int
    """1, 2, … of this playbook, without gaps."""
    status: VersionStatus
    text: str
    """The SOP as YAML."""
    sha256: str
    """Of the text in UTF-8, hexadecimal."""
    based_on: int | None
    """Number of the version it was copied from; None: it was brought in as a file."""
    note: str
    """Why it was made, in the words of who made it."""
    made_by: AccountId | None
    """None: at the command line of the server."""
    made_by_name: str
    """Name and jabatan as they were then."""
    made_at: datetime
    put_in_force_by: AccountId | None = None
    put_in_force_by_name: str | None = None
    put_in_force_at: datetime | None = None
    put_in_force_reason: str | None = None
    """Why, in the words of who put it in force."""
    version: int = 1
    """Raised with every change; what a writer saw is compared with it."""
