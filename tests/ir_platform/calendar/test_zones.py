"""Times in the words of the office's zone."""

from datetime import UTC, datetime

import pytest

from ir_platform.calendar.zones import moment_words, zone_of


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("WIB", "21 November 2026 pukul 13.05 WIB"),
        ("Asia/Makassar", "21 November 2026 pukul 14.05 WITA"),
        ("wit", "21 November 2026 pukul 15.05 WIT"),
        ("UTC", "21 November 2026 pukul 06.05 UTC"),
    ],
)
def test_a_moment_is_said_in_the_offices_zone(zone: str, words: str) -> None:
    assert moment_words(datetime(2026, 11, 21, 6, 5, tzinfo=UTC), zone_of(zone)) == words
