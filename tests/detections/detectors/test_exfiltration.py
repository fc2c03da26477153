"""Outgoing volume: what is much for this host, and what is much only for others."""

import pytest

from detections.detectors.base import Observed
from detections.detectors.exfiltration import ExfiltrationDetector
from tests.detections.detectors.traffic import a_flow, found_by

DAY = 86_400
GB = 1_000_000_000


def day(number: int, sent: int, *, received: int = 20_000_000, parts: int = 10, **changes: object) -> list[Observed]:
    return [
        a_flow(
            number * DAY + part * 60,
            number * 100 + part,
            source__bytes=sent // parts,
            destination__bytes=received // parts,
            **changes,
        )
        for part in range(parts)
    ]


def days(usual: int, count: int = 5, **changes: object) -> list[Observed]:
    return [flow for number in range(count) for flow in day(number, usual, **changes)]


def test_a_host_that_sends_far_more_than_on_its_other_days_is_told_once_with_the_figures() -> None:
    found = found_by(ExfiltrationDetector(), [*days(50_000_000), *day(5, 4 * GB, parts=40)], at_once=7)

    assert len(found) == 1
    figures = dict(found[0].figures)
    assert (figures["biasanya sehari"], figures["hari pembanding"]) == ("50 MB", "5")
    assert figures["tujuan terbesar"].startswith("203.0.113.80")


@pytest.mark.parametrize(
    "flows",
    [
        [*days(50_000_000), *day(5, 900_000_000)],
        [*days(2 * GB), *day(5, 4 * GB)],
        day(0, 90 * GB),
        [*days(50_000_000), *day(5, 4 * GB, received=40 * GB)],
        [*days(50_000_000), *day(5, 4 * GB, destination__ip="10.10.0.5")],
        [*days(50_000_000), *day(5, 4 * GB, labels__capture="a")],
        [*days(50_000_000), *day(5 + 400, 4 * GB)],
        [*days(50_000_000, source__ip="198.51.100.7"), *day(5, 4 * GB, source__ip="198.51.100.7")],
    ],
    ids=[
        "not much",
        "a backup server",
        "no history",
        "a download",
        "inside",
        "a capture",
        "a wrong clock",
        "somebody else's",
    ],
)
def test_much_for_another_reason_is_not_told(flows: list[Observed]) -> None:
    assert found_by(ExfiltrationDetector(), flows) == []


def test_history_outlives_a_restart() -> None:
    before, after = ExfiltrationDetector(), ExfiltrationDetector()
    found_by(before, days(50_000_000))

    after.restore(before.snapshot())

    assert len(found_by(after, day(5, 4 * GB))) == 1
