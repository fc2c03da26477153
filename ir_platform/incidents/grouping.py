"""Grouping: which open incident an alert belongs to."""

from datetime import timedelta
from typing import Final

from ir_platform.domain.alert import Alert
from ir_platform.domain.incident import Incident, IncidentStatus

JOIN_WITHIN: Final = timedelta(hours=1)
"""Alerts about one host this close together share one incident."""

_HOST_FIELDS: Final = ("host.name", "destination.ip")
"""The first of these that the group has names the host; the second where only addresses are known."""


def hosts_of(alert: Alert) -> tuple[str, ...]:
    """Return the hosts an alert is about, empty where its group names none."""
    for field in _HOST_FIELDS:
        hosts = tuple(dict.fromkeys(value for name, value in alert.group if name == field and value))
        if hosts:
            return hosts
    return ()


def may_join(alert: Alert, incident: Incident) -> bool:
    """Whether the alert belongs to the incident: open, about one of its hosts, and within an hour of its last alert.

    Within an hour either way: a log read late must not put last year's alert into today's incident.
    """
    if incident.status is not IncidentStatus.OPEN or incident.last_alert_at is None:
        return False
    is_near = alert.first_seen - JOIN_WITHIN <= incident.last_alert_at and alert.last_seen + JOIN_WITHIN >= min(
        incident.opened_at, incident.last_alert_at
    )
    return is_near and not set(hosts_of(alert)).isdisjoint(incident.hosts)
