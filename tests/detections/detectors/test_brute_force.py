"""Password guessing seen from outside: the shape of a guess, and of work that looks like it."""

import pytest

from detections.detectors.base import Observed
from detections.detectors.brute_force import BruteForceDetector
from tests.detections.detectors.traffic import SERVER, a_flow, an_exchange, found_by


def a_try(number: int, *, every: float = 5, port: int = 22, size: int = 1_500, **changes: object) -> Observed:
    ends = {"source__ip": "203.0.113.9", "destination__ip": SERVER, "destination__port": port}
    given = {"source__payload_bytes": size + number % 3 * 16, "destination__payload_bytes": 2_000}
    return a_flow(number * every, number, **{**ends, **given, **changes})


@pytest.mark.parametrize(
    ("port", "size", "name"), [(22, 1_500, "SSH"), (3389, 1_200, "RDP"), (445, 900, "SMB"), (21, 40, "FTP")]
)
def test_many_alike_short_connections_to_a_log_in_service_are_guessing(port: int, size: int, name: str) -> None:
    found = found_by(BruteForceDetector(), [a_try(n, port=port, size=size) for n in range(40)])

    assert len(found) == 1
    ends = {"source.ip": "203.0.113.9", "destination.ip": SERVER, "destination.port": str(port)}
    assert dict(found[0].group) == ends
    assert dict(found[0].figures)["layanan"] == name
    assert dict(found[0].figures)["percobaan"] == "20"
    assert len(found[0].events) == 20


def test_refusals_of_an_ftp_server_are_guessing_whatever_their_size() -> None:
    refused = [an_exchange("ftp", n, n, ftp__response__code=530, destination__port=21) for n in range(25)]

    assert len(found_by(BruteForceDetector(), refused)) == 1


@pytest.mark.parametrize(
    "flows",
    [
        [a_try(n) for n in range(19)],
        [a_try(n, every=60) for n in range(60)],
        [a_try(n, size=24) for n in range(60)],
        [a_try(n, size=200_000) for n in range(60)],
        [a_try(n, size=600 + 250 * (n % 20)) for n in range(60)],
        [a_try(n, event__duration=600_000_000_000) for n in range(60)],
        [a_try(n, port=443) for n in range(60)],
        [a_try(n, source__ip=f"203.0.113.{n}") for n in range(60)],
        [an_exchange("ftp", n, n, ftp__response__code=230) for n in range(60)],
    ],
    ids=[
        "one too few",
        "once a minute",
        "a monitor that reads the banner",
        "files copied",
        "work of every size",
        "long sessions",
        "a web server",
        "many people",
        "log-ins that worked",
    ],
)
def test_ordinary_log_ins_are_no_guessing(flows: list[Observed]) -> None:
    assert found_by(BruteForceDetector(), flows) == []


def test_guessing_cut_by_a_restart_is_still_found() -> None:
    before, after = BruteForceDetector(), BruteForceDetector()
    before.observe([a_try(n) for n in range(12)])

    after.restore(before.snapshot())

    assert len(after.observe([a_try(n) for n in range(12, 24)])) == 1
