"""What we need from outside, as Protocols; `ir_platform.app.wiring` joins each to its adapter."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Generic, Protocol, TypeVar

from ir_platform.domain.alert import Alert, AlertId, AlertStatus, Detection, EventRef, IncidentId, Level
from ir_platform.domain.audit import AuditEntry, AuditFilter, AuditHead, AuditStamp
from ir_platform.domain.calendar_day import OfficeDay, RamadanMonth
from ir_platform.domain.change import Change
from ir_platform.domain.clock import Clock as DueClock
from ir_platform.domain.clock import ClockKind
from ir_platform.domain.custody import CustodyEntry
from ir_platform.domain.disposisi import Disposisi, DisposisiId, Pembacaan
from ir_platform.domain.document import Document, DocumentId, DocumentOutline, PastRevision, SignedCopy
from ir_platform.domain.event import EventBatch, EventId
from ir_platform.domain.evidence import Evidence, EvidenceId
from ir_platform.domain.incident import Incident, IncidentStatus, TimelineEntry
from ir_platform.domain.job import Job, JobId, JobKind
from ir_platform.domain.key_range import AcceptedBatch, BatchNo, Held, Holding, RangeNo, RangePart
from ir_platform.domain.legal_clock import LegalClock, LegalClockId, Sent
from ir_platform.domain.notice import Notice, NoticeId, NoticeReader, ReadNotice
from ir_platform.domain.office import HOME_OFFICE, Office, OfficeId
from ir_platform.domain.penerimaan import Penerimaan
from ir_platform.domain.person import Account, AccountId
from ir_platform.domain.playbook_version import PlaybookVersion, VersionHead
from ir_platform.domain.position import Position, PositionId
from ir_platform.domain.rules import MutedRule, RuleSettings
from ir_platform.domain.run import StoredRun
from ir_platform.domain.share import Share
from ir_platform.domain.sign_in import Failures
from ir_platform.domain.source import Heard, Source, SourceActivity, SourceId, SourceRate
from ir_platform.domain.stationery import Emblem, Letterhead, OfficeTemplate, TemplateId
from ir_platform.domain.tie import Proposal, ProposalId, Tie
from ir_platform.domain.upload import Upload, UploadId
from ir_platform.domain.verification import Verification, VerificationId

Clock = Callable[[], datetime]
"""Now, aware, UTC."""
NewId = Callable[[], str]
"""A fresh opaque id, 26 characters of `[0-9a-z]`, rising with time."""


class ConflictError(Exception):
    """What was to be changed is no longer what the caller read."""

    def __init__(self, *, subject: str, expected: int, found: int | None) -> None:
        super().__init__(f"{subject}: expected version {expected}, found {found}")
        self.subject, self.expected, self.found = subject, expected, found


class NameTakenError(Exception):
    """An account of that name, or an office of that id or kode, is there already."""

    def __init__(self, *, name: str) -> None:
        super().__init__(f"name taken: {name}")
        self.name = name


# --- state -----------------------------------------------------------------------------------------------------------


T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T_co]):
    items: tuple[T_co, ...]
    cursor: str | None
    """Opaque; None: this was the last page."""
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who asks for incidents: an account and the offices it belongs to now."""

    account_id: AccountId
    offices: frozenset[OfficeId]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFilter:
    status: IncidentStatus | None = None
    level: Level | None = None
    text: str | None = None
    """Words looked for in nomor, judul, uraian and hosts, case-insensitive."""
    active_role: frozenset[str] | None = None
    """Only incidents with an active step that one of these roles may do (`Tugas saya`); `playbook:role` is a role in
    that playbook alone."""
    opened_by: AccountId | None = None
    """Only incidents that this account reported."""
    reader: Reader | None = None
    """Only incidents that it may read: of its offices, shared with one of them, or reported by itself; None: all."""


class Accounts(Protocol):
    def add(self, account: Account) -> None:
        """Raises: NameTakenError."""

    def save(self, account: Account) -> None:
        """Not its positions: each of them is added and ended by itself (`Positions`)."""

    def by_id(self, account_id: AccountId) -> Account | None: ...
    def by_username(self, username: str) -> Account | None: ...
    def all(self) -> tuple[Account, ...]:
        """By username."""


class SignInFailures(Protocol):
    """What is known of failed sign-ins, to every process of the API."""

    def of(self, key: str) -> Failures | None: ...
    def lock(self, key: str, now: datetime) -> Failures:
        """What is known of the key, none being no failures; nobody else changes it until the transaction ends."""

    def save(self, failures: Failures) -> None:
        """Of a key that is locked."""

    def forget(self, key: str) -> None: ...
    def prune(self, *, before: datetime, limit: int) -> int:
        """Remove what last failed before then; return how many were removed."""


class Positions(Protocol):
    def add(self, position: Position) -> None: ...
    def save(self, position: Position) -> None: ...
    def get(self, position_id: PositionId) -> Position | None: ...
    def of_office(self, office_id: OfficeId) -> tuple[Position, ...]:
        """Oldest first, ended ones too."""


class Offices(Protocol):
    def add(self, office: Office) -> None:
        """Raises: NameTakenError for an id or kode that is there."""

    def get(self, office_id: OfficeId) -> Office | None: ...
    def all(self) -> tuple[Office, ...]:
        """The home office first, then by name. Its own row has no name: `IRP_OFFICE_NAME` is it."""


class Shares(Protocol):
    """Which offices beside its own may read an incident."""

    def add(self, share: Share) -> bool:
        """False, changing nothing, where that office may read it already."""

    def remove(self, incident_id: IncidentId, office_id: OfficeId) -> bool:
        """False where it was not shared."""

    def of_incident(self, incident_id: IncidentId) -> tuple[Share, ...]:
        """Oldest first."""


