"""When Ramadan is: computed ahead by Umm al-Qura, until the government's own decree is entered."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from hijridate import Hijri
from hijridate.ummalqura import HIJRI_RANGE

MONTH: Final = 9
# The isbat session may put the first day a day later than Umm al-Qura does (2026: 19 against 18 February).
LONGEST_DAYS: Final = 30


@lru_cache(maxsize=256)
def computed_ramadan(hijri_year: int) -> tuple[date, date] | None:
    """Return first and last day; None for a year outside the tables of Umm al-Qura (1343 to 1500, until 2077)."""
    if not HIJRI_RANGE[0][0] <= hijri_year < HIJRI_RANGE[1][0]:
        return None
    begins = Hijri(hijri_year, MONTH, 1).to_gregorian()
    following = Hijri(hijri_year, MONTH + 1, 1).to_gregorian()
    first = date(begins.year, begins.month, begins.day)
    return first, date(following.year, following.month, following.day) - timedelta(days=1)


def hijri_years_near(year: int) -> range:
    """Return the hijri years whose Ramadan may touch the common year."""
    # 33 hijri years are about 32 common ones; one to spare at either side.
    middle = (year - 622) * 33 // 32
    return range(middle - 1, middle + 3)
