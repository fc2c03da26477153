"""Durations as SOPs and people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ir_platform.calendar.duration import BadWaktuError, Satuan, Waktu, in_words, parse_waktu


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2 hari", Waktu(min=2, max=2, satuan=Satuan.HARI)),
        ("1-2 jam", Waktu(min=1, max=2, satuan=Satuan.JAM)),
        (" 2–5 Hari Kerja ", Waktu(min=2, max=5, satuan=Satuan.HARI_KERJA)),
        ("20menit", Waktu(min=20, max=20, satuan=Satuan.MENIT)),
    ],
)
def test_what_an_sop_writes_is_read(text: str, read: Waktu) -> None:
    assert parse_waktu(text) == read


@pytest.mark.parametrize("text", ["", "hari", "2", "-1 hari", "3-2 jam", "2 minggu", "999999 hari", "1.5 jam"])
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadWaktuError, match="contoh"):
        parse_waktu(text)


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 menit"), (690, "1 hari 4 jam"), (61, "1 jam 1 menit"), (901, "2 hari 1 menit")]
)
def test_minutes_are_said_in_days_of_seven_and_a_half_hours(minutes: int, words: str) -> None:
    assert in_words(minutes) == words


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        waktu = parse_waktu(text)
    except BadWaktuError:
        return
    assert 0 <= waktu.min_minutes <= waktu.max_minutes
