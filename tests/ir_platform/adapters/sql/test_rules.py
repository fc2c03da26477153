"""What the office has decided about rules, muted rules, and whose rule an alert is of, in each database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ir_platform.adapters.sql.database import SqlState
from ir_platform.domain.alert import RuleCredit
from ir_platform.domain.rules import Exclusion, MutedRule, PackInUse, RuleSettings, Switch, SwitchBy
from ir_platform.ports import ConflictError
from tests.support.builders import NOON, an_alert

DECIDED = RuleSettings(
    packs=(PackInUse(name="sigmahq", sha256="a" * 64, former=("b" * 64, "c" * 64)),),
    switches=(Switch(by=SwitchBy.TAG, value="attack.t1110", pack="sigmahq", is_on=False),),
    exclusions=(Exclusion(id="e1", title="\x00<b>", sigma="a: é\n", reason="\ud800", by="Budi", at=NOON),),
)
MUTED = MutedRule(rule_id="r1", rule_title="Ribut", hour=NOON, limit=1000, at=NOON)


def saved(state: SqlState, settings: RuleSettings) -> RuleSettings:
    with state.write() as uow:
        return uow.rules.save(settings)


def test_nothing_is_decided_at_first(state: SqlState) -> None:
    with state.read() as uow:
        assert (uow.rules.settings(), uow.rules.version()) == (RuleSettings(), 0)


def test_what_is_decided_comes_back_with_a_version_that_grows(state: SqlState) -> None:
    first = saved(state, DECIDED)
    second = saved(state, replace(first, switches=()))

    with state.read() as uow:
        assert uow.rules.settings() == second == replace(DECIDED, switches=(), version=2)
        assert uow.rules.version() == 2
    assert first == replace(DECIDED, version=1)


@pytest.mark.parametrize("outdated", [0, 1])
def test_of_two_who_decide_at_once_the_second_is_refused(state: SqlState, outdated: int) -> None:
    first = saved(state, DECIDED)
    second = saved(state, first)

    with pytest.raises(ConflictError):
        saved(state, replace(first, version=outdated, packs=()))

    with state.read() as uow:
        assert uow.rules.settings() == second


def test_findings_of_an_hour_are_kept_until_they_were_not_counted_for_long(state: SqlState) -> None:
    next_hour = NOON + timedelta(hours=1)
    with state.write() as uow:
        uow.rules.note_findings("r1", NOON, 3, at=NOON)
        uow.rules.note_findings("r1", NOON, 4, at=NOON)
        uow.rules.note_findings("r1", next_hour, 1, at=next_hour)

    with state.read() as uow:
        counted = [uow.rules.findings_in(*key) for key in (("r1", NOON), ("r1", next_hour), ("r2", NOON))]
    with state.write() as uow:
        pruned = uow.rules.prune_findings(before=next_hour, limit=10)

    assert (counted, pruned) == ([4, 1, 0], 1)
    with state.read() as uow:
        assert [uow.rules.findings_in("r1", hour) for hour in (NOON, next_hour)] == [0, 1]


def test_a_muted_rule_is_counted_until_it_is_let_speak(state: SqlState) -> None:
    later, earlier = NOON + timedelta(hours=2), NOON + timedelta(hours=1)
    with state.write() as uow:
        was_new = uow.rules.mute(MUTED), uow.rules.mute(MUTED)
    with state.write() as uow:
        uow.rules.count_muted("r1", at=later)
        uow.rules.count_muted("r1", at=earlier)
        uow.rules.count_muted("unknown", at=earlier)

    with state.read() as uow:
        listed = uow.rules.muted()
    with state.write() as uow:
        ended = uow.rules.unmute("r1"), uow.rules.unmute("r1")

    assert was_new == (True, False)
    assert listed == (replace(MUTED, matches=2, last_at=later),)
    assert ended == (listed[0], None)
    with state.read() as uow:
        assert uow.rules.muted() == ()


def test_an_alert_keeps_whose_rule_it_is(state: SqlState) -> None:
    credit = RuleCredit(author="Siti\x00\ud800", licence="DRL 1.1", pack="sigmahq", version="abc")
    with state.write() as uow:
        uow.alerts.add(an_alert(credit=credit))

    with state.read() as uow:
        found = uow.alerts.get(an_alert().id)

    assert found is not None
    assert found.credit == credit
