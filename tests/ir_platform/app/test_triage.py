"""Detections become alerts while people work on the same alerts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from ir_platform.app.muting import hour_of
from ir_platform.domain.alert import AlertStatus
from tests.ir_platform.app.house import House, a_house
from tests.support.builders import NOON, a_detection
from tests.support.postgres import PostgresServer, postgres_server

__all__ = ["postgres_server"]

pytestmark = pytest.mark.real


@pytest.fixture
def shared_house(tmp_path: Path, postgres_server: PostgresServer) -> Iterator[House]:
    """A house on PostgreSQL, where two transactions may be under way at once."""
    with postgres_server.database(migrated=True) as url, a_house(tmp_path / "var", database_url=url) as made:
        yield made


def test_a_repeat_counts_on_an_alert_that_a_person_took_up_at_that_moment(shared_house: House) -> None:
    first, repeat = replace(a_detection(), id="a"), replace(a_detection(), id="b")
    shared_house.triage().record([first])
    before = shared_house.alerts()[0]
    people = [AlertStatus.ACKNOWLEDGED]

    def acknowledged_meanwhile() -> datetime:
        """The clock is read between the alert being read and being saved."""
        if people:
            with shared_house.state.write() as uow:
                uow.alerts.save(replace(before, status=people.pop()), expected_version=before.version)
        return NOON

    triage = shared_house.triage()
    # At its limit with these two: a transaction that is repeated must not count its finding twice.
    muting = replace(triage.muting, limit=2)

    replace(triage, clock=acknowledged_meanwhile, muting=muting).record([repeat])

    after = shared_house.alerts()[0]
    assert after.status is AlertStatus.ACKNOWLEDGED
    with shared_house.state.read() as uow:
        assert uow.rules.findings_in(repeat.rule_id, hour_of(repeat.at)) == 2
    assert after.event_count == first.event_count + repeat.event_count
