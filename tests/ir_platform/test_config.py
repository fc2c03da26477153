"""Settings: what is refused, in which words, and what an empty variable means."""

import pytest
from pydantic import ValidationError

from ir_platform.config import Settings, first_problem, load_settings, shown_settings


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("port", "abc", "porta adalah 0 (mati), auto, atau 1 sampai 65535"),
        ("port", "99999", "porta adalah"),
        ("port", "9" * 5000, "porta adalah"),
        ("syslog_port", "-1", "porta adalah"),
        ("timezone", "Mars/Base", "zona waktu tidak dikenal: 'Mars/Base'"),
        ("timezone", "../../etc/passwd", "zona waktu tidak dikenal"),
        ("database_url", "garbage", "alamat tidak terbaca"),
        ("database_url", "mysql://u:rahasia@h/x", "alamat tidak terbaca"),
        ("database_url", "postgresql://u:rahasia@[h/x", "alamat tidak terbaca"),
        ("broker_url", "garbage", "alamat tidak terbaca"),
        ("events_url", "https://h:99999", "alamat tidak terbaca"),
        ("events_url", "https://", "alamat tidak terbaca"),
        ("open_level", "besar", "pilih salah satu dari"),
        ("log_level", "loud", "pilih salah satu dari"),
        ("session_hours", "99", "paling besar 24"),
        ("dedup_days", "x", "harus bilangan bulat"),
        ("max_evidence_bytes", "0", "paling kecil 1"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_setting_and_keeps_passwords(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"IRP_{name.upper()}", value)

    with pytest.raises(ValidationError) as caught:
        load_settings()

    line = first_problem(caught.value)
    assert line.startswith(f"setelan IRP_{name.upper()}: ")
    assert said in line
    assert "rahasia" not in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", "postgresql://irp:secret@db/irp"),
        ("database_url", "postgresql+psycopg:///irp?host=/run/postgresql"),
        ("database_url", "sqlite:////srv/irp/state.sqlite3"),
        ("broker_url", "redis://queue:6379/0"),
        ("broker_url", "amqp://irp:secret@queue//"),
        ("events_url", "https://irp:secret@[::1]:9200"),
        ("timezone", "Asia/Jayapura"),
        ("port", "auto"),
    ],
)
def test_what_the_documentation_names_is_taken(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"IRP_{name.upper()}", value)

    assert getattr(load_settings(), name) == value


def test_the_key_of_the_event_store_is_not_shown_and_no_second_way_in() -> None:
    settings = Settings(events_url="https://h:9200", events_api_key="aWQ6a2V5")

    assert shown_settings(settings)["IRP_EVENTS_API_KEY"] == "***"
    with pytest.raises(ValidationError, match="pakai salah satu"):
        Settings(events_url="https://irp:secret@h:9200", events_api_key="aWQ6a2V5")


def test_events_are_kept_for_ever_or_longer_than_their_ids_are_remembered() -> None:
    with pytest.raises(ValidationError, match="IRP_DEDUP_DAYS"):
        Settings(dedup_days=7, keep_events_days=6)

    assert [Settings(dedup_days=7, keep_events_days=days).keep_events_days for days in (0, 7)] == [0, 7]


def test_an_empty_variable_is_one_that_was_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("IRP_TIMEZONE", "IRP_DATABASE_URL", "IRP_PORT"):
        monkeypatch.setenv(name, "")

    settings = load_settings()

    assert (settings.timezone, settings.database_url, settings.port) == ("Asia/Makassar", None, 8080)


@pytest.mark.parametrize(
    "places",
    [
        {},
        {"database_url": "postgresql://db/irp"},
        {"broker_url": "redis://queue/0"},
        {"database_url": "sqlite:////srv/irp.sqlite3", "broker_url": "redis://queue/0"},
    ],
)
def test_the_scaled_out_pipeline_asks_for_postgresql_and_a_broker(places: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(pipeline="scaled_out", **places)  # type: ignore[arg-type]

    assert first_problem(refused.value).startswith("setelan IRP_PIPELINE: scaled_out perlu IRP_DATABASE_URL")


def test_the_scaled_out_pipeline_runs_with_both() -> None:
    settings = Settings(pipeline="scaled_out", database_url="postgresql://db/irp", broker_url="amqp://queue//")

    assert settings.pipeline == "scaled_out"
