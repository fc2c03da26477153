"""Joins ports to adapters: the only module that knows every concrete class."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import structlog
from celery import Celery

from api.dependencies import Services
from detections.catalog import kept_partitions, packs_folder, rules_in_use, yara_rules_in_use
from detections.desk import RuleDesk
from detections.indicators.desk import IndicatorDesk
from detections.indicators.feeds import indicators_folder
from detections.scan import Scanner
from detections.shown import shown_file
from ingest.pcap.kind import media_type_of
from ingest.pcap.tshark import CaptureUnavailableError
from ir_platform.adapters.events.embedded.layout import FOLDER_NAME
from ir_platform.adapters.events.factory import EventPlace, copy_embedded, open_reader, open_retention, open_writer
from ir_platform.adapters.events.spool_lag import lag_of
from ir_platform.adapters.events.torn import remove_torn
from ir_platform.adapters.files.content import ContentFiles
from ir_platform.adapters.files.partial import PartialFiles
from ir_platform.adapters.queue.bell import CeleryBell
from ir_platform.adapters.queue.celery_app import make_celery
from ir_platform.adapters.sql.database import SqlState
from ir_platform.app.audit_pack import Auditing
from ir_platform.app.delivery import Delivery
from ir_platform.app.detectors_in_use import detectors_in_use
from ir_platform.app.event_export import EventExport
from ir_platform.app.exhibits import Exhibits
from ir_platform.app.garbage import set_aside_what_is_loaded
from ir_platform.app.handover import Carried, connect, is_intake_there
from ir_platform.app.ids import new_id, utc_now
from ir_platform.app.ingest_file import FileIngest
from ir_platform.app.jobs import Work, add_job
from ir_platform.app.muting import Muting
from ir_platform.app.pipeline import HotPath, Pipeline
from ir_platform.app.receiving import STATE_FILE, make_shippers, spool_folder, state_url
from ir_platform.app.retro_hunt import StoreHunt
from ir_platform.app.rule_watch import CurrentRules, RuleWatch
from ir_platform.app.source_watch import SourceWatch
from ir_platform.app.stamping import Stamping
from ir_platform.app.tools import locate_tshark
from ir_platform.app.triage import Triage
from ir_platform.app.unjudged import require_none_unjudged
from ir_platform.app.upkeep import Keeping, Upkeep
from ir_platform.app.verify import Examination
from ir_platform.app.worker import Worker
from ir_platform.audit.handling import Handling
from ir_platform.audit.record import record
from ir_platform.audit.stamping import ask_over_http
from ir_platform.audit.trail import AuditTrail
from ir_platform.calendar.desk import CalendarDesk
from ir_platform.calendar.source import StoredCalendars
from ir_platform.calendar.zones import zone_of
from ir_platform.config import Settings
from ir_platform.documents.registry import Registry
from ir_platform.documents.seal import LocalSeal
from ir_platform.documents.stationery import Stationer
from ir_platform.domain.event import EventBatch
from ir_platform.domain.evidence import Evidence
from ir_platform.domain.job import JobId, JobKind
from ir_platform.domain.media_type import CAPTURES, EVTX
from ir_platform.domain.upload import Upload
from ir_platform.identity.throttle import FORGOTTEN_AFTER, SignInThrottle
from ir_platform.identity.tokens import open_tokens
from ir_platform.notify.stages import ReminderRules, lead_of
from ir_platform.ports import Clock, EventReader, EventWriter, JobBell, State, UnitOfWork
from playbooks.aftermath import Aftermath
from playbooks.clocks import Timing
from playbooks.desk import Desk
from playbooks.legal import LegalDesk
from playbooks.library import shipped
from playbooks.opening import Opener
from playbooks.record import Office
from playbooks.recurring import Recurrences
from playbooks.reminders import Reminders
from playbooks.reopening import deciding_roles
from playbooks.runner import Runner
from playbooks.uploads import Analyses, UploadDesk, UploadLimits

if TYPE_CHECKING:
    from ir_platform.adapters.events.copy import Copied, Progress

log = structlog.get_logger()

CHUNK_BYTES = 1024 * 1024


def open_state(settings: Settings) -> SqlState:
    return SqlState(state_url(settings))


def has_state(settings: Settings) -> bool:
    """Whether there is a database to read: opening SQLite where there is none would make an empty one."""
    return settings.database_url is not None or (settings.data_dir / STATE_FILE).is_file()


def has_event_store(settings: Settings) -> bool:
    """Whether there is a place that may hold events: a search where there is none would answer that nothing happened.

    A data folder without events is one: a server has been started there, and nothing was received yet.
    """
    return settings.events_url is not None or settings.data_dir.is_dir()


def open_files(settings: Settings) -> ContentFiles:
    return ContentFiles(settings.data_dir / "files")


def open_partials(settings: Settings) -> PartialFiles:
    """On the disk of the finished files, so that finishing one copies nothing."""
    return PartialFiles(settings.data_dir / "files" / ".uploads")


def event_place(settings: Settings) -> EventPlace:
    return EventPlace(
        folder=settings.data_dir / FOLDER_NAME,
        url=settings.events_url,
        api_key=settings.events_api_key,
        ca_file=settings.events_ca_file,
    )


def event_reader(settings: Settings) -> EventReader:
    return open_reader(event_place(settings))


def event_writer(settings: Settings, *, index_board: int | None = None) -> EventWriter:
    """`index_board`: as `open_writer` has it. Raises: StoreBusyError."""
    return open_writer(
        event_place(settings),
        dedup_days=settings.dedup_days,
        keep_days=settings.keep_events_days,
        clock=utc_now,
        index_board=index_board,
    )


def copy_event_store(settings: Settings, *, on_progress: "Callable[[Progress], None]") -> "Copied":
    """Copy the embedded store to the server of the settings. Raises: StoreFullError, EventRefusedError."""
    return copy_embedded(
        event_place(settings), keep_days=settings.keep_events_days, clock=utc_now, on_progress=on_progress
    )


def make_queue(settings: Settings) -> Celery:
    return make_celery(broker_url=settings.broker_url, data_dir=settings.data_dir)


def make_bell(settings: Settings) -> CeleryBell:
    return CeleryBell(make_queue(settings))


def are_captures_available() -> bool:
    try:
        locate_tshark()
    except CaptureUnavailableError:
        return False
    return True


def office_calendars(settings: Settings) -> StoredCalendars:
    return StoredCalendars(zone=zone_of(settings.timezone), hari=settings.hari)


def reminder_rules(settings: Settings) -> ReminderRules:
    return ReminderRules(
        before=lead_of(settings.remind_before),
        superior_after=lead_of(settings.escalate_after),
        repeat_days=settings.remind_days,
    )


def timing(settings: Settings) -> Timing:
    return Timing(calendars=office_calendars(settings), reminders=reminder_rules(settings))


def make_opener(settings: Settings) -> Opener:
    return Opener(
        library=shipped(),
        timing=timing(settings),
        clock=utc_now,
        new_id=new_id,
        timezone=settings.timezone,
        office_name=settings.office_name,
        default_playbook=settings.default_playbook,
    )


def make_runner(settings: Settings, state: State, bell: JobBell) -> Runner:
    return Runner(
        state=state,
        library=shipped(),
        timing=timing(settings),
        clock=utc_now,
        new_id=new_id,
        timezone=settings.timezone,
        office_name=settings.office_name,
        bell=bell,
    )


def office_of(settings: Settings) -> Office:
    return Office(timing=timing(settings), new_id=new_id, zone=zone_of(settings.timezone), name=settings.office_name)


def make_aftermath(settings: Settings, state: State) -> Aftermath:
    return Aftermath(state=state, library=shipped(), clock=utc_now, office=office_of(settings))


def make_desk(settings: Settings, state: State) -> Desk:
    return Desk(state=state, library=shipped(), clock=utc_now, office=office_of(settings))


def make_recurrences(settings: Settings) -> Recurrences:
    return Recurrences(library=shipped(), clock=utc_now, new_id=new_id, window=timedelta(days=settings.reopen_days))


def make_muting(settings: Settings) -> Muting:
    def told(uow: UnitOfWork) -> tuple[tuple[str, ...], str]:
        sop = shipped().in_force(uow, settings.default_playbook).sop
        return deciding_roles(sop), sop.id

    return Muting(limit=settings.rule_hourly_limit, clock=utc_now, new_id=new_id, told=told)


def make_rule_desk(settings: Settings, state: State, clock: Clock = utc_now) -> RuleDesk:
    return RuleDesk(state=state, packs=packs_folder(settings.data_dir), record=record, clock=clock, new_id=new_id)


def make_indicator_desk(settings: Settings, state: State, clock: Clock = utc_now) -> IndicatorDesk:
    folder = indicators_folder(settings.data_dir)
    return IndicatorDesk(state=state, folder=folder, record=record, clock=clock)


def make_rule_watch(settings: Settings, state: State) -> RuleWatch:
    return RuleWatch(
        state=state,
        load=lambda decided: rules_in_use(settings.data_dir, decided),
        detectors=lambda: detectors_in_use(settings.data_dir),
        allowance=timedelta(seconds=settings.late_seconds),
        shown=shown_file(settings.data_dir),
        kept=lambda decided: kept_partitions(settings.data_dir, decided),
    )


def make_source_watch(settings: Settings, state: State) -> SourceWatch:
    return SourceWatch(state=state, clock=utc_now, monotonic=time.monotonic, timezone=settings.timezone)


def make_triage(settings: Settings, state: State) -> Triage:
    return Triage(
        state=state,
        opener=make_opener(settings),
        bell=make_bell(settings),
        clock=utc_now,
        new_id=new_id,
        open_level=settings.open_level,
        recurrences=make_recurrences(settings),
        muting=make_muting(settings),
    )


def open_pipeline(
    settings: Settings, state: State, *, scanner: Scanner | None = None, index_board: int | None = None
) -> Pipeline:
    """Return the hot path over the data folder's one event writer. Raises: StoreBusyError, UnjudgedBatchesError."""
    require_none_unjudged(state)
    return Pipeline(
        writer=event_writer(settings, index_board=index_board),
        scanner=scanner or make_rule_watch(settings, state).first(),
        state=state,
        triage=make_triage(settings, state),
        clock=utc_now,
    )


