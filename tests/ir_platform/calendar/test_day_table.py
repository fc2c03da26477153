"""Lists of an office's own days, good and bad."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ir_platform.calendar.day_table import MAX_CHARACTERS, MAX_LINES, TableTooLongError, read_day_table
from ir_platform.domain.calendar_day import DayKind


def test_a_list_is_read_with_its_lines() -> None:
    table = read_day_table(
        "tanggal,uraian,jenis\n2026-12-01,Hari jadi kota,libur\n\n05/12/2026;Masuk pengganti; kerja \n2-1-2027,Banjir\n"
    )

    assert [(one.line, one.day, one.kind, one.what) for one in table.days] == [
        (2, date(2026, 12, 1), DayKind.LIBUR, "Hari jadi kota"),
        (4, date(2026, 12, 5), DayKind.KERJA, "Masuk pengganti"),
        (5, date(2027, 1, 2), DayKind.LIBUR, "Banjir"),
    ]
    assert table.bad == ()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2026-13-01,x,libur", "tanggal 2026-13-01 tidak ada di kalender"),
        ("1 Desember,x,libur", 'tanggal "1 Desember" tidak terbaca; contoh: 2026-12-31'),
        ("1999-12-31,x,libur", "tanggal 1999-12-31 di luar 2000-2199"),
        ("2026-12-01,,libur", "uraian belum diisi"),
        ("2026-12-01", "uraian belum diisi"),
        ("2026-12-01,x,cuti", 'jenis "cuti" bukan libur atau kerja'),
        ("2026-12-01,x,libur,lagi", "lebih dari tiga kolom"),
        ("٢٠٢٦-12-01,x,libur", 'tanggal "٢٠٢٦-12-01" tidak terbaca; contoh: 2026-12-31'),
        (f"2026-12-01,{'x' * 201},libur", "uraian harus satu baris, paling panjang 200 huruf"),
    ],
)
def test_a_bad_line_is_named_and_the_others_count(line: str, reason: str) -> None:
    table = read_day_table(f"2026-11-30,Awal\n{line}\n2026-12-02,Akhir")

    assert [one.line for one in table.days] == [1, 3]
    assert [(one.line, one.reason) for one in table.bad] == [(2, reason)]


def test_an_open_quotation_mark_spoils_its_own_line_only() -> None:
    table = read_day_table('2026-12-01,"Hari jadi\n2026-12-02,Baik')

    assert [one.day for one in table.days] == [date(2026, 12, 1), date(2026, 12, 2)]


def test_a_day_named_twice_counts_once() -> None:
    table = read_day_table("2026-12-01,Pertama\n2026-12-01,Kedua,kerja")

    assert [one.what for one in table.days] == ["Pertama"]
    assert [(one.line, one.reason) for one in table.bad] == [(2, "tanggal ini sudah ada di baris 1")]


@pytest.mark.parametrize("text", ["x" * (MAX_CHARACTERS + 1), "\n" * (MAX_LINES + 1)])
def test_a_list_without_end_is_refused_whole(text: str) -> None:
    with pytest.raises(TableTooLongError):
        read_day_table(text)


@given(st.text(max_size=2_000))
def test_any_text_is_read_or_named_line_by_line(text: str) -> None:
    table = read_day_table(text)

    lines = [one.line for one in (*table.days, *table.bad)]
    assert len(lines) == len(set(lines))
