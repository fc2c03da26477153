"""Countries of addresses, by a database laid out as GeoLite2's are: IPv6, with IPv4 networks at its beginning."""

from pathlib import Path
from typing import Any

import pytest

from detections.places import open_countries
from tests.support.countries import countries_database


def a_place(code: str) -> dict[str, Any]:
    """Return a record as GeoLite2-Country has them."""
    names = {"en": "A country", "de": "Ein Land"}
    country = {"iso_code": code, "names": names}
    return {"continent": {"code": "AS", "names": names}, "country": country, "registered_country": country}


@pytest.mark.parametrize(
    ("address", "country"),
    [
        ("203.0.113.9", "ID"),
        ("198.51.100.127", "SG"),
        ("198.51.100.128", ""),
        ("2001:db8::1", "MY"),
        ("2001:db9::1", ""),
        ("no address", ""),
    ],
)
def test_a_database_of_both_kinds_of_addresses_knows_both(tmp_path: Path, address: str, country: str) -> None:
    places = {"203.0.113.0/24": a_place("ID"), "198.51.100.0/25": a_place("SG"), "2001:db8::/32": a_place("MY")}
    countries_database(tmp_path / "geo" / "GeoLite2-Country.mmdb", places, ip_version=6)

    countries = open_countries(tmp_path)

    assert countries is not None
    assert countries.country_of(address) == country
