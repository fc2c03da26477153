"""Made-up domains: how they look, and how many of them nobody has registered."""

from base64 import b32encode
from hashlib import sha256

import pytest

from detections.detectors.base import Observed
from detections.detectors.dga import DgaDetector, is_made_up
from tests.detections.detectors.traffic import an_exchange, found_by

WORDS = (
    "pelayanan", "perpustakaan", "kominfokaltim", "dinaskesehatan", "pemerintahkota", "microsoftonline",
    "googleusercontent",
    "wikipedia", "tokopedia", "detikcom", "kementerian", "kesejahteraan", "pendidikan", "stackoverflow", "github",
    "cloudflare", "telkomsel", "bankkaltimtara", "garudaindonesia", "samarindakota", "berausatu", "inspektorat",
)  # fmt: skip


def made_up(number: int) -> str:
    return b32encode(sha256(str(number).encode()).digest()).decode().lower()[:14] + ".com"


def missing(name: str, seconds: float, **changes: object) -> Observed:
    given = {"dns__question__name": name, "dns__response_code": "NXDOMAIN", "dns__type": "answer"}
    ends = {"source__ip": "10.10.0.53", "source__port": 53, "destination__ip": "10.10.1.2"}
    return an_exchange("dns", seconds, int(seconds * 10), **{**given, **ends, **changes})


def test_many_made_up_domains_that_do_not_exist_are_told_once_of_the_client() -> None:
    found = found_by(DgaDetector(), [missing(made_up(n), n) for n in range(60)])

    assert [dict(one.group) for one in found] == [{"source.ip": "10.10.1.2"}]
    assert dict(found[0].figures)["domain yang tidak ada"] == "20"


@pytest.mark.parametrize(
    "events",
    [
        [missing(made_up(n), n) for n in range(19)],
        [missing(f"{WORDS[n % 22]}{n}.com", n) for n in range(60)],
        [missing(made_up(n), n, dns__response_code="NOERROR") for n in range(60)],
        [missing(f"{made_up(n).removesuffix('.com')}.contoh.go.id", n) for n in range(60)],
        [missing(made_up(n), n * 60) for n in range(60)],
        [missing(f"{n}.2.0.192.in-addr.arpa", n) for n in range(60)],
    ],
    ids=["few", "words", "they exist", "one domain", "slow", "reverse names"],
)
def test_other_names_that_do_not_exist_are_no_dga(events: list[Observed]) -> None:
    assert found_by(DgaDetector(), events) == []


def test_machines_and_people_name_domains_differently() -> None:
    assert [word for word in WORDS if is_made_up(word)] == []
    assert sum(is_made_up(made_up(n).removesuffix(".com")) for n in range(200)) >= 170


def test_domains_are_remembered_over_a_restart() -> None:
    before, after = DgaDetector(), DgaDetector()
    before.observe([missing(made_up(n), n) for n in range(12)])

    after.restore(before.snapshot())

    assert len(after.observe([missing(made_up(n), n) for n in range(12, 24)])) == 1
