"""Opening an incident: from a detection and from a report, with everything in the caller's transaction."""

import json
from datetime import UTC, datetime

import pytest

from ir_platform.documents.content import content_from_json
from ir_platform.domain.alert import Level
from ir_platform.domain.incident import IncidentStatus
from playbooks.errors import UnknownPlaybookError
from playbooks.library import shipped
from playbooks.opening import alert_judul
from playbooks.standing import view_of
from tests.playbooks.kaltim import ID
from tests.playbooks.office import PEOPLE, Office
from tests.support.builders import an_alert


def test_an_alert_opens_an_incident_that_waits_for_the_pemeriksa(office: Office) -> None:
    opened = office.open_alert(an_alert())

    incident = opened.incident
    assert (incident.nomor, incident.judul, incident.pelapor, incident.opened_by) == (
        "INS/2026/0001",
        "Tebakan kata sandi SSH pada web-1",
        "Deteksi otomatis",
        None,
    )
    assert (incident.status, incident.hosts) == (IncidentStatus.OPEN, ("web-1",))
    with office.state.read() as uow:
        standing = office.runner.standing(uow, incident, PEOPLE["pemeriksa_ti"])
    view = view_of(standing, now=incident.opened_at)
    assert view.menunggu[0].kalimat.id == "menunggu dicatat Pemeriksa TI"


def test_the_prepared_document_is_filled_in_from_the_finding(office: Office) -> None:
    opened = office.open_alert(an_alert())

    with office.state.read() as uow:
        (document,) = uow.documents.of_incident(opened.incident.id)
        job = uow.jobs.get(opened.jobs[0])
    content = content_from_json(document.content)
    assert (document.kind, content.pembuat, content.nomor_register) == (
        "dokumen_informasi_gangguan",
        "Sistem",
        "INS/2026/0001",
    )
    assert content.temuan[0].tentang == "host.name web-1 · source.ip 203.0.113.9"
    assert content.temuan[0].contoh == ("Failed password for root from 203.0.113.9",)
    assert json.loads(job.payload) == {"document_id": document.id}


def test_the_uraian_says_what_was_found_how_often_and_what_to_check(office: Office) -> None:
    uraian = office.open_alert(an_alert()).incident.uraian

    assert "Jumlah: 20 kejadian, dari 20 November 2026 pukul 12.00 WITA" in uraian
    assert "- Periksa apakah ada log-in yang berhasil dari alamat ini." in uraian


def test_a_report_opens_an_incident_in_its_reporters_words(office: Office) -> None:
    incident = office.report(judul="Surel palsu", tingkat=Level.LOW)

    assert (incident.judul, incident.level, incident.opened_by) == (
        "Surel palsu",
        Level.LOW,
        PEOPLE["pemeriksa_ti"].id,
    )
    with office.state.read() as uow:
        entry = uow.audit.of_subject(f"incident:{incident.id}")[0]
    assert (entry.fact.action, entry.fact.actor) == ("incident.opened", PEOPLE["pemeriksa_ti"].id)


def test_numbers_run_without_gaps_over_a_refused_opening(office: Office) -> None:
    office.report()
    with pytest.raises(UnknownPlaybookError, match="tidak dikenal"):
        office.report(playbook="tidak-ada")

    assert office.report(playbook=ID).nomor == "INS/2026/0002"


def test_the_number_carries_the_year_of_the_offices_zone(office: Office) -> None:
    office.clock[0] = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)

    assert office.report().nomor == "INS/2027/0001"


def test_an_alert_whose_rule_names_an_unknown_sop_is_handled_by_the_usual_one(office: Office) -> None:
    assert office.open_alert(an_alert(playbook_id="tidak-ada")).incident.playbook_id == ID


def test_a_run_keeps_the_version_of_the_sop_it_began_with(office: Office) -> None:
    incident = office.report()

    with office.state.read() as uow:
        stored = uow.runs.get(incident.id)
        assert uow.runs.playbook_text(stored.playbook_sha256) == shipped().get(ID).text


@pytest.mark.parametrize(
    ("group", "judul", "hosts"),
    [
        ((("source.ip", "203.0.113.9"), ("host.name", "web-1")), "Pemindaian pada web-1", ("web-1",)),
        ((("source.ip", "203.0.113.9"), ("destination.ip", "10.0.0.5")), "Pemindaian pada 10.0.0.5", ("10.0.0.5",)),
        ((("source.ip", "203.0.113.9"),), "Pemindaian dari 203.0.113.9", ()),
        ((("user.name", "root"),), "Pemindaian", ()),
    ],
)
def test_an_incident_is_about_the_machine_before_the_address_that_attacked_it(
    office: Office, group, judul, hosts
) -> None:
    incident = office.open_alert(an_alert(rule_title="Pemindaian", group=group)).incident

    assert (incident.judul, incident.hosts) == (judul, hosts)


def test_a_hostile_host_name_cannot_break_the_title_into_lines() -> None:
    judul = alert_judul(an_alert(group=(("host.name", "web-1\nINS/2026/0001\r\n" + "x" * 500),)))

    assert "\n" not in judul
    assert len(judul) == 200