class LocalIntake(AbstractContextManager["LocalIntake"]):
    """The intake of a data folder within this process, while no server runs. Raises: StoreBusyError when made."""

    def __init__(self, settings: Settings, open_path: Callable[[Settings, State], HotPath] = open_pipeline) -> None:
        self._settings = settings
        self._state = open_state(settings)
        self._state.migrate()
        self._pipeline = open_path(settings, self._state)
        set_aside_what_is_loaded()
        self._pipeline.recover()

    def carry(self, batch: EventBatch) -> Carried:
        return self._pipeline.carry(batch)

    def flush(self) -> None:
        self._pipeline.count_on()
        self._pipeline.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pipeline.close()
        note_audit(self._settings, self._state)


def audit_trail(settings: Settings, state: State) -> AuditTrail:
    key_file = settings.audit_key_file or settings.data_dir / "keys" / "audit-ed25519.pem"
    return AuditTrail(state=state, folder=settings.data_dir / "audit", key_file=key_file, clock=utc_now)


def note_audit(settings: Settings, state: State) -> None:
    """Write the chain's end to the signed checkpoint outside the database."""
    audit_trail(settings, state).note()


def make_delivery(settings: Settings, state: State) -> Delivery:
    return Delivery(
        state=state,
        files=open_files(settings),
        library=shipped(),
        calendars=office_calendars(settings),
        trail=audit_trail(settings, state),
        clock=utc_now,
        new_id=new_id,
        password=settings.sample_password,
    )


