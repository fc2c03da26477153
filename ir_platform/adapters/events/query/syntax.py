"""What a search query says, as a tree of frozen values; each store builds its own query from it."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Everything:
    """`*`, or an empty query."""


@dataclass(frozen=True, slots=True)
class Exists:
    """The field has a value: `_exists_:field`, `field:*`."""

    field: str


@dataclass(frozen=True, slots=True)
class Match:
    """`field:text`, `field:"text"`; without a field the words stand, one after another, in any value of the event.

    What it means for a field follows the field's kind (`query.fields`): the whole value, or words in it.
    """

    field: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Wildcard:
    """`field:ab*c?`: `parts` alternates literal text with `*` and `?`; compared with a whole value, or word by word."""

    field: str | None
    parts: tuple["Literal | AnyText | AnyCharacter", ...]


@dataclass(frozen=True, slots=True)
class Literal:
    text: str


@dataclass(frozen=True, slots=True)
class AnyText:
    """`*`"""


@dataclass(frozen=True, slots=True)
class AnyCharacter:
    """`?`"""


@dataclass(frozen=True, slots=True)
class NumberRange:
    """None: open at that end. A time is microseconds since 1970, so that a double holds it exactly until 2255."""

    field: str
    low: float | None
    high: float | None
    includes_low: bool = True
    includes_high: bool = True


@dataclass(frozen=True, slots=True)
class TimeRange:
    """Half-open, in microseconds since 1970; None: open at that end."""

    field: str
    from_us: int | None
    to_us: int | None


@dataclass(frozen=True, slots=True)
class AddressRange:
    """Both ends belong to it; one CIDR block, or `[a TO b]`. IPv4 addresses are ordered as `::ffff:a.b.c.d`."""

    field: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Not:
    query: "Query"


@dataclass(frozen=True, slots=True)
class And:
    queries: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Or:
    queries: tuple["Query", ...]


Query: TypeAlias = Everything | Exists | Match | Wildcard | NumberRange | TimeRange | AddressRange | Not | And | Or
