"""Is it really over: real log lines through the real hot path, an incident carried to step 9, its rules run again."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest

from detections.catalog import new_detectors, rules_in_use
from detections.scan import Scanner
from ir_platform.app.demo_capture import Endpoint, Frame, http_get, pcap_bytes, port_scan
from ir_platform.app.ingest_file import FileIngest
from ir_platform.app.jobs import Work
from ir_platform.app.retro_hunt import StoreHunt, slices
from ir_platform.app.tools import locate_tshark
from ir_platform.app.wiring import event_reader, make_examination, make_runner, open_files
from ir_platform.app.worker import Worker
from ir_platform.domain.alert import IncidentId
from ir_platform.domain.event import batch_of, to_ns
from ir_platform.domain.evidence import Evidence, EvidenceId
from ir_platform.domain.incident import Incident
from ir_platform.domain.job import JobKind, JobStatus
from ir_platform.domain.media_type import CAPTURES
from ir_platform.domain.verification import Verification
from ir_platform.incidents.verification import VerificationReport, report_from_json
from playbooks.runner import CompleteStepRequest, Runner
from tests.ir_platform.app.house import House, a_house
from tests.playbooks.kaltim import EXECUTORS, NIHIL
from tests.support.builders import NOON, an_account, an_event
from tests.support.require import need

ATTACKER = "203.0.113.45"
HOST = "portal-01"
RULE = "6f0b7c52-0f0a-4c52-8c7e-2f6a3f3b1a02"
PEOPLE = {role: an_account(role.replace("_", "."), role) for role in sorted(set().union(*EXECUTORS.values()))}
ANSWERS = {4: "sulit"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[House]:
    with an_office(tmp_path / "var") as made:
        yield made


@contextmanager
def an_office(folder: Path, **settings: object) -> Iterator[House]:
    """A house that detects with the rules the program ships."""
    with a_house(folder) as house:
        house.settings = house.settings.model_copy(update=settings)
        house.scanner = Scanner(rules_in_use(house.settings.data_dir), new_detectors())
        with house.state.write() as uow:
            for person in PEOPLE.values():
                uow.accounts.add(person)
        yield house


def guesses(at: datetime, *, count: int = 20, address: str = ATTACKER, host: str = HOST) -> str:
    """An sshd log of that many refused passwords, three seconds apart, in the office's time (WITA)."""
    lines = []
    for number in range(count):
        local = at + timedelta(hours=8, seconds=3 * number)
        when = f"{local:%b} {local.day:>2} {local:%H:%M:%S}"
        lines.append(
            f"{when} {host} sshd[{9000 + number}]: Failed password for root from {address} port {40000 + number} ssh2"
        )
    return "\n".join(lines) + "\n"


def work(at: datetime) -> str:
    """Somebody who may, at work."""
    local = at + timedelta(hours=8)
    when = f"{local:%b} {local.day:>2} {local:%H:%M:%S}"
    return f"{when} {HOST} sshd[77]: Accepted publickey for dewi from 10.20.1.22 port 50022 ssh2: ED25519 SHA256:x\n"


def take_in(house: House, tmp_path: Path, text: str, *, name: str = "auth.log") -> None:
    """Send a log file through parser, store, rules and triage."""
    path = tmp_path / name
    path.write_text(text)
    ingest = FileIngest(settings=house.settings, find_tshark=locate_tshark)
    with house.pipeline() as pipeline:
        ingest.run(path, pipeline.carry, format_name="auth", year=2026, called=Path(name))
        pipeline.flush()


def a_runner(house: House) -> Runner:
    runner = make_runner(house.settings, house.state, house.bell)
    runner._clock = lambda: house.clock[0]
    return runner


def do(house: House, incident: Incident, no: int, **said: object) -> None:
    house.clock[0] += timedelta(minutes=1)
    given: dict[str, object] = {"no": no, "keputusan": ANSWERS.get(no), "nihil": NIHIL if no == 7 else ()}
    a_runner(house).complete(incident.id, CompleteStepRequest(**{**given, **said}), PEOPLE[min(EXECUTORS[no])])  # type: ignore[arg-type]


def verify(house: House) -> None:
    """Do every verification that waits."""
    work = Work(
        state=house.state,
        files=open_files(house.settings),
        ingest=FileIngest(settings=house.settings, find_tshark=locate_tshark),
        settings=house.settings,
        clock=lambda: house.clock[0],
        examination=make_examination(house.settings, house.state),
    )
    worker = Worker(state=house.state, work=work, bell=house.bell, clock=lambda: house.clock[0])
    for job_id, kind in house.bell.rings:
        if kind is JobKind.VERIFY_INCIDENT:
            worker.run(job_id)


