"""Repeats: what becomes of an alert when its cause is detected again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ir_platform.domain.alert import Alert, AlertId, AlertStatus, Detection, EventRef, Level
from ir_platform.domain.event import EventId
from ir_platform.incidents.repeats import NEWEST_KEPT, OLDEST_KEPT, NotARepeatError, fold, grow, keep_events
from tests.support.builders import NOON, a_detection, an_alert

NEW_ID = AlertId("alert-new")


def an_event_ref(number: int) -> EventRef:
    return EventRef(id=EventId(f"event-{number:03d}"), at=NOON + timedelta(seconds=number), summary=f"baris {number}")


def fold_all(detections: list[Detection]) -> Alert:
    alert: Alert | None = None
    for detection in detections:
        alert = fold(alert, detection, alert_id=NEW_ID)
    assert alert is not None
    return alert


def detection_of(numbers: set[int], level: Level = Level.HIGH) -> Detection:
    events = tuple(an_event_ref(number) for number in sorted(numbers))
    figures = (("kejadian", str(len(events))),)
    return a_detection(events=events, at=events[-1].at, event_count=len(events), level=level, figures=figures)


detections = st.builds(detection_of, st.sets(st.integers(0, 99), min_size=1, max_size=50), st.sampled_from(Level))


def test_the_first_detection_makes_a_new_alert_of_everything_it_says() -> None:
    detection = a_detection(look_at=("Periksa.",), false_positives=("Cadangan.",), playbook_id="sop", source="detector")

    alert = fold(None, detection, alert_id=NEW_ID)

    assert alert == an_alert(
        id=NEW_ID, look_at=("Periksa.",), false_positives=("Cadangan.",), playbook_id="sop", source="detector"
    )


def test_more_events_of_a_detection_raise_the_events_but_not_the_detections() -> None:
    alert = an_alert(count=3, event_count=40, version=4)
    later = a_detection(at=NOON + timedelta(hours=1), events=(an_event_ref(1),), event_count=90)

    grown = grow(alert, later, more_events=70)

    assert (grown.count, grown.event_count, grown.version) == (3, 110, 4)
    assert (grown.first_seen, grown.last_seen) == (alert.first_seen, NOON + timedelta(hours=1))
    assert an_event_ref(1) in grown.events


def test_a_repeat_raises_the_counts_the_span_and_the_level_of_the_open_alert() -> None:
    alert = an_alert(status=AlertStatus.ACKNOWLEDGED, level=Level.MEDIUM, version=4)
    earlier = replace(an_event_ref(0), at=NOON - timedelta(hours=2))
    later = a_detection(at=NOON + timedelta(hours=1), events=(earlier,), level=Level.CRITICAL, event_count=5)

    folded = fold(alert, later, alert_id=NEW_ID)

    assert folded.id == alert.id
    assert (folded.count, folded.event_count) == (2, 25)
    assert (folded.first_seen, folded.last_seen) == (earlier.at, NOON + timedelta(hours=1))
    assert (folded.level, folded.status, folded.version) == (Level.CRITICAL, AlertStatus.ACKNOWLEDGED, 4)
    assert [event.id for event in folded.events] == [earlier.id, *(event.id for event in alert.events)]


def test_a_milder_repeat_does_not_lower_the_level() -> None:
    folded = fold(an_alert(level=Level.CRITICAL), a_detection(level=Level.LOW), alert_id=NEW_ID)

    assert folded.level is Level.CRITICAL


def test_an_alert_shows_what_its_newest_detection_measured() -> None:
    older, newer = detection_of({1, 2, 3}), detection_of({50})

    assert fold_all([newer, older]).figures == fold_all([older, newer]).figures == newer.figures


def test_tags_of_a_repeat_are_added_once() -> None:
    folded = fold(an_alert(tags=("a", "b")), a_detection(tags=("b", "c")), alert_id=NEW_ID)

    assert folded.tags == ("a", "b", "c")


def test_the_group_counts_as_a_set() -> None:
    folded = fold(an_alert(), a_detection(group=a_detection().group[::-1]), alert_id=NEW_ID)

    assert folded.count == 2


@pytest.mark.parametrize(
    "alert",
    [
        an_alert(rule_id="other"),
        an_alert(group=(("host.name", "web-2"),)),
        an_alert(status=AlertStatus.DISMISSED),
        an_alert(status=AlertStatus.MERGED),
    ],
)
def test_what_is_no_repeat_is_refused(alert: Alert) -> None:
    with pytest.raises(NotARepeatError) as refused:
        fold(alert, a_detection(), alert_id=NEW_ID)

    assert (refused.value.alert_id, refused.value.detection_id) == (alert.id, a_detection().id)


def test_of_many_events_the_oldest_ten_and_the_newest_forty_are_kept() -> None:
    kept = keep_events([an_event_ref(number) for number in reversed(range(100))])

    assert kept == tuple(an_event_ref(number) for number in (*range(OLDEST_KEPT), *range(100 - NEWEST_KEPT, 100)))


def test_exactly_fifty_events_are_all_kept() -> None:
    assert len(keep_events(an_event_ref(number) for number in range(50))) == 50


def test_an_event_that_two_detections_share_is_shown_once() -> None:
    alert = fold_all([detection_of({1, 2}), detection_of({2, 3})])

    assert [event.id for event in alert.events] == ["event-001", "event-002", "event-003"]
    assert alert.event_count == 4


@given(found=st.lists(detections, min_size=1, max_size=6), data=st.data())
def test_the_order_of_arrival_does_not_change_the_alert(found: list[Detection], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(found))

    assert fold_all(found) == fold_all(shuffled)


@given(found=st.lists(detections, min_size=1, max_size=6))
def test_no_more_than_fifty_events_are_kept_and_they_are_the_ends_of_all(found: list[Detection]) -> None:
    everything = keep_events(event for detection in found for event in detection.events)

    alert = fold_all(found)

    assert alert.events == everything
    assert len(alert.events) <= OLDEST_KEPT + NEWEST_KEPT
    assert alert.count == len(found)
