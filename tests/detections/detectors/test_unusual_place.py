"""Administrators from unusual places: told by country where the office has a file of them, else by its own list."""

from pathlib import Path
from typing import Any

import pytest

from detections.catalog import new_detectors, office_thresholds
from detections.detectors.base import Observed
from detections.detectors.facts import Networks
from detections.detectors.office import ThresholdError
from detections.detectors.unusual_place import Thresholds, UnusualPlaceDetector
from detections.places import Countries, open_countries
from tests.detections.detectors.traffic import found_by, observed
from tests.support.countries import countries_database

HOME, ABROAD, UNKNOWN, LISTED = "198.51.100.7", "203.0.113.9", "192.0.2.9", "192.0.2.200"
DAY = 86_400


def a_login(number: int = 0, *, day: float = 0, **changes: Any) -> Observed:
    fields = {
        "event.dataset": "system.auth",
        "event.action": "ssh_login",
        "event.outcome": "success",
        "user.name": "root",
        "host.name": "web-1",
        "source.ip": ABROAD,
        **{name.replace("__", "."): value for name, value in changes.items()},
    }
    return observed(day * DAY + number, number, fields)


@pytest.fixture
def countries(tmp_path: Path) -> Countries:
    countries_database(tmp_path / "geo" / "negara.mmdb", {"198.51.100.0/24": "ID", "203.0.113.0/24": "NL"})
    found = open_countries(tmp_path)
    assert found is not None
    return found


def test_an_administrator_from_another_country_is_told_once_in_a_month(countries: Countries) -> None:
    logins = [a_login(0), a_login(1, day=1), a_login(2, day=40)]

    found = found_by(UnusualPlaceDetector(countries=countries), logins)

    assert [dict(one.group) for one in found] == [{"user.name": "root", "source.ip": ABROAD}] * 2
    assert dict(found[0].figures)["negara"] == "NL"


def test_any_log_in_at_a_devices_own_administration_counts(countries: Countries) -> None:
    login = a_login(event__action="admin_login", user__name="wayan", event__dataset="fortigate.event")

    assert len(found_by(UnusualPlaceDetector(countries=countries), [login])) == 1


@pytest.mark.parametrize(
    "login",
    [
        a_login(source__ip=HOME),
        a_login(source__ip="10.10.1.5"),
        a_login(source__ip=UNKNOWN),
        a_login(source__ip="2001:db8::9"),
        a_login(source__ip="bukan-alamat", event__action="admin_login"),
        a_login(event__outcome="failure"),
        a_login(user__name="siti"),
        a_login(labels__capture="a"),
    ],
    ids=["at home", "inside", "unknown", "IPv6", "no address", "refused", "no administrator", "a capture"],
)
def test_what_is_no_unusual_place_is_not_told(login: Observed, countries: Countries) -> None:
    assert found_by(UnusualPlaceDetector(countries=countries), [login]) == []


def test_without_a_file_the_list_of_the_office_decides_and_without_a_list_nothing_is_told() -> None:
    listing = Thresholds(places=(f"{LISTED}/32",))
    logins = [a_login(0, source__ip=LISTED), a_login(1, source__ip=ABROAD)]

    listed = found_by(UnusualPlaceDetector(listing), logins)
    unlisted = found_by(UnusualPlaceDetector(), logins)

    assert [dict(one.group)["source.ip"] for one in listed] == [ABROAD]
    assert dict(listed[0].figures)["negara"] == "tidak diketahui"
    assert unlisted == []


def test_a_listed_place_and_the_offices_own_networks_are_never_unusual(countries: Countries) -> None:
    detector = UnusualPlaceDetector(Thresholds(places=(ABROAD,)), Networks(["192.0.2.0/24"]), countries=countries)

    assert found_by(detector, [a_login(0), a_login(1, source__ip=UNKNOWN)]) == []


def test_what_was_told_outlives_a_restart(countries: Countries) -> None:
    before, after = UnusualPlaceDetector(countries=countries), UnusualPlaceDetector(countries=countries)
    found_by(before, [a_login(0)])

    after.restore(before.snapshot())

    assert after.observe([a_login(1)]) == ()


def test_the_data_folder_gives_the_detector_its_countries(tmp_path: Path) -> None:
    countries_database(tmp_path / "geo" / "a.mmdb", {"203.0.113.0/24": {"country_code": "nl"}})
    (tmp_path / "detectors.toml").write_text('[unusual_place]\ncountries = ["SG"]\n', encoding="utf-8")

    made = {one.name: one for one in new_detectors(office_thresholds(tmp_path))}

    assert len(found_by(made["unusual_place"], [a_login(0)])) == 1


@pytest.mark.parametrize("content", [b"", b"bukan basis data", b"\xab\xcd\xefMaxMind.com\xe0"])
def test_a_file_that_is_no_database_is_left_aside(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "geo").mkdir()
    (tmp_path / "geo" / "rusak.mmdb").write_bytes(content)

    assert open_countries(tmp_path) is None


def test_a_place_that_is_no_network_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "detectors.toml").write_text('[unusual_place]\nplaces = ["Samarinda"]\n', encoding="utf-8")

    with pytest.raises(ThresholdError, match=r"\[unusual_place\].*Samarinda"):
        office_thresholds(tmp_path)
