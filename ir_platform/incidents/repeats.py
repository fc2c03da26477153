"""Repeats: how often a cause was detected, folded into one alert."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Final

from ir_platform.domain.alert import Alert, AlertId, AlertStatus, Detection, EventRef, Level

OLDEST_KEPT: Final = 10
"""How it began."""
NEWEST_KEPT: Final = 40
"""What it does now."""


class NotARepeatError(Exception):
    """A detection was to be counted onto an alert of another rule or group, or one that is not open."""

    def __init__(self, *, alert_id: AlertId, detection_id: str) -> None:
        super().__init__(f"detection {detection_id} is no repeat of alert {alert_id}")
        self.alert_id, self.detection_id = alert_id, detection_id


def fold(alert: Alert | None, detection: Detection, *, alert_id: AlertId) -> Alert:
    """Return the open alert with this detection counted, or a new alert with this id.

    Counts, first and last time, level and the events kept come out the same in whatever order detections arrive.
    The version is left to the one who saves. Raises: NotARepeatError.
    """
    if alert is None:
        return _new(detection, alert_id)
    if not _is_repeat(alert, detection):
        raise NotARepeatError(alert_id=alert.id, detection_id=detection.id)
    return replace(
        alert,
        level=highest(alert.level, detection.level),
        tags=tuple(dict.fromkeys((*alert.tags, *detection.tags))),
        count=alert.count + 1,
        event_count=alert.event_count + detection.event_count,
        first_seen=min(alert.first_seen, _begin_of(detection)),
        last_seen=max(alert.last_seen, detection.at),
        events=keep_events((*alert.events, *detection.events)),
        playbook_id=alert.playbook_id or detection.playbook_id,
        credit=detection.credit or alert.credit,
        figures=_newest_figures(alert, detection),
    )


def grow(alert: Alert, detection: Detection, *, more_events: int) -> Alert:
    """Return the alert with so many more events of a detection that is counted in it already.

    The version is left to the one who saves.
    """
    return replace(
        alert,
        event_count=alert.event_count + more_events,
        first_seen=min(alert.first_seen, _begin_of(detection)),
        last_seen=max(alert.last_seen, detection.at),
        events=keep_events((*alert.events, *detection.events)),
    )


def highest(first: Level, second: Level) -> Level:
    return max(first, second, key=lambda level: level.rank)


def keep_events(events: Iterable[EventRef]) -> tuple[EventRef, ...]:
    """Return the oldest 10 and the newest 40, oldest first, each event id once."""
    by_id = {event.id: event for event in sorted(events, key=_age, reverse=True)}
    ordered = sorted(by_id.values(), key=_age)
    if len(ordered) <= OLDEST_KEPT + NEWEST_KEPT:
        return tuple(ordered)
    return (*ordered[:OLDEST_KEPT], *ordered[-NEWEST_KEPT:])


def _age(event: EventRef) -> tuple[datetime, str, str]:
    # The id, because many events share a second; the summary, so that even a clash of ids has one outcome.
    return event.at, event.id, event.summary


def _new(detection: Detection, alert_id: AlertId) -> Alert:
    return Alert(
        id=alert_id,
        rule_id=detection.rule_id,
        rule_title=detection.rule_title,
        level=detection.level,
        tags=detection.tags,
        group=detection.group,
        status=AlertStatus.NEW,
        count=1,
        event_count=detection.event_count,
        first_seen=_begin_of(detection),
        last_seen=detection.at,
        events=keep_events(detection.events),
        look_at=detection.look_at,
        false_positives=detection.false_positives,
        source=detection.source,
        playbook_id=detection.playbook_id,
        credit=detection.credit,
        figures=detection.figures,
    )


def _is_repeat(alert: Alert, detection: Detection) -> bool:
    return (
        alert.status.is_open
        and alert.rule_id == detection.rule_id
        and frozenset(alert.group) == frozenset(detection.group)
    )


def _newest_figures(alert: Alert, detection: Detection) -> tuple[tuple[str, str], ...]:
    """Return the figures of the newer; of the same moment the greater, so that the order does not matter."""
    if detection.at == alert.last_seen:
        return max(detection.figures, alert.figures)
    return detection.figures if detection.at > alert.last_seen else alert.figures


def _begin_of(detection: Detection) -> datetime:
    return min([detection.at, *(event.at for event in detection.events)])
