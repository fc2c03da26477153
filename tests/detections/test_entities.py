"""The line a reader sees of an event that made an alert."""

from detections.entities import summarize
from detections.sigma.view import EventView


def test_an_event_of_a_line_is_shown_as_the_line() -> None:
    assert summarize(EventView({"event.original": "Failed password for root", "user.name": "root"})) == (
        "Failed password for root"
    )


def test_a_flow_is_shown_by_its_ends_and_counts() -> None:
    flow = {
        "event.dataset": "flow",
        "source.ip": "198.51.100.23",
        "source.port": 40000,
        "destination.ip": "10.20.0.25",
        "destination.port": 22,
        "network.transport": "tcp",
        "network.packets": 2,
        "network.bytes": 108,
        "tcp.flags": ["syn", "rst"],
    }

    assert summarize(EventView(flow)) == "198.51.100.23:40000 > 10.20.0.25:22 tcp, 2 paket, 108 byte, syn rst"


def test_any_other_event_is_shown_by_its_fields() -> None:
    assert summarize(EventView({"@timestamp": "2026-11-20T04:00:00Z", "dns.question.name": "example.go.id"})) == (
        "dns.question.name=example.go.id"
    )
