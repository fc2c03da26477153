"""Shapes of clocks that a law begins."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from api.text import Line, Text
from ir_platform.calendar.duration import in_hours
from ir_platform.domain.evidence import EvidenceId
from ir_platform.domain.legal_clock import LegalBasis, LegalClock, Sent
from playbooks.legal import Rating, Sending


class NewLegalClock(BaseModel):
    kind: LegalBasis
    since: AwareDatetime | None = None
    """When the office came to know; None: when the incident was opened."""
    reason: Text = Field(default="", max_length=5_000)

    def rating(self) -> Rating:
        return Rating(basis=self.kind, reason=self.reason, since=self.since)


class SentBody(BaseModel):
    at: AwareDatetime
    how: Text = Field(default="", max_length=2_000)
    """To whom and in what way, with the letter's number."""
    evidence_id: Annotated[Line, Field(max_length=100)] | None = None
    """Proof: evidence of this incident."""

    def sending(self) -> Sending:
        return Sending(at=self.at, how=self.how, evidence_id=EvidenceId(self.evidence_id) if self.evidence_id else None)


class SentShown(BaseModel):
    at: datetime
    how: str
    evidence_id: str | None
    by: str
    recorded_at: datetime
    terlambat: bool


class LegalClockShown(BaseModel):
    id: str
    kind: LegalBasis
    label: str
    since: datetime
    due: datetime
    reason: str
    rated_by: str
    rated_at: datetime
    sisa_menit: int | None
    """Minutes of the calendar, negative past the limit; None: recorded as sent."""
    sisa: str | None
    terlambat: bool
    sent: SentShown | None


class LegalClocksShown(BaseModel):
    items: list[LegalClockShown]
    boleh: bool
    """Whether the caller may rate and record."""


class DraftShown(BaseModel):
    teks: str


def show_legal_clock(one: LegalClock, *, now: datetime) -> LegalClockShown:
    left = None if one.sent else int((one.due - now).total_seconds() // 60)
    return LegalClockShown(
        id=one.id,
        kind=one.basis,
        label=one.basis.label,
        since=one.since,
        due=one.due,
        reason=one.reason,
        rated_by=one.rated_name,
        rated_at=one.rated_at,
        sisa_menit=left,
        sisa=in_hours(abs(left)) if left is not None else None,
        terlambat=(one.sent.at if one.sent else now) > one.due,
        sent=show_sent(one.sent, due=one.due) if one.sent else None,
    )


def show_sent(sent: Sent, *, due: datetime) -> SentShown:
    return SentShown(
        at=sent.at,
        how=sent.how,
        evidence_id=sent.evidence_id,
        by=sent.by_name,
        recorded_at=sent.recorded_at,
        terlambat=sent.at > due,
    )