def newest(house: House, incident_id: IncidentId) -> tuple[Verification, VerificationReport]:
    with house.state.read() as uow:
        [verification, *_] = uow.verifications.of_incident(incident_id, limit=5)
        job = uow.jobs.get(verification.job_id)
    assert job is not None
    assert (job.status, job.error) == (JobStatus.DONE, None)
    assert verification.result is not None
    return verification, report_from_json(verification.result)


def repaired(house: House, tmp_path: Path) -> Incident:
    """The incident of an attack an hour ago, repaired (step 7) at 12.07; nobody has reported it yet (step 8)."""
    take_in(house, tmp_path, guesses(NOON - timedelta(hours=1)), name="before.log")
    [incident] = house.incidents()
    for no in range(1, 8):
        do(house, incident, no)
    return incident


def test_an_attack_that_goes_on_after_the_repair_is_named_with_its_count_and_its_lines(
    office: House, tmp_path: Path
) -> None:
    incident = repaired(office, tmp_path)
    fixed = office.clock[0]
    take_in(office, tmp_path, guesses(fixed + timedelta(minutes=10), count=13), name="after.log")
    office.clock[0] = fixed + timedelta(hours=1)

    do(office, incident, 8)
    verify(office)

    verification, report = newest(office, incident.id)
    [again] = report.kemunculan
    assert (verification.no, verification.putaran, verification.sejak, verification.requested_by) == (9, 1, fixed, None)
    assert (again.rule_id, again.rule_title, again.jumlah) == (RULE, "Tebakan kata sandi SSH", 13)
    assert dict(again.entitas) == {"source.ip": ATTACKER, "host.name": HOST}
    assert again.pertama == fixed + timedelta(minutes=10)
    assert again.terakhir == again.pertama + timedelta(seconds=36)
    assert len(again.temuan) == 1
    assert again.contoh[0].baris.endswith(f"sshd[9000]: Failed password for root from {ATTACKER} port 40000 ssh2")
    assert (report.lengkap, report.kejadian, report.diperiksa_sampai) == (True, 13, report.sampai)
    [address] = [one for one in report.indikator if one.bidang == "source.ip"]
    assert (address.nilai, address.sesudah, address.terakhir) == (ATTACKER, 13, again.terakhir)


def test_where_nothing_comes_back_nothing_is_named_and_it_is_said_since_when(office: House, tmp_path: Path) -> None:
    incident = repaired(office, tmp_path)
    take_in(office, tmp_path, work(office.clock[0] + timedelta(minutes=10)), name="after.log")
    office.clock[0] += timedelta(hours=1)

    do(office, incident, 8)
    verify(office)

    _, report = newest(office, incident.id)
    [address] = [one for one in report.indikator if one.bidang == "source.ip"]
    assert report.kemunculan == ()
    assert [(one.rule_id, one.dijalankan) for one in report.aturan] == [(RULE, True)]
    assert report.kejadian == 1
    assert (address.sesudah, address.terakhir) == (0, None)
    assert address.terakhir_sebelum == NOON - timedelta(hours=1) + timedelta(seconds=57)


def test_too_few_guesses_since_the_repair_are_no_recurrence_of_the_rule_but_show_as_indicator(
    office: House, tmp_path: Path
) -> None:
    incident = repaired(office, tmp_path)
    take_in(office, tmp_path, guesses(office.clock[0] + timedelta(minutes=5), count=4), name="after.log")
    office.clock[0] += timedelta(hours=1)

    do(office, incident, 8)
    verify(office)

    _, report = newest(office, incident.id)
    [address] = [one for one in report.indikator if one.bidang == "source.ip"]
    assert (report.kemunculan, address.sesudah) == ((), 4)


def test_the_same_rule_about_another_host_is_told_apart_from_the_findings(office: House, tmp_path: Path) -> None:
    incident = repaired(office, tmp_path)
    after = office.clock[0] + timedelta(minutes=5)
    take_in(office, tmp_path, guesses(after, address="198.51.100.7", host="mail-01"), name="after.log")
    office.clock[0] += timedelta(hours=1)

    do(office, incident, 8)
    verify(office)

    _, report = newest(office, incident.id)
    [other] = report.kemunculan
    assert (other.temuan, dict(other.entitas)["host.name"]) == ((), "mail-01")


def test_a_run_that_meets_its_limit_says_up_to_when_it_looked(tmp_path: Path) -> None:
    with an_office(tmp_path / "var", verification_events=30) as office:
        incident = repaired(office, tmp_path)
        fixed = office.clock[0]
        for number in range(3):
            later = guesses(fixed + timedelta(minutes=20 * number), count=20, host=f"web-{number}")
            take_in(office, tmp_path, later, name=f"after-{number}.log")
        office.clock[0] = fixed + timedelta(hours=1)

        hunt = StoreHunt(
            reader=event_reader(office.settings),
            rules=lambda: rules_in_use(office.settings.data_dir),
            detectors=new_detectors,
            max_events=30,
            max_seconds=60,
        )
        result = hunt.over_store(
            frozenset({RULE}), time_from=fixed, time_to=office.clock[0], on_progress=lambda percent: None
        )
        do(office, incident, 8)
        verify(office)
        _, report = newest(office, incident.id)

    assert not result.is_complete
    assert not report.lengkap
    assert report.sejak <= report.diperiksa_sampai < report.sampai


