"""Clocks that a law begins: a person rates the incident so, a person records what was sent. Nothing sends itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

import structlog

from ir_platform.calendar.round_the_clock import RoundTheClock
from ir_platform.calendar.zones import zone_of
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.clock import Clock as DueClock
from ir_platform.domain.clock import ClockKind
from ir_platform.domain.evidence import EvidenceId
from ir_platform.domain.incident import Incident, TimelineEntry
from ir_platform.domain.legal_clock import LegalBasis, LegalClock, LegalClockId, Sent
from ir_platform.domain.penerimaan import NOTHING_KNOWN
from ir_platform.domain.person import Account
from ir_platform.identity.offices import office_name
from ir_platform.notify.stages import DEFAULT_RULES, ReminderRules, tellings
from ir_platform.ports import Clock, NewId, State, UnitOfWork
from playbooks.authority import first_bringing, read_capacities
from playbooks.errors import UnknownIncidentError
from playbooks.legal_draft import DraftSource, draft_of
from playbooks.legal_errors import (
    AlreadyRatedError,
    AlreadySentError,
    EmptyTextError,
    MayNotRateError,
    NotInOrderError,
    UnknownLegalClockError,
    UnknownProofError,
)
from playbooks.library import Library
from playbooks.record import add_audit
from playbooks.run_state import state_from_json
from playbooks.sop import Sop
from playbooks.words import signed_as

log = structlog.get_logger()

HOURS: Final = RoundTheClock()
NO_IDS: Final[Mapping[str, str]] = MappingProxyType({})
_PREFIX: Final = f"{ClockKind.HUKUM}:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A person's word that a law asks for a notification of this incident."""

    basis: LegalBasis
    reason: str
    since: datetime | None = None
    """When the office came to know; None: as the report's intake says, else when the incident was opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    at: datetime
    how: str
    evidence_id: EvidenceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deed:
    uow: UnitOfWork
    incident: Incident
    account: Account
    name: str
    """With the jabatan, as it is signed."""
    at: datetime

    def note(self, *, kind: str, action: str, facts: dict[str, str], ids: Mapping[str, str] = NO_IDS) -> None:
        """Write into Kronologi and audit trail; `ids` name things for the trail alone, people read their names."""
        said = tuple((name, value) for name, value in facts.items() if value)
        entry = TimelineEntry(at=self.at, kind=kind, actor=self.account.display_name, facts=said)
        self.uow.incidents.add_timeline(self.incident.id, entry)
        add_audit(
            self.uow,
            at=self.at,
            actor=(self.account.id, self.name),
            action=action,
            subject=f"incident:{self.incident.id}",
            details={"nomor": self.incident.nomor, **facts, **ids},
        )
        self.uow.changes.add("incident", self.incident.id, self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalDesk:
    """Who may rate: an official whom the incident's SOP names, by name; the program's administrator may not."""

    state: State
    library: Library
    clock: Clock
    new_id: NewId
    timezone: str
    office_name: str
    rules: ReminderRules = DEFAULT_RULES

    def check(self, incident_id: IncidentId, account: Account) -> None:
        """Raise what every act here would raise first. Raises: UnknownIncidentError, MayNotRateError."""
        with self.state.read() as uow:
            self._deed(uow, incident_id, account)

    def rate(self, incident_id: IncidentId, rating: Rating, account: Account) -> LegalClock:
        """Begin the clock. Raises: UnknownIncidentError, MayNotRateError, AlreadyRatedError, EmptyTextError,
        NotInOrderError for a time to come.
        """
        with self.state.write() as uow:
            deed = self._deed(uow, incident_id, account)
            clock = self._rated(deed, rating)
            if not uow.legal_clocks.add(clock):
                raise AlreadyRatedError(basis=rating.basis)
            due = due_clock_of(clock, deed.incident, self.rules)
            uow.clocks.replace(incident_id, (ClockKind.HUKUM,), (*_others(uow, incident_id), due))
            facts = {
                "dasar": rating.basis.label,
                "diketahui": clock.since.isoformat(),
                "batas": clock.due.isoformat(),
                "alasan": clock.reason,
            }
            deed.note(kind="legal_rated", action="legal.rated", facts=facts)
        log.info("legal_clock_started", incident_id=incident_id, basis=rating.basis.value, account_id=account.id)
        return clock

    def record_sent(self, incident_id: IncidentId, clock_id: LegalClockId, sending: Sending, account: Account) -> None:
        """End the clock. Raises: UnknownIncidentError, MayNotRateError, UnknownLegalClockError, AlreadySentError,
        EmptyTextError, NotInOrderError, UnknownProofError.
        """
        with self.state.write() as uow:
            deed = self._deed(uow, incident_id, account)
            clock = uow.legal_clocks.get(clock_id)
            if clock is None or clock.incident_id != incident_id:
                raise UnknownLegalClockError
            sent = _sent(deed, clock, sending)
            if not uow.legal_clocks.record_sent(clock_id, sent):
                raise AlreadySentError
            proof = uow.evidence.get(sent.evidence_id) if sent.evidence_id else None
            others = (one for one in _others(uow, incident_id) if one.key != f"{_PREFIX}{clock_id}")
            uow.clocks.replace(incident_id, (ClockKind.HUKUM,), others)
            facts = {
                "dasar": clock.basis.label,
                "dikirim": sent.at.isoformat(),
                "cara": sent.how,
                "bukti": proof.name if proof else "",
                "terlambat": "ya" if sent.at > clock.due else "",
            }
            ids = {"evidence_id": proof.id} if proof else NO_IDS
            deed.note(kind="legal_sent", action="legal.sent", facts=facts, ids=ids)
        log.info("legal_notification_recorded", incident_id=incident_id, basis=clock.basis.value)

    def draft(self, incident_id: IncidentId, clock_id: LegalClockId) -> str:
        """Return the text a notification may begin with. Raises: UnknownIncidentError, UnknownLegalClockError."""
        with self.state.read() as uow:
            incident, run = uow.incidents.get(incident_id), uow.runs.get(incident_id)
            clock, alerts = uow.legal_clocks.get(clock_id), uow.alerts.of_incident(incident_id)
            if incident is None or run is None:
                raise UnknownIncidentError(incident_id=incident_id)
            if clock is None or clock.incident_id != incident_id:
                raise UnknownLegalClockError
            source = DraftSource(
                incident=incident,
                sop=self.library.sop_of(uow, run),
                state=state_from_json(run.state),
                alerts=alerts,
                penerimaan=uow.penerimaan.get(incident_id) or NOTHING_KNOWN,
                office_name=office_name(uow, incident.office_id, home=self.office_name),
                zone=zone_of(self.timezone),
            )
        return draft_of(clock, source)

    def _deed(self, uow: UnitOfWork, incident_id: IncidentId, account: Account) -> _Deed:
        incident, run = uow.incidents.get(incident_id), uow.runs.get(incident_id)
        if incident is None or run is None:
            raise UnknownIncidentError(incident_id=incident_id)
        now = self.clock()
        today = now.astimezone(zone_of(self.timezone)).date()
        sop = self.library.sop_of(uow, run)
        capacities = read_capacities(uow, account, incident, on=today)
        official = first_bringing(capacities, own_roles(sop))
        if official is None:
            raise MayNotRateError
        name = account.named(signed_as(official.jabatan, official.mandat))
        return _Deed(uow=uow, incident=incident, account=account, name=name, at=now)

    def _rated(self, deed: _Deed, rating: Rating) -> LegalClock:
        intake = deed.uow.penerimaan.get(deed.incident.id) or NOTHING_KNOWN
        since = rating.since or intake.diketahui or deed.incident.opened_at
        if since > deed.at:
            raise NotInOrderError(what="Waktu diketahui")
        return LegalClock(
            id=LegalClockId(self.new_id()),
            incident_id=deed.incident.id,
            basis=rating.basis,
            since=since,
            reason=_said(rating.reason, what="Alasan"),
            rated_by=deed.account.id,
            rated_name=deed.name,
            rated_at=deed.at,
        )


def own_roles(sop: Sop) -> frozenset[str]:
    """Return the SOP's roles that belong to the office."""
    return frozenset(one.id for one in sop.pelaksana if not one.luar)