class Incidents(Protocol):
    def add(self, incident: Incident) -> None: ...
    def save(self, incident: Incident, *, expected_version: int) -> None:
        """Store it with version `expected_version + 1`. Raises: ConflictError, and then nothing is changed."""

    def get(self, incident_id: IncidentId, *, lock: bool = False) -> Incident | None:
        """`lock`: as the last writer left it, and nobody else changes it before this transaction ends."""

    def numbers(self, incident_ids: Sequence[IncidentId]) -> dict[IncidentId, str]:
        """The `nomor` of each that is there."""

    def page(self, wanted: IncidentFilter, *, cursor: str | None, limit: int) -> Page[Incident]:
        """Newest first. Raises: ValueError for a cursor this did not make."""

    def readable(self, incident_ids: Sequence[IncidentId], reader: Reader) -> frozenset[IncidentId]:
        """Those of them that the reader may read."""

    def alive_between(
        self, begins: datetime, ends: datetime, *, offices: frozenset[OfficeId] | None
    ) -> Iterator[tuple[Incident, ...]]:
        """Those open at any moment of the span, in bounded batches, newest first; None: of every office."""

    def open_about(
        self, hosts: Sequence[str], *, since: datetime, office_id: OfficeId = HOME_OFFICE
    ) -> Incident | None:
        """The office's newest open incident about one of these hosts whose last alert is not older than `since`."""

    def add_timeline(self, incident_id: IncidentId, *entries: TimelineEntry) -> None:
        """In the order given."""

    def untold(self, incident_id: IncidentId) -> tuple[TimelineEntry, ...]:
        """Those added in this transaction since this was last asked: no audit entry stands for them yet."""

    def timeline(self, incident_id: IncidentId) -> tuple[TimelineEntry, ...]:
        """Oldest first."""


class Runs(Protocol):
    def add(self, run: StoredRun, *, playbook_text: str) -> None:
        """Keeps the SOP's text once per sha256, so that a running incident keeps the version it began with."""

    def save(self, run: StoredRun) -> None:
        """Within the transaction that saves the incident with its version check."""

    def get(self, incident_id: IncidentId) -> StoredRun | None: ...
    def many(self, incident_ids: Sequence[IncidentId]) -> dict[IncidentId, StoredRun]: ...
    def playbook_text(self, sha256: str) -> str | None: ...
    def set_due(self, incident_id: IncidentId, no: int, putaran: int, due: datetime) -> None:
        """Move an active step's due time, where the calendar has changed."""


class PlaybookVersions(Protocol):
    """Versions of playbooks that the office wrote itself; lock the audit head before writing any of them."""

    def add(self, version: PlaybookVersion) -> None: ...
    def save(self, version: PlaybookVersion, *, expected_version: int) -> None:
        """Store it with version `expected_version + 1`. Raises: ConflictError, and then nothing is changed."""

    def get(self, playbook_id: str, number: int) -> PlaybookVersion | None: ...
    def of_playbook(self, playbook_id: str) -> tuple[PlaybookVersion, ...]:
        """Newest first."""

    def in_force(self, playbook_id: str) -> VersionHead | None:
        """None: the playbook is followed as it comes with the program."""

    def all_in_force(self) -> tuple[VersionHead, ...]:
        """In order of playbook id."""

    def last_number(self, playbook_id: str) -> int:
        """0: there is no version of it."""

    def number_of(self, playbook_id: str, sha256: str) -> int | None:
        """The newest version that was ever in force with this text."""


class Alerts(Protocol):
    def open_for(self, rule_id: str, group: tuple[tuple[str, str], ...]) -> Alert | None:
        """The alert that is new, acknowledged or escalated with this rule and group (compared as sets)."""

    def claim_detection(self, detection: Detection, alert_id: AlertId, *, now: datetime) -> bool:
        """True the first time this detection id is seen, False for as long as it is kept."""

    def recount_detection(self, detection: Detection) -> tuple[AlertId, int] | None:
        """Note that a claimed detection has more events by now: the alert that counts it, and how many more they are.

        None: it is not known, or known with as many already.
        """

    def prune_detections(self, *, claimed_before: datetime, limit: int) -> int:
        """Remove the oldest, but none of an alert whose incident is open; return how many were removed."""

    def add(self, alert: Alert) -> None: ...
    def save(self, alert: Alert, *, expected_version: int) -> None:
        """Raises: ConflictError."""

    def get(self, alert_id: AlertId, *, lock: bool = False) -> Alert | None:
        """`lock`: as the last writer left it, and nobody else changes it before this transaction ends."""

    def page(
        self,
        *,
        status: frozenset[AlertStatus] | None,
        level: Level | None,
        text: str | None,
        cursor: str | None,
        limit: int,
    ) -> Page[Alert]:
        """Newest `last_seen` first. Raises: ValueError for a cursor this did not make."""

    def of_incident(self, incident_id: IncidentId) -> tuple[Alert, ...]: ...
    def counted_before(self, alert_id: AlertId, moment: datetime) -> tuple[int, datetime | None]:
        """How many events its detections before the moment had, and when the last of these was; with those of alerts
        merged into it.
        """

    def closed_of_rule(self, rule_id: str, *, limit: int) -> tuple[Alert, ...]:
        """Alerts of the rule that were closed with their incident, those seen last first."""


class EvidenceRecords(Protocol):
    def add(self, evidence: Evidence) -> None: ...
    def get(self, evidence_id: EvidenceId) -> Evidence | None: ...
    def of_incident(self, incident_id: IncidentId) -> tuple[Evidence, ...]: ...
    def many(self, incident_ids: Sequence[IncidentId]) -> dict[IncidentId, tuple[Evidence, ...]]:
        """That of each incident that has any, oldest first."""


class DisposisiRecords(Protocol):
    def add(self, one: Disposisi) -> None: ...
    def get(self, disposisi_id: DisposisiId) -> Disposisi | None: ...
    def of_incident(self, incident_id: IncidentId) -> tuple[Disposisi, ...]:
        """Oldest first."""

    def add_read(self, disposisi_id: DisposisiId, read: Pembacaan) -> bool:
        """True the first time this account opens it, False ever after, and then nothing is changed."""


