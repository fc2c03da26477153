"""Grouping: which open incident an alert belongs to."""

from datetime import timedelta

import pytest

from ir_platform.domain.alert import Alert
from ir_platform.domain.incident import Incident, IncidentStatus
from ir_platform.incidents.grouping import hosts_of, may_join
from tests.support.builders import NOON, an_alert, an_incident


def alert_after(gap: timedelta, **changes: object) -> Alert:
    return an_alert(first_seen=NOON + gap, last_seen=NOON + gap, **changes)


@pytest.mark.parametrize(
    ("group", "hosts"),
    [
        ((("host.name", "web-1"), ("destination.ip", "10.0.0.1")), ("web-1",)),
        ((("source.ip", "203.0.113.9"), ("destination.ip", "10.0.0.1")), ("10.0.0.1",)),
        ((("host.name", ""), ("destination.ip", "10.0.0.1")), ("10.0.0.1",)),
        ((("source.ip", "203.0.113.9"),), ()),
        ((), ()),
    ],
)
def test_the_host_is_the_named_one_or_else_the_address_attacked(
    group: tuple[tuple[str, str], ...], hosts: tuple[str, ...]
) -> None:
    assert hosts_of(an_alert(group=group)) == hosts


@pytest.mark.parametrize("gap", [timedelta(), timedelta(minutes=59), timedelta(hours=1), -timedelta(hours=1)])
def test_alerts_about_one_host_within_an_hour_share_one_incident(gap: timedelta) -> None:
    assert may_join(alert_after(gap), an_incident(hosts=("db-1", "web-1")))


@pytest.mark.parametrize(
    "gap", [timedelta(hours=1, microseconds=1), -timedelta(hours=1, microseconds=1), -timedelta(days=365)]
)
def test_an_alert_further_away_stands_by_itself(gap: timedelta) -> None:
    assert not may_join(alert_after(gap), an_incident())


@pytest.mark.parametrize(
    "incident",
    [
        an_incident(hosts=("web-2",)),
        an_incident(hosts=()),
        an_incident(status=IncidentStatus.CLOSED),
        an_incident(status=IncidentStatus.MERGED),
        an_incident(last_alert_at=None),
    ],
)
def test_an_incident_about_something_else_or_no_longer_open_is_not_joined(incident: Incident) -> None:
    assert not may_join(an_alert(), incident)


def test_an_alert_without_a_host_joins_nothing() -> None:
    assert not may_join(an_alert(group=()), an_incident(hosts=()))
