"""A rule's condition as plain values, without pySigma: what predicates are made of and what is kept between starts."""

from enum import Enum
from typing import NamedTuple, TypeAlias


class Wild(Enum):
    """A wildcard of a Sigma string."""

    MANY = "*"
    ONE = "?"


Parts: TypeAlias = tuple[str | Wild, ...]
"""Literal runs and wildcards of a text, runs of `*` made one; literals are in lower case unless the text is cased."""


class Shape(Enum):
    """How a text with one literal run has to stand in a value."""

    WHOLE = "whole"
    INSIDE = "inside"
    START = "start"
    END = "end"


class Every(NamedTuple):
    """All of them hold."""

    parts: "tuple[Tree, ...]"


class Either(NamedTuple):
    """At least one holds."""

    parts: "tuple[Tree, ...]"


class Not(NamedTuple):
    part: "Tree"


class OneOfTexts(NamedTuple):
    """A value has one of the literals in that way, without regard to case."""

    field: str
    shape: Shape
    literals: tuple[str, ...]


class Text(NamedTuple):
    field: str
    parts: Parts
    cased: bool


class Number(NamedTuple):
    field: str
    number: int | float


class Boolean(NamedTuple):
    field: str
    wanted: bool


class Empty(NamedTuple):
    """No value: missing, null or ''."""

    field: str


class Exists(NamedTuple):
    field: str
    wanted: bool


class Regex(NamedTuple):
    """`field` None: in any field of the event."""

    field: str | None
    pattern: str
    ignore_case: bool
    multiline: bool
    dotall: bool


class InNetwork(NamedTuple):
    field: str
    network: str


class Compare(NamedTuple):
    field: str
    operator: str
    """lt, lte, gt, gte or neq."""
    limit: float


class SameAs(NamedTuple):
    """A value stands in a value of the other field in that way."""

    field: str
    other: str
    shape: Shape


class TimePart(NamedTuple):
    field: str
    part: str
    """minute, hour, day, week, month or year."""
    wanted: int


class Keyword(NamedTuple):
    """A text inside any field of the event."""

    parts: Parts
    cased: bool


Leaf: TypeAlias = (
    OneOfTexts | Text | Number | Boolean | Empty | Exists | Regex | InNetwork | Compare | SameAs | TimePart | Keyword
)
Tree: TypeAlias = Every | Either | Not | Leaf


def shape_of(parts: Parts) -> tuple[Shape, str] | None:
    """Return how a text with one literal run stands, and the literal; None for any other text."""
    match parts:
        case (str(literal),):
            return Shape.WHOLE, literal
        case (Wild.MANY, str(literal), Wild.MANY):
            return Shape.INSIDE, literal
        case (str(literal), Wild.MANY):
            return Shape.START, literal
        case (Wild.MANY, str(literal)):
            return Shape.END, literal
        case _:
            return None
