"""What is wrong with a playbook file, where, and how badly."""

from dataclasses import dataclass
from enum import StrEnum

from playbooks.source import Spot


class Severity(StrEnum):
    ERROR = "error"
    """The program will not carry the SOP out."""
    WARNING = "warning"
    """The SOP contradicts itself on paper; the office should know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    severity: Severity
    spot: Spot
    reason: str
    """In Bahasa Indonesia."""

    @property
    def line(self) -> int:
        return self.spot.line
