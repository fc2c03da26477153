"""Dates in words are read back as the calendar writes them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ir_platform.calendar.zones import moment_words
from ir_platform.documents.dates import UNDATED, instant_of

minutes = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
)
offices = st.sampled_from(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]).map(ZoneInfo)


@given(minutes, offices)
def test_words_of_the_calendar_give_their_instant_back(at: datetime, zone: ZoneInfo) -> None:
    assert instant_of(moment_words(at, zone)) == at


@pytest.mark.parametrize(
    "words",
    ["", "kemarin", "31 Februari 2026 pukul 10.00 WITA", "1 Mei 2026 pukul 25.00 WIB", "1 Mai 2026 pukul 10.00 WIB"],
)
def test_words_that_are_no_instant_give_the_undated_one(words: str) -> None:
    assert instant_of(words) == UNDATED


@pytest.mark.parametrize("year", ["0001", "1979"])
def test_an_instant_before_archives_can_say_is_the_undated_one(year: str) -> None:
    assert instant_of(f"1 Januari {year} pukul 00.00 WIT") == UNDATED
