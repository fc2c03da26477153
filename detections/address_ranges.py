"""Whether an address lies in one of some networks, for those who ask it of every event."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from socket import AF_INET, inet_ntoa, inet_pton

_IPV4 = 4


class AddressRanges:
    """Some networks, IPv4 and IPv6."""

    def __init__(self, networks: Iterable[str]) -> None:
        """Raises: ValueError where one is no network."""
        self._all = tuple(ip_network(one) for one in networks)
        self._numbers = tuple((int(one.network_address), int(one.netmask)) for one in self._all if one.version == _IPV4)

    def hold(self, address: str) -> bool:
        """Say whether a text is an address in one of them."""
        number = _number_of(address)
        if number is not None:
            for network, mask in self._numbers:  # noqa: SIM110  a generator takes longer than the comparing
                if number & mask == network:
                    return True
            return False
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in one for one in self._all)


def _number_of(address: str) -> int | None:
    """Return an IPv4 address as a number; None for any other text. Some five times as quick as `ip_address`."""
    try:
        packed = inet_pton(AF_INET, address)
    except (OSError, ValueError):
        return None
    # Not every C library refuses what Python does: 010.0.0.1.
    return int.from_bytes(packed, "big") if inet_ntoa(packed) == address else None
