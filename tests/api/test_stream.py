"""The live stream: what changed arrives, nothing is lost between two connections, and it ends with the session."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from ir_platform.audit.record import record
from ir_platform.identity.accounts import disable
from tests.support.api import Api, problem_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    id: str | None
    data: dict[str, Any]


class Stream:
    """An open stream, read message by message; comments are passed over."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.iter_lines()

    def until_ready(self) -> "Stream":
        for line in self._lines:
            if line == ": ready":
                return self
        raise AssertionError("the stream ended before it was ready")

    def next(self) -> Sent:
        fields: dict[str, str] = {}
        for line in self._lines:
            if not line and "data" in fields:
                return Sent(id=fields.get("id"), data=json.loads(fields["data"]))
            name, _, value = line.partition(": ")
            fields[name] = value
        raise EOFError

    def rest(self) -> list[str]:
        return list(self._lines)


@contextmanager
def listening(client: httpx.Client, **headers: str) -> Iterator[Stream]:
    with client.stream("GET", "/api/v1/stream", headers=headers, timeout=20) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Stream(answer).until_ready()


def test_a_change_made_after_connecting_arrives_with_its_id(api: Api) -> None:
    api.report()

    with listening(api.page_client("kasi")) as stream:
        incident = api.report()
        sent = stream.next()

    with api.state.read() as uow:
        assert sent == Sent(id=str(uow.changes.last_id()), data={"topic": "incident", "subject": incident["id"]})


def test_what_happened_while_nobody_listened_is_told_at_the_next_connection(api: Api) -> None:
    client = api.client("kasi")
    with listening(client) as stream:
        api.report()
        last_seen = stream.next()
    missed = [api.report()["id"] for _ in range(3)]

    with listening(client, **{"Last-Event-ID": last_seen.id or ""}) as stream:
        sent = [stream.next() for _ in missed]

    assert [one.data["subject"] for one in sent] == missed
    assert [int(one.id or 0) for one in sent] == sorted(int(one.id or 0) for one in sent)


@pytest.mark.parametrize("last_seen", ["x", "-1", "9" * 5000, "999999", "1.5", "1e3"])
def test_an_id_that_is_none_of_ours_begins_at_the_end(api: Api, last_seen: str) -> None:
    api.report()

    with listening(api.client("kasi"), **{"Last-Event-ID": last_seen}) as stream:  # type: ignore[arg-type]
        incident = api.report()
        sent = stream.next()

    assert sent.data["subject"] == incident["id"]


def test_an_outsider_learns_that_something_changed_but_not_what(api: Api) -> None:
    with listening(api.client("opd_lain")) as stream:
        api.report("opd")
        api.add_alert()
        sent = stream.next()

    assert sent.data == {"topic": "incident", "subject": ""}


def test_a_disabled_account_s_stream_ends_and_tells_nothing_more(api: Api) -> None:
    with listening(api.client("kasi")) as stream:
        disable(api.state, account_id=api.account("kasi").id, by=None, now=api.clock[0], record=record)
        api.report()

        rest = stream.rest()

    assert not [line for line in rest if line.startswith("data")]


def test_a_stream_ends_with_its_token(api: Api) -> None:
    with listening(api.client("kasi")) as stream:
        api.pass_time(minutes=16)

        rest = stream.rest()

    assert not [line for line in rest if line.startswith("data")]


def test_a_stream_is_for_who_is_signed_in(api: Api) -> None:
    answer = api.stranger().get("/api/v1/stream")

    problem_of(answer, 401)
