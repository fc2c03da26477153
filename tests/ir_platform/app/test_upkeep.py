"""What is kept for a time only is removed when it is past, on both databases; what somebody still needs is not."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from ir_platform.adapters.events.embedded import layout
from ir_platform.adapters.sql.database import SqlState
from ir_platform.adapters.sql.engine import open_engine
from ir_platform.adapters.sql.tables.every import metadata
from ir_platform.app.upkeep import BATCH, Upkeep
from ir_platform.app.wiring import make_upkeep
from ir_platform.config import Settings
from ir_platform.domain.alert import AlertId, AlertStatus, IncidentId
from ir_platform.domain.event import batch_of
from ir_platform.domain.incident import IncidentStatus
from ir_platform.domain.job import Job, JobId, JobKind, JobStatus
from ir_platform.domain.notice import Notice, NoticeId, NoticeKind, NoticeReader
from ir_platform.domain.office import HOME_OFFICE
from ir_platform.domain.person import AccountId
from ir_platform.domain.verification import Verification, VerificationId
from ir_platform.identity.throttle import SignInThrottle
from ir_platform.ports import RememberedAnswer
from tests.ir_platform.adapters.events.embedded.stores import a_writer
from tests.ir_platform.adapters.sql.conftest import database_url, state
from tests.support.builders import NOON, a_detection, an_alert, an_event, an_incident
from tests.support.postgres import postgres_server

__all__ = ["database_url", "postgres_server", "state"]

KASI = NoticeReader(account_id=AccountId("account-kasi"), roles=((HOME_OFFICE, "kasi_keamanan_jaringan"),))
Count = Callable[[str], int]
LONG_AGO = NOON - timedelta(days=401)


@pytest.fixture
def upkeep(state: SqlState, tmp_path: Path) -> Upkeep:
    return replace(make_upkeep(Settings(data_dir=tmp_path), state), clock=lambda: NOON)


@pytest.fixture
def count(state: SqlState, database_url: str) -> Iterator[Count]:
    """How many rows a table has now."""
    engine = open_engine(database_url)

    def rows_of(table: str) -> int:
        with engine.begin() as connection:
            return int(connection.scalar(select(func.count()).select_from(metadata.tables[table])) or 0)

    yield rows_of
    engine.dispose()


def a_job(job_id: str, status: JobStatus, at: datetime) -> Job:
    return Job(
        id=JobId(job_id),
        kind=JobKind.RENDER_DOCUMENT,
        payload="{}",
        status=status,
        attempt=1,
        lease_until=None,
        phase="",
        percent=0,
        result=None,
        error=None,
        created_at=at,
        updated_at=at,
    )


def a_notice(notice_id: str, at: datetime, incident_id: str | None = None) -> Notice:
    return Notice(
        id=NoticeId(notice_id),
        key=notice_id,
        office_id=HOME_OFFICE,
        kind=NoticeKind.DUE,
        at=at,
        roles=("kasi_keamanan_jaringan",),
        facts=(),
        incident_id=IncidentId(incident_id) if incident_id else None,
    )


def test_changes_are_removed_once_no_page_can_have_missed_them(state: SqlState, upkeep: Upkeep) -> None:
    with state.write() as uow:
        for hours in (100, 73, 71, 0):
            uow.changes.add("incident", f"{hours}", NOON - timedelta(hours=hours))

    removed = upkeep.run()

    with state.read() as uow:
        assert [one.subject for one in uow.changes.after(0, limit=10)] == ["71", "0"]
        assert uow.changes.last_id() == 4
    assert removed["changes"] == 2


def test_more_than_one_batch_is_removed_in_one_turn(state: SqlState, upkeep: Upkeep, count: Count) -> None:
    with state.write() as uow:
        for number in range(BATCH + 7):
            uow.changes.add("incident", str(number), LONG_AGO)

    upkeep.run()

    assert count("changes") == 0


def test_a_remembered_answer_is_forgotten_after_its_time(state: SqlState, upkeep: Upkeep) -> None:
    account, answer = AccountId("account-kasi"), RememberedAnswer(request_sha256="0" * 64, status=200, body="{}")
    with state.write() as uow:
        uow.idempotency.put(account, "old", answer, NOON - timedelta(hours=73))
        uow.idempotency.put(account, "young", answer, NOON - timedelta(hours=71))

    upkeep.run()

    with state.read() as uow:
        assert uow.idempotency.get(account, "old") is None
        assert uow.idempotency.get(account, "young") == answer


def test_old_notices_go_with_their_marks_but_not_those_about_an_open_incident(
    state: SqlState, upkeep: Upkeep, count: Count
) -> None:
    with state.write() as uow:
        uow.incidents.add(an_incident(id=IncidentId("open")))
        uow.incidents.add(
            an_incident(id=IncidentId("closed"), nomor="INS/2026/0002", status=IncidentStatus.CLOSED, closed_at=NOON)
        )
        for one in (
            a_notice("about-nothing", LONG_AGO),
            a_notice("about-closed", LONG_AGO, "closed"),
            a_notice("about-open", LONG_AGO, "open"),
            a_notice("young", NOON, "closed"),
        ):
            uow.notices.add(one)
        uow.notices.mark_all_read(KASI, NOON)

    removed = upkeep.run()

    with state.read() as uow:
        assert [one.notice.id for one in uow.notices.page(KASI, cursor=None, limit=9).items] == ["young", "about-open"]
    assert removed["notices"] == 2
    assert [count(one) for one in ("notices", "notice_addressees", "notice_reads")] == [2, 2, 2]


def test_ended_jobs_go_but_not_those_that_wait_run_or_are_named_by_a_verification(
    state: SqlState, upkeep: Upkeep
) -> None:
    with state.write() as uow:
        uow.incidents.add(an_incident())
        for status in JobStatus:
            uow.jobs.add(a_job(f"old-{status.value}", status, LONG_AGO))
        uow.jobs.add(a_job("young", JobStatus.DONE, NOON))
        uow.jobs.add(a_job("named", JobStatus.DONE, LONG_AGO))
        uow.verifications.add(
            Verification(
                id=VerificationId("v"),
                incident_id=IncidentId("incident-1"),
                no=9,
                putaran=1,
                sejak=LONG_AGO,
                requested_by=None,
                requested_at=LONG_AGO,
                job_id=JobId("named"),
            )
        )

    upkeep.run()

    with state.read() as uow:
        names = [f"old-{status.value}" for status in JobStatus]
        kept = {name for name in (*names, "young", "named") if uow.jobs.get(JobId(name))}
    assert kept == {"old-queued", "old-running", "young", "named"}


def test_detections_go_by_the_day_they_were_counted_but_not_those_of_an_open_incident(
    state: SqlState, upkeep: Upkeep
) -> None:
    closed = AlertStatus.CLOSED
    with state.write() as uow:
        uow.incidents.add(an_incident())
        uow.alerts.add(an_alert(id=AlertId("bare")))
        uow.alerts.add(an_alert(id=AlertId("needed"), status=closed, incident_id=IncidentId("incident-1")))
        uow.alerts.add(an_alert(id=AlertId("merged"), status=AlertStatus.MERGED, merged_into=AlertId("needed")))
        for detection_id, alert_id, now in (
            ("old", "bare", LONG_AGO),
            ("young", "bare", NOON),
            ("old-needed", "needed", LONG_AGO),
            ("old-merged", "merged", LONG_AGO),
        ):
            # Of an event of years ago: when it happened says nothing about how long it is to be known.
            detection = a_detection(id=detection_id, at=NOON - timedelta(days=4_000))
            uow.alerts.claim_detection(detection, AlertId(alert_id), now=now)

    upkeep.run()

    with state.write() as uow:
        unknown = {
            name
            for name in ("old", "young", "old-needed", "old-merged")
            if uow.alerts.claim_detection(a_detection(id=name), AlertId("bare"), now=NOON)
        }
    assert unknown == {"old"}


def test_failed_sign_ins_go_when_they_count_no_longer(state: SqlState, upkeep: Upkeep, count: Count) -> None:
    throttle = SignInThrottle(state)
    throttle.begin(username="old", address="192.0.2.1", now=NOON - timedelta(hours=1, seconds=1))
    throttle.begin(username="young", address="192.0.2.2", now=NOON - timedelta(minutes=59))

    removed = upkeep.run()

    assert removed["failures"] == 2
    assert count("sign_in_failures") == 2


def test_a_second_turn_finds_nothing_left(state: SqlState, upkeep: Upkeep) -> None:
    with state.write() as uow:
        uow.changes.add("incident", "one", LONG_AGO)
    upkeep.run()

    again = upkeep.run()

    assert set(again.values()) == {0}


def test_a_file_that_a_killed_process_began_is_removed_a_day_later(upkeep: Upkeep, tmp_path: Path) -> None:
    for name, age in (("lama", timedelta(days=1, minutes=1)), ("baru", timedelta(hours=23))):
        begun = tmp_path / "files" / f".unfinished-{name}"
        begun.write_bytes(b"half")
        written = (NOON - age).timestamp()
        os.utime(begun, (written, written))

    removed = upkeep.run()

    assert removed["unfinished_files"] == 1
    assert [one.name for one in (tmp_path / "files").glob(".unfinished-*")] == [".unfinished-baru"]


def test_days_of_events_past_their_time_go_and_leave_an_entry_in_the_audit_trail(
    state: SqlState, tmp_path: Path
) -> None:
    for days in (20, 0):
        with a_writer(tmp_path / "events", now=NOON - timedelta(days=days)) as writer:
            writer.append(batch_of([an_event(record=days)]))
    settings = Settings(data_dir=tmp_path, keep_events_days=10)
    upkeep = replace(make_upkeep(settings, state), clock=lambda: NOON)

    removed = (upkeep.run()["event_days"], upkeep.run()["event_days"])

    with state.read() as uow:
        facts = [entry.fact for entry in uow.audit.entries(after=0)]
    day = (NOON - timedelta(days=20)).date().isoformat()
    assert removed == (1, 0)
    assert [(fact.action, fact.subject) for fact in facts] == [("store.day_removed", f"events:{day}")]
    assert json.loads(facts[0].details)["kejadian"] == 1
    assert len(layout.days(tmp_path / "events")) == 1


def test_events_stay_where_no_limit_is_set(state: SqlState, tmp_path: Path) -> None:
    for days in (2000, 0):
        with a_writer(tmp_path / "events", now=NOON - timedelta(days=days)) as writer:
            writer.append(batch_of([an_event(record=days)]))

    removed = replace(make_upkeep(Settings(data_dir=tmp_path), state), clock=lambda: NOON).run()

    assert (removed["event_days"], len(layout.days(tmp_path / "events"))) == (0, 2)
