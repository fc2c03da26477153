"""Credentials of sources: every form in which a shipper sends them, and what is refused."""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from ir_platform.adapters.sql.database import SqlState
from ir_platform.audit.record import record
from ir_platform.domain.source import Source
from ir_platform.identity.sources import (
    InvalidSourceError,
    SourceKey,
    SourceTraits,
    UnknownSourceError,
    add_source,
    change_source,
    disable_source,
    renew_key,
    source_of,
)
from tests.support.builders import NOON
from tests.support.sqlite import fresh_state


@pytest.fixture
def state(tmp_path: Path) -> Iterator[SqlState]:
    made = fresh_state(tmp_path / "state.sqlite3")
    yield made
    made.close()


def made(state: SqlState, name: str = "web-1", **traits: object) -> SourceKey:
    given = SourceTraits(**traits)  # type: ignore[arg-type]
    return add_source(state, name, given, by=None, now=NOON, new_id=lambda: f"id-{name}", record=record)


def whose(state: SqlState, authorization: str) -> Source | None:
    with state.read() as uow:
        return source_of(uow, authorization)


def b64(text: str) -> str:
    return b64encode(text.encode()).decode()


def test_a_key_is_known_as_elasticsearch_encodes_it_plain_encoded_twice_and_as_a_password(state: SqlState) -> None:
    key = made(state)

    given = [
        f"ApiKey {key.api_key}",
        f"apikey {key.source.id}:{key.secret}",
        f"ApiKey {b64(key.api_key)}",
        f"Basic {b64(f'web-1:{key.secret}')}",
    ]
    assert [whose(state, one) for one in given] == [key.source] * len(given)
    assert key.secret not in repr(key.source)


@pytest.mark.parametrize(
    "authorization",
    ["", "ApiKey", "ApiKey ", "ApiKey \xff", "Basic !!!", "ApiKey aWQ6", "Basic d2ViLTE6", "Bearer x", "Digest a:b"],
)
def test_nobody_is_known_by_what_is_no_key(state: SqlState, authorization: str) -> None:
    made(state)

    assert whose(state, authorization) is None


def test_a_key_of_another_a_renewed_and_a_disabled_one_are_refused(state: SqlState) -> None:
    first, other = made(state), made(state, "web-2")

    assert whose(state, f"ApiKey {first.source.id}:{other.secret}") is None
    renewed = renew_key(state, "web-1", by=None, now=NOON, record=record)
    assert whose(state, f"ApiKey {first.api_key}") is None
    assert whose(state, f"ApiKey {renewed.api_key}") == renewed_source(state)
    disable_source(state, "web-1", by=None, now=NOON, record=record)
    assert whose(state, f"ApiKey {renewed.api_key}") is None


def renewed_source(state: SqlState) -> Source | None:
    with state.read() as uow:
        return uow.sources.by_name("web-1")


@pytest.mark.parametrize(
    ("name", "traits"),
    [
        ("Web", {}),
        ("x", {}),
        ("a:b", {}),
        ("ok-1", {"address": "bukan alamat"}),
        ("ok-1", {"timezone": "../../etc/passwd"}),
        ("ok-1", {"timezone": "Mars/Olympus"}),
        ("ok-1", {"silent_minutes": -1}),
        ("ok-1", {"silent_minutes": 10**9}),
        ("ok-1", {"path": "nisbi/berkas.log"}),
    ],
)
def test_a_source_that_cannot_be_is_refused_and_nothing_is_written(
    state: SqlState, name: str, traits: dict[str, object]
) -> None:
    with pytest.raises(InvalidSourceError):
        made(state, name, **traits)

    with state.read() as uow:
        assert uow.sources.all() == ()


def test_a_source_nobody_has_cannot_be_changed(state: SqlState) -> None:
    with pytest.raises(UnknownSourceError):
        change_source(state, "tiada", SourceTraits(), by=None, now=NOON, record=record)


def test_an_address_is_kept_in_its_one_form(state: SqlState) -> None:
    assert made(state, address="2001:DB8:0::1").source.address == "2001:db8::1"
