"""Letting another office read an incident, and taking that back: decided by whoever directs its handling."""

from dataclasses import dataclass
from datetime import tzinfo

import structlog

from ir_platform.domain.alert import IncidentId
from ir_platform.domain.incident import Incident, TimelineEntry
from ir_platform.domain.office import OfficeId
from ir_platform.domain.person import Account
from ir_platform.domain.share import Share
from ir_platform.identity.offices import office_name, require_office
from ir_platform.ports import Clock, State, UnitOfWork
from playbooks.authority import Capacity, first_bringing, read_capacities
from playbooks.errors import (
    AlreadySharedError,
    NotDirectingError,
    NotSharedError,
    ReasonNeededError,
    SharedWithItselfError,
    UnknownIncidentError,
)
from playbooks.library import Library
from playbooks.record import add_audit
from playbooks.sop import JenisIsian, Langkah, Sop
from playbooks.words import signed_as

log = structlog.get_logger()

_DIRECTING = (JenisIsian.DISPOSISI, JenisIsian.ARAHAN)


def directing_roles(sop: Sop) -> tuple[str, ...]:
    """Return who directs the handling: the executors that write a disposisi or an arahan.

    Where the SOP has none of either, whoever the handling is reported to in its last step.
    """
    writers = (role for step in sop.langkah for role in _writers(step))
    last = next(step for step in reversed(sop.langkah) if not step.otomatis)
    roles = tuple(dict.fromkeys(writers)) or last.pelaksana
    return tuple(role for role in roles if not sop.is_outside(role))


def _writers(step: Langkah) -> tuple[str, ...]:
    return tuple(role for form in step.isian if form.jenis in _DIRECTING for role in (form.oleh or step.pelaksana))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """Carries sharing out; each command is one write transaction."""

    state: State
    library: Library
    clock: Clock
    zone: tzinfo
    home_name: str
    """What the home office is called."""

    def may_share(self, uow: UnitOfWork, incident: Incident, account: Account) -> bool:
        return self._directing(uow, incident, account) is not None

    def share(self, incident_id: IncidentId, office_id: OfficeId, account: Account, *, reason: str) -> Share:
        """Let the office read the incident.

        Raises: UnknownIncidentError, NotDirectingError, UnknownOfficeError, SharedWithItselfError, ReasonNeededError,
        AlreadySharedError.
        """
        with self.state.write() as uow:
            incident, title = self._authorised(uow, incident_id, account)
            other = require_office(uow, office_id)
            if other.id == incident.office_id:
                raise SharedWithItselfError
            if not reason.strip():
                raise ReasonNeededError(what="membagikan insiden")
            share = Share(
                incident_id=incident_id,
                office_id=other.id,
                reason=reason.strip(),
                shared_by=account.id,
                shared_at=self.clock(),
            )
            if not uow.shares.add(share):
                raise AlreadySharedError(office_id=other.id)
            self._record(uow, incident, other.id, account, title, action="incident.shared", reason=share.reason)
        log.info("incident_shared", incident_id=incident_id, office_id=office_id, account_id=account.id)
        return share

    def withdraw(self, incident_id: IncidentId, office_id: OfficeId, account: Account) -> None:
        """Take it back: the office reads nothing of the incident any more.

        Raises: UnknownIncidentError, NotDirectingError, NotSharedError.
        """
        with self.state.write() as uow:
            incident, title = self._authorised(uow, incident_id, account)
            if not uow.shares.remove(incident_id, office_id):
                raise NotSharedError(office_id=office_id)
            self._record(uow, incident, office_id, account, title, action="incident.share_withdrawn", reason="")
        log.info("incident_share_withdrawn", incident_id=incident_id, office_id=office_id, account_id=account.id)

    def _authorised(self, uow: UnitOfWork, incident_id: IncidentId, account: Account) -> tuple[Incident, str]:
        """Return the incident and the title under which the account directs its handling."""
        incident = uow.incidents.get(incident_id)
        if incident is None:
            raise UnknownIncidentError(incident_id=incident_id)
        capacity = self._directing(uow, incident, account)
        if capacity is None:
            sop = self._sop(uow, incident)
            roles = directing_roles(sop)
            raise NotDirectingError(roles=roles, names=tuple(map(sop.role_name, roles)))
        return incident, signed_as(capacity.jabatan, capacity.mandat)

    def _directing(self, uow: UnitOfWork, incident: Incident, account: Account) -> Capacity | None:
        today = self.clock().astimezone(self.zone).date()
        capacities = read_capacities(uow, account, incident, on=today)
        return first_bringing(capacities, directing_roles(self._sop(uow, incident)))

    def _sop(self, uow: UnitOfWork, incident: Incident) -> Sop:
        run = uow.runs.get(incident.id)
        if run is None:
            raise UnknownIncidentError(incident_id=incident.id)
        return self.library.sop_of(uow, run)

    def _record(
        self,
        uow: UnitOfWork,
        incident: Incident,
        office_id: OfficeId,
        account: Account,
        title: str,
        *,
        action: str,
        reason: str,
    ) -> None:
        now = self.clock()
        facts = {
            "kantor": office_name(uow, office_id, home=self.home_name),
            "jabatan": title,
            "alasan": reason,
        }
        kind = action.removeprefix("incident.")
        said = tuple((name, value) for name, value in facts.items() if value)
        entry = TimelineEntry(at=now, kind=kind, actor=account.display_name, facts=said)
        uow.incidents.add_timeline(incident.id, entry)
        add_audit(
            uow,
            at=now,
            actor=(account.id, account.named(title)),
            action=action,
            subject=f"incident:{incident.id}",
            details={"nomor": incident.nomor, "kantor": office_id, "alasan": reason or None},
        )
        uow.changes.add("incident", incident.id, now)
