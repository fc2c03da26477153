"""A finding becomes a Detection, with an id that is the same whenever the same events are scanned."""

from datetime import datetime
from hashlib import blake2b

from detections.hits import Group, Ref, event_ref
from detections.open_window import Window, window_id
from detections.rule import RuleInfo
from ir_platform.domain.alert import Detection, EventRef
from ir_platform.domain.event import EventId, to_datetime


def of_event(info: RuleInfo, ref: Ref, group: Group) -> Detection:
    """Return the detection of a rule that matched one event."""
    event = event_ref(ref)
    return _detection(info, id_=_event_id(info.id, ref.id), at=event.at, group=group, events=(event,), count=1)


def of_window(
    info: RuleInfo, window: Window, *, group: Group | None = None, figures: tuple[tuple[str, str], ...] = ()
) -> Detection:
    """Return the detection of a window; `group` is the part of the window's group that the alert is about."""
    return _detection(
        info,
        id_=window_id(info.id, window),
        at=to_datetime(window.last_ns),
        group=window.group if group is None else group,
        events=tuple(map(event_ref, window.refs)),
        count=window.count,
        figures=figures,
    )


def _event_id(rule_id: str, event_id: EventId) -> str:
    return blake2b(f"{rule_id}\0{event_id}".encode("utf-8", "replace"), digest_size=16).hexdigest()


def _detection(
    info: RuleInfo,
    *,
    id_: str,
    at: datetime,
    group: Group,
    events: tuple[EventRef, ...],
    count: int,
    figures: tuple[tuple[str, str], ...] = (),
) -> Detection:
    return Detection(
        id=id_,
        rule_id=info.id,
        rule_title=info.title,
        level=info.level,
        tags=info.tags,
        at=at,
        group=group,
        events=events,
        event_count=count,
        look_at=info.look_at,
        false_positives=info.false_positives,
        playbook_id=info.playbook_id,
        source=info.source,
        credit=info.credit,
        figures=figures,
    )
