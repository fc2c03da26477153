"""A finding of a closed incident fires again: proposed to people, while the usual rules go on as if nobody decided."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from ir_platform.domain.alert import AlertStatus
from ir_platform.domain.incident import Incident, IncidentStatus
from ir_platform.domain.notice import NoticeKind, NoticeReader
from ir_platform.domain.office import HOME_OFFICE
from ir_platform.domain.person import AccountId
from ir_platform.domain.tie import Proposal, ProposalStatus
from tests.ir_platform.app.house import House, a_house, events_that_detect, numbered
from tests.support.builders import NOON, a_detection

CLOSED_AT = NOON + timedelta(minutes=30)


def close_everything(house: House) -> Incident:
    """End the only incident as the runner ends it: with its alerts."""
    [incident] = house.incidents()
    closed = replace(incident, status=IncidentStatus.CLOSED, closed_at=CLOSED_AT)
    with house.state.write() as uow:
        uow.incidents.save(closed, expected_version=incident.version)
        for alert in uow.alerts.of_incident(incident.id):
            uow.alerts.save(replace(alert, status=AlertStatus.CLOSED), expected_version=alert.version)
    return closed


def proposals(house: House, incident: Incident) -> tuple[Proposal, ...]:
    with house.state.read() as uow:
        return uow.proposals.of_incident(incident.id)


def again(house: House, *, after: timedelta = timedelta(hours=2), **changes: object) -> None:
    """The same detection once more, so long after the closing."""
    house.clock[0] = CLOSED_AT + after
    later = replace(a_detection(id="again", at=CLOSED_AT + after, events=()), **changes)  # type: ignore[arg-type]
    with house.pipeline() as pipeline:
        pipeline.carry(events_that_detect(house, later, at=CLOSED_AT + after))


def detect_and_close(house: House) -> Incident:
    with house.pipeline() as pipeline:
        pipeline.carry(events_that_detect(house, a_detection()))
    return close_everything(house)


def test_a_person_is_asked_and_the_new_alert_opens_its_incident_all_the_same(house: House) -> None:
    closed = detect_and_close(house)

    again(house)

    [proposal] = proposals(house, closed)
    fresh = next(alert for alert in house.alerts() if alert.status is AlertStatus.NEW)
    opened = next(one for one in house.incidents() if one.status is IncidentStatus.OPEN)
    assert (proposal.alert_id, proposal.status, proposal.is_same_cause) == (fresh.id, ProposalStatus.MENUNGGU, True)
    assert fresh.incident_id == opened.id != closed.id
    with house.state.read() as uow:
        assert uow.incidents.get(closed.id) == replace(closed, version=closed.version + 1)
        assert "reopen_proposed" in [line.kind for line in uow.incidents.timeline(closed.id)]
        assert [one.fact.action for one in uow.audit.of_subject(f"incident:{closed.id}")][-1] == (
            "incident.reopen_proposed"
        )


def test_those_who_decide_are_told(house: House) -> None:
    detect_and_close(house)

    again(house)

    told = {}
    with house.state.read() as uow:
        for role in ("pemeriksa_ti", "kasi_keamanan_jaringan", "pengelola_ti"):
            reader = NoticeReader(account_id=AccountId("somebody"), roles=((HOME_OFFICE, role),))
            kinds = [one.notice.kind for one in uow.notices.page(reader, cursor=None, limit=10).items]
            told[role] = NoticeKind.REOPEN_PROPOSED in kinds
    assert told == {"pemeriksa_ti": True, "kasi_keamanan_jaringan": True, "pengelola_ti": False}


def test_repeats_of_the_new_alert_ask_no_second_time(house: House) -> None:
    closed = detect_and_close(house)
    again(house)

    more = numbered(a_detection(at=CLOSED_AT + timedelta(hours=2, minutes=5), events=()), ["three", "four"])
    with house.pipeline() as pipeline:
        pipeline.carry(events_that_detect(house, *more, at=CLOSED_AT + timedelta(hours=2, minutes=5)))

    assert len(proposals(house, closed)) == 1


def test_nothing_is_proposed_for_an_old_log_another_rule_or_after_the_window(tmp_path: Path) -> None:
    cases = {
        "old": {"after": timedelta(minutes=-10)},
        "rule": {"rule_id": "another"},
        "late": {"after": timedelta(days=31)},
    }
    for name, changes in cases.items():
        with a_house(tmp_path / name) as house:
            closed = detect_and_close(house)
            again(house, **changes)  # type: ignore[arg-type]

            assert proposals(house, closed) == (), name


def test_the_same_rule_about_the_same_address_on_another_host_is_proposed_too(house: House) -> None:
    closed = detect_and_close(house)

    again(house, group=(("host.name", "mail-1"), ("source.ip", "203.0.113.9")))

    [proposal] = proposals(house, closed)
    assert (proposal.is_same_cause, proposal.shared) == (False, (("source.ip", "203.0.113.9"),))