class PenerimaanRecords(Protocol):
    def get(self, incident_id: IncidentId) -> Penerimaan | None: ...
    def many(self, incident_ids: Sequence[IncidentId]) -> dict[IncidentId, Penerimaan]:
        """Of those of which it is known."""

    def put(self, incident_id: IncidentId, one: Penerimaan) -> None:
        """Within the transaction that saves the incident with its version check."""


class Documents(Protocol):
    def add(self, document: Document) -> None: ...
    def save(self, document: Document) -> None: ...
    def get(self, document_id: DocumentId, *, lock: bool = False) -> Document | None:
        """`lock`: nobody else changes it before this transaction ends."""

    def of_incident(self, incident_id: IncidentId) -> tuple[Document, ...]:
        """Oldest first."""

    def outlines(self, incident_ids: Sequence[IncidentId]) -> dict[IncidentId, tuple[DocumentOutline, ...]]:
        """Those of each incident that has any, oldest first."""

    def add_revision(self, revision: PastRevision) -> None: ...
    def revisions(self, document_id: DocumentId) -> tuple[PastRevision, ...]:
        """Those that were replaced, oldest first."""

    def add_copy(self, copy: SignedCopy) -> None: ...
    def copies(self, document_id: DocumentId) -> tuple[SignedCopy, ...]:
        """Oldest first."""

    def with_code(self, code: str) -> tuple[tuple[Document, int], ...]:
        """Documents of which a revision, named beside each, has this kode verifikasi."""

    def with_file(self, sha256: str) -> tuple[tuple[Document, int], ...]:
        """Documents of which this file is a paper or a signed copy, and of which revision."""


class Stationery(Protocol):
    def letterhead(self, office_id: OfficeId) -> Letterhead:
        """Empty where the office has not filled it in."""

    def save_letterhead(self, office_id: OfficeId, letterhead: Letterhead) -> None: ...
    def add_emblem(self, emblem: Emblem) -> None:
        """Nothing where the office has it already."""

    def emblem(self, office_id: OfficeId, sha256: str) -> Emblem | None: ...
    def add_template(self, template: OfficeTemplate) -> None: ...
    def retire_template(self, office_id: OfficeId, kind: str, *, at: datetime) -> None:
        """The one in use, if there is one, goes out of use."""

    def last_version(self, office_id: OfficeId, kind: str) -> int:
        """0 where there never was one."""

    def template(self, template_id: TemplateId) -> OfficeTemplate | None: ...
    def template_in_use(self, office_id: OfficeId, kind: str) -> OfficeTemplate | None: ...
    def templates_in_use(self, office_id: OfficeId) -> tuple[OfficeTemplate, ...]: ...


class AuditLog(Protocol):
    def lock_head(self) -> AuditHead:
        """The chain's end, locked until the transaction ends; seq 0 and 64 zeros where it is empty."""

    def append(self, entry: AuditEntry) -> None:
        """Raises: ConflictError where `entry` does not follow the head."""

    def entries(self, *, after: int = 0) -> Iterator[AuditEntry]:
        """In order of seq, in bounded memory."""

    def of_subject(self, subject: str) -> tuple[AuditEntry, ...]: ...
    def page(self, wanted: AuditFilter, *, cursor: str | None, limit: int) -> Page[AuditEntry]:
        """Newest first. Raises: ValueError for a cursor this did not make."""

    def first_at(self, moment: datetime) -> int:
        """The seq of the first entry that is not older than the moment; one past the last where there is none."""


class AuditStamps(Protocol):
    """Time stamps of an outside authority."""

    def add_if_new(self, stamp: AuditStamp) -> None:
        """Two workers may have asked at once: the first answer stays."""

    def last(self) -> AuditStamp | None: ...
    def all(self) -> Iterator[AuditStamp]:
        """In order of seq, in bounded memory."""


class Custody(Protocol):
    """Riwayat penguasaan bukti."""

    def add(self, entry: CustodyEntry) -> None:
        """`entry.audit_seq` names the audit entry that holds its hash."""

    def of_evidence(self, evidence_id: EvidenceId) -> tuple[CustodyEntry, ...]:
        """Oldest first."""

    def of_incident(self, incident_id: IncidentId) -> tuple[CustodyEntry, ...]:
        """Oldest first."""

    def all(self) -> Iterator[CustodyEntry]:
        """In order of `audit_seq`, in bounded memory."""


class Holdings(Protocol):
    """Everything that is stored about an incident, whatever room wrote it."""

    def is_file_in_use(self, sha256: str) -> bool:
        """Whether any row names the stored file."""

    def rows_of(self, incident_id: IncidentId) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Table by table, as JSON values."""

    def files_of(self, incident_id: IncidentId) -> tuple[tuple[str, str], ...]:
        """Where a stored file is named (`table.column`), and its SHA-256; sorted."""


class Registers(Protocol):
    def next(self, kind: str, year: int, *, office_id: OfficeId = HOME_OFFICE) -> int:
        """The next number of the office's register, from 1, without gaps; call it after `AuditLog.lock_head`."""


