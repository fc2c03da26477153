"""Carries out what people do in a run: each command is one write transaction, and bells ring after its commit."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import structlog

from ir_platform.audit.custody import KEY as CUSTODY
from ir_platform.audit.custody import Handler, attached_lines, custody_line, handler_of, hashes_of, keep
from ir_platform.calendar.zones import zone_of
from ir_platform.domain.alert import AlertStatus, IncidentId
from ir_platform.domain.custody import CustodyAct, CustodyWay
from ir_platform.domain.disposisi import Disposisi
from ir_platform.domain.document import Document
from ir_platform.domain.evidence import Evidence, EvidenceId
from ir_platform.domain.incident import Incident, IncidentStatus, TimelineEntry
from ir_platform.domain.job import JobId, JobKind
from ir_platform.domain.person import Account
from ir_platform.domain.run import StoredRun
from ir_platform.identity.offices import office_name
from ir_platform.ports import Clock, JobBell, NewId, State, UnitOfWork
from playbooks.asking import AskedDocument, author_of, issue_asked
from playbooks.authority import Capacity, all_roles, official_for, read_capacities
from playbooks.behalf import AtasNama
from playbooks.clocks import Timing
from playbooks.commands import CompleteStep, DocumentDue, Fact, RunEnded, RunMerged, RunReopened
from playbooks.disposing import add_lembar, lembar_details, tell
from playbooks.engine import decide, require_role
from playbooks.errors import ClosedIncidentError, NotOfficialError, UnknownIncidentError, UnknownKelengkapanError
from playbooks.four_eyes import require_other_eyes
from playbooks.isian import Isian
from playbooks.library import Library
from playbooks.paper import Dossier
from playbooks.record import Office, add_audit, add_documents, add_round_lines, add_timeline, save_run, step_details
from playbooks.run_state import Act, RunState, StepPass, state_from_json
from playbooks.sop import Sop, spelling_key
from playbooks.standing import Standing, StandingReader, letter_on_record
from playbooks.verifying import add_verification, due_by
from playbooks.words import signed_as

log = structlog.get_logger()

Ring = tuple[JobId, JobKind]
"""A job that was added, to be rung for after the commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteStepRequest:
    """What a person sends with a step; empty text is the same as none."""

    no: int
    catatan: str = ""
    keputusan: str | None = None
    alasan: str | None = None
    sebab: str | None = None
    lampiran: tuple[str, ...] = ()
    nihil: tuple[tuple[str, str], ...] = ()
    putaran: int | None = None
    atas_nama: AtasNama | None = None
    """The outside executor whose act the person records."""
    isian: Isian | None = None
    sebagai: str | None = None
    """Id of the position the person chooses to act through; None: its own jabatan before those of others."""
    expected_version: int | None = None
    """The incident's version (ETag) the person saw."""
    way: CustodyWay = CustodyWay.API


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvidence:
    """A file that is stored already, about to become evidence of an incident."""

    name: str
    sha256: str
    size: int
    media_type: str
    kelengkapan: str | None = None
    way: CustodyWay = CustodyWay.API


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What a command reads before it decides."""

    incident: Incident
    stored: StoredRun
    sop: Sop
    state: RunState
    evidence: tuple[Evidence, ...]
    surat: str
    """The letter on record (`penerimaan.recorded_words`)."""


class Runner:
    def __init__(
        self,
        *,
        state: State,
        library: Library,
        timing: Timing,
        clock: Clock,
        new_id: NewId,
        timezone: str,
        office_name: str,
        bell: JobBell,
    ) -> None:
        """`timezone` is WITA or Asia/Makassar. Raises: UnknownZoneError."""
        self._state, self._library, self._clock, self._bell = state, library, clock, bell
        self._reader = StandingReader(library=library, calendars=timing.calendars)
        self._office = Office(timing=timing, new_id=new_id, zone=zone_of(timezone), name=office_name)

    def check_role(self, uow: UnitOfWork, incident: Incident, no: int, account: Account) -> None:
        """Raise what `complete` would raise first for this account. Raises: UnknownIncidentError, UnknownStepError,
        WrongRoleError, OwnWorkError.
        """
        stored = uow.runs.get(incident.id)
        if stored is None:
            raise UnknownIncidentError(incident_id=incident.id)
        capacities = read_capacities(uow, account, incident, on=self._today())
        _require_acting(self._library.sop_of(uow, stored), state_from_json(stored.state), no, account, capacities)

    def complete(
        self,
        incident_id: IncidentId,
        request: CompleteStepRequest,
        account: Account,
        *,
        also: Callable[[UnitOfWork], None] | None = None,
    ) -> Standing:
        """Do a step of the incident's run and return how it stands then; `also` writes in the same transaction.

        Raises: UnknownIncidentError, another PlaybookRefusalError or ConflictError, and then nothing has changed.
        """
        with self._state.write() as uow:
            run = self._load(uow, incident_id)
            now = self._clock()
            capacities = self._capacities(uow, run, account)
            _require_acting(run.sop, run.state, request.no, account, capacities)
            command = self._command(uow, run, request, account, capacities, now)
            state, facts = decide(run.sop, run.state, command)
            if also is not None:
                also(uow)
            signing = replace(account, jabatan=signed_as(command.by.jabatan, command.by.mandat))
            after, jobs = self._save(uow, run, state, facts, handler_of(signing, request.way), now)
            calendar = self._office.timing.calendars.of(uow, run.incident.office_id)
        self._ring(jobs)
        log.info("step_completed", incident_id=incident_id, step_no=request.no, account_id=account.id)
        return Standing(
            incident=after.incident,
            sop=after.sop,
            state=after.state,
            active=after.stored.active,
            evidence=after.evidence,
            surat=after.surat,
            account=account,
            capacities=capacities,
            calendar=calendar,
        )

    def add_evidence(
        self,
        incident_id: IncidentId,
        new: NewEvidence,
        account: Account,
        *,
        also: Callable[[UnitOfWork, Evidence], None] | None = None,
    ) -> Evidence:
        """Take a stored file in as evidence; given for a kelengkapan, it counts for the active step's putaran.

        `also` writes in the same transaction.

        Raises: UnknownIncidentError, ClosedIncidentError, UnknownKelengkapanError, ConflictError.
        """
        with self._state.write() as uow:
            run = self._load(uow, incident_id)
            now = self._clock()
            evidence = self._evidence(run, new, account, now)
            incident = replace(run.incident, version=run.incident.version + 1)
            uow.evidence.add(evidence)
            uow.incidents.save(incident, expected_version=run.incident.version)
            uow.incidents.add_timeline(incident_id, _evidence_entry(evidence, account))
            received = custody_line(
                evidence,
                CustodyAct.DITERIMA,
                handler_of(account, new.way),
                entry_id=self._office.new_id(),
                at=now,
                verified_sha256=new.sha256,
            )
            entry = add_audit(
                uow,
                at=now,
                actor=_actor(account),
                action="evidence.added",
                subject=f"incident:{incident_id}",
                details={**_evidence_details(evidence, incident), CUSTODY: hashes_of([received])},
            )
            keep(uow, [received], entry)
            if also is not None:
                also(uow, evidence)
            uow.changes.add("incident", incident_id, now)
        log.info("evidence_added", incident_id=incident_id, evidence_id=evidence.id, size_bytes=evidence.size)
        return evidence

    def ask_document(self, incident_id: IncidentId, asked: AskedDocument, account: Account) -> Document:
        """Make a document that no step makes; it is drafted for a person to sign and to send.

        Raises: UnknownIncidentError, NotOfficialError, UnknownDocumentKindError, NotAskedForError.
        """
        with self._state.write() as uow:
            run = self._load(uow, incident_id)
            now = self._clock()
            capacities = self._capacities(uow, run, account)
            if not all_roles(capacities):
                raise NotOfficialError
            dossier = self._dossier(uow, run)
            author = author_of(account, capacities, dossier, at=now)
            document, job = issue_asked(uow, dossier, asked, author=author, at=now, new_id=self._office.new_id)
            title = signed_as(author.jabatan, author.mandat)
            told = (("judul", document.title), ("jabatan", title))
            entry = TimelineEntry(at=now, kind="document_asked", actor=account.display_name, facts=told)
            uow.incidents.add_timeline(incident_id, entry)
            details = {
                "jenis": document.kind,
                "nomor": document.register_number,
                "dampak": asked.dampak,
                "kontak": asked.kontak,
            }
            actor = (account.id, account.named(title))
            subject = f"incident:{incident_id}"
            add_audit(uow, at=now, actor=actor, action="document.asked", subject=subject, details=details)
            uow.changes.add("document", incident_id, now)
        self._ring([(job, JobKind.RENDER_DOCUMENT)])
        log.info("document_asked", incident_id=incident_id, kind=asked.kind, account_id=account.id)
        return document

    def standing(self, uow: UnitOfWork, incident: Incident, account: Account) -> Standing:
        """Return how the incident's run stands today for the account. Raises: UnknownIncidentError."""
        return self._reader.one(uow, incident, account, on=self._today())

    def standings(self, uow: UnitOfWork, incidents: Sequence[Incident], account: Account) -> tuple[Standing, ...]:
        """Return how the run of each stands, as `standing` does for one. Raises: UnknownIncidentError."""
        return self._reader.many(uow, incidents, account, on=self._today())

    def _capacities(self, uow: UnitOfWork, run: _Run, account: Account) -> tuple[Capacity, ...]:
        return read_capacities(uow, account, run.incident, on=self._today())

    def _today(self) -> date:
        return self._clock().astimezone(self._office.zone).date()

    def _load(self, uow: UnitOfWork, incident_id: IncidentId) -> _Run:
        """Return what is decided on, locked: nobody else changes it in between.

        The time of an act is read after that: acts that waited for one another bear times in their order.
        """
        incident, stored = uow.incidents.get(incident_id, lock=True), uow.runs.get(incident_id)
        if incident is None or stored is None:
            raise UnknownIncidentError(incident_id=incident_id)
        sop = self._library.sop_of(uow, stored)
        return _Run(
            incident=incident,
            stored=stored,
            sop=sop,
            state=state_from_json(stored.state),
            evidence=uow.evidence.of_incident(incident_id),
            surat=letter_on_record(uow, sop, incident_id),
        )

    def _command(
        self,
        uow: UnitOfWork,
        run: _Run,
        request: CompleteStepRequest,
        account: Account,
        capacities: tuple[Capacity, ...],
        now: datetime,
    ) -> CompleteStep:
        official = official_for(
            account,
            capacities,
            run.sop,
            run.state,
            request.no,
            sebagai=request.sebagai,
            is_recording=request.atas_nama is not None,
        )
        return CompleteStep(
            no=request.no,
            by=official,
            at=now,
            zone=self._office.zone,
            keputusan=request.keputusan or None,
            alasan=request.alasan or None,
            sebab=request.sebab or None,
            catatan=request.catatan,
            lampiran=request.lampiran,
            nihil=request.nihil,
            atas_nama=request.atas_nama,
            isian=request.isian,
            putaran=request.putaran,
            expected_version=request.expected_version,
            version=run.incident.version,
            evidence=run.evidence,
            temuan=_findings_named(uow, run.incident.id, request.isian),
            surat=run.surat,
        )

    def _save(
        self, uow: UnitOfWork, run: _Run, state: RunState, facts: tuple[Fact, ...], by: Handler, now: datetime
    ) -> tuple[_Run, tuple[Ring, ...]]:
        """Write what was decided; return what the command leaves, and the jobs to ring for."""
        incident = _incident_after(run.incident, facts)
        uow.incidents.save(incident, expected_version=run.incident.version)
        if incident.status is not IncidentStatus.OPEN:
            _close_alerts(uow, incident.id)
        stored = save_run(uow, self._office, run.stored, incident=incident, sop=run.sop, state=state)
        after = replace(run, incident=incident, stored=stored, state=state)
        lembar = add_lembar(uow, run.sop, state, facts, incident=incident, new_id=self._office.new_id)
        done = state.last_pass(_done_no(facts))
        assert done is not None
        verification = self._verify(uow, run, state, facts, now)
        add_timeline(uow, run.sop, incident.id, facts, at=now)
        add_round_lines(uow, self._office, facts, incident=incident, sop=run.sop, state=state, at=now)
        tell(uow, run.sop, state, facts, lembar, incident=incident, at=now, new_id=self._office.new_id)
        hashes = {str(one.id): one.sha256 for one in run.evidence}
        attached = attached_lines(
            run.evidence,
            done.acts[-1].lampiran,
            by,
            new_id=self._office.new_id,
            at=now,
            facts={"langkah": str(done.no), "putaran": str(done.putaran)},
        )
        details = step_details(facts, nomor=incident.nomor, evidence_hashes=hashes)
        if lembar:
            details["disposisi"] = [lembar_details(run.sop, one) for one in lembar]
        documents = self._add_documents(uow, after, facts, lembar, author=done.acts[-1], at=now)
        entry = add_audit(
            uow,
            at=now,
            actor=(by.actor, by.name),
            action="step.completed",
            subject=f"incident:{incident.id}",
            details={**details, CUSTODY: hashes_of(attached)} if attached else details,
        )
        keep(uow, attached, entry)
        uow.changes.add("incident", incident.id, now)
        return after, (*((job, JobKind.RENDER_DOCUMENT) for job in documents), *verification)

    def _add_documents(
        self,
        uow: UnitOfWork,
        run: _Run,
        facts: tuple[Fact, ...],
        lembar: tuple[Disposisi, ...],
        *,
        author: Act,
        at: datetime,
    ) -> tuple[JobId, ...]:
        """Add the documents that are due; return their jobs."""
        if not any(isinstance(fact, DocumentDue) for fact in facts):
            return ()
        dossier = replace(self._dossier(uow, run), disposisi=lembar, surat=run.surat)
        return add_documents(uow, self._office, dossier, facts, author=author, at=at)

    def _dossier(self, uow: UnitOfWork, run: _Run) -> Dossier:
        givers = {one.added_by: uow.accounts.by_id(one.added_by) for one in run.evidence}
        return Dossier(
            incident=run.incident,
            sop=run.sop,
            state=run.state,
            evidence=run.evidence,
            alerts=uow.alerts.of_incident(run.incident.id),
            names=tuple((account_id, giver.display_name) for account_id, giver in givers.items() if giver),
            office_name=office_name(uow, run.incident.office_id, home=self._office.name),
            zone=self._office.zone,
        )

    def _evidence(self, run: _Run, new: NewEvidence, account: Account, now: datetime) -> Evidence:
        if run.incident.status is not IncidentStatus.OPEN:
            raise ClosedIncidentError(incident_id=run.incident.id)
        item = _item_name(run.sop, new.kelengkapan)
        step = _asking_pass(run, item) if item else None
        return Evidence(
            id=EvidenceId(self._office.new_id()),
            incident_id=run.incident.id,
            name=new.name,
            sha256=new.sha256,
            size=new.size,
            media_type=new.media_type,
            kelengkapan=item,
            step_no=step.no if step else None,
            putaran=step.putaran if step else None,
            added_by=account.id,
            added_at=now,
        )

    def _verify(
        self, uow: UnitOfWork, run: _Run, state: RunState, facts: tuple[Fact, ...], now: datetime
    ) -> tuple[Ring, ...]:
        """Ask for the check of the repair where the step that verifies it begins."""
        wanted = due_by(run.sop, state, facts, incident_id=run.incident.id)
        if wanted is None:
            return ()
        verification = add_verification(uow, wanted, new_id=self._office.new_id, at=now)
        return ((verification.job_id, JobKind.VERIFY_INCIDENT),)

    def _ring(self, jobs: Iterable[Ring]) -> None:
        for job_id, kind in jobs:
            self._bell.ring(job_id, kind)


