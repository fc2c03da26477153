"""Templates and the lifecycle policy, against the recorded answers of servers that have them and that do not."""

from collections.abc import Iterator
from typing import Any

import pytest

from ir_platform.adapters.events.elastic.connection import Address, connect
from ir_platform.adapters.events.elastic.template import put_templates
from tests.ir_platform.adapters.events.elastic.server import Server, a_server

POLICY = "/_ilm/policy/logs-tanggap"
SETTINGS = "/_component_template/logs-tanggap@settings"
ABSENT = {
    "error": {
        "root_cause": [{"type": "resource_not_found_exception", "reason": "Lifecycle policy not found: logs-tanggap"}],
        "type": "resource_not_found_exception",
        "reason": "Lifecycle policy not found: logs-tanggap",
    },
    "status": 404,
}


def recorded(policy: dict[str, Any]) -> dict[str, Any]:
    """As a server of version 9 answers `GET /_ilm/policy/NAME`."""
    told = {"version": 3, "modified_date": "2026-11-20T04:00:00.000Z", "policy": policy}
    return {"logs-tanggap": {**told, "in_use_by": {"indices": [], "data_streams": [], "composable_templates": []}}}


@pytest.fixture
def server() -> Iterator[Server]:
    with a_server() as made:
        made.answers["GET", POLICY] = (404, ABSENT)
        yield made


def put(server: Server, *, keep_days: int | None = None) -> dict[str, Any]:
    """Put the templates; return the settings of the settings' part."""
    client = connect(Address(url=server.url))
    put_templates(client, keep_days=keep_days)
    client.close()
    settings: dict[str, Any] = server.asked("PUT", SETTINGS)[-1][0]["template"]["settings"]
    return settings


def test_a_policy_is_made_that_keeps_events_so_long_and_the_settings_name_it(server: Server) -> None:
    settings = put(server, keep_days=90)

    (policy,) = (lines[0]["policy"] for lines in server.asked("PUT", POLICY))
    assert policy["phases"]["delete"]["min_age"] == "90d"
    assert "rollover" in policy["phases"]["hot"]["actions"]
    assert settings["index.lifecycle.name"] == "logs-tanggap"


def test_without_a_limit_nothing_is_deleted(server: Server) -> None:
    put(server)

    (policy,) = (lines[0]["policy"] for lines in server.asked("PUT", POLICY))
    assert list(policy["phases"]) == ["hot"]


def test_a_policy_that_says_the_same_is_not_written_again_and_another_limit_is(server: Server) -> None:
    put(server, keep_days=90)
    ours = server.asked("PUT", POLICY)[0][0]["policy"]
    server.answers["GET", POLICY] = (200, recorded(ours))

    put(server, keep_days=90)
    same = len(server.asked("PUT", POLICY))
    put(server, keep_days=30)

    assert (same, len(server.asked("PUT", POLICY))) == (1, 2)


def test_a_policy_that_somebody_took_over_is_used_and_left_alone(server: Server) -> None:
    server.answers["GET", POLICY] = (200, recorded({"phases": {"hot": {"actions": {}}}, "_meta": {"by": "Kominfo"}}))

    settings = put(server, keep_days=30)

    assert (server.asked("PUT", POLICY), settings["index.lifecycle.name"]) == ([], "logs-tanggap")


@pytest.mark.parametrize("status", [400, 403])
def test_a_server_without_policies_or_that_lets_us_not_see_them_is_used_without(server: Server, status: int) -> None:
    refusal = {"error": {"type": "security_exception", "reason": "no"}, "status": 403}
    no_handler = {"error": f"no handler found for uri [{POLICY}] and method [GET]"}
    server.answers["GET", POLICY] = (status, refusal if status == 403 else no_handler)

    settings = put(server, keep_days=30)

    assert "index.lifecycle.name" not in settings
    assert server.asked("PUT", POLICY) == []


def test_logsdb_is_asked_for_and_a_server_that_does_not_know_it_is_used_without(server: Server) -> None:
    knowing = put(server).get("index.mode")
    server.knows_logsdb = False

    unknowing = put(server)

    assert (knowing, unknowing.get("index.mode"), unknowing["index.refresh_interval"]) == ("logsdb", None, "1s")
