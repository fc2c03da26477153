"""The two ends of a connection, as every device's reader writes them into an event."""

from typing import Any, Final, Literal

from ingest.parsers.addresses import is_ip

Fields = dict[str, Any]

HIGHEST_PORT: Final = 65_535
_MOST_DIGITS: Final = 18
"""What a signed 64-bit number holds in any case."""


def add_end(fields: Fields, end: Literal["source", "destination"], address: str, port: str | None = None) -> None:
    """Add an end's address, and its IP address or name; `-`, `N/A` and the unspecified address say nothing."""
    if address in ("", "-", "N/A", "0.0.0.0", "::"):  # noqa: S104  an address that was written, not bound
        return
    fields[f"{end}.address"] = address
    fields[f"{end}.ip" if is_ip(address) else f"{end}.domain"] = address
    number = whole(port)
    if number is not None and number <= HIGHEST_PORT:
        fields[f"{end}.port"] = number


def whole(text: str | None) -> int | None:
    """Return the number that plain ASCII digits write, None for anything else."""
    if text is None or len(text) > _MOST_DIGITS or not text.isascii() or not text.isdigit():
        return None
    return int(text)
