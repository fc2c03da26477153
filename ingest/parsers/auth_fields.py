"""What the readers of authentication messages share: the shape of their answer and how an address is told."""

from typing import Any, Final

from ingest.parsers.addresses import is_ip

Fields = dict[str, Any]

AUTHENTICATION: Final = ["authentication"]
SESSION: Final = ["session"]
IAM: Final = ["iam"]
PROCESS: Final = ["process"]


def add_address(fields: Fields, address: str, port: str | None = None) -> Fields:
    """Add the source an authentication came from: an IP address, or a name."""
    fields["source.address"] = address
    if is_ip(address):
        fields["source.ip"] = address
    elif address:
        fields["source.domain"] = address
    if port and int(port) <= 65_535:
        fields["source.port"] = int(port)
    return fields
