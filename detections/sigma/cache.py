"""Compiled rules kept between starts: a folder only we may enter, by the hash of everything they were made of.

What is kept is code (pickled). It is read from this folder alone, only where folder and files are our own and closed to
others, and never from a rule pack; anything else there counts as nothing kept.
"""

import os
import pickle
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile

from detections.sigma.match import UNREADABLE
from detections.sigma.rule_set import RuleSet

MAX_KEPT = 8
"""Rule sets; the one used longest ago goes first. SigmaHQ's takes 5 MB, and about 20 MB with its searches."""
RULES_FILE = "rules"
RULE_SUFFIXES = (".yml", ".yaml")


class RuleCache:
    """Of a folder that cannot be used nothing is read and nothing kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, key: str) -> "KeptRules":
        """Return where the rules of this key are kept, or will be."""
        return KeptRules(self._folder / key, usable=_is_ours(self._folder) or _make(self._folder))

    def prune(self) -> None:
        """Give up all but the MAX_KEPT rule sets used last."""
        if not _is_ours(self._folder):
            return
        kept = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in kept[MAX_KEPT:]:
            shutil.rmtree(path, ignore_errors=True)


class KeptRules:
    """The place of one rule set and its partitions (`detections.sigma.match.PartitionStore`)."""

    def __init__(self, folder: Path, *, usable: bool) -> None:
        self._folder = folder
        self._is_usable = usable and (_is_ours(folder) or _make(folder))

    def rules(self) -> RuleSet | None:
        content = self.read(RULES_FILE)
        if content is None:
            return None
        try:
            found = pickle.loads(content)  # noqa: S301  see the module
        except UNREADABLE:
            return None
        if not isinstance(found, RuleSet):
            return None
        os.utime(self._folder)
        return found

    def keep(self, rules: RuleSet) -> None:
        self.write(RULES_FILE, pickle.dumps(rules, protocol=pickle.HIGHEST_PROTOCOL))

    def read(self, name: str) -> bytes | None:
        if not self._is_usable:
            return None
        try:
            with (self._folder / name).open("rb") as file:
                return file.read() if _is_closed_to_others(os.fstat(file.fileno())) else None
        except OSError:
            return None

    def write(self, name: str, content: bytes) -> None:
        """Keep the content whole or not at all; a full disk keeps nothing."""
        if not self._is_usable:
            return
        try:
            with NamedTemporaryFile(dir=self._folder, delete=False) as file:  # made 0600
                file.write(content)
            Path(file.name).replace(self._folder / name)
        except OSError:
            self._is_usable = False


def _make(folder: Path) -> bool:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    return _is_ours(folder)


def _is_ours(folder: Path) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and _is_closed_to_others(found)


def _is_closed_to_others(found: os.stat_result) -> bool:
    return found.st_uid == os.geteuid() and not found.st_mode & 0o077


def key_of(paths: Sequence[Path], *, extra: Mapping[str, str] | None = None) -> str:
    """Return the hash of all that rules under these paths are made of: their files, `extra`, the program itself.

    Raises: OSError.
    """
    digest = sha256()
    for part in _parts(paths, extra or {}):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _parts(paths: Sequence[Path], extra: Mapping[str, str]) -> Iterator[bytes]:
    yield from (name.encode() for name in (version("ir-platform"), version("pysigma"), version("hyperscan")))
    yield from (state.encode() for state in _own_files())
    yield from (f"{name}={value}".encode() for name, value in sorted(extra.items()))
    for path in paths:
        yield os.fsencode(path)
        for file in _files(path):
            yield os.fsencode(file)
            yield Path(file).read_bytes()


def _own_files() -> Iterator[str]:
    """Yield the state of the files that make rules what they are: an edited table or module makes another key."""
    # The whole room: a kept rule set holds values of its modules too (`detections.rule`).
    for file in _files(Path(__file__).parents[1], suffixes=(".py", ".yaml", ".json")):
        found = Path(file).stat()
        yield f"{Path(file).name} {found.st_size} {found.st_mtime_ns}"


def _files(path: Path, *, suffixes: Iterable[str] = RULE_SUFFIXES) -> list[str]:
    if not path.is_dir():
        return [str(path)]
    wanted = tuple(suffixes)
    return sorted(
        os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names if name.endswith(wanted)
    )
