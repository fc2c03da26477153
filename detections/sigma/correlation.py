"""What a compiled correlation rule is; nothing of pySigma, so that kept rules load without it."""

from collections.abc import Mapping
from dataclasses import dataclass

from detections.conditions import Count, DistinctValues, Sum, Together
from detections.sigma.fields import Field
from detections.verdicts import Absence, AllThrough, Measured

Asks = Count | DistinctValues | Sum | Together | Measured | AllThrough | Absence
"""The first four are conditions, told as soon as they are met; the others verdicts, told when the span is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """A correlation rule, ready to be fed. Rules are named by their ids."""

    rule_id: str
    sources: tuple[str, ...]
    span_ns: int
    asks: Asks
    group_by: Mapping[str, tuple[tuple[str, Field], ...]]
    """Per source: the group's names (ECS where there is one) and the field each is read from."""
    counted: Mapping[str, tuple[Field, ...]]
    """Per source: whose values are counted distinct, added up or averaged; empty where events are counted."""
    is_numeric: bool = False
    """Whether the counted value has to be a number."""
