"""A rule that fires too often is told once and counted, never lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ir_platform.app.muting import MUTED_GROUP
from ir_platform.app.triage import Triage
from ir_platform.domain.alert import Alert, Detection, Level
from ir_platform.domain.notice import NoticeKind, NoticeReader
from ir_platform.domain.office import HOME_OFFICE
from ir_platform.domain.person import AccountId
from tests.ir_platform.app.house import House, a_house
from tests.support.builders import NOON, a_detection

LIMIT = 3
OTHER_RULE = "11111111-2222-4333-8444-666666666666"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with a_house(tmp_path / "var", open_level=Level.CRITICAL) as made:
        made.settings = made.settings.model_copy(update={"rule_hourly_limit": LIMIT})
        yield made


@pytest.fixture
def triage(house: House) -> Triage:
    """One intake: it remembers how often each rule has fired."""
    return house.triage()


def finding(number: int, *, host: str | None = None, minutes: int = 0) -> Detection:
    group = (("host.name", host or f"pc-{number}"),)
    return replace(a_detection(), id=f"{number:032}", group=group, at=NOON + timedelta(minutes=minutes), event_count=1)


def about(house: House, group: tuple[tuple[str, str], ...]) -> list[Alert]:
    return [one for one in house.alerts() if one.group == group]


def test_findings_over_the_limit_are_counted_onto_one_alert_of_the_rule(house: House, triage: Triage) -> None:
    triage.record([finding(number) for number in range(LIMIT + 5)])

    [muted] = about(house, MUTED_GROUP)
    assert len(house.alerts()) == LIMIT + 1 + 1
    assert muted.count == 4
    with house.state.read() as uow:
        [rule] = uow.rules.muted()
    assert (rule.rule_id, rule.limit, rule.matches, rule.hour) == (muted.rule_id, LIMIT, 4, NOON)


def test_what_has_an_open_alert_goes_on_being_counted_there(house: House, triage: Triage) -> None:
    triage.record([finding(number, host="web-1") for number in range(LIMIT + 5)])

    [alert] = house.alerts()
    assert (alert.group, alert.count) == ((("host.name", "web-1"),), LIMIT + 5)


def test_a_rule_within_its_limit_in_every_hour_is_not_muted(house: House, triage: Triage) -> None:
    triage.record([finding(number, minutes=60 * (number // LIMIT)) for number in range(4 * LIMIT)])

    assert about(house, MUTED_GROUP) == []
    assert len(house.alerts()) == 4 * LIMIT


def test_other_rules_are_not_muted_with_it(house: House, triage: Triage) -> None:
    triage.record([finding(number) for number in range(LIMIT + 5)])

    triage.record([replace(finding(99), rule_id=OTHER_RULE)])

    assert [one.group for one in house.alerts() if one.rule_id == OTHER_RULE] == [(("host.name", "pc-99"),)]


def test_a_finding_delivered_twice_is_counted_once(house: House, triage: Triage) -> None:
    findings = [finding(number) for number in range(LIMIT + 3)]
    triage.record(findings)

    triage.record(findings)

    [muted] = about(house, MUTED_GROUP)
    assert muted.count == 2
    with house.state.read() as uow:
        assert [rule.matches for rule in uow.rules.muted()] == [2]


def test_a_rule_that_was_let_speak_again_makes_findings_of_its_own_and_is_counted_from_nothing(
    house: House, triage: Triage
) -> None:
    triage.record([finding(number) for number in range(LIMIT + 5)])
    with house.state.write() as uow:
        uow.rules.unmute(finding(0).rule_id)

    triage.record([finding(100 + number) for number in range(LIMIT)])

    assert {(("host.name", f"pc-{100 + number}"),) for number in range(LIMIT)} <= {one.group for one in house.alerts()}
    with house.state.read() as uow:
        assert uow.rules.muted() == ()


def test_a_rule_stays_muted_over_a_restart(house: House, triage: Triage) -> None:
    triage.record([finding(number) for number in range(LIMIT + 2)])

    house.triage().record([finding(100)])

    [muted] = about(house, MUTED_GROUP)
    assert muted.count == 2


def test_findings_of_an_hour_are_counted_on_after_a_restart(house: House) -> None:
    house.triage().record([finding(number) for number in range(LIMIT - 1)])
    house.triage().record([finding(50)])

    house.triage().record([finding(51)])

    with house.state.read() as uow:
        assert [(rule.limit, rule.hour) for rule in uow.rules.muted()] == [(LIMIT, NOON)]


def test_those_who_handle_findings_are_told_once(house: House, triage: Triage) -> None:
    reader = NoticeReader(account_id=AccountId("x"), roles=((HOME_OFFICE, "pemeriksa_ti"),))

    triage.record([finding(number) for number in range(LIMIT + 5)])

    with house.state.read() as uow:
        told = uow.notices.page(reader, cursor=None, limit=10).items
        entries = [one.fact.action for one in uow.audit.entries()]
    assert [one.notice.kind for one in told] == [NoticeKind.RULE_MUTED]
    assert dict(told[0].notice.facts) == {"aturan": "Tebakan kata sandi SSH", "batas": str(LIMIT)}
    assert entries == ["rules.muted"]


def test_what_a_muted_rule_finds_still_reaches_an_incident(tmp_path: Path) -> None:
    with a_house(tmp_path / "var", open_level=Level.HIGH) as house:
        house.settings = house.settings.model_copy(update={"rule_hourly_limit": LIMIT})

        house.triage().record([finding(number) for number in range(LIMIT + 5)])

        [muted] = about(house, MUTED_GROUP)
        assert muted.incident_id is not None


def test_without_a_limit_nothing_is_muted(house: House) -> None:
    house.settings = house.settings.model_copy(update={"rule_hourly_limit": 0})

    house.triage().record([finding(number) for number in range(50)])

    assert len(house.alerts()) == 50
