"""`docker/compose.yaml` is the scaled-out form: what it sets are our settings, and whatever it names is there."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ir_platform.app.matching_children import matching_children
from ir_platform.config import Settings, load_settings
from tests.support.require import REPOSITORY

OURS = ("tanggap", "matching", "ranges")
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")
GIVEN = {"POSTGRES_PASSWORD": "rahasia"}


def filled_in(text: str) -> str:
    """Put in what whoever starts it gives, as compose does."""

    def value(found: re.Match[str]) -> str:
        name, sign, rest = found.groups()
        assert name in GIVEN or sign == "-", f"{name} has no value"
        return GIVEN.get(name, rest)

    return VARIABLE.sub(value, text)


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(filled_in((REPOSITORY / "docker/compose.yaml").read_text()))
    return loaded


@pytest.fixture
def settings_of(compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.chdir(tmp_path)  # no `.env` of this machine

    def of(service: str) -> Settings:
        for name, value in compose["services"][service]["environment"].items():
            assert name.removeprefix("IRP_").lower() in Settings.model_fields, name
            monkeypatch.setenv(name, value)
        return load_settings()

    return of


def test_each_service_has_the_settings_of_the_scaled_out_form(settings_of: Any) -> None:
    for service in OURS:
        settings = settings_of(service)

        assert settings.pipeline == "scaled_out"
        assert settings.database_url.startswith("postgresql://")
        assert settings.broker_url.startswith("redis://")
        assert settings.events_url.startswith("http://elasticsearch")


def test_intake_matching_and_key_ranges_are_services_of_their_own(settings_of: Any) -> None:
    run = {service: {child.arguments[0] for child in matching_children(settings_of(service))} for service in OURS}

    assert run == {"tanggap": set(), "matching": {"ingest"}, "ranges": {"ranges"}}


def test_whatever_a_service_names_is_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        assert ("image" in service) != ("build" in service), name
        assert {one.partition(":")[0] for one in service.get("volumes", ())} <= set(compose["volumes"]), name
        assert set(service["networks"]) <= set(compose["networks"]), name
        for other, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}
            assert "healthcheck" in services[other], f"{name} waits for {other}"


def test_only_the_page_on_this_machine_and_the_ways_in_can_be_reached(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    dockerfile = (REPOSITORY / "docker/Dockerfile").read_text()
    exposed = {
        port.removesuffix("/tcp") for port in re.findall(r"(?<= )[\d]+(?:/\w+)?", dockerfile.partition("EXPOSE")[2])
    }
    defaults = Settings.model_fields

    assert set(published) == {"tanggap"}
    assert "127.0.0.1:8080:8080" in published["tanggap"]
    inner = {port.rpartition(":")[2].removesuffix("/tcp") for port in published["tanggap"]}
    assert inner <= exposed
    wanted = {str(defaults[name].default) for name in ("port", "syslog_port", "syslog_tls_port", "bulk_port")}
    assert inner == wanted | {f"{defaults['syslog_port'].default}/udp"}


def test_every_host_in_an_address_is_a_service(compose: dict[str, Any]) -> None:
    hosts = {
        match[1]
        for service in OURS
        for value in compose["services"][service]["environment"].values()
        if (match := re.match(r"\w+://(?:[^@/]*@)?([\w.-]+)", value))
    }

    assert hosts == {"postgres", "redis", "elasticsearch"}
    assert hosts <= set(compose["services"])