class Jobs(Protocol):
    def add(self, job: Job) -> None: ...
    def get(self, job_id: JobId) -> Job | None: ...
    def lease(self, job_id: JobId, *, now: datetime, until: datetime) -> Job | None:
        """Take the job if it is queued, or running with a lease that has ended; `attempt` is raised."""

    def renew(self, job_id: JobId, *, attempt: int, until: datetime) -> bool:
        """False: the job belongs to another attempt by now, stop working on it."""

    def progress(
        self, job_id: JobId, *, attempt: int, phase: str, percent: int, now: datetime, result: str | None = None
    ) -> bool:
        """`result`: what there is so far, JSON; None leaves it as it is. False as with `renew`."""

    def ask_to_cancel(self, job_id: JobId, *, now: datetime) -> bool:
        """End it where it waits, else ask who runs it to; False, changing nothing, where it is over or was asked."""

    def cancelled(self, job_id: JobId, *, attempt: int, now: datetime) -> bool:
        """Over, because it was asked to be; what it told last stays its result. False for a stale attempt."""

    def of_evidence(self, evidence_ids: Sequence[EvidenceId]) -> dict[EvidenceId, Job]:
        """The newest job about each that has any."""

    def received(self, *, cursor: str | None, limit: int) -> Page[Job]:
        """Those of files that came by the intake, as evidence of nothing; newest first.

        Raises: ValueError for a cursor this did not make.
        """

    def finish(self, job_id: JobId, *, attempt: int, result: str | None, error: str | None, now: datetime) -> bool:
        """Done, or failed where `error` is given; without a `result` that of the last `progress` stays.

        False (and nothing changed) for a stale attempt.
        """

    def waiting(self, *, now: datetime, limit: int) -> tuple[Job, ...]:
        """Queued jobs and running ones whose lease has ended, oldest first."""

    def newest_running(self, *, since: datetime) -> datetime | None:
        """Return when the newest of the jobs that run was made, of those that began or told anything since then."""

    def prune(self, *, before: datetime, limit: int) -> int:
        """Remove jobs that ended before then, but none that a verification names; return how many were removed."""


class Uploads(Protocol):
    """Files that arrive in pieces: how far each has come."""

    def add(self, upload: Upload) -> None: ...
    def get(self, upload_id: UploadId) -> Upload | None: ...
    def save(self, upload: Upload) -> bool:
        """False, changing nothing, where it is done or gone."""

    def remove(self, upload_id: UploadId) -> None: ...
    def open_of(self, account_id: AccountId) -> tuple[Upload, ...]:
        """Oldest first, expired ones too."""

    def prune(self, *, before: datetime, limit: int) -> int:
        """Remove those that expired before then, done or not; return how many were removed."""


class Changes(Protocol):
    def add(self, topic: str, subject: str, at: datetime) -> None:
        """Its id is drawn at the end of the transaction, under the lock of the audit head: ids rise in commit order."""

    def after(self, change_id: int, *, limit: int) -> tuple[Change, ...]: ...
    def last_id(self) -> int: ...
    def prune(self, *, before: datetime, limit: int) -> int:
        """Remove the oldest of those made before then; return how many were removed."""


class Notices(Protocol):
    """What people of an office are told; `ir_platform.notify.post` adds the change that the live page waits for."""

    def add(self, notice: Notice) -> bool:
        """True the first time this `key` is seen; False ever after, and then nothing is added."""

    def untold(self, incident_id: IncidentId) -> tuple[Notice, ...]:
        """Those added in this transaction since this was last asked: no audit entry stands for them yet."""

    def of_incident(self, incident_id: IncidentId) -> tuple[Notice, ...]:
        """Oldest first, to whomever."""

    def page(self, reader: NoticeReader, *, cursor: str | None, limit: int) -> Page[ReadNotice]:
        """Newest first. Raises: ValueError for a cursor this did not make."""

    def unread(self, reader: NoticeReader, *, since: datetime, at_most: int) -> int:
        """How many since then the reader has not read; counted no further than `at_most`."""

    def mark_read(self, reader: NoticeReader, notice_id: NoticeId, at: datetime) -> bool:
        """False, changing nothing, for a notice that is not the reader's."""

    def mark_all_read(self, reader: NoticeReader, at: datetime) -> None: ...
    def prune(self, *, before: datetime, limit: int) -> int:
        """Remove the oldest of those told before then, but none about an open incident; return how many."""


class Verifications(Protocol):
    def add(self, verification: Verification) -> None: ...
    def finish(self, verification_id: VerificationId, *, sampai: datetime, result: str) -> None: ...
    def get(self, verification_id: VerificationId) -> Verification | None: ...
    def of_incident(self, incident_id: IncidentId, *, limit: int) -> tuple[Verification, ...]:
        """Asked for last, first."""


class Ties(Protocol):
    def add(self, tie: Tie) -> bool:
        """False, and nothing is added, where the two are tied in this way already."""

    def of_incident(self, incident_id: IncidentId) -> tuple[Tie, ...]:
        """From it or to it, oldest first."""

    def merged_into(self, incident_id: IncidentId) -> tuple[Tie, ...]:
        """Every merge that ends in it, also by way of another that was merged into it."""


class Proposals(Protocol):
    def add(self, proposal: Proposal) -> bool:
        """False, and nothing is added, where the alert has a proposal already."""

    def get(self, proposal_id: ProposalId) -> Proposal | None: ...
    def decide(self, proposal: Proposal) -> None:
        """Raises: ConflictError where it was decided already."""

    def of_incident(self, incident_id: IncidentId) -> tuple[Proposal, ...]:
        """Oldest first."""

    def of_alerts(self, alert_ids: Sequence[AlertId]) -> tuple[Proposal, ...]: ...


class CalendarDays(Protocol):
    """What administrators add to the national calendar."""

    def version(self) -> int:
        """Raised with every change, in its transaction."""

    def days(self, office_id: OfficeId) -> tuple[OfficeDay, ...]:
        """In order of the day."""

    def put(self, day: OfficeDay) -> None:
        """Add it, or put it in the place of what was said of that day."""

    def remove(self, office_id: OfficeId, day: date) -> bool: ...
    def ramadans(self) -> tuple[RamadanMonth, ...]: ...
    def put_ramadan(self, month: RamadanMonth) -> None: ...
    def remove_ramadan(self, hijri_year: int) -> bool: ...


