"""Dates in words are read back as the calendar writes them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ir_platform.calendar.zones import moment_words
from ir_platform.documents.dates import UNDATED, day_in_words, day_of, figure_in_words, instant_of

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


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "satu"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (12, "dua belas"),
        (20, "dua puluh"),
        (21, "dua puluh satu"),
        (100, "seratus"),
        (115, "seratus lima belas"),
        (1000, "seribu"),
        (1998, "seribu sembilan ratus sembilan puluh delapan"),
        (2026, "dua ribu dua puluh enam"),
    ],
)
def test_figures_are_spelled_as_a_berita_acara_spells_them(number: int, words: str) -> None:
    assert figure_in_words(number) == words


def test_a_day_is_spelled_whole() -> None:
    expected = "Sabtu tanggal dua puluh satu bulan November tahun dua ribu dua puluh enam (21-11-2026)"

    assert day_in_words(day_of("21 November 2026 pukul 14.05 WITA")) == expected


@pytest.mark.parametrize("words", ["", "kemarin", "31 Februari 2026", "21 Nopember 2026"])
def test_words_that_are_no_day_are_left_for_ink(words: str) -> None:
    assert day_in_words(words) == ""
