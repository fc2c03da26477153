"""An event as detectors see it: a flow whose fields were put away says the same when it is asked again."""

from detections.detectors.bank import read_facts
from detections.detectors.base import Observed
from detections.sigma.view import EventView
from tests.detections.detectors.traffic import HALF_OPEN
from tests.support.builders import NOON, an_event


def seen(**fields: object) -> Observed:
    event = an_event(NOON, 1, **fields)
    return read_facts(Observed(event.id, event.time_ns, EventView(event.fields()), event.body))


def test_a_flow_that_was_put_away_is_read_again() -> None:
    flow = {"event__dataset": "flow", "source__ip": "10.0.0.1", "destination__ip": "10.0.0.2", "labels__capture": "a"}
    for changes in ({}, {"tcp__flags": HALF_OPEN, "network__transport": "tcp", "destination__port": 80}):
        kept, put_away = seen(**flow, **changes), seen(**flow, **changes)
        before = put_away.view

        put_away.put_away()

        assert put_away.view is not before
        assert (put_away.fields, put_away.ref) == (kept.fields, kept.ref)
        assert put_away.is_from_capture


def test_any_other_event_is_kept_as_it_was_decoded() -> None:
    question = seen(event__dataset="dns", dns__question__name="contoh.go.id")
    before = question.view

    question.put_away()

    assert question.view is before
