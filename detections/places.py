"""In which country an address is, by a file that the office may put into its data folder; nothing is ever fetched.

Any database in MaxMind's format (GeoLite2, DB-IP, IPinfo) that holds countries: `geo/*.mmdb`, of several the last by
name.
Source: MaxMind DB File Format Specification 2.0.
"""

from pathlib import Path
from typing import Any, Final, Protocol

import maxminddb
import structlog

_FOLDER: Final = "geo"
_CODE_LENGTH: Final = 2
_log = structlog.get_logger(__name__)


class Countries(Protocol):
    """Knows countries of addresses."""

    def country_of(self, address: str) -> str:
        """Return the country as ISO 3166 names it (`ID`), '' where it is not known. Never raises."""


class CountryFile:
    """One database, mapped into memory."""

    def __init__(self, path: Path) -> None:
        """Raises: OSError, maxminddb.InvalidDatabaseError."""
        self._reader = maxminddb.open_database(path)

    def country_of(self, address: str) -> str:
        try:
            record = self._reader.get(address)
        except (ValueError, maxminddb.InvalidDatabaseError):
            # An IPv6 address in a database of IPv4 ones, or a place of the file that is damaged.
            return ""
        return _code_in(record)


def _code_in(record: Any) -> str:  # noqa: ANN401  what a database holds
    """Return the code wherever the makers of these files put it."""
    if not isinstance(record, dict):
        return ""
    for name in ("country", "registered_country"):
        inner = record.get(name)
        code = inner.get("iso_code") if isinstance(inner, dict) else inner
        if isinstance(code, str) and len(code) == _CODE_LENGTH:
            return code.upper()
    code = record.get("country_code")
    return code.upper() if isinstance(code, str) and len(code) == _CODE_LENGTH else ""


def countries_file(data_dir: Path) -> Path | None:
    """Return the file that an office has put there, if any."""
    found = sorted((data_dir / _FOLDER).glob("*.mmdb"))
    return found[-1] if found else None


def open_countries(data_dir: Path) -> Countries | None:
    """Return what knows countries; None where the office has put no file there, or one that cannot be read."""
    path = countries_file(data_dir)
    if path is None:
        return None
    try:
        return CountryFile(path)
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        _log.warning("country_file_refused", file=path.name, reason=type(error).__name__)
        return None