def make_auditing(settings: Settings, state: State) -> Auditing:
    return Auditing(
        state=state,
        library=shipped(),
        calendars=office_calendars(settings),
        trail=audit_trail(settings, state),
        clock=utc_now,
        office_name=settings.office_name,
        timezone=settings.timezone,
    )


def make_event_export(settings: Settings, state: State) -> EventExport:
    return EventExport(reader=event_reader(settings), state=state, clock=utc_now)


def make_stamping(settings: Settings, state: State) -> Stamping:
    ask = ask_over_http(settings.tsa_url) if settings.tsa_url else None
    every = timedelta(minutes=settings.tsa_minutes)
    return Stamping(state=state, trail=audit_trail(settings, state), ask=ask, every=every, clock=utc_now)


def make_upkeep(settings: Settings, state: State) -> Upkeep:
    keeping = Keeping(
        changes=timedelta(hours=settings.keep_changes_hours),
        answers=timedelta(hours=settings.keep_answers_hours),
        notices=timedelta(days=settings.keep_notices_days),
        jobs=timedelta(days=settings.keep_jobs_days),
        detections=timedelta(days=settings.keep_detections_days),
        failures=FORGOTTEN_AFTER,
    )
    retention = open_retention(
        event_place(settings), days=settings.keep_events_days, size_bytes=settings.keep_events_bytes
    )
    return Upkeep(
        state=state,
        files=open_files(settings),
        partials=open_partials(settings),
        keeping=keeping,
        clock=utc_now,
        retention=retention,
        remove_torn=lambda before: remove_torn(spool_folder(settings), event_place(settings).folder, before=before),
    )


