"""Runs work on files that others made in a child process of its own, with a limit on time and on memory."""

import subprocess
import sys
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any, Final

from ir_platform.documents.confined_child import Task, pack, unpack

SECONDS: Final = 60
"""Wall clock, for a machine that is busy with other things: what a file may cost is bounded by the child's CPU time."""
CPU_SECONDS = 10
"""Of one child."""
_at_once: Final = BoundedSemaphore(2)
"""Children of this process: each may take a gibibyte, and any number of people may send files."""


class ConfinedError(Exception):
    """The child gave no answer: it took too long or too much memory, or the file broke the library that read it."""

    def __init__(self, *, task: str, reason: str) -> None:
        super().__init__(f"{task}: {reason}")
        self.task, self.reason = task, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    facts: dict[str, Any]
    blob: bytes


def run_confined(task: Task, facts: dict[str, Any], *blobs: bytes, seconds: float = SECONDS) -> Answer:
    """Return what the task gives back in a process that has no environment and writes no file.

    Raises: ConfinedError.
    """
    try:
        with _at_once:
            done = subprocess.run(  # noqa: S603  our own module; the file goes in on stdin
                [sys.executable, "-m", "ir_platform.documents.confined_child", task.value, str(CPU_SECONDS)],
                input=pack(facts, *blobs),
                capture_output=True,
                env={},
                timeout=seconds,
                check=False,
            )
    except subprocess.TimeoutExpired as error:
        raise ConfinedError(task=task.value, reason=f"melebihi {seconds:g} detik") from error
    if done.returncode != 0:
        raise ConfinedError(task=task.value, reason="berkas tidak dapat diolah dalam batas memori dan waktu")
    answer, rest = unpack(done.stdout)
    return Answer(facts=answer, blob=rest[0] if rest else b"")