def test_the_audit_trail_keeps_what_a_verification_found(office: House, tmp_path: Path) -> None:
    incident = repaired(office, tmp_path)
    do(office, incident, 8)
    verify(office)

    with office.state.read() as uow:
        entries = [
            one for one in uow.audit.of_subject(f"incident:{incident.id}") if one.fact.action == "verification.done"
        ]
        kinds = [line.kind for line in uow.incidents.timeline(incident.id)]

    assert len(entries) == 1
    details = json.loads(entries[0].fact.details)
    assert details["aturan"] == [RULE]
    assert len(details["hasil_sha256"]) == 64
    assert kinds.count("verification_done") == 1


def a_capture(office: House, tmp_path: Path, frames: list[Frame]) -> Evidence:
    """A capture among the evidence, analysed into the store as its job does."""
    path = tmp_path / "lalu-lintas.pcap"
    path.write_bytes(pcap_bytes(frames))
    ingest = FileIngest(settings=office.settings, find_tshark=locate_tshark)
    with office.pipeline() as pipeline:
        ingest.run(path, pipeline.carry, format_name="pcap")
        pipeline.flush()
    [incident] = [one for one in office.incidents() if HOST in one.hosts]
    evidence = Evidence(
        id=EvidenceId("tangkapan"),
        incident_id=incident.id,
        name=path.name,
        sha256=sha256(path.read_bytes()).hexdigest(),
        size=path.stat().st_size,
        media_type=sorted(CAPTURES)[0],
        kelengkapan=None,
        step_no=7,
        putaran=1,
        added_by=PEOPLE["tim_teknis"].id,
        added_at=office.clock[0],
    )
    with office.state.write() as uow:
        uow.evidence.add(evidence)
    return evidence


def test_a_capture_is_told_apart_at_the_repair_by_the_traffic_of_the_suspicious_address(
    office: House, tmp_path: Path
) -> None:
    need(shutil.which("tshark"), "tshark")
    incident = repaired(office, tmp_path)
    before, after = (to_ns(office.clock[0] + timedelta(minutes=minutes)) for minutes in (-20, 20))
    visit = http_get(
        Endpoint(address="10.20.1.22", port=50_100),
        Endpoint(address="10.20.0.25", port=80),
        time_ns=after,
        host="portal.example",
        path="/",
        agent="peramban",
        body=b"ya",
    )
    attempts = [*port_scan(ATTACKER, "10.20.0.25", time_ns=before, ports=[22, 80, 443, 8080])]
    left = port_scan(ATTACKER, "10.20.0.25", time_ns=after, ports=[22])
    evidence = a_capture(office, tmp_path, [*attempts, *visit, *left])
    office.clock[0] += timedelta(hours=1)

    do(office, incident, 8)
    verify(office)

    _, report = newest(office, incident.id)
    [compared] = report.tangkapan
    assert (compared.bukti, compared.nama, compared.lengkap) == (evidence.id, "lalu-lintas.pcap", True)
    assert report.alamat_dicurigai == (ATTACKER,)
    assert (compared.sebelum.aliran, compared.sebelum.aliran_dicurigai) == (4, 4)
    assert (compared.sesudah.aliran, compared.sesudah.aliran_dicurigai) == (2, 1)
    assert 0 < compared.sesudah.byte_dicurigai < compared.sebelum.byte_dicurigai


def test_slices_cover_a_range_in_order_without_holding_much(office: House) -> None:
    crowd = [an_event(NOON + timedelta(milliseconds=n), record=n, host__name="web-1") for n in range(4_500)]
    sparse = [an_event(NOON + timedelta(hours=n), record=n, host__name="web-2") for n in range(1, 40)]
    with office.pipeline() as pipeline:
        pipeline.carry(batch_of([*crowd, *sparse]))
        pipeline.flush()
    reader, end = event_reader(office.settings), NOON + timedelta(days=3)

    parts = list(slices(reader, NOON, end))

    counts = [reader.search("*", time_from=a, time_to=b, cursor=None, limit=1).total for a, b in parts]
    assert parts == sorted(parts)
    assert all(before[1] <= after[0] for before, after in pairwise(parts))
    assert sum(count or 0 for count in counts) == 4_539
    assert max(count or 0 for count in counts) <= 2_000
