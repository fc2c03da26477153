"""What an indicator is: an address, name, URL, fingerprint or hash that somebody knows to be bad, until when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import NamedTuple


class Kind(StrEnum):
    IP = "ip"
    NETWORK = "network"
    DOMAIN = "domain"
    URL = "url"
    JA3 = "ja3"
    JA4 = "ja4"
    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"


HASHES = (Kind.MD5, Kind.SHA1, Kind.SHA256)
_HASH_LENGTHS = {Kind.MD5: 32, Kind.JA3: 32, Kind.SHA1: 40, Kind.SHA256: 64}
MAX_VALUE = 2_048
MAX_TITLE = 200
MAX_NETWORKS = 10_000
"""They are looked through one by one, for each new address."""
_HEX = frozenset("0123456789abcdef")
_LEAST_NETWORK = {4: 8, 6: 16}
"""A network larger than that is a mistake, or somebody's mischief: it would name half the world."""


class Indicator(NamedTuple):
    """`value` is in the form that events are compared with: lower case, without port, dot at the end or brackets."""

    kind: Kind
    value: str
    until_ns: int | None
    """Nanoseconds since 1970; None: the feed's own limit."""
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One file of indicators that was taken in."""

    name: str
    source: str
    """Who says so. Hostile text, as are all titles."""
    format: str
    sha256: str
    """Of the file."""
    imported_at: datetime
    expires_at: datetime
    """For indicators that name no end themselves."""
    indicators: tuple[Indicator, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)
    """What the file has and we cannot use, by reason in Bahasa Indonesia."""


class Match(NamedTuple):
    """A known indicator with the feed it is from."""

    kind: Kind
    value: str
    title: str
    feed: str
    source: str
    until_ns: int


class IndicatorSet:
    """All indicators in use, found by value."""

    def __init__(self, feeds: Iterable[Feed] = ()) -> None:
        self._by_kind: dict[Kind, dict[str, Match]] = {kind: {} for kind in Kind}
        for feed in feeds:
            feed_until_ns = int(feed.expires_at.timestamp()) * 1_000_000_000
            for kind, value, until_ns, title in feed.indicators:
                match = Match(kind, value, title, feed.name, feed.source, until_ns or feed_until_ns)
                known = self._by_kind[kind].get(value)
                if known is None or known.until_ns < match.until_ns:
                    self._by_kind[kind][value] = match
        self._networks: list[tuple[IPv4Network | IPv6Network, Match]] = [
            (ip_network(value), match) for value, match in self._by_kind[Kind.NETWORK].items()
        ][:MAX_NETWORKS]
        self._in_network: dict[str, Match | None] = {}

    def __len__(self) -> int:
        return sum(map(len, self._by_kind.values()))

    def find(self, kind: Kind, value: str, *, at_ns: int) -> Match | None:
        """Return the indicator with exactly this value, in force at that time."""
        match = self._by_kind[kind].get(value)
        return match if match is not None and at_ns <= match.until_ns else None

    def find_address(self, address: str, *, at_ns: int) -> Match | None:
        """Return the indicator of an address or of a network it is in."""
        match = self.find(Kind.IP, address, at_ns=at_ns)
        if match is not None or not self._networks:
            return match
        if address not in self._in_network:
            if len(self._in_network) >= 65_536:
                self._in_network.clear()
            self._in_network[address] = self._look(address)
        match = self._in_network[address]
        return match if match is not None and at_ns <= match.until_ns else None

    def find_name(self, name: str, *, at_ns: int) -> Match | None:
        """Return the indicator of a name or of a domain above it, down to two labels."""
        labels = name.rstrip(".").lower().split(".")
        for first in range(max(len(labels) - 1, 1)):
            match = self.find(Kind.DOMAIN, ".".join(labels[first:]), at_ns=at_ns)
            if match is not None:
                return match
        return None

    def _look(self, address: str) -> Match | None:
        try:
            parsed = ip_address(address)
        except ValueError:
            return None
        return next((match for net, match in self._networks if net.version == parsed.version and parsed in net), None)


def checked(kind: Kind, value: str, *, until_ns: int | None = None, title: str = "") -> Indicator | None:
    """Return the indicator in the form events are compared with; None where the value is none of that kind."""
    value = value.strip().replace("[.]", ".").replace("hxxp", "http")
    if not value or len(value) > MAX_VALUE or not value.isprintable():
        return None
    shown = "".join(letter for letter in title if letter.isprintable())[:MAX_TITLE]
    if kind in (Kind.IP, Kind.NETWORK):
        return _checked_address(value, until_ns, shown)
    normal = _NORMAL[kind](value)
    if kind in _HASH_LENGTHS and (len(normal) != _HASH_LENGTHS[kind] or not _HEX.issuperset(normal)):
        return None
    if kind is Kind.DOMAIN and ("." not in normal or "/" in normal or " " in normal):
        return None
    return Indicator(kind, normal, until_ns, shown)


def _checked_address(value: str, until_ns: int | None, title: str) -> Indicator | None:
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        return None
    if network.prefixlen == network.max_prefixlen:
        return Indicator(Kind.IP, str(network.network_address), until_ns, title)
    if network.prefixlen < _LEAST_NETWORK[network.version]:
        return None
    return Indicator(Kind.NETWORK, str(network), until_ns, title)


def normal_url(url: str) -> str:
    """Return a URL as it is compared: scheme and host in lower case, no fragment, no slash at the end."""
    head, mark, rest = url.partition("://")
    if not mark:
        head, rest = "http", url
    host, slash, path = rest.partition("/")
    return f"{head.lower()}://{host.lower()}{slash}{path.partition('#')[0]}".rstrip("/")


def _lower(value: str) -> str:
    return value.lower()


_NORMAL = {
    Kind.DOMAIN: lambda value: value.lower().rstrip(".").removeprefix("*."),
    Kind.URL: normal_url,
    Kind.JA3: _lower,
    Kind.JA4: _lower,
    Kind.MD5: _lower,
    Kind.SHA1: _lower,
    Kind.SHA256: _lower,
}
