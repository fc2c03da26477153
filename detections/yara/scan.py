"""Scans files with YARA rules in a child process; a file that was not scanned to its end is never called clean."""

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import detections
from detections.yara.rules import RuleFileProblem, rule_files

_MAX_RESTARTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class YaraLimits:
    compile_seconds: int = 300
    file_seconds: int = 60
    memory_bytes: int = 2 * 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class YaraMatch:
    rule: str
    rule_file: str
    tags: tuple[str, ...]
    meta: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileVerdict:
    """What is known of one file: its matches, or why it was not scanned (Bahasa Indonesia)."""

    path: Path
    matches: tuple[YaraMatch, ...] = ()
    not_scanned: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class YaraReport:
    rules_loaded: int
    problems: tuple[RuleFileProblem, ...]
    """Rule files left out."""
    verdicts: tuple[FileVerdict, ...]
    """One for each file asked about, in the order asked."""


class NoYaraRulesError(Exception):
    """No rule could be compiled; `problems` says why, file by file."""

    def __init__(self, *, folders: tuple[Path, ...], problems: tuple[RuleFileProblem, ...]) -> None:
        first = f": {problems[0].file}: {problems[0].reason}" if problems else ""
        super().__init__(f"tidak ada aturan YARA yang dapat dipakai di {_named(folders)}{first}")
        self.folders, self.problems = folders, problems


def scan_files(files: Sequence[Path], *, rules: Path | Sequence[Path], limits: YaraLimits | None = None) -> YaraReport:
    """Compile the rules under `rules`, one folder or several, and scan the files with them.

    A child that hangs or dies over a file is started anew for the rest. Raises: NoYaraRulesError.
    """
    limits = limits or YaraLimits()
    folders = (rules,) if isinstance(rules, Path) else tuple(rules)
    wanted = tuple(file for folder in folders for file in rule_files(folder))
    if not wanted:
        raise NoYaraRulesError(folders=folders, problems=())
    verdicts: list[FileVerdict] = []
    compiled: _Compiled | None = None
    for _attempt in range(_MAX_RESTARTS):
        round_ = _Round(rules=wanted, files=files[len(verdicts) :], limits=limits)
        verdicts += round_.run()
        compiled = compiled or round_.compiled
        if compiled is None or not compiled.loaded:
            raise NoYaraRulesError(folders=folders, problems=compiled.problems if compiled else (_hung(folders),))
        if len(verdicts) == len(files):
            break
    verdicts += [
        FileVerdict(path=path, not_scanned="pemindai terlalu sering berhenti") for path in files[len(verdicts) :]
    ]
    assert compiled is not None
    return YaraReport(rules_loaded=compiled.loaded, problems=compiled.problems, verdicts=tuple(verdicts))


def _hung(folders: tuple[Path, ...]) -> RuleFileProblem:
    return RuleFileProblem(file=_named(folders), reason="kompilasi aturan YARA berhenti atau melampaui batas waktu")


def _named(folders: tuple[Path, ...]) -> str:
    return ", ".join(map(str, folders))


@dataclass(frozen=True, slots=True)
class _Compiled:
    loaded: int
    problems: tuple[RuleFileProblem, ...]


class _Round:
    """One child, until it has done its files or fails at one."""

    def __init__(self, *, rules: Sequence[Path], files: Sequence[Path], limits: YaraLimits) -> None:
        self.compiled: _Compiled | None = None
        self._files, self._limits = files, limits
        self._job = {
            "rules": [str(path) for path in rules],
            "files": [str(path) for path in files],
            "timeout_seconds": limits.file_seconds,
            "memory_bytes": limits.memory_bytes,
        }

    def run(self) -> list[FileVerdict]:
        """Return a verdict for each file up to and including the one the child failed at."""
        with _child() as process:
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write(json.dumps(self._job).encode())
                process.stdin.close()
                return self._verdicts(_Answers(process.stdout.fileno()))
            except BrokenPipeError:
                return []
            finally:
                process.kill()

    def _verdicts(self, answers: "_Answers") -> list[FileVerdict]:
        first = answers.next(seconds=self._limits.compile_seconds)
        if first is None:
            return []
        self.compiled = _Compiled(first["loaded"], tuple(RuleFileProblem(**one) for one in first["problems"]))
        if not self.compiled.loaded:
            return []
        verdicts: list[FileVerdict] = []
        for path in self._files:
            # YARA keeps its own time-out, but looks at the clock only now and then.
            answer = answers.next(seconds=self._limits.file_seconds * 2 + 5)
            if answer is None:
                return [*verdicts, FileVerdict(path=path, not_scanned="pemindai berhenti atau melampaui batas waktu")]
            verdicts.append(_verdict(path, answer))
        return verdicts


def _child() -> "subprocess.Popen[bytes]":
    root = Path(detections.__file__).resolve().parents[1]
    return subprocess.Popen(
        [sys.executable, "-m", "detections.yara.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        cwd="/",
        start_new_session=True,
    )


class _Answers:
    """The child's JSON lines, each waited for no longer than it may take."""

    def __init__(self, descriptor: int, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._descriptor, self._monotonic = descriptor, monotonic
        self._held = b""

    def next(self, *, seconds: float) -> dict[str, Any] | None:
        """Return the next answer, None where the child ended or took too long."""
        deadline = self._monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._descriptor, selectors.EVENT_READ)
            while b"\n" not in self._held:
                left = deadline - self._monotonic()
                if left <= 0 or not selector.select(left):
                    return None
                part = os.read(self._descriptor, 65_536)
                if not part:
                    return None
                self._held += part
        line, _, self._held = self._held.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _verdict(path: Path, answer: dict[str, Any]) -> FileVerdict:
    if "error" in answer:
        return FileVerdict(path=path, not_scanned=answer["error"])
    return FileVerdict(path=path, matches=tuple(_matches(answer["matches"])))


def _matches(found: Sequence[dict[str, Any]]) -> Iterator[YaraMatch]:
    for one in found:
        meta = tuple((key, str(value)) for key, value in one["meta"].items())
        yield YaraMatch(rule=one["rule"], rule_file=one["file"], tags=tuple(one["tags"]), meta=meta)
