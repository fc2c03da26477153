"""What a Notice is: something a person of an office is told, addressed to a role or to an account."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from ir_platform.domain.alert import IncidentId
from ir_platform.domain.office import OfficeId
from ir_platform.domain.person import AccountId

NoticeId = NewType("NoticeId", str)


class NoticeKind(StrEnum):
    """Each has its sentence in `ir_platform.notify.words`."""

    REMINDER_BEFORE = "reminder_before"
    """Part of a step's time is left."""
    DUE = "due"
    """A step has reached its due time."""
    OVERDUE = "overdue"
    """A step is still past its due time, once a working day."""
    OVERDUE_SUPERIOR = "overdue_superior"
    """The same, to the superior of the SOP's escalation table."""
    TOTAL_BEFORE = "total_before"
    """Part of the SOP's total time is left."""
    TOTAL_DUE = "total_due"
    TOTAL_OVERDUE = "total_overdue"
    LEGAL_BEFORE = "legal_before"
    """Part of the time that the law leaves for a notification is left."""
    LEGAL_DUE = "legal_due"
    LEGAL_OVERDUE = "legal_overdue"
    CLOSED_EARLY = "closed_early"
    """An incident was closed without the steps of these roles."""
    REOPEN_PROPOSED = "reopen_proposed"
    DISPOSISI_RECEIVED = "disposisi_received"
    ADVICE_ASKED = "advice_asked"
    """A question for the superior (konsultasi)."""
    ADVICE_GIVEN = "advice_given"
    """An arahan, told to those it is for and to who asked."""
    RULE_MUTED = "rule_muted"
    """A detection rule fired too often; its findings are counted onto one alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    id: NoticeId
    key: str
    """Nothing is told twice: of two notices with one key only the first is kept. The id, where nothing repeats."""
    office_id: OfficeId
    kind: NoticeKind
    at: datetime
    account_id: AccountId | None = None
    """Told to this account; None: to whoever holds one of `roles` in the office when the list is read."""
    roles: tuple[str, ...] = ()
    """Pelaksana ids."""
    playbook_id: str | None = None
    """The SOP whose roles are meant, so that a jabatan bound to it (`playbook-id:pelaksana-id`) is reached too."""
    incident_id: IncidentId | None = None
    facts: tuple[tuple[str, str], ...] = ()
    """What goes into the sentence: `nomor` and `langkah`, never what the incident is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReader:
    """Who reads notices: an account with what it may act as, in each office it belongs to."""

    account_id: AccountId
    roles: tuple[tuple[OfficeId, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNotice:
    """A notice as one reader finds it."""

    notice: Notice
    read_at: datetime | None
    """None: not read yet."""
