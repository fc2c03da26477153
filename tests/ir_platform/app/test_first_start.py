"""The first start, the demo, fresh ids and settings."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from ingest.reading import read_events
from ir_platform.app import ids
from ir_platform.app.demo import PEOPLE, Demo, capture
from ir_platform.app.demo_logs import access_lines, auth_lines
from ir_platform.app.first_start import add_first_administrator
from ir_platform.app.wiring import open_files
from ir_platform.config import Settings, load_settings, shown_settings
from ir_platform.identity.accounts import authenticate
from ir_platform.identity.throttle import SignInThrottle
from tests.ir_platform.app.house import House
from tests.support.builders import NOON

WITA = ZoneInfo("Asia/Makassar")


def a_demo(house: House, password: str | None = "sandi-Uji-2026") -> Demo:
    return Demo(
        settings=house.settings.model_copy(update={"demo_password": password}),
        state=house.state,
        files=open_files(house.settings),
        bell=house.bell,
        clock=lambda: NOON,
        new_id=ids.new_id,
    )


def sign_in(house: House, username: str, password: str) -> bool:
    account = authenticate(
        house.state, username=username, password=password, address="", throttle=SignInThrottle(house.state), now=NOON
    )
    return account.must_change_password


def test_the_first_administrator_has_a_password_for_one_sign_in(house: House) -> None:
    password = add_first_administrator(house.state, NOON)

    assert password
    assert sign_in(house, "admin", password) is True
    assert add_first_administrator(house.state, NOON) is None


def test_the_demo_gives_its_people_one_password_and_its_samples_to_the_intake(house: House) -> None:
    loaded = a_demo(house).load()

    assert loaded is not None
    assert set(loaded.usernames) == {person.username for person in PEOPLE}
    assert sign_in(house, "kasi", "sandi-Uji-2026") is False
    assert len(house.bell.rings) == 3
    assert (house.stored(), house.incidents()) == (0, ())


def test_a_demo_without_a_chosen_password_makes_one_up(house: House) -> None:
    loaded = a_demo(house, password=None).load()

    assert loaded is not None
    assert sign_in(house, "opd", loaded.password) is False


def test_loading_the_demo_twice_changes_nothing(house: House) -> None:
    a_demo(house).load()
    rings = list(house.bell.rings)
    with house.state.read() as uow:
        before = uow.accounts.all(), uow.audit.lock_head(), uow.jobs.waiting(now=NOON, limit=50)

    again = a_demo(house).load()

    assert again is None
    assert house.bell.rings == rings
    with house.state.read() as uow:
        assert (uow.accounts.all(), uow.audit.lock_head(), uow.jobs.waiting(now=NOON, limit=50)) == before


@pytest.mark.parametrize(("name", "make", "rejected"), [("auth.log", auth_lines, 0), ("access.log", access_lines, 1)])
def test_the_sample_logs_can_be_read_but_for_the_one_broken_line(
    tmp_path: Path, name: str, make: object, rejected: int
) -> None:
    lines = list(make(NOON.astimezone(WITA)))  # type: ignore[operator]
    (tmp_path / name).write_text("".join(f"{line}\n" for line in lines))

    records = list(read_events(tmp_path / name, format="auto", timezone=WITA, year=None))

    refused = [one for one in records if one.rejection is not None]
    assert len(records) == len(lines)
    assert len(refused) == rejected


def test_the_same_moment_gives_the_same_samples() -> None:
    local = NOON.astimezone(WITA)

    assert list(auth_lines(local)) == list(auth_lines(local))
    assert list(access_lines(local)) == list(access_lines(local))
    assert capture(NOON) == capture(NOON)
    assert capture(NOON) != capture(NOON + timedelta(hours=1))


def test_an_id_is_26_characters_that_rise_with_time(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for millisecond in (1, 2, 1_000, 1_763_600_400_000):
        monkeypatch.setattr(ids.time, "time_ns", lambda at=millisecond: at * 1_000_000)
        made.append(ids.new_id())

    assert made == sorted(made)
    assert {len(one) for one in made} == {26}
    assert set("".join(made)) <= set(ids.ALPHABET)


def test_ids_of_one_millisecond_differ() -> None:
    assert len({ids.new_id() for _ in range(20_000)}) == 20_000


def test_what_the_command_line_says_counts_more_than_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IRP_PORT", "9000")
    monkeypatch.setenv("IRP_SYSLOG_PORT", "auto")

    given, silent = load_settings(port="auto"), load_settings(port=None)

    assert (given.port, silent.port, silent.syslog_port) == ("auto", 9000, "auto")


@pytest.mark.parametrize(
    "wrong", [{"port": "x"}, {"port": "-1"}, {"port": "65536"}, {"open_level": "gawat"}, {"session_hours": 0}]
)
def test_a_wrong_setting_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        load_settings(**wrong)


def test_settings_are_shown_without_their_passwords() -> None:
    settings = Settings(
        database_url="postgresql://irp:rahasia1@db/irp", broker_url="redis://:rahasia2@q/0", demo_password="rahasia3"
    )

    shown = str(shown_settings(settings))

    assert "rahasia" not in shown
    assert "postgresql://irp:***@db/irp" in shown