def make_examination(settings: Settings, state: State) -> Examination:
    reader = event_reader(settings)
    hunt = StoreHunt(
        reader=reader,
        # Compiled when a verification is asked for: this process lives long, and most of its jobs need none.
        rules=CurrentRules(state=state, load=lambda decided: rules_in_use(settings.data_dir, decided)),
        detectors=lambda: detectors_in_use(settings.data_dir),
        max_events=settings.verification_events,
        max_seconds=settings.verification_seconds,
    )
    return Examination(events=reader, hunt=hunt, settle=lambda: flush_intake(settings))


def flush_intake(settings: Settings) -> None:
    """Raises: NoIntakeError, HandoverError."""
    with connect(settings.data_dir) as intake:
        intake.flush()


def make_file_ingest(settings: Settings, state: State) -> FileIngest:
    """Return what reads files, with the YARA rules that are in use when it reads."""

    def yara_folders() -> tuple[Path, ...]:
        with state.read() as uow:
            return yara_rules_in_use(settings.data_dir, uow.rules.settings())

    exhibits = Exhibits(
        state=state,
        files=open_files(settings),
        clock=utc_now,
        new_id=new_id,
        limit_bytes=settings.max_upload_bytes,
    )
    return FileIngest(settings=settings, find_tshark=locate_tshark, yara_folders=yara_folders, exhibits=exhibits)


def make_worker(settings: Settings) -> Worker:
    state = open_state(settings)
    work = Work(
        state=state,
        files=open_files(settings),
        ingest=make_file_ingest(settings, state),
        settings=settings,
        clock=utc_now,
        examination=make_examination(settings, state),
    )
    return Worker(state=state, work=work, bell=make_bell(settings), clock=utc_now)


def make_reminders(settings: Settings) -> Reminders:
    return Reminders(
        state=open_state(settings),
        library=shipped(),
        timing=timing(settings),
        clock=utc_now,
        new_id=new_id,
    )


def local_seal(settings: Settings) -> LocalSeal:
    given = settings.seal_pkcs12
    return LocalSeal(
        pkcs12=given or settings.data_dir / "keys" / "segel.p12",
        password=settings.seal_password if given else None,
        office_name=settings.office_name,
        is_own=given is None,
    )


def make_registry(settings: Settings, state: State, bell: JobBell, clock: Clock = utc_now) -> Registry:
    return Registry(
        state=state,
        files=open_files(settings),
        record=record,
        bell=bell,
        clock=clock,
        new_id=new_id,
        seal=local_seal(settings),
    )


def make_stationer(settings: Settings, state: State, clock: Clock = utc_now) -> Stationer:
    return Stationer(state=state, files=open_files(settings), record=record, clock=clock, new_id=new_id)


