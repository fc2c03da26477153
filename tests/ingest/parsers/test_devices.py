"""What devices and servers write cannot be forged by the words of those who try them, nor slow a reader down."""

from zoneinfo import ZoneInfo

import pytest

from ingest.catalog import LINE_FORMATS
from ingest.parsers.base import ParseContext, Reading, Refusal
from tests.ingest.parsers.test_any_input import CONTEXT

HEAD = "Nov 20 08:00:00 host-1 "


def _read(line: str, *, format_name: str = "syslog") -> dict[str, object]:
    reading = LINE_FORMATS[format_name].open(CONTEXT).parse(line)
    assert isinstance(reading, Reading)
    return reading.fields


@pytest.mark.parametrize(
    ("line", "format_name", "expected"),
    [
        # A name tried at sshd's door that looks like a switch's message.
        (
            f"{HEAD}sshd[5]: Failed password for invalid user %SYS-5-CONFIG_I: x from 203.0.113.9 port 4 ssh2",
            "syslog",
            {"event.dataset": "system.auth", "event.outcome": "failure", "source.ip": "203.0.113.9"},
        ),
        (
            f"{HEAD}system,error,critical login failure for user x from 10.0.0.1 via ssh from 203.0.113.9 via web",
            "mikrotik",
            {"event.outcome": "failure", "source.ip": "203.0.113.9"},
        ),
        (
            'date=2026-11-20 time=08:00:00 devname="F" logid="1" type="event" subtype="system" srcip=203.0.113.9 '
            'action="login" status="failed" user="a" srcip=10.0.0.1 status="success"',
            "fortigate",
            {"event.outcome": "failure", "source.ip": "203.0.113.9"},
        ),
        (
            f"{HEAD}1: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: x] [Source: 10.0.0.1] [localport: 1] "
            "[Reason: y]] [Source: 203.0.113.9] [localport: 22] [Reason: z] at 08:00:05 UTC Fri Nov 20 2026",
            "cisco",
            {"event.outcome": "failure", "source.ip": "203.0.113.9"},
        ),
        (
            f"{HEAD}dovecot: imap-login: Disconnected (auth failed, 3 attempts): "
            "user=<a, rip=10.0.0.1, b>, method=PLAIN, rip=203.0.113.9, lip=10.20.0.25, session=<x>",
            "mail",
            {"event.outcome": "failure", "source.ip": "203.0.113.9"},
        ),
        (
            f"{HEAD}postfix/smtpd[1]: warning: unknown[203.0.113.9]: SASL LOGIN authentication failed: "
            "x, sasl_username=y[10.0.0.1]: SASL",
            "mail",
            {"event.outcome": "failure", "source.ip": "203.0.113.9"},
        ),
        (
            "2026/11/20 08:00:00 [error] 7#7: *1 access forbidden by rule, client: 203.0.113.9, server: s, request: "
            '"GET /, client: 10.0.0.1, server: x HTTP/1.1", host: "s"',
            "weberror",
            {"event.dataset": "nginx.error", "source.ip": None},
        ),
    ],
)
def test_words_of_a_client_forge_neither_its_address_nor_the_outcome(
    line: str, format_name: str, expected: dict[str, str | None]
) -> None:
    fields = _read(line, format_name=format_name)

    assert {name: fields.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("format_name", "head", "piece"),
    [
        ("fortigate", 'date=2026-11-20 time=08:00:00 logid="1" ', 'a="' + "\\" * 3),
        ("fortigate", 'date=2026-11-20 time=08:00:00 logid="1" ', "a=b "),
        ("cef", HEAD + "CEF:0|a|b|c|d|e|5|", "src=a b "),
        ("cef", HEAD, "CEF:0|\\|"),
        ("mikrotik", HEAD + "system,info ", "user a logged in from a via "),
        ("mikrotik", HEAD + "firewall,info ", "a: in:b out:c, "),
        ("mikrotik", HEAD + "ppp,info ", "<a>: b logged in, "),
        ("cisco", HEAD + "%ASA-6-302013: Built inbound TCP connection 1 for ", "a:b/1 (c/1) (d) to "),
        ("cisco", HEAD + "%ASA-7-999999: ", "src a:b/1 dst "),
        ("cisco", HEAD + "%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: ", "] [Source: 1] [localport: 1] "),
        ("iptables", HEAD + "kernel: ", "IN= OUT= "),
        ("mail", HEAD + "postfix/smtp[1]: 4C2D91A0B3F: to=<a>, ", " status=sent ("),
        ("mail", HEAD + "dovecot: imap-login: Disconnected: ", "user=<a>, "),
        ("openvpn", HEAD + "openvpn[1]: TLS: Username/Password authentication succeeded for username '", "' '"),
        ("dns", HEAD + "named[1]: client 10.0.0.1#1 (", "a: query: "),
        ("dhcp", HEAD + "dhcpd[1]: DHCPACK on 10.0.0.1 to aa:bb:cc:dd:ee:ff (", ") via a ("),
        ("noc", HEAD + "zabbix: PROBLEM: ", "a on b; host: "),
        ("weberror", "[Fri Nov 20 08:00:00 2026] [error] ", "[client a] ModSecurity: Access denied ["),
        ("weberror", "2026/11/20 08:00:00 [error] 1#1: ", ', client: a, request: "GET /'),
    ],
)
def test_a_message_as_long_as_a_line_may_be_is_read_without_searching_it_over_and_over(
    format_name: str, head: str, piece: str
) -> None:
    parser = LINE_FORMATS[format_name].open(CONTEXT)

    reading = parser.parse(head + piece * (1_000_000 // len(piece)))

    # A search that costs the square of the length would keep this test for hours.
    assert isinstance(reading, Reading | Refusal)


def test_cisco_times_are_read_in_the_zone_that_stands_behind_them() -> None:
    context = ParseContext(timezone=ZoneInfo("Asia/Makassar"), year=2026, reference_ns=CONTEXT.reference_ns)
    parser = LINE_FORMATS["cisco"].open(context)
    line = "1: SW-1: *Nov 20 08:00:00.000{}: %LINK-3-UPDOWN: Interface Gi0/1, changed state to down"

    times = [parser.parse(line.format(zone)) for zone in (" UTC", " WIB", " WITA", " WIT", "", " ABC")]

    hours = [reading.time_ns // 3_600_000_000_000 % 24 for reading in times if isinstance(reading, Reading)]
    assert hours == [8, 1, 0, 23, 0, 0]
