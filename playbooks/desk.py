"""Carries out what an office writes about an incident between its steps: how the report came in, its tingkat, notes,
and lembar disposisi read and passed on. Each call is one write transaction; a refusal changes nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from ir_platform.domain.alert import IncidentId, Level
from ir_platform.domain.disposisi import Disposisi, DisposisiId, Harap, Orang, Paraf, Pembacaan
from ir_platform.domain.incident import Incident, IncidentStatus, TimelineEntry
from ir_platform.domain.penerimaan import Penerimaan
from ir_platform.domain.person import Account, AccountId
from ir_platform.domain.run import StoredRun
from ir_platform.identity.power import acting_roles, as_of
from ir_platform.ports import Clock, ConflictError, State, UnitOfWork
from playbooks.authority import Capacity, all_roles, first_bringing, official_for, read_capacities
from playbooks.commands import AddNote
from playbooks.disposing import given_entry, lembar_details, tell_recipients
from playbooks.disposisi import Forwarding, forward_of, recipient_names
from playbooks.engine import decide, require_role
from playbooks.errors import (
    ClosedIncidentError,
    MissingLevelReasonError,
    NotOfficialError,
    NotRecipientError,
    SameLevelError,
    UnknownDisposisiError,
    UnknownIncidentError,
    UnknownRecipientError,
)
from playbooks.library import Library
from playbooks.penerimaan import changes_between, check_penerimaan, penerimaan_hash
from playbooks.record import Office, add_audit, add_timeline, save_run
from playbooks.run_state import RunState, state_from_json
from playbooks.sop import Sop
from playbooks.words import LEVELS, signed_as

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardRequest:
    """To whom a recipient passes a lembar on: roles, or one person."""

    kepada: tuple[str, ...] = ()
    orang: AccountId | None = None
    harap: tuple[Harap, ...] = ()
    catatan: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The disposisi of an incident, for one reader."""

    items: tuple[Disposisi, ...]
    """Oldest first."""
    mine: frozenset[DisposisiId]
    """Those the reader is a recipient of."""
    sop: Sop
    officials: tuple[Orang, ...]
    """To whom the reader may pass one on, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What is read before deciding, and who asks with what it may act as."""

    uow: UnitOfWork
    incident: Incident
    stored: StoredRun
    sop: Sop
    run: RunState
    account: Account
    capacities: tuple[Capacity, ...]
    at: datetime

    @property
    def roles(self) -> frozenset[str]:
        return all_roles(self.capacities)

    @property
    def own_roles(self) -> frozenset[str]:
        """What the account holds in the SOP."""
        return self.roles & {one.id for one in self.sop.pelaksana}

    @property
    def is_official(self) -> bool:
        """Whether the account holds something in the SOP."""
        return bool(self.own_roles)

    def require_official(self) -> None:
        if not self.is_official:
            raise NotOfficialError

    def require_open(self) -> None:
        if self.incident.status is not IncidentStatus.OPEN:
            raise ClosedIncidentError(incident_id=self.incident.id)

    def save(self, *, level: Level | None = None) -> Incident:
        """Store the incident with its version raised. Raises: ConflictError."""
        changed = replace(self.incident, version=self.incident.version + 1, level=level or self.incident.level)
        self.uow.incidents.save(changed, expected_version=self.incident.version)
        return changed

    def title_for(self, roles: frozenset[str]) -> str:
        """Return the jabatan under which the account acts as one of the roles."""
        fitting = first_bringing(self.capacities, roles)
        return signed_as(fitting.jabatan, fitting.mandat) if fitting else self.account.jabatan

    def add_line(self, kind: str, **facts: str) -> None:
        said = tuple((name, value) for name, value in facts.items() if value)
        entry = TimelineEntry(at=self.at, kind=kind, actor=self.account.display_name, facts=said)
        self.uow.incidents.add_timeline(self.incident.id, entry)

    def add_audit(self, action: str, **details: object) -> None:
        add_audit(
            self.uow,
            at=self.at,
            actor=(self.account.id, self.account.named(self.title_for(self.own_roles))),
            action=action,
            subject=f"incident:{self.incident.id}",
            details={"nomor": self.incident.nomor, **details},
        )
        self.uow.changes.add("incident", self.incident.id, self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    state: State
    library: Library
    clock: Clock
    office: Office

    def chain(self, incident_id: IncidentId, account: Account) -> Chain:
        """Return the lembar of the incident as the account finds them. Raises: UnknownIncidentError."""
        with self.state.read() as uow:
            desk = self._load(uow, incident_id, account)
            items = uow.disposisi.of_incident(incident_id)
            officials = tuple(_as_person(one) for one in self._officials(desk) if one.id != account.id)
        return Chain(
            items=items,
            mine=frozenset(one.id for one in items if one.is_for(account.id, desk.roles)),
            sop=desk.sop,
            officials=officials,
        )

    def may_write(self, incident_id: IncidentId, account: Account) -> bool:
        """Whether the account may `record` and `rate` now. Raises: UnknownIncidentError."""
        with self.state.read() as uow:
            desk = self._load(uow, incident_id, account)
        return desk.is_official and desk.incident.status is IncidentStatus.OPEN

    def check_official(self, incident_id: IncidentId, account: Account) -> None:
        """Raise what `record` and `rate` would raise first. Raises: UnknownIncidentError, NotOfficialError."""
        with self.state.read() as uow:
            self._load(uow, incident_id, account).require_official()

    def check_recipient(self, incident_id: IncidentId, disposisi_id: DisposisiId, account: Account) -> None:
        """Raise what `read` and `forward` would raise first. Raises: UnknownIncidentError, UnknownDisposisiError,
        NotRecipientError.
        """
        with self.state.read() as uow:
            _addressed(self._load(uow, incident_id, account), disposisi_id)

    def check_executor(self, incident_id: IncidentId, no: int, account: Account) -> None:
        """Raise what `note` would raise first. Raises: UnknownIncidentError, UnknownStepError, WrongRoleError."""
        with self.state.read() as uow:
            desk = self._load(uow, incident_id, account)
        require_role(desk.sop, no, desk.roles, active=desk.run.active_pass(no))

    def read(self, incident_id: IncidentId, disposisi_id: DisposisiId, account: Account) -> Disposisi:
        """Record that a recipient opened the lembar, the first time only; return it with its readers.

        Raises: UnknownIncidentError, UnknownDisposisiError, NotRecipientError, ClosedIncidentError.
        """
        with self.state.write() as uow:
            desk = self._load(uow, incident_id, account, lock=True)
            lembar = _addressed(desk, disposisi_id)
            if lembar.read_by(account.id) is None:
                desk.require_open()
                _mark_read(desk, lembar)
            return _found(desk, disposisi_id)

    def forward(
        self, incident_id: IncidentId, disposisi_id: DisposisiId, request: ForwardRequest, account: Account
    ) -> Disposisi:
        """Pass a lembar on with the recipient's own catatan; who passes it on has read it.

        Raises: UnknownIncidentError, UnknownDisposisiError, NotRecipientError, ClosedIncidentError, ConflictError, or
        what `disposisi.forward_of` raises.
        """
        with self.state.write() as uow:
            desk = self._load(uow, incident_id, account, lock=True)
            lembar = _addressed(desk, disposisi_id)
            desk.require_open()
            forwarded = forward_of(
                desk.sop,
                lembar,
                self._forwarding(desk, request),
                _paraf(desk, lembar),
                disposisi_id=DisposisiId(self.office.new_id()),
                chain=uow.disposisi.of_incident(incident_id),
            )
            incident = desk.save()
            if lembar.read_by(account.id) is None:
                _mark_read(desk, lembar)
            uow.disposisi.add(forwarded)
            uow.incidents.add_timeline(incident_id, given_entry(desk.sop, forwarded))
            tell_recipients(uow, incident, (forwarded,), new_id=self.office.new_id)
            desk.add_audit("disposisi.forwarded", disposisi=lembar_details(desk.sop, forwarded))
        log.info("disposisi_forwarded", incident_id=incident_id, disposisi_id=forwarded.id, account_id=account.id)
        return forwarded

    def record(
        self, incident_id: IncidentId, given: Penerimaan, account: Account, *, expected_version: int | None = None
    ) -> Incident:
        """Write down how the report came in, in the place of what was written before; who set the tingkat stays.

        Raises: UnknownIncidentError, NotOfficialError, ClosedIncidentError, ConflictError, FutureDateError,
        DatesOutOfOrderError.
        """
        with self.state.write() as uow:
            desk = self._load(uow, incident_id, account, lock=True)
            desk.require_official()
            desk.require_open()
            _require_version(desk.incident, expected_version)
            check_penerimaan(given, now=desk.at, zone=self.office.zone)
            before = uow.penerimaan.get(incident_id) or Penerimaan()
            after = replace(
                given,
                tingkat_usulan=before.tingkat_usulan,
                tingkat_ditetapkan=before.tingkat_ditetapkan,
            )
            changes = changes_between(before, after, self.office.zone)
            if not changes:
                return desk.incident
            incident = desk.save()
            uow.penerimaan.put(incident_id, after)
            names = ", ".join(name for name, _, _ in changes)
            desk.add_line("penerimaan_recorded", isian=names, jabatan=desk.title_for(desk.own_roles))
            told = {name: {"dari": old, "menjadi": new} for name, old, new in changes}
            desk.add_audit("penerimaan.recorded", perubahan=told, penerimaan_sha256=penerimaan_hash(after))
        log.info("penerimaan_recorded", incident_id=incident_id, account_id=account.id)
        return incident

    def rate(
        self,
        incident_id: IncidentId,
        level: Level,
        alasan: str,
        account: Account,
        *,
        expected_version: int | None = None,
    ) -> Incident:
        """Set the incident's tingkat, or confirm what the reporter proposed.

        Raises: UnknownIncidentError, NotOfficialError, ClosedIncidentError, SameLevelError, MissingLevelReasonError,
        ConflictError.
        """
        with self.state.write() as uow:
            desk = self._load(uow, incident_id, account, lock=True)
            desk.require_official()
            desk.require_open()
            _require_version(desk.incident, expected_version)
            intake = uow.penerimaan.get(incident_id) or Penerimaan()
            is_proposed = intake.tingkat_usulan is not None and intake.tingkat_ditetapkan is None
            if level is desk.incident.level and not is_proposed:
                raise SameLevelError
            if not alasan.strip():
                raise MissingLevelReasonError
            incident = desk.save(level=level)
            uow.penerimaan.put(incident_id, replace(intake, tingkat_ditetapkan=desk.at))
            before = desk.incident.level
            desk.add_line(
                "level_set",
                dari=LEVELS[before],
                menjadi=LEVELS[level],
                jabatan=desk.title_for(desk.own_roles),
                alasan=alasan.strip(),
            )
            desk.add_audit("incident.level_set", dari=before, menjadi=level, alasan=alasan.strip())
        log.info("level_set", incident_id=incident_id, account_id=account.id)
        return incident

    def note(
        self, incident_id: IncidentId, no: int, catatan: str, account: Account, *, putaran: int | None = None
    ) -> Incident:
        """Add a note to an active step, which stays active.

        Raises: UnknownIncidentError, WrongRoleError, NotActiveError, StalePutaranError, EmptyNoteError,
        TooManyNotesError, ConflictError.
        """
        with self.state.write() as uow:
            desk = self._load(uow, incident_id, account, lock=True)
            official = official_for(account, desk.capacities, desk.sop, desk.run, no)
            command = AddNote(no=no, by=official, at=desk.at, zone=self.office.zone, catatan=catatan, putaran=putaran)
            run, facts = decide(desk.sop, desk.run, command)
            incident = desk.save()
            save_run(uow, self.office, desk.stored, incident=incident, sop=desk.sop, state=run)
            add_timeline(uow, desk.sop, incident_id, facts, at=desk.at)
            desk.add_audit("step.noted", langkah=no, putaran=run.putaran(no), catatan=catatan.strip())
        log.info("step_noted", incident_id=incident_id, step_no=no, account_id=account.id)
        return incident

    def _load(self, uow: UnitOfWork, incident_id: IncidentId, account: Account, *, lock: bool = False) -> _Desk:
        """`lock`: for who is going to change it, so that of two at once the second decides on what the first left."""
        incident, stored = uow.incidents.get(incident_id, lock=lock), uow.runs.get(incident_id)
        if incident is None or stored is None:
            raise UnknownIncidentError(incident_id=incident_id)
        now = self.clock()
        return _Desk(
            uow=uow,
            incident=incident,
            stored=stored,
            sop=self.library.sop_of(uow, stored),
            run=state_from_json(stored.state),
            account=account,
            capacities=read_capacities(uow, account, incident, on=now.astimezone(self.office.zone).date()),
            at=now,
        )

    def _forwarding(self, desk: _Desk, request: ForwardRequest) -> Forwarding:
        orang = self._person(desk, request.orang) if request.orang else None
        return Forwarding(kepada=request.kepada, orang=orang, harap=request.harap, catatan=request.catatan)

    def _person(self, desk: _Desk, account_id: AccountId) -> Orang:
        """Return an official of the incident's office. Raises: UnknownRecipientError for anybody else."""
        found = next((one for one in self._officials(desk) if one.id == account_id), None)
        if found is None:
            raise UnknownRecipientError(recipients=(account_id,))
        return _as_person(found)

    def _officials(self, desk: _Desk) -> tuple[Account, ...]:
        """Return the accounts that hold something in this SOP today, by name."""
        today = desk.at.astimezone(self.office.zone).date()
        roles = {one.id for one in desk.sop.pelaksana}
        held = (as_of(one, on=today) for one in desk.uow.accounts.all())
        incident = desk.incident
        acting = (
            one
            for one in held
            if roles & acting_roles(one, office_id=incident.office_id, playbook_id=incident.playbook_id)
        )
        return tuple(sorted(acting, key=lambda one: (one.display_name, one.id)))


def _as_person(account: Account) -> Orang:
    return Orang(account_id=account.id, name=account.display_name, jabatan=account.jabatan)


def _found(desk: _Desk, disposisi_id: DisposisiId) -> Disposisi:
    lembar = desk.uow.disposisi.get(disposisi_id)
    if lembar is None or lembar.incident_id != desk.incident.id:
        raise UnknownDisposisiError(disposisi_id=disposisi_id)
    return lembar


def _addressed(desk: _Desk, disposisi_id: DisposisiId) -> Disposisi:
    """Raises: UnknownDisposisiError, NotRecipientError."""
    lembar = _found(desk, disposisi_id)
    if not lembar.is_for(desk.account.id, desk.roles):
        raise NotRecipientError(disposisi_id=disposisi_id, names=recipient_names(desk.sop, lembar))
    return lembar


def _paraf(desk: _Desk, lembar: Disposisi) -> Paraf:
    addressed = frozenset(lembar.kepada)
    role = next((one for one in lembar.kepada if one in desk.roles), next(iter(sorted(desk.roles)), ""))
    title = desk.title_for(addressed & desk.roles or desk.roles)
    return Paraf(account_id=desk.account.id, name=desk.account.display_name, jabatan=title, role=role, at=desk.at)


def _mark_read(desk: _Desk, lembar: Disposisi) -> None:
    title = desk.title_for(frozenset(lembar.kepada) & desk.roles or desk.roles)
    read = Pembacaan(account_id=desk.account.id, name=desk.account.display_name, jabatan=title, at=desk.at)
    # Of two requests at once the second changes nothing: the row is the proof of the first.
    if desk.uow.disposisi.add_read(lembar.id, read):
        desk.add_line("disposisi_read", jabatan=title, dari=lembar.paraf.name)
        desk.add_audit("disposisi.read", disposisi=lembar.id)


def _require_version(incident: Incident, expected: int | None) -> None:
    if expected is not None and expected != incident.version:
        raise ConflictError(subject="incident", expected=expected, found=incident.version)