def due_clock_of(clock: LegalClock, incident: Incident, rules: ReminderRules) -> DueClock:
    """Return the due row of a law's clock."""
    due = DueClock(
        incident_id=incident.id,
        key=f"{_PREFIX}{clock.id}",
        kind=ClockKind.HUKUM,
        office_id=incident.office_id,
        no=0,
        started_at=clock.since,
        due=clock.due,
        next_at=None,
        calendar_version=HOURS.version,
    )
    return replace(due, next_at=next(tellings(due, HOURS, rules)).at)


def legal_clock_of(uow: UnitOfWork, clock: DueClock) -> LegalClock | None:
    """Return what a law's due row stands for."""
    return uow.legal_clocks.get(LegalClockId(clock.key.removeprefix(_PREFIX)))


def _others(uow: UnitOfWork, incident_id: IncidentId) -> tuple[DueClock, ...]:
    return tuple(one for one in uow.clocks.of_incident(incident_id) if one.kind is ClockKind.HUKUM)


def _sent(deed: _Deed, clock: LegalClock, sending: Sending) -> Sent:
    if clock.sent is not None:
        raise AlreadySentError
    if not clock.since <= sending.at <= deed.at:
        raise NotInOrderError(what="Waktu pengiriman")
    if sending.evidence_id is not None:
        evidence = deed.uow.evidence.get(sending.evidence_id)
        if evidence is None or evidence.incident_id != deed.incident.id:
            raise UnknownProofError(evidence_id=sending.evidence_id)
    return Sent(
        at=sending.at,
        how=_said(sending.how, what="Cara pengiriman"),
        evidence_id=sending.evidence_id,
        by=deed.account.id,
        by_name=deed.name,
        recorded_at=deed.at,
    )


def _said(text: str, *, what: str) -> str:
    """Raises: EmptyTextError."""
    if not text.strip():
        raise EmptyTextError(what=what)
    return text.strip()
