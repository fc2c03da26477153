"""JA4, held to the example the specification works through."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ingest.pcap.ja4 import ClientHello, is_grease, ja4

# github.com/FoxIO-LLC/ja4, technical_details/JA4.md: the Chrome hello worked through there.
PUBLISHED: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "ja4_published.yaml").read_text(encoding="utf-8"))
VERSIONS = {"10": 0x0301, "12": 0x0303, "13": 0x0304}
ALPN = {"00": (), "h1": ("http/1.1",), "h2": ("h2",), "99": ("\ufffd\ufffd",)}

CIPHERS = (
    0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013, 0xC014, 0x009C, 0x009D, 0x002F,
    0x0035,
)  # fmt: skip
EXTENSIONS = (
    0x001B, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002D, 0x000D, 0x0005, 0x0023, 0x0012, 0x002B, 0xFF01, 0x000B,
    0x000A, 0x0015,
)  # fmt: skip
ALGORITHMS = (0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601)


def hello(
    *,
    ciphers: tuple[int, ...] = CIPHERS,
    extensions: tuple[int, ...] = EXTENSIONS,
    versions: tuple[int, ...] = (0x0304, 0x0303),
    alpn: tuple[str, ...] = ("h2", "http/1.1"),
    algorithms: tuple[int, ...] = ALGORITHMS,
    transport: str = "t",
) -> ClientHello:
    return ClientHello(
        transport=transport,
        version=0x0303,
        supported_versions=versions,
        ciphers=ciphers,
        extensions=extensions,
        alpn=alpn,
        signature_algorithms=algorithms,
    )


def test_the_specifications_example_has_its_fingerprint() -> None:
    assert ja4(hello()) == "t13d1516h2_8daaf6152771_e5627efa2ab1"


def values(text: str) -> tuple[int, ...]:
    return tuple(int(value, 16) for value in text.split())


@pytest.mark.parametrize("published", PUBLISHED["foxio"], ids=lambda one: one["ja4"])
def test_every_hello_that_foxio_publishes_has_its_fingerprint(published: dict[str, str]) -> None:
    offered = hello(
        ciphers=values(published["ciphers"]),
        extensions=values(published["extensions"]),
        versions=(VERSIONS[published["ja4"][1:3]],),
        alpn=ALPN[published["ja4"][8:10]],
        algorithms=values(published["algorithms"]),
    )

    assert ja4(offered) == published["ja4"]


@pytest.mark.parametrize(("offered", "said"), PUBLISHED["alpn"].items())
def test_the_protocol_offered_first_is_told_as_the_specification_says(offered: str, said: str) -> None:
    assert ja4(hello(alpn=(offered,)))[8:10] == said


@pytest.mark.parametrize(("versions", "said"), [((0xFEFD, 0xFEFC), "d3"), ((0xFEFF, 0xFEFD), "d2"), ((0xFEFF,), "d1")])
def test_of_dtls_the_newest_version_is_told_though_its_numbers_fall(versions: tuple[int, ...], said: str) -> None:
    assert ja4(hello(versions=versions, transport="d"))[:3] == f"d{said}"


def test_reserved_values_change_nothing() -> None:
    greased = hello(
        ciphers=(0x0A0A, *CIPHERS), extensions=(0x1A1A, *EXTENSIONS, 0xFAFA), versions=(0x3A3A, 0x0304, 0x0303)
    )

    assert ja4(greased) == ja4(hello())


def test_a_hello_with_nothing_in_it_has_the_fingerprint_of_nothing() -> None:
    empty = hello(ciphers=(), extensions=(), versions=(), alpn=(), algorithms=(), transport="q")

    assert ja4(empty) == "q12i000000_000000000000_000000000000"


def test_only_sixteen_values_are_reserved() -> None:
    assert [value for value in range(65_536) if is_grease(value)] == [0x0A0A + step * 0x1010 for step in range(16)]


@given(order=st.permutations(CIPHERS))
def test_the_order_of_ciphers_does_not_change_the_fingerprint(order: list[int]) -> None:
    assert ja4(hello(ciphers=tuple(order))) == ja4(hello())


@given(alpn=st.text(min_size=1, max_size=10))
def test_any_protocol_name_gives_a_fingerprint_of_one_shape(alpn: str) -> None:
    first, _, rest = ja4(hello(alpn=(alpn,))).partition("_")

    assert len(first) == 10
    assert rest == "8daaf6152771_e5627efa2ab1"
