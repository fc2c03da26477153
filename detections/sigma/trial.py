"""Loads rules in a process of its own, to see whether they load in a reasonable time before anybody depends on it."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from detections.sigma.problems import RuleProblem
from detections.sigma.ruleset import load_rule_set
from detections.sigma.sources import unfed_rules

TRIAL_SECONDS = 300
"""SigmaHQ's 3,777 rules take 5 to 15 seconds."""


class TrialError(Exception):
    """The rules did not load; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    loaded: int
    unfed: int
    """Of those loaded: rules whose logsource nothing brings in."""
    skipped: tuple[RuleProblem, ...]


def try_rules(folders: Sequence[Path], *, seconds: float = TRIAL_SECONDS) -> Trial:
    """Raises: TrialError where the rules take longer, or bring the process down."""
    command = [sys.executable, "-m", "detections.sigma.trial", *map(str, folders)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=True)  # noqa: S603  our own module
    except subprocess.TimeoutExpired as error:
        raise TrialError(reason=f"aturan tidak selesai dimuat dalam {seconds:g} detik") from error
    except subprocess.CalledProcessError as error:
        raise TrialError(reason=f"proses pemuat aturan berhenti dengan status {error.returncode}") from error
    said = json.loads(done.stdout)
    return Trial(
        loaded=said["loaded"], unfed=said["unfed"], skipped=tuple(RuleProblem(**one) for one in said["skipped"])
    )


def main() -> None:
    rules = load_rule_set([Path(name) for name in sys.argv[1:]])
    said = {"loaded": rules.loaded, "unfed": len(unfed_rules(rules)), "skipped": [asdict(one) for one in rules.skipped]}
    sys.stdout.write(json.dumps(said, ensure_ascii=True))


if __name__ == "__main__":
    main()
