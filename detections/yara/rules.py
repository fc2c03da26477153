"""Finds YARA rule files and compiles them; compiling is for the child alone, since hostile rules may hang it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yara

EXTERNALS = ("filename", "filepath", "extension", "filetype", "owner")
"""Variables that public rule collections expect (Neo23x0/signature-base); set for each scanned file."""
SUFFIXES = frozenset({".yar", ".yara", ".rule"})
MAX_RULE_FILE_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFileProblem:
    """A rule file that was left out, and why."""

    file: str
    reason: str


def rule_files(folder: Path) -> Iterator[Path]:
    """Yield the rule files under a folder in a stable order; a single file stands for itself."""
    if folder.is_file():
        yield folder
        return
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in SUFFIXES and path.is_file():
            yield path


def compile_rules(files: Sequence[Path]) -> tuple[yara.Rules | None, tuple[RuleFileProblem, ...]]:
    """Return the rules of all files that compile, one namespace each, and the files left out; None: none compiled.

    Compiled from text only: a compiled rule file is a program, and `yara.load` would run it. `include` is refused.
    """
    sources: dict[str, str] = {}
    problems: list[RuleFileProblem] = []
    for path in files:
        try:
            sources[str(path)] = _readable(path)
        except (OSError, yara.Error, ValueError) as error:
            problems.append(RuleFileProblem(file=str(path), reason=str(error)))
    if not sources:
        return None, tuple(problems)
    return yara.compile(sources=sources, includes=False, externals=_blank()), tuple(problems)


def _readable(path: Path) -> str:
    """Return the text of a file that compiles by itself. Raises: OSError, yara.Error, ValueError."""
    if path.stat().st_size > MAX_RULE_FILE_BYTES:
        raise ValueError(f"berkas aturan melebihi {MAX_RULE_FILE_BYTES} bita")
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")  # old collections; only comments and metadata are not ASCII
    yara.compile(source=text, includes=False, externals=_blank())
    return text


def _blank() -> dict[str, str]:
    return dict.fromkeys(EXTERNALS, "")
