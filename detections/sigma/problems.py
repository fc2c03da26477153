"""What is said about a rule that cannot be used: where it stands, why, and what to write instead."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleProblem:
    """A rule, or a part of a rule file, that was left out."""

    file: str
    line: int
    """From 1; 1 where only the file is known."""
    reason: str
    """Bahasa Indonesia; ends with what to write where that is known."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


class UnsupportedRuleError(Exception):
    """A valid Sigma rule that this engine does not carry out; `reason` says why, in Bahasa Indonesia."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class RuleReaderDiedError(Exception):
    """A process that read a share of the rules ended before it was done."""

    def __init__(self, *, exit_code: int) -> None:
        super().__init__(f"proses pembaca aturan berhenti sebelum selesai (status {exit_code})")
        self.exit_code = exit_code