class Clocks(Protocol):
    """Due rows: one per limit that runs now."""

    def replace(self, incident_id: IncidentId, kinds: Collection[ClockKind], running: Iterable[DueClock]) -> None:
        """Let these be the incident's clocks of those kinds; one that runs on unchanged keeps what it has told."""

    def remove(self, clock: DueClock) -> None: ...
    def of_incident(self, incident_id: IncidentId) -> tuple[DueClock, ...]: ...
    def ringing(self, now: datetime, *, limit: int) -> tuple[DueClock, ...]:
        """Those whose `next_at` has come, the longest waiting first."""

    def outdated(self, version: int, *, limit: int) -> tuple[DueClock, ...]:
        """Those worked out with another version of the administrator's days."""

    def change(self, seen: DueClock, to: DueClock) -> bool:
        """False, changing nothing, where the clock is gone or no longer as it was `seen`."""


class LegalClocks(Protocol):
    def add(self, clock: LegalClock) -> bool:
        """False, adding nothing, where the incident has been rated by this law already."""

    def get(self, clock_id: LegalClockId) -> LegalClock | None: ...
    def of_incident(self, incident_id: IncidentId) -> tuple[LegalClock, ...]:
        """Oldest first."""

    def record_sent(self, clock_id: LegalClockId, sent: Sent) -> bool:
        """False, changing nothing, where it is recorded as sent already."""


class Rules(Protocol):
    """What the office has decided about detection rules, and the rules that were muted."""

    def settings(self) -> RuleSettings: ...
    def version(self) -> int:
        """That of `settings`; a cheap question, for who waits for a change."""

    def save(self, settings: RuleSettings) -> RuleSettings:
        """Return them with their new version. Raises: ConflictError where their version is no longer the newest."""

    def muted(self) -> tuple[MutedRule, ...]:
        """The longest muted first."""

    def mute(self, rule: MutedRule) -> bool:
        """False, changing nothing, where it is muted already."""

    def count_muted(self, rule_id: str, *, at: datetime) -> None:
        """Count one finding of a muted rule; `at` is the time of its newest event."""

    def unmute(self, rule_id: str) -> MutedRule | None:
        """Return what it was; None where it was not muted."""

    def findings_in(self, rule_id: str, hour: datetime) -> int:
        """How many findings of the rule were counted in an hour of event time."""

    def note_findings(self, rule_id: str, hour: datetime, findings: int, *, at: datetime) -> None:
        """Keep how many they are by now."""

    def prune_findings(self, *, before: datetime, limit: int) -> int:
        """Forget the hours that were not counted in since; return how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TailedFile:
    """How far a watched file was read."""

    file: str
    """Which file it is, whatever it is called now."""
    path: str
    offset: int
    """Bytes; for EVTX the number of records."""
    record: int
    format: str
    state: str
    read_at: datetime


class Sources(Protocol):
    """Senders of logs."""

    def add(self, source: Source) -> None:
        """Raises: NameTakenError for a name or address that another one has."""

    def save(self, source: Source) -> None:
        """Raises: ConflictError, NameTakenError for an address that another one has."""

    def get(self, source_id: SourceId) -> Source | None: ...
    def by_name(self, name: str) -> Source | None: ...
    def all(self) -> tuple[Source, ...]:
        """By name."""

    def note(self, heard: Sequence[Heard], *, at: datetime) -> None:
        """Add up what was heard."""

    def activity(self) -> tuple[SourceActivity, ...]: ...
    def rates(self, *, since: datetime) -> tuple[SourceRate, ...]:
        """By sender, oldest first."""

    def prune_rates(self, *, before: datetime, limit: int) -> int: ...
    def prune_unnamed(self, *, before: datetime, limit: int) -> int:
        """Forget senders without a name that were last heard before then; return how many."""

    def tailed(self, source_id: SourceId) -> tuple[TailedFile, ...]: ...
    def note_tailed(self, source_id: SourceId, tailed: TailedFile) -> None: ...
    def prune_tailed(self, *, before: datetime, limit: int) -> int: ...


class Checkpoints(Protocol):
    """Small named values that must change in the same transaction as what they speak of."""

    def get(self, name: str) -> str | None: ...
    def put(self, name: str, value: str) -> None: ...


class AcceptedBatches(Protocol):
    """Batches of stored events that wait to be matched by whichever worker takes them."""

    def accept(self, content: bytes, *, at: datetime, due_at: datetime) -> BatchNo:
        """Number a batch and keep it; `due_at`: when workers are told of it again."""

    def begin(self, no: BatchNo, *, due_at: datetime) -> AcceptedBatch | None:
        """Return the batch to work on, counting the attempt; None once it is finished. Several may be at it."""

    def finish(self, no: BatchNo) -> bool:
        """Remove the batch: True for one caller alone, whose transaction holds what came of it."""

    def take_due(self, *, now: datetime, due_at: datetime, limit: int) -> tuple[BatchNo, ...]:
        """Return the batches of which workers are to be told again now, oldest first, and put that off to `due_at`."""

    def newest(self) -> BatchNo:
        """The newest number; 0: there was none yet."""

    def count(self) -> int:
        """How many are not finished."""


class KeyRanges(Protocol):
    """Parts of batches by key range, and the one owner of each range with its state."""

    def add_parts(self, no: BatchNo, *, accepted_at: datetime, contents: Sequence[bytes]) -> None:
        """Keep one part for each range, in their order."""

    def parts(self, range_no: RangeNo, *, after: BatchNo, limit: int) -> tuple[RangePart, ...]:
        """By batch number; one whose batch is not matched yet is missing between the others."""

    def oldest_since(self, range_no: RangeNo, *, after: BatchNo) -> datetime | None:
        """When the first batch after this one was accepted, matched or not; None where there is none."""

    def holdings(self) -> tuple[Holding, ...]: ...
    def claim(self, range_no: RangeNo, *, owner: str, now: datetime, until: datetime) -> Held | None:
        """Become the owner of a range that is free, with a higher epoch than any owner before; None where it is not."""

    def renew(self, range_no: RangeNo, *, epoch: int, until: datetime) -> bool: ...
    def release(self, range_no: RangeNo, *, epoch: int) -> None: ...
    def is_held(self, range_no: RangeNo, *, epoch: int) -> bool:
        """Whether this epoch is the range's; it stays so until the end of the transaction."""

    def save(self, range_no: RangeNo, *, position: BatchNo, snapshot: str) -> None:
        """Keep the state that covers every batch up to `position`, and remove the parts that it covers."""

    def note_judged(self, range_no: RangeNo, *, judged: BatchNo) -> None:
        """Say that the findings of every batch up to this one are recorded."""

    def least_judged(self) -> BatchNo:
        """The batch up to which every range has recorded its findings."""

    def take_turn(self) -> None:
        """Wait until nobody else records findings; the turn lasts until the end of the transaction."""

    def say_alive(self, owner: str, *, now: datetime) -> None: ...
    def owners(self, *, since: datetime) -> tuple[str, ...]:
        """Owners heard of since then, by name."""

    def forget_owner(self, owner: str, *, silent_before: datetime) -> None:
        """Forget this one, and those that were last heard of before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedAnswer:
    """What an earlier request with the same Idempotency-Key was answered."""

    request_sha256: str
    status: int
    body: str


class Idempotency(Protocol):
    def get(self, account_id: AccountId, key: str) -> RememberedAnswer | None: ...
    def put(self, account_id: AccountId, key: str, answer: RememberedAnswer, at: datetime) -> None:
        """Raises: ConflictError where this account's key has an answer already."""

    def prune(self, *, before: datetime, limit: int) -> int:
        """Remove the oldest of those given before then; return how many were removed."""