def _require_acting(sop: Sop, state: RunState, no: int, account: Account, capacities: tuple[Capacity, ...]) -> None:
    """Raises: UnknownStepError, WrongRoleError, OwnWorkError."""
    active = state.active_pass(no)
    step = require_role(sop, no, all_roles(capacities), active=active)
    if active:
        require_other_eyes(step, state, account.id)


def _findings_named(uow: UnitOfWork, incident_id: IncidentId, isian: Isian | None) -> tuple[str, ...]:
    """Return the ids of the incident's alerts, read only where something was said of any."""
    if isian is None or not (isian.tindakan or isian.temuan_terbuka):
        return ()
    return tuple(alert.id for alert in uow.alerts.of_incident(incident_id))


def _incident_after(incident: Incident, facts: tuple[Fact, ...]) -> Incident:
    changed = replace(incident, version=incident.version + 1)
    ended = next((fact for fact in facts if isinstance(fact, RunEnded)), None)
    if ended is None:
        return changed
    return replace(changed, status=IncidentStatus.CLOSED, hasil=ended.hasil, closed_at=ended.at)


def _close_alerts(uow: UnitOfWork, incident_id: IncidentId) -> None:
    """A closed incident's alerts are closed too: what fires afterwards is a new alert, not a silent repeat."""
    for alert in uow.alerts.of_incident(incident_id):
        if alert.status.is_open:
            uow.alerts.save(replace(alert, status=AlertStatus.CLOSED), expected_version=alert.version)


