"""Format strings as offices have them in httpd.conf and nginx.conf: what they say is read, else told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parsers.access import AccessParser
from ingest.parsers.access_layout import BadLayoutError, compile_layout
from ingest.parsers.base import ParseContext, Reading, Refusal
from tests.ingest.parsers.test_any_input import CONTEXT

TIME = "20/Nov/2026:08:00:00 +0800"


def _parser(*layouts: str) -> AccessParser:
    return AccessParser(
        ParseContext(timezone=CONTEXT.timezone, year=None, reference_ns=CONTEXT.reference_ns, layouts=layouts)
    )


def _read(layout: str, line: str) -> dict[str, Any]:
    reading = _parser(layout).parse(line)
    assert isinstance(reading, Reading)
    return reading.fields


@pytest.mark.parametrize(
    ("layout", "line", "expected"),
    [
        (
            r"%v %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\" %D",
            rf'portal.contoh.go.id 203.0.113.9 - siti [{TIME}] "GET /a?b=1 HTTP/1.1" 200 512 "-" "x \"y\" z" 1500',
            {
                "url.domain": "portal.contoh.go.id",
                "source.ip": "203.0.113.9",
                "user.name": "siti",
                "url.path": "/a",
                "http.response.status_code": 200,
                "user_agent.original": r"x \"y\" z",
                "event.duration": 1_500_000,
            },
        ),
        (
            """'$remote_addr [$time_local] "$request" ' '$status $body_bytes_sent rt=$request_time';""",
            f'2001:db8::9 [{TIME}] "POST /masuk HTTP/2.0" 403 99 rt=0.250',
            {
                "source.ip": "2001:db8::9",
                "http.version": "2.0",
                "event.outcome": "failure",
                "event.duration": 250_000_000,
            },
        ),
        (
            "$msec|$remote_addr|$request_method|$scheme|$host|$request_uri|$status|$http_x_forwarded_for",
            "1795132800.125|10.0.0.1|GET|https|portal.contoh.go.id|/x?y=z|301|203.0.113.9, 10.0.0.7",
            {
                "source.ip": "10.0.0.1",
                "url.query": "y=z",
                "url.scheme": "https",
                "http.request.headers.x_forwarded_for": "203.0.113.9, 10.0.0.7",
            },
        ),
        (
            '{"t":"$time_iso8601","a":"$remote_addr","r":"$request","s":$status}',
            '{"t":"2026-11-20T08:00:00+08:00","a":"203.0.113.9","r":"GET /z HTTP/1.1","s":404}',
            {"source.ip": "203.0.113.9", "url.path": "/z", "http.response.status_code": 404},
        ),
    ],
    ids=["Apache", "nginx in quotes", "nginx with bars", "nginx as JSON"],
)
def test_a_line_is_read_as_its_format_string_says(layout: str, line: str, expected: dict[str, Any]) -> None:
    fields = _read(layout, line)

    assert {name: fields.get(name) for name in expected} == expected


def test_a_line_in_the_usual_format_is_read_although_the_office_has_one_of_its_own() -> None:
    parser = _parser("%v|%h|%t|%r|%s")

    reading = parser.parse(f'203.0.113.9 - - [{TIME}] "GET / HTTP/1.1" 200 5 "-" "curl/8"')

    assert isinstance(reading, Reading)
    assert reading.fields["user_agent.original"] == "curl/8"


@pytest.mark.parametrize(
    ("layout", "reason"),
    [
        ("", "format string kosong"),
        ("%h" * 2_000, "lebih panjang"),
        ("%h%u %t %r", "dua nilai tanpa pemisah"),
        ("%h %r", "tidak memuat waktu"),
        ("%h %t", "tidak memuat permintaan"),
        ("%h %{%Y}t %r", "bentuk waktu yang tidak didukung"),
        ("%h %t %r %Z", "arahan Apache tidak dikenal: %Z"),
        ("%t %r" + " %{x}o" * 70, "lebih dari 60 nilai"),
        ("%h %t %r %Z", "(huruf ke-10)"),
        ("  %h%u %t %r", "(huruf ke-5)"),
        (r"%h %t \"%r\" %{User-Agent", "bukan nilai yang lengkap: %{User-Agent (huruf ke-14)"),
        ("'$remote_addr [$time_local] '\n  '\"$request\" $'", "bukan nilai yang lengkap: $ (huruf ke-45)"),
        ('{"time": "$time_local", "request": "$request $"}', "bukan nilai yang lengkap: $"),
    ],
)
def test_a_format_string_that_cannot_be_read_is_refused_with_its_place(layout: str, reason: str) -> None:
    with pytest.raises(BadLayoutError) as refused:
        compile_layout(layout)

    assert reason in refused.value.reason


def test_two_percent_signs_are_one_that_is_written() -> None:
    assert _read("100%% %%s %h %t %r", f"100% %s 203.0.113.9 [{TIME}] GET /a HTTP/1.1")["url.path"] == "/a"


def test_words_of_a_client_cannot_move_what_stands_behind_them() -> None:
    fields = _read(
        r"%h %t \"%r\" %s \"%{User-Agent}i\"", rf'203.0.113.9 [{TIME}] "GET /\" 200 \"x HTTP/1.1" 404 "a\" 200"'
    )

    assert fields["http.response.status_code"] == 404


@given(st.text(max_size=80), st.text(max_size=200))
def test_any_format_string_is_compiled_or_refused_and_reads_any_line(layout: str, line: str) -> None:
    for text in (layout, f'%h [%t] "%r" {layout.replace("%", "")}'):
        try:
            compile_layout(text)
        except BadLayoutError:
            continue

        assert isinstance(_parser(text).parse(line), Reading | Refusal)