class UnitOfWork(Protocol):
    """One transaction over all state: committed at the clean end of its `with`, rolled back on an exception."""

    @property
    def accounts(self) -> Accounts: ...
    @property
    def batches(self) -> AcceptedBatches: ...
    @property
    def ranges(self) -> KeyRanges: ...
    @property
    def sign_in_failures(self) -> SignInFailures: ...
    @property
    def positions(self) -> Positions: ...
    @property
    def offices(self) -> Offices: ...
    @property
    def shares(self) -> Shares: ...
    @property
    def incidents(self) -> Incidents: ...
    @property
    def runs(self) -> Runs: ...
    @property
    def playbook_versions(self) -> PlaybookVersions: ...
    @property
    def alerts(self) -> Alerts: ...
    @property
    def evidence(self) -> EvidenceRecords: ...
    @property
    def disposisi(self) -> DisposisiRecords: ...
    @property
    def penerimaan(self) -> PenerimaanRecords: ...
    @property
    def documents(self) -> Documents: ...
    @property
    def audit(self) -> AuditLog: ...
    @property
    def stamps(self) -> AuditStamps: ...
    @property
    def custody(self) -> Custody: ...
    @property
    def holdings(self) -> Holdings: ...
    @property
    def registers(self) -> Registers: ...
    @property
    def stationery(self) -> Stationery: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def uploads(self) -> Uploads: ...
    @property
    def changes(self) -> Changes: ...
    @property
    def notices(self) -> Notices: ...
    @property
    def calendar_days(self) -> CalendarDays: ...
    @property
    def clocks(self) -> Clocks: ...
    @property
    def legal_clocks(self) -> LegalClocks: ...
    @property
    def checkpoints(self) -> Checkpoints: ...
    @property
    def idempotency(self) -> Idempotency: ...
    @property
    def verifications(self) -> Verifications: ...
    @property
    def ties(self) -> Ties: ...
    @property
    def proposals(self) -> Proposals: ...
    @property
    def rules(self) -> Rules: ...
    @property
    def sources(self) -> Sources: ...


class State(Protocol):
    """The database."""

    def write(self) -> AbstractContextManager[UnitOfWork]:
        """A write transaction (SQLite: BEGIN IMMEDIATE; nothing slow inside)."""

    def read(self) -> AbstractContextManager[UnitOfWork]:
        """A consistent snapshot; its writes raise."""

    def is_reachable(self) -> bool:
        """Whether the database answers now."""


# --- events ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    stored: int
    duplicates: int
    new: EventBatch
    """The events of the batch that were not there before: what detection has to look at."""
    position: str
    """Where the store ends now; opaque, comparable only by the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundEvent:
    id: EventId
    fields: dict[str, Any]
    """Flat ECS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistogramBucket:
    start: datetime
    count: int


class EventWriter(Protocol):
    """The one writer; holds the lock of the data folder while it is open."""

    def append(self, batch: EventBatch) -> Appended:
        """Durable when it returns; an id that is stored already (within the stated window) is dropped and counted.

        Raises: StoreFullError where the disk is full, and then nothing of the batch is stored.
        """

    def read_from(self, position: str | None) -> Iterator[tuple[str, EventBatch]]:
        """What was stored after `position` (None: everything), in order, each batch with the position after it.

        Raises: BadPositionError.
        """

    def flush(self) -> None:
        """Return once everything appended before can be found by a reader."""

    def close(self) -> None: ...


class BadPositionError(ValueError):
    """A position that this event store did not make."""

    def __init__(self, *, position: str) -> None:
        super().__init__(f"not a position of this store: {position[:80]!r}")
        self.position = position


class StateUnavailableError(Exception):
    """The state database cannot be reached or written just now; `reason` is its own word, without credentials."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(f"basis data tidak dapat dipakai: {reason}")
        self.reason = reason


class StoreFullError(Exception):
    """The disk has no room; nothing of the batch was stored."""


class SpoolFullError(StoreFullError):
    """As much waits to be read as may; what is read makes room."""


class Spool(Protocol):
    """Keeps what was received until the intake process has read it."""

    def append(self, content: bytes, *, events: int) -> None:
        """Durable when it returns; `content` is given back whole, once or, after a crash, more often.

        `events`: how many it holds, for whoever asks how much waits. Raises: StoreFullError; nothing is kept then.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class SpoolLag:
    """What was received and waits to be read."""

    size_bytes: int
    events: int
    """Messages and documents, those that turn out to be unreadable too."""
    oldest_ns: int | None
    """When the one that waits longest was received; None: nothing waits."""
    torn_files: int
    """Set aside, of the embedded event store too: their writer was killed while it wrote their end, and nobody was
    told that it is kept."""
    torn_bytes: int

    def seconds_behind(self, now: datetime) -> float:
        """Return how long the oldest has waited; 0: nothing waits, or the clock was set back."""
        return 0.0 if self.oldest_ns is None else max(now.timestamp() - self.oldest_ns / 1e9, 0.0)