def api_services(settings: Settings) -> Services:
    state, bell = open_state(settings), make_bell(settings)
    return Services(
        settings=settings,
        state=state,
        events=event_reader(settings),
        files=open_files(settings),
        library=shipped(),
        runner=make_runner(settings, state, bell),
        registry=make_registry(settings, state, bell),
        rules=make_rule_desk(settings, state),
        stationer=make_stationer(settings, state),
        opener=make_opener(settings),
        calendars=office_calendars(settings),
        calendar_desk=CalendarDesk(state=state, clock=utc_now, record=record),
        legal=LegalDesk(
            state=state,
            library=shipped(),
            clock=utc_now,
            new_id=new_id,
            timezone=settings.timezone,
            office_name=settings.office_name,
            rules=reminder_rules(settings),
        ),
        desk=make_desk(settings, state),
        aftermath=make_aftermath(settings, state),
        handling=Handling(state=state, files=open_files(settings), clock=utc_now, new_id=new_id),
        audit=audit_trail(settings, state),
        export=make_delivery(settings, state).write,
        audit_pack=make_auditing(settings, state).write,
        event_export=make_event_export(settings, state).write,
        tokens=open_tokens(settings.data_dir / "keys"),
        throttle=SignInThrottle(state),
        bell=bell,
        clock=utc_now,
        new_id=new_id,
        version=version("ir-platform"),
        captures_available=are_captures_available,
        find_tshark=locate_tshark,
        intake_answers=lambda: is_intake_there(settings.data_dir),
        database_answers=state.is_reachable,
        analyse=lambda evidence: queue_analysis(state, bell, evidence),
        uploads=make_uploads(settings, state, bell, make_runner(settings, state, bell)),
        shippers=make_shippers(settings, state),
        spool_lag=lambda: lag_of(spool_folder(settings), store=event_place(settings).folder),
    )


def make_uploads(settings: Settings, state: State, bell: JobBell, runner: Runner, clock: Clock = utc_now) -> UploadDesk:
    def of_intake(uow: UnitOfWork, upload: Upload) -> JobId:
        payload = {"sha256": upload.sha256, "name": upload.name, "upload_id": upload.id}
        return add_job(uow, JobKind.INGEST_FILE, payload, job_id=new_id(), now=clock())

    return UploadDesk(
        state=state,
        partials=open_partials(settings),
        files=open_files(settings),
        runner=runner,
        analyses=Analyses(
            of_evidence=lambda evidence: queue_analysis(state, bell, evidence),
            of_intake=of_intake,
            ring=lambda job_id: bell.ring(job_id, JobKind.INGEST_FILE),
        ),
        media_type_of=media_type_of,
        clock=clock,
        new_id=new_id,
        limits=UploadLimits(
            max_bytes=settings.max_upload_bytes,
            lifetime=timedelta(hours=settings.upload_hours),
            per_account=settings.uploads_per_account,
        ),
    )


def make_capture_queue(settings: Settings, state: State) -> Callable[[Path], None]:
    """Return what keeps a capture of a watched folder and has it analysed."""
    files, bell = open_files(settings), make_bell(settings)

    def queue(path: Path) -> None:
        """Raises: OSError, FileTooLargeError."""
        with path.open("rb") as content:
            chunks = iter(lambda: content.read(CHUNK_BYTES), b"")
            stored = files.put(chunks, limit_bytes=settings.max_upload_bytes)
        with state.write() as uow:
            payload = {"sha256": stored.sha256, "name": path.name}
            job_id = add_job(uow, JobKind.INGEST_FILE, payload, job_id=new_id(), now=utc_now())
        bell.ring(job_id, JobKind.INGEST_FILE)

    return queue


def queue_analysis(state: State, bell: JobBell, evidence: Evidence) -> JobId | None:
    """Queue the intake of evidence that is a capture or an EVTX file; None where it is neither."""
    if evidence.media_type not in CAPTURES and evidence.media_type != EVTX:
        return None
    payload = {"sha256": evidence.sha256, "name": evidence.name, "evidence_id": evidence.id}
    with state.write() as uow:
        job_id = add_job(uow, JobKind.INGEST_FILE, payload, job_id=new_id(), now=utc_now())
    bell.ring(job_id, JobKind.INGEST_FILE)
    return job_id
