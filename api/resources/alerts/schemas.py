"""Shapes of the triage queue."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from api.text import Line, Text
from ir_platform.domain.alert import Alert


class EventShown(BaseModel):
    id: str
    at: datetime
    summary: str
    """Hostile text."""


class UsulanRingkas(BaseModel):
    """A proposal to re-open or link a closed incident, as the queue shows it."""

    id: str
    insiden_id: str
    insiden_nomor: str
    status: str


class AlertShown(BaseModel):
    id: str
    rule_id: str
    rule_title: str
    level: str
    tags: list[str]
    group: dict[str, str]
    status: str
    count: int
    event_count: int
    first_seen: datetime
    last_seen: datetime
    look_at: list[str]
    false_positives: list[str]
    source: str
    reason: str | None
    incident_id: str | None
    incident_nomor: str | None
    usulan: UsulanRingkas | None = None
    """The closed incident that this finding recalls."""
    version: int


class RuleCreditShown(BaseModel):
    """Whose rule it is, as its licence asks to be told where it has matched. All of it hostile text."""

    author: str
    licence: str
    pack: str
    version: str


class FigureShown(BaseModel):
    name: str
    """Bahasa Indonesia."""
    value: str
    """Hostile text."""


class AlertDetail(AlertShown):
    events: list[EventShown]
    figures: list[FigureShown]
    """What a detector measured, in the order in which it is shown; empty of a rule."""
    credit: RuleCreditShown | None
    """Null: our own rule."""


class Dismissal(BaseModel):
    alasan: Text = Field(default="", max_length=2000)


Id = Annotated[Line, Field(max_length=100)]


class Merge(BaseModel):
    into: Id
    ids: list[Id] = Field(min_length=1, max_length=200)


def fields_of(alert: Alert, nomor: str | None) -> dict[str, object]:
    return {
        "id": alert.id,
        "rule_id": alert.rule_id,
        "rule_title": alert.rule_title,
        "level": alert.level.value,
        "tags": list(alert.tags),
        "group": dict(alert.group),
        "status": alert.status.value,
        "count": alert.count,
        "event_count": alert.event_count,
        "first_seen": alert.first_seen,
        "last_seen": alert.last_seen,
        "look_at": list(alert.look_at),
        "false_positives": list(alert.false_positives),
        "source": alert.source,
        "reason": alert.reason,
        "incident_id": alert.incident_id,
        "incident_nomor": nomor,
        "version": alert.version,
    }


def show_alert(alert: Alert, nomor: str | None) -> AlertShown:
    """`nomor`: that of the incident the alert belongs to."""
    return AlertShown.model_validate(fields_of(alert, nomor))


def show_alert_detail(alert: Alert, nomor: str | None) -> AlertDetail:
    events = [{"id": event.id, "at": event.at, "summary": event.summary} for event in alert.events]
    credit = asdict(alert.credit) if alert.credit is not None else None
    figures = [{"name": name, "value": value} for name, value in alert.figures]
    return AlertDetail.model_validate(
        {**fields_of(alert, nomor), "events": events, "figures": figures, "credit": credit}
    )