class IntakeAwayError(Exception):
    """The intake process does not answer; whether what was handed over is stored is not known, and it may be sent again
    under the same ids.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What became of a batch that was handed over."""

    stored: int
    duplicates: int


class EventIntake(Protocol):
    """The way into the one intake process, from any other."""

    def carry(self, batch: EventBatch, *, sender: str, rejected: int) -> Accepted:
        """Return once the batch is durable; `sender` is the id of the source, `rejected` how many of the batch are
        quarantined. Raises: StoreFullError, and then nothing of it is stored; IntakeAwayError.
        """


class StoreUnreachableError(StoreFullError):
    """The store's server does not answer; what it may have taken of the batch is recognised when it is sent again."""


class EventRefusedError(Exception):
    """The server refused an event for a reason that is neither a full disk nor its fields."""

    def __init__(self, *, event_id: str, status: int, reason: str) -> None:
        super().__init__(f"event {event_id} refused with {status}: {reason}")
        self.event_id, self.status, self.reason = event_id, status, reason


class StoreBusyError(Exception):
    """Another process is the writer of this folder."""


class BadQueryError(Exception):
    """A search query that cannot be read; `at` is the offset of the place, `reason` is in Bahasa Indonesia."""

    def __init__(self, *, query: str, at: int, reason: str) -> None:
        super().__init__(f"{reason} (karakter ke-{at + 1}): {query}")
        self.query, self.at, self.reason = query, at, reason


class UncountableFieldError(ValueError):
    """Events cannot be counted by the values of this field: each event has its own, or they are long text."""

    def __init__(self, *, field: str) -> None:
        super().__init__(f"field {field[:80]!r} tidak dapat dihitung per nilai: waktu, id, atau teks panjang")
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Events that have one value in common."""

    key: str
    """An address in its canonical text, a number as `443`."""
    count: int
    sums: tuple[int, ...]
    """Of the fields asked for, in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueCount:
    """In how many events a field has a value."""

    value: str
    """As it is compared: lower case, an address canonical, a number as `443`."""
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCount:
    """In how many events a field stands."""

    name: str
    events: int
    kind: str
    """`time`, `id`, `text`, `keyword`, `mixed`, `address`, `number` or `date`: how its values are compared."""