def _done_no(facts: tuple[Fact, ...]) -> int:
    first = facts[0]
    assert not isinstance(first, RunEnded | RunReopened | RunMerged)
    return first.no


def _item_name(sop: Sop, given: str | None) -> str | None:
    """Return the item in the SOP's spelling, None where none is given. Raises: UnknownKelengkapanError."""
    if not (given or "").strip():
        return None
    assert given is not None
    name = sop.item_named(given)
    if name is None:
        raise UnknownKelengkapanError(name=given)
    return name


def _asking_pass(run: _Run, item: str) -> StepPass:
    """Return the active step that asks for the item, else the first active one."""
    key = spelling_key(item)
    asking = (
        one
        for one in run.state.active
        if any(
            spelling_key(needed.nama) == key
            for step in run.sop.langkah
            if step.no == one.no
            for needed in step.kelengkapan
        )
    )
    return next(asking, run.state.active[0])


def _actor(account: Account) -> tuple[str, str]:
    return account.id, account.named()


def _evidence_entry(evidence: Evidence, account: Account) -> TimelineEntry:
    facts = {"nama": evidence.name, "sha256": evidence.sha256, "kelengkapan": evidence.kelengkapan or ""}
    said = tuple((name, value) for name, value in facts.items() if value)
    return TimelineEntry(at=evidence.added_at, kind="evidence_added", actor=account.display_name, facts=said)


def _evidence_details(evidence: Evidence, incident: Incident) -> dict[str, object]:
    return {
        "nomor": incident.nomor,
        "bukti": evidence.id,
        "nama": evidence.name,
        "sha256": evidence.sha256,
        "ukuran": evidence.size,
        "kelengkapan": evidence.kelengkapan,
        "langkah": evidence.step_no,
        "putaran": evidence.putaran,
    }
