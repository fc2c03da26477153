"""Opens archives and mails in a child process under limits; one that takes the child down is not asked for again."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ingest
from ingest.pcap.opener import OPENERS

OPENED = frozenset(OPENERS)
"""Media types that are opened."""
_FAILED = "pembuka arsip berhenti atau melampaui batas"
_MAX_DEATHS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLimits:
    """What opening may cost; sizes in bytes, of what comes out, for all containers of one depth together."""

    max_depth: int = 3
    max_members: int = 1_000
    """Of one container."""
    max_bytes: int = 256 * 1024**2
    memory_bytes: int = 1024**3
    seconds: int = 60
    """Of processor time and, five times as long, by the clock; for one child."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    path: Path
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """One file that was in a container: `of` is the container's place in what was asked."""

    of: int
    path: Path
    name: str
    """As the container says: an attacker's word, never a path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    files: tuple[Inside, ...]
    problems: tuple[tuple[int, str], ...]
    """Which container could not be opened to its end and why, in Bahasa Indonesia."""


def open_containers(containers: Sequence[Container], *, into: Path, limits: OpenLimits) -> Opened:
    """Put what is inside into subfolders of `into`, under names of ours."""
    files: list[Inside] = []
    problems: list[tuple[int, str]] = []
    first, left, deaths = 0, limits.max_bytes, 0
    while first < len(containers) and deaths < _MAX_DEATHS:
        folder = into / f"from-{first}"
        folder.mkdir()
        answers, is_ended = _run(containers[first:], folder, limits, max_bytes=left)
        left -= sum(one.get("size", 0) for one in answers)
        done = first
        for one in answers:
            of = first + int(one["of"])
            if "file" in one:
                files.append(Inside(of=of, path=folder / one["file"], name=one["name"]))
            elif "problem" in one:
                problems.append((of, one["problem"]))
            else:
                done = of + 1
        if not is_ended:  # it died over the one after the last it did
            problems.append((done, _FAILED))
            done, deaths = done + 1, deaths + 1
        first = done
    problems += [(of, _FAILED) for of in range(first, len(containers))]
    return Opened(files=tuple(files), problems=tuple(problems))


def _run(
    containers: Sequence[Container], folder: Path, limits: OpenLimits, *, max_bytes: int
) -> tuple[list[dict[str, Any]], bool]:
    """Return what the child said, and whether it came to the end."""
    job = {
        "containers": [{"path": str(one.path), "media_type": one.media_type} for one in containers],
        "into": str(folder),
        "max_members": limits.max_members,
        "max_bytes": max_bytes,
        "memory_bytes": limits.memory_bytes,
        "seconds": limits.seconds,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "ingest.pcap.opener"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": str(Path(ingest.__file__).resolve().parents[1]), "PATH": "/usr/bin:/bin"},
        cwd="/",
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(json.dumps(job).encode(), timeout=limits.seconds * 5)
    except subprocess.TimeoutExpired:
        process.kill()
        said, _ = process.communicate()
    # A line cut short by the child's end says nothing.
    whole = said[: said.rfind(b"\n") + 1]
    return [json.loads(line) for line in whole.splitlines()], process.returncode == 0
