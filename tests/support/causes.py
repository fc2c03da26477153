"""Causes that a pipeline has to tell once each: attackers who guess passwords, and what was found of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from detections.catalog import new_detectors
from detections.scan import Scanner
from detections.sigma.ruleset import RuleSet
from ir_platform.adapters.sql.database import SqlState
from ir_platform.domain.alert import Alert
from ir_platform.domain.event import Event, EventBatch
from tests.support.builders import an_event

Cause = tuple[str, tuple[tuple[str, str], ...]]

ATTACKERS = 12


def an_attempt(number: int, *, begins: datetime, network: str = "203.0.113") -> Event:
    """Return a failed sign-in: every attacker tries one server of its own, two times a second."""
    attacker = number % ATTACKERS
    return an_event(
        begins + timedelta(seconds=number // ATTACKERS / 2),
        number,
        event__dataset="system.auth",
        message=f"Failed password for wayan from {network}.{attacker} port {1024 + number}",
        process__name="sshd",
        source__ip=f"{network}.{attacker}",
        host__name=f"web-{attacker}",
        user__name="wayan",
        labels__nomor=str(number),
    )


def counted(state: SqlState) -> dict[Cause, tuple[int, int]]:
    """Return findings and events of each alert, by its cause; no cause has two."""
    with state.read() as uow:
        alerts = uow.alerts.page(status=None, level=None, text=None, cursor=None, limit=200).items
    assert len({cause(alert) for alert in alerts}) == len(alerts)
    return {cause(alert): (alert.count, alert.event_count) for alert in alerts}


def cause(alert: Alert) -> Cause:
    return alert.rule_id, alert.group


def counted_by_one_scanner(batches: Iterable[EventBatch], rules: RuleSet) -> dict[Cause, int]:
    """Return the events of each cause as one process finds them that nobody kills."""
    scanner = Scanner(rules, new_detectors())
    found = [one for batch in batches for one in scanner.scan(batch)]
    return {(one.rule_id, one.group): one.event_count for one in (*found, *scanner.grown())}
