"""The child that compiles and scans: reads one job from stdin, answers one JSON line per step on stdout."""

import json
import resource
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yara

from detections.yara.rules import compile_rules

MAX_MATCHES = 1_000
"""Kept for one file."""


def main() -> None:
    """Take the limits, compile, then scan file by file; each answer leaves at once, so a crash loses one file only."""
    job = json.loads(sys.stdin.read())
    _limit(memory_bytes=job["memory_bytes"])
    rules, problems = compile_rules([Path(name) for name in job["rules"]])
    _say({"loaded": _count(rules), "problems": [{"file": one.file, "reason": one.reason} for one in problems]})
    if rules is None:
        return
    for number, name in enumerate(job["files"]):
        _say({"file": number, **_scan(rules, Path(name), timeout_seconds=job["timeout_seconds"])})


def _limit(*, memory_bytes: int) -> None:
    for limit, value in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(limit)[1]
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (allowed, allowed))


def _scan(rules: yara.Rules, path: Path, *, timeout_seconds: int) -> dict[str, Any]:
    externals = {"filename": path.name, "filepath": str(path), "extension": path.suffix, "filetype": "", "owner": ""}
    try:
        matches: Sequence[yara.Match] = rules.match(str(path), externals=externals, timeout=timeout_seconds)
    except yara.TimeoutError:
        return {"error": f"melampaui batas waktu {timeout_seconds} detik"}
    except (yara.Error, OSError, MemoryError) as error:
        return {"error": str(error) or type(error).__name__}
    return {"matches": [_match(match) for match in matches[:MAX_MATCHES]]}


def _match(match: yara.Match) -> dict[str, Any]:
    meta = {key: value for key, value in match.meta.items() if isinstance(value, str | int | bool)}
    return {"rule": match.rule, "file": match.namespace, "tags": list(match.tags), "meta": meta}


def _count(rules: yara.Rules | None) -> int:
    return 0 if rules is None else sum(1 for _ in rules)


def _say(answer: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=True) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
