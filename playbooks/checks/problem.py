"""What is wrong with a playbook file, where, and how badly."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    """The program will not carry the SOP out."""
    WARNING = "warning"
    """The SOP contradicts itself on paper; the office should know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    severity: Severity
    line: int
    reason: str
    """In Bahasa Indonesia."""
