"""Feeds of indicators: STIX and MISP files read, what cannot be used counted, kept and found again."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detections.indicators.feeds import FeedError, load_feeds, read_feed, remove_feed, save_feed
from detections.indicators.model import Feed, IndicatorSet, Kind, checked
from tests.support.builders import NOON

NOON_NS = int(NOON.timestamp()) * 1_000_000_000
SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def feed_of(folder: Path, document: object, name: str = "uji") -> Feed:
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return read_feed(path, name=None, source="BSSN", at=NOON, expires_at=NOON + timedelta(days=90))


def bundle(*patterns: str, **more: Any) -> Mapping[str, Any]:
    objects = [
        {"type": "indicator", "name": "Uji", "pattern_type": "stix", "pattern": pattern, **more} for pattern in patterns
    ]
    return {"type": "bundle", "id": "bundle--1", "objects": [{"type": "identity", "name": "BSSN"}, *objects]}


def attribute(kind: str, value: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "value": value, "to_ids": True, **more}


def values_of(feed: Feed) -> list[tuple[str, str]]:
    return [(one.kind.value, one.value) for one in feed.indicators]


@pytest.mark.parametrize(
    ("pattern", "values"),
    [
        ("[ipv4-addr:value = '198.51.100.7']", [("ip", "198.51.100.7")]),
        ("[ipv4-addr:value ISSUBSET '198.51.100.0/24']", [("network", "198.51.100.0/24")]),
        ("[ipv6-addr:value = '2001:DB8::7']", [("ip", "2001:db8::7")]),
        ("[domain-name:value = 'Jahat.Example.']", [("domain", "jahat.example")]),
        ("[url:value = 'HTTP://Jahat.Example/A/b']", [("url", "http://jahat.example/A/b")]),
        (f"[file:hashes.'SHA-256' = '{SHA256.upper()}']", [("sha256", SHA256)]),
        ("[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']", [("md5", "d41d8cd98f00b204e9800998ecf8427e")]),
        (
            "[ipv4-addr:value = '198.51.100.7' OR domain-name:value = 'a.example'] OR [domain-name:value = 'b.id']",
            [("ip", "198.51.100.7"), ("domain", "a.example"), ("domain", "b.id")],
        ),
        ("[ipv4-addr:value IN ('198.51.100.7', '198.51.100.8')]", [("ip", "198.51.100.7"), ("ip", "198.51.100.8")]),
        (
            "[network-traffic:extensions.'x-tls'.ja3 = 'd41d8cd98f00b204e9800998ecf8427e']",
            [("ja3", "d41d8cd98f00b204e9800998ecf8427e")],
        ),
    ],
)
def test_a_stix_pattern_of_single_comparisons_gives_its_values(
    tmp_path: Path, pattern: str, values: list[tuple[str, str]]
) -> None:
    assert values_of(feed_of(tmp_path, bundle(pattern))) == values


@pytest.mark.parametrize(
    ("pattern", "more"),
    [
        ("[ipv4-addr:value = '198.51.100.7' AND domain-name:value = 'a.example']", {}),
        ("[ipv4-addr:value = '198.51.100.7'] FOLLOWEDBY [domain-name:value = 'a.example']", {}),
        ("[ipv4-addr:value = '198.51.100.7'] REPEATS 5 TIMES", {}),
        ("[ipv4-addr:value NOT = '198.51.100.7']", {}),
        ("[ipv4-addr:value != '198.51.100.7']", {}),
        ("[domain-name:value LIKE '%.example']", {}),
        ("[ipv4-addr:value = '0.0.0.0/0']", {}),
        ("[ipv4-addr:value = 'bukan alamat']", {}),
        ("[ipv4-addr:value = '198.51.100.7']", {"revoked": True}),
        ("[ipv4-addr:value = '198.51.100.7']", {"indicator_types": ["benign"]}),
        ("alert tcp any any -> any any (sid:1;)", {"pattern_type": "snort"}),
        ("[" * 200, {}),
    ],
)
def test_what_means_more_than_its_values_is_left_out_and_counted(
    tmp_path: Path, pattern: str, more: dict[str, Any]
) -> None:
    document = bundle(pattern, **more)
    both = {**document, "objects": [*document["objects"], *bundle("[domain-name:value = 'ada.example']")["objects"]]}

    feed = feed_of(tmp_path, both)

    assert values_of(feed) == [("domain", "ada.example")]
    assert sum(feed.left_out.values()) == 1


def test_a_misp_event_gives_the_attributes_marked_for_detection(tmp_path: Path) -> None:
    attributes = [
        attribute("ip-dst|port", "198.51.100.7|443", comment="pengendali"),
        attribute("domain|ip", "jahat.example|198.51.100.8"),
        attribute("filename|sha256", f"surat.exe|{SHA256}"),
        attribute("ja3-fingerprint-md5", "D41D8CD98F00B204E9800998ECF8427E"),
        attribute("md5", "pendek"),
        attribute("yara", "rule x {}"),
        {**attribute("ip-src", "198.51.100.9"), "to_ids": False},
    ]
    event = {
        "info": "Kampanye",
        "Attribute": attributes,
        "Object": [{"Attribute": [attribute("hostname", "C2.Example")]}],
    }

    for document in ({"Event": event}, {"response": [{"Event": event}]}, [{"Event": event}]):
        feed = feed_of(tmp_path, document)

        assert values_of(feed) == [
            ("ip", "198.51.100.7"),
            ("domain", "jahat.example"),
            ("ip", "198.51.100.8"),
            ("sha256", SHA256),
            ("ja3", "d41d8cd98f00b204e9800998ecf8427e"),
            ("domain", "c2.example"),
        ]
        assert [one.title for one in feed.indicators][:2] == ["pengendali", "Kampanye"]
        assert sum(feed.left_out.values()) == 3


@pytest.mark.parametrize("document", [{}, [], {"type": "bundle", "objects": []}, "x", {"Event": {"Attribute": []}}, 7])
def test_a_file_without_usable_indicators_is_refused(tmp_path: Path, document: object) -> None:
    with pytest.raises(FeedError):
        feed_of(tmp_path, document)


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps(bundle("[domain-name:value = 'a.example']")))

    with pytest.raises(FeedError):
        read_feed(tmp_path / "x.json", name="../x", source=None, at=NOON, expires_at=NOON)
    with pytest.raises(FeedError):
        remove_feed(tmp_path, "../x")


def test_feeds_are_kept_replaced_by_name_and_removed(tmp_path: Path) -> None:
    folder = tmp_path / "indicators"
    first = feed_of(tmp_path, bundle("[domain-name:value = 'a.example']"))
    second = feed_of(tmp_path, bundle("[domain-name:value = 'b.example']"))

    save_feed(folder, first)
    save_feed(folder, second)

    assert load_feeds(folder) == (second,)
    remove_feed(folder, "uji")
    assert load_feeds(folder) == ()


def test_an_indicator_counts_until_its_own_end_or_its_feeds(tmp_path: Path) -> None:
    own = feed_of(tmp_path, bundle("[domain-name:value = 'a.example']", valid_until="2026-11-21T00:00:00Z"), "satu")
    of_feed = feed_of(tmp_path, bundle("[domain-name:value = 'b.example']"), "dua")
    known = IndicatorSet([own, of_feed])
    later_ns = int(datetime(2026, 12, 1, tzinfo=UTC).timestamp()) * 1_000_000_000

    assert known.find_name("x.a.example", at_ns=NOON_NS) is not None
    assert known.find_name("x.a.example", at_ns=later_ns) is None
    assert known.find_name("b.example.", at_ns=later_ns) is not None
    assert known.find_name("example", at_ns=NOON_NS) is None
    assert known.find_name("bukan-b.example", at_ns=NOON_NS) is None


def test_an_address_is_found_in_a_network(tmp_path: Path) -> None:
    known = IndicatorSet([feed_of(tmp_path, bundle("[ipv4-addr:value ISSUBSET '198.51.100.0/24']"))])

    assert known.find_address("198.51.100.200", at_ns=NOON_NS) is not None
    assert known.find_address("198.51.101.1", at_ns=NOON_NS) is None
    assert known.find_address("bukan", at_ns=NOON_NS) is None


@given(st.sampled_from(Kind), st.text(max_size=80))
def test_any_text_is_an_indicator_in_one_form_or_none(kind: Kind, text: str) -> None:
    once = checked(kind, text)

    assert once is None or checked(once.kind, once.value) == once
