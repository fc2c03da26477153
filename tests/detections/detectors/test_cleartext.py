"""Passwords in clear text: what gives one away, and what does not."""

import json

import pytest

from detections.detectors.base import Observed
from detections.detectors.cleartext import CleartextDetector
from tests.detections.detectors.traffic import a_flow, an_exchange, found_by


def ftp(seconds: float, command: str, argument: str | None = None, **changes: object) -> Observed:
    return an_exchange("ftp", seconds, ftp__command=command, ftp__argument=argument, **changes)


@pytest.mark.parametrize(
    ("events", "service", "user"),
    [
        ([ftp(0, "USER", "wayan"), ftp(1, "PASS"), ftp(9, "PASS")], "FTP", "wayan"),
        ([an_exchange("http", http__request__authorization__scheme="basic", user__name="siti")], "HTTP Basic", "siti"),
        ([an_exchange("zeek.http", user__name="siti")], "HTTP Basic", "siti"),
        ([an_exchange("pop3", pop3__command="USER", user__name="budi"), an_exchange("pop3", 1, pop3__command="PASS")],
         "POP3", "budi"),
        ([an_exchange("imap", imap__command="LOGIN", user__name="budi")], "IMAP", "budi"),
        ([an_exchange("smtp", smtp__command="AUTH", user__name="d2F5YW4=")], "SMTP", "wayan"),
        ([an_exchange("ldap", ldap__authentication="simple", user__name="cn=admin")], "LDAP", "cn=admin"),
        ([an_exchange("snmp", snmp__version="2c", destination__port=161)], "SNMP", "tidak terbaca"),
        ([a_flow(destination__port=23)], "Telnet", "tidak terbaca"),
        ([a_flow(destination__port=2323, network__protocol="telnet")], "Telnet", "tidak terbaca"),
    ],
    ids=["ftp", "http", "zeek's http", "pop3", "imap", "smtp", "ldap", "snmp", "telnet", "telnet elsewhere"],
)  # fmt: skip
def test_a_password_in_clear_text_is_told_once_with_service_and_account(
    events: list[Observed], service: str, user: str
) -> None:
    found = found_by(CleartextDetector(), events, at_once=1)

    assert [(dict(one.figures)["layanan"], dict(one.figures)["akun"]) for one in found] == [(service, user)]


def test_who_watches_a_network_by_snmp_is_told_once_for_all_of_it() -> None:
    polls = [
        an_exchange("snmp", n, n, snmp__version="2c", destination__port=161, destination__ip=f"10.10.9.{n}")
        for n in range(60)
    ]

    assert [dict(one.group)["source.ip"] for one in found_by(CleartextDetector(), polls)] == ["10.10.1.2"]


@pytest.mark.parametrize(
    "events",
    [
        [ftp(0, "USER", "anonymous"), ftp(1, "PASS")],
        [ftp(0, "AUTH", "TLS")],
        [ftp(0, "USER", "wayan")],
        [an_exchange("http", http__request__authorization__scheme="bearer")],
        [an_exchange("http")],
        [an_exchange("smtp", smtp__command="MAIL")],
        [an_exchange("ldap", ldap__authentication="sasl", user__name="cn=admin")],
        [an_exchange("snmp", snmp__version="3", destination__port=161)],
        [an_exchange("snmp", snmp__version="2c", destination__port=40_000)],
        [a_flow(destination__port=22), a_flow(destination__port=23, source__payload_bytes=0)],
        [a_flow(destination__port=23, network__protocol="ssh")],
    ],
    ids=[
        "anonymous",
        "ftp over tls",
        "only a name",
        "token",
        "no sign-in",
        "mail",
        "sasl",
        "snmpv3",
        "an answer of snmp",
        "ssh",
        "ssh on telnet's port",
    ],
)
def test_what_gives_no_password_away_is_not_told(events: list[Observed]) -> None:
    assert found_by(CleartextDetector(), events, at_once=1) == []


def test_state_comes_back_and_holds_no_argument_of_a_password_command() -> None:
    before, after = CleartextDetector(), CleartextDetector()
    before.observe([ftp(0, "USER", "wayan"), ftp(1, "PASS", "rahasia-42")])

    saved = json.dumps({**before.snapshot(), "seen": []})
    after.restore(before.snapshot())

    assert "rahasia" not in saved
    assert after.observe([ftp(2, "PASS")]) == ()