class EventReader(Protocol):
    def search(
        self,
        query: str,
        *,
        time_from: datetime | None,
        time_to: datetime | None,
        cursor: str | None,
        limit: int,
        oldest_first: bool = False,
    ) -> Page[FoundEvent]:
        """Newest first, or oldest first, each with cursors of its own.

        Times are half-open [from, to); `*` or an empty query finds all.

        Raises: BadQueryError, ValueError for a cursor this did not make.
        """

    def histogram(
        self, query: str, *, time_from: datetime, time_to: datetime, buckets: int
    ) -> tuple[HistogramBucket, ...]: ...

    def tally(self, query: str, *, by: str, sums: Sequence[str], limit: int) -> tuple[Tally, ...]:
        """Count events by the value of an address or number field, those with the largest first sum first.

        `sums` are number fields. With very many values, or over several days, the smallest may be left out.
        Raises: BadQueryError; ValueError for a field of another kind.
        """

    def totals(self, query: str, *, sums: Sequence[str]) -> tuple[int, ...]:
        """How many events, then the sum of each number field over them. Raises: as `tally`."""

    def top_values(
        self, query: str, *, field: str, time_from: datetime | None, time_to: datetime | None, limit: int
    ) -> tuple[ValueCount, ...]:
        """The most frequent values of a name, address or number field among the events, the most frequent first.

        With very many values, or over several days, the least frequent may be left out; values longer than 1,024
        characters are not counted. Raises: BadQueryError; UncountableFieldError for a field of another kind.
        """

    def field_counts(
        self, query: str, *, time_from: datetime | None, time_to: datetime | None
    ) -> tuple[FieldCount, ...]:
        """The fields that the events have, the most frequent first; at most 2,000. Raises: BadQueryError."""

    def span(self, query: str) -> tuple[datetime, datetime] | None:
        """The times of the oldest and the newest event; None: there is none. Raises: BadQueryError."""

    def get(self, ids: Sequence[EventId]) -> tuple[FoundEvent, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLetGo:
    """A receive day (UTC) past its retention."""

    day: date
    events: int | None
    """None: not known without reading them all."""
    size_bytes: int


class EventRetention(Protocol):
    """Lets go of the oldest events, a receive day at a time; safe beside the writer and every reader."""

    def take_out(self, *, today: date) -> tuple[DayLetGo, ...]:
        """Take the days past the limits out of the store; what an earlier turn has not removed is named again."""

    def remove(self, gone: DayLetGo) -> None:
        """Give the room of a day taken out back to the disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HuntedAgain:
    """What one rule found about one entity among stored events."""

    rule_id: str
    rule_title: str
    group: tuple[tuple[str, str], ...]
    detections: int
    events: int
    """Behind the detections."""
    first: datetime
    last: datetime
    samples: tuple[EventRef, ...]
    """A few of the oldest and newest; hostile text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HuntResult:
    hits: tuple[HuntedAgain, ...]
    further_entities: int
    """About so many more, which are not listed."""
    events: int
    """That the rules were run over."""
    checked_until: datetime
    """Everything before it was looked at."""
    is_complete: bool
    """False: a limit of time or number stopped it at `checked_until`."""


class RetroHunt(Protocol):
    """Rules and detectors, with a fresh state, over events that are stored already."""

    def usable(self, rule_ids: frozenset[str]) -> frozenset[str]:
        """Those of the rules that can be run over events now."""

    def over_store(
        self,
        rule_ids: frozenset[str],
        *,
        time_from: datetime,
        time_to: datetime,
        on_progress: Callable[[int], None],
    ) -> HuntResult:
        """Over the events of [from, to), by event time; `on_progress` is told the percentage done."""

    def over_candidates(
        self,
        rule_ids: frozenset[str],
        *,
        time_from: datetime,
        time_to: datetime,
        on_progress: Callable[[int], None],
    ) -> HuntResult:
        """The same hits, from the events alone that the store says the rules can match."""

    def over_events(self, rule_ids: frozenset[str], events: Iterable[FoundEvent]) -> HuntResult:
        """Over these events alone."""


# --- files, jobs, notices --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    sha256: str
    size: int
    path: Path


class FileTooLargeError(Exception):
    def __init__(self, *, limit_bytes: int) -> None:
        super().__init__(f"file over {limit_bytes} bytes")
        self.limit_bytes = limit_bytes


class Sink(Protocol):
    """What is written to in order, from its beginning to its end."""

    def write(self, content: bytes, /) -> int: ...
    def flush(self) -> None: ...


class Files(Protocol):
    """Content-addressed files of the data folder: written to a temporary name, synced, then renamed."""

    def put(self, chunks: Iterable[bytes], *, limit_bytes: int) -> StoredFile:
        """Raises: FileTooLargeError, and then nothing is kept."""

    def held(
        self, chunks: Iterable[bytes], *, limit_bytes: int, is_in_use: Callable[[str], bool]
    ) -> AbstractContextManager[StoredFile]:
        """As `put`; where the block fails, the content is removed again unless `is_in_use` says that it is named.

        Somebody who stores the same content meanwhile keeps it. Raises: FileTooLargeError.
        """

    def held_link(
        self, source: Path, *, sha256: str, size: int, is_in_use: Callable[[str], bool]
    ) -> AbstractContextManager[StoredFile]:
        """As `held`, for a file that is there, synced and hashed; it keeps its old name as well."""

    def open(self, sha256: str) -> BinaryIO:
        """Raises: FileNotFoundError."""

    def path(self, sha256: str) -> Path: ...
    def write_locked(self, sha256: str, target: Sink, *, name: str, password: str) -> str:
        """Write the content as the one member of an encrypted ZIP; return the SHA-256 of what was read.

        Raises: FileNotFoundError.
        """

    def remove_unfinished(self, *, before: datetime) -> int:
        """Remove what a killed process began to write before this moment; return how many files that were."""


class PartialBusyError(Exception):
    """Somebody else is writing this file just now."""

    def __init__(self, *, name: str) -> None:
        super().__init__(f"being written: {name}")
        self.name = name


class PartialLostError(Exception):
    """The file is not there, or has fewer bytes than were counted."""

    def __init__(self, *, name: str) -> None:
        super().__init__(f"lost: {name}")
        self.name = name


class UploadWriter(Protocol):
    """The one writer of a file that is arriving."""

    @property
    def path(self) -> Path: ...
    @property
    def sha256(self) -> str:
        """Of everything up to here."""

    def write(self, chunk: bytes) -> None:
        """Not empty. Raises: OSError (disk full)."""

    def sync(self) -> None: ...


class PartialFiles(Protocol):
    """Files that are still arriving, by names of `[0-9a-z]`."""

    def begin(self, name: str) -> None: ...
    def writing(self, name: str, *, offset: Callable[[], int]) -> AbstractContextManager[UploadWriter]:
        """Write from there on, what stands after it is cut off; asked for the offset once nobody else writes.

        A block that ends without an exception says that all it has written counts: no offset will be below it again.

        Raises: PartialBusyError where somebody else writes, in whatever process; PartialLostError.
        """

    def remove(self, name: str) -> None: ...
    def sweep(self, *, is_wanted: Callable[[str], bool], before: datetime) -> int:
        """Remove files that are not wanted and were not written to since then; return how many."""

    def free_bytes(self) -> int:
        """Left on the disk they are on."""


class JobBell(Protocol):
    """Wakes a worker for a job that is committed already; losing a ring only delays it to the next sweep."""

    def ring(self, job_id: JobId, kind: JobKind) -> None: ...


class BatchBell(Protocol):
    """Tells ingest workers of a batch that is kept already; losing a ring only delays it until they are told again."""

    def ring(self, no: BatchNo) -> None: ...


class WorkingCalendar(Protocol):
    @property
    def version(self) -> int:
        """Of the administrator's days it was made of (`CalendarDays.version`)."""

    def add_working_minutes(self, start: datetime, minutes: int) -> datetime: ...
    def add_working_days(self, start: datetime, days: int) -> datetime:
        """Whole working days, each as long as it is worked (in Ramadan less)."""

    def add_hari(self, start: datetime, days: int, *, kerja: bool) -> datetime:
        """So many `hari` (`kerja`: `hari kerja`) of an SOP, as the office counts them."""

    def working_minutes_of(self, day: date) -> int: ...
    def working_minutes_between(self, start: datetime, end: datetime) -> int:
        """Whole working minutes, 0 where `end` is not later."""

    def working_days_between(self, start: datetime, end: datetime) -> float:
        """Working days, parts of days by their share; 0 where `end` is not later."""


class Calendars(Protocol):
    def version(self, uow: UnitOfWork) -> int:
        """Of every office's calendar: another number once the days, the zone or the way of counting have changed."""

    def of(self, uow: UnitOfWork, office_id: OfficeId) -> WorkingCalendar:
        """The office's calendar as it stands in this unit of work."""
