"""DNS tunnels: data in names, and names that only look busy."""

from base64 import b32encode
from hashlib import sha256

import pytest

from detections.detectors.base import Observed
from detections.detectors.dns_tunnel import DnsTunnelDetector
from detections.detectors.names import entropy, split_name
from tests.detections.detectors.traffic import an_exchange, found_by


def data(number: int, *, size: int = 40) -> str:
    """Return a label as iodine and dnscat2 make them."""
    return b32encode(sha256(str(number).encode()).digest() * 4).decode().lower()[:size]


def asked(name: str, number: int, *, every: float = 2, **changes: object) -> Observed:
    given = {"destination__port": 53, "dns__question__name": name, "dns__question__type": "TXT", "dns__type": "query"}
    return an_exchange("dns", number * every, number, **{**given, **changes})


@pytest.mark.parametrize(
    "events",
    [
        [asked(f"{data(n)}.t.contoh-jahat.id", n) for n in range(60)],
        [asked(f"{data(n, size=60)}.{data(n + 500, size=50)}.jahat.example", n) for n in range(20)],
        [
            asked(
                f"{data(n)}.jahat.example",
                n,
                dns__type="answer",
                source__ip="10.10.0.53",
                source__port=53,
                destination__ip="10.10.1.2",
            )
            for n in range(60)
        ],
    ],
    ids=["many names", "few very long names", "only answers were recorded"],
)
def test_data_in_names_is_a_tunnel_of_the_client_that_asks(events: list[Observed]) -> None:
    found = found_by(DnsTunnelDetector(), events, at_once=9)

    assert len(found) == 1
    assert dict(found[0].group)["source.ip"] == "10.10.1.2"
    assert float(dict(found[0].figures)["entropi"].split()[0].replace(",", ".")) > 3.2


@pytest.mark.parametrize(
    "events",
    [
        [asked(f"www{n}.contoh.go.id", n) for n in range(200)],
        [asked(f"{data(1)}.contoh.id", n) for n in range(200)],
        [asked(f"{data(n)}.contoh{n}.id", n) for n in range(200)],
        [asked(f"{data(n)}.avqs.mcafee.com", n) for n in range(200)],
        [asked(f"{n % 250}.2.0.192.in-addr.arpa", n) for n in range(200)],
        [asked(f"kantor-pelayanan-publik-nomor-{n}.contoh.go.id", n) for n in range(30)],
        [asked(f"{data(n)}.jahat.example", n, every=60) for n in range(200)],
    ],
    ids=["short names", "one name", "many domains", "reputation", "reverse names", "long words", "slow"],
)
def test_busy_names_are_no_tunnel(events: list[Observed]) -> None:
    assert found_by(DnsTunnelDetector(), events) == []


def test_a_tunnel_cut_by_a_restart_is_still_found() -> None:
    before, after = DnsTunnelDetector(), DnsTunnelDetector()
    before.observe([asked(f"{data(n)}.jahat.example", n) for n in range(25)])

    after.restore(before.snapshot())

    assert len(after.observe([asked(f"{data(n)}.jahat.example", n) for n in range(25, 45)])) == 1


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("a.b.contoh.go.id.", ("a.b", "contoh.go.id")),
        ("www.Contoh.ID", ("www", "contoh.id")),
        ("contoh.com", ("", "contoh.com")),
        ("x.y.co.uk", ("x", "y.co.uk")),
    ],
)
def test_a_name_is_split_at_the_registered_domain(name: str, parts: tuple[str, str]) -> None:
    assert split_name(name) == parts


def test_entropy_tells_words_from_data() -> None:
    assert entropy("") == 0
    assert entropy("pelayanan") < 2.6 < entropy(data(3))
