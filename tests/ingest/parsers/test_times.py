"""Times without a year or a zone land where the office means them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ingest.parsers.times import clf_ns, epoch_ns, iso_ns, yearless_reader
from ir_platform.domain.event import to_datetime, to_ns

MAKASSAR = ZoneInfo("Asia/Makassar")


def _reader(reference: datetime, *, year: int | None = None):  # type: ignore[no-untyped-def]
    return yearless_reader(zone=MAKASSAR, year=year, reference_ns=to_ns(reference))


@pytest.mark.parametrize(
    ("reference", "line", "expected"),
    [
        (datetime(2027, 1, 2, tzinfo=UTC), "Dec 31 23:59:59", datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)),
        (datetime(2027, 1, 2, tzinfo=UTC), "Jan  2 09:00:00", datetime(2027, 1, 2, 1, 0, 0, tzinfo=UTC)),
        (datetime(2027, 3, 1, tzinfo=UTC), "Feb 29 12:00:00", datetime(2024, 2, 29, 4, 0, 0, tzinfo=UTC)),
        (datetime(2026, 11, 20, tzinfo=UTC), "Nov 20 20:00:00", datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)),
        (datetime(2026, 11, 20, tzinfo=UTC), "Nov 20 2019 08:00:00", datetime(2019, 11, 20, 0, 0, 0, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_year_is_in_the_last_year_that_does_not_put_it_in_the_future(
    reference: datetime, line: str, expected: datetime
) -> None:
    read = _reader(reference)

    time_ns = read(line)

    assert to_datetime(time_ns) == expected


def test_a_given_year_is_taken_even_where_it_is_in_the_future() -> None:
    read = _reader(datetime(2026, 1, 1, tzinfo=UTC), year=2030)

    time_ns = read("Nov 20 08:00:00")

    assert to_datetime(time_ns).year == 2030


@pytest.mark.parametrize("line", ["Nov 31 08:00:00", "Xyz 20 08:00:00", "Nov 20 24:00:00", "Nov 20 08:60:00"])
def test_a_time_that_no_calendar_has_is_none(line: str) -> None:
    read = _reader(datetime(2026, 11, 20, tzinfo=UTC))

    time_ns = read(line)

    assert time_ns is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20T08:00:00", "2026-11-20T00:00:00+00:00"),
        ("2026-11-20 08:00:00,250", "2026-11-20T00:00:00.250000+00:00"),
        ("2026-11-20T08:00:00Z", "2026-11-20T08:00:00+00:00"),
        ("2026-11-20T08:00:00.5+0700", "2026-11-20T01:00:00.500000+00:00"),
        ("2026-11-20T08:00:00-03:30", "2026-11-20T11:30:00+00:00"),
        ("2026-11-20T08:00:00.123456789Z", "2026-11-20T08:00:00.123456+00:00"),
    ],
)
def test_an_iso_time_without_a_zone_is_the_offices(text: str, expected: str) -> None:
    time_ns = iso_ns(text, MAKASSAR)

    assert time_ns is not None
    assert to_datetime(time_ns) == datetime.fromisoformat(expected)


@pytest.mark.parametrize("text", ["", "2026-13-01T00:00:00", "2026-11-20", "2026-11-20T08:00:00+99:00", "kemarin"])
def test_what_is_no_iso_time_is_none(text: str) -> None:
    assert iso_ns(text, MAKASSAR) is None


def test_an_access_logs_time_keeps_its_own_zone() -> None:
    time_ns = clf_ns("26/Dec/2016:16:16:28 +0200")

    assert time_ns is not None
    assert to_datetime(time_ns) == datetime(2016, 12, 26, 14, 16, 28, tzinfo=UTC)


@pytest.mark.parametrize("value", [1_795_132_803, 1_795_132_803_000, 1_795_132_803_000_000, 1_795_132_803_000_000_000])
def test_the_unit_of_an_epoch_is_told_by_its_size(value: int) -> None:
    assert epoch_ns(value) == 1_795_132_803_000_000_000
