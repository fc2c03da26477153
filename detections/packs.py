"""Rule packs taken in from elsewhere: a folder or a ZIP in SigmaHQ's layout becomes a folder of the data folder.

What is kept is text: rule files, and the licences they came under. A pack is named by its source and carries the hash
of its content; the same content twice changes nothing, other content under the name replaces it whole.
"""

import hashlib
import json
import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from zipfile import BadZipFile, ZipFile, ZipInfo

from detections.sigma.load import RULE_SUFFIXES
from detections.sigma.yaml_reader import MAX_FILE_BYTES

MAX_FILES = 20_000
"""SigmaHQ has about 3,800."""
MAX_BYTES = 256 * 1024 * 1024
MAX_ENTRIES = 100_000
"""Of a folder or ZIP, whatever they are."""
MAX_DEPTH = 20
MAX_LICENCE_BYTES = 1024 * 1024

INFO_FILE = "pack.json"
_LICENCE = re.compile(r"(licen[cs]e|copying|notice)([._-].*)?", re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_UNFINISHED = ".unfinished-"


class PackError(Exception):
    """A pack that is not taken in; nothing of it is kept. `reason` is in Bahasa Indonesia."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    name: str
    sha256: str
    """Over names and contents of its files: the version."""
    files: int
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    name: str
    content: bytes


def stage_pack(source: Path, packs: Path, *, name: str | None = None) -> Pack:
    """Copy what a pack is made of into a folder of its own beside the others, not yet in use.

    `accept_pack` or `drop_pack` follows. The data folder is there already.
    Raises: PackError, and then nothing is kept.
    """
    chosen = name or pack_name(source)
    if not _NAME.fullmatch(chosen):
        raise PackError(reason=f"nama paket `{chosen[:64]}` tidak dapat dipakai; pilih huruf kecil, angka, . _ -")
    for place in (packs.parent, packs):
        place.mkdir(mode=0o700, exist_ok=True)
    folder = Path(mkdtemp(prefix=_UNFINISHED, dir=packs))  # mkdtemp makes it 0700
    try:
        return _write(chosen, _bounded(_files_of(source)), folder)
    except PackError:
        shutil.rmtree(folder)
        raise
    except (OSError, BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        # RuntimeError: an encrypted member; NotImplementedError: a compression that zipfile does not know.
        shutil.rmtree(folder)
        raise PackError(reason=f"{source} tidak dapat dibaca: {error}") from error


def accept_pack(pack: Pack, packs: Path) -> Pack:
    """Put a staged pack in use under its name; an older version of it goes."""
    place = packs / pack.name
    old = pack.folder.with_name(f"{pack.folder.name}.old")
    with suppress(FileNotFoundError):
        place.rename(old)
    pack.folder.rename(place)
    shutil.rmtree(old, ignore_errors=True)
    return Pack(name=pack.name, sha256=pack.sha256, files=pack.files, folder=place)


def drop_pack(pack: Pack) -> None:
    """Remove a staged pack; one that was accepted has left its staging folder and stays."""
    shutil.rmtree(pack.folder, ignore_errors=True)


def packs_in(packs: Path) -> tuple[Pack, ...]:
    """Return the packs in use, in order of name; what an interrupted import left is none."""
    if not packs.is_dir():
        return ()
    found = (folder for folder in sorted(packs.iterdir()) if (folder / INFO_FILE).is_file())
    return tuple(_read(folder) for folder in found if not folder.name.startswith("."))


def _read(folder: Path) -> Pack:
    info = json.loads((folder / INFO_FILE).read_text(encoding="utf-8"))
    return Pack(name=folder.name, sha256=info["sha256"], files=info["files"], folder=folder)


def pack_name(source: Path) -> str:
    """Return a name made of the source's own."""
    words = source.resolve().name.removesuffix(".zip").lower()
    return re.sub(r"[^a-z0-9._-]+", "-", words).strip(".-_")[:64]


def _write(name: str, files: Iterable[_File], folder: Path) -> Pack:
    digests: dict[str, str] = {}
    for file in files:
        if file.name in digests:
            raise PackError(reason=f"{file.name} ada dua kali di dalam paket")
        path = folder / file.name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as target:
            target.write(file.content)
        digests[file.name] = hashlib.sha256(file.content).hexdigest()
    if not any(one.endswith(RULE_SUFFIXES) for one in digests):
        raise PackError(reason="tidak ada berkas aturan (.yml) di dalam paket")
    sha256 = hashlib.sha256("".join(f"{digests[one]}  {one}\n" for one in sorted(digests)).encode()).hexdigest()
    (folder / INFO_FILE).write_text(json.dumps({"sha256": sha256, "files": len(digests)}), encoding="utf-8")
    return Pack(name=name, sha256=sha256, files=len(digests), folder=folder)


def _bounded(files: Iterable[_File]) -> Iterator[_File]:
    total = 0
    for number, file in enumerate(files, start=1):
        total += len(file.content)
        if number > MAX_FILES:
            raise PackError(reason=f"lebih dari {MAX_FILES} berkas")
        if total > MAX_BYTES:
            raise PackError(reason=f"isi paket lebih dari {MAX_BYTES} bita")
        yield file


def _files_of(source: Path) -> Iterator[_File]:
    if source.is_dir():
        yield from _files_of_folder(source)
    elif source.suffix.lower() == ".zip":
        with ZipFile(source) as archive:
            yield from _files_of_zip(archive)
    else:
        raise PackError(reason=f"{source} bukan folder dan bukan ZIP")


def _files_of_folder(source: Path) -> Iterator[_File]:
    entries = 0
    for folder, folders, names in os.walk(source, followlinks=False):
        entries += len(folders) + len(names)
        _refuse_many(entries)
        folders.sort()
        for entry in (Path(folder) / name for name in (*folders, *sorted(names))):
            if entry.is_symlink():
                raise PackError(reason=f"{entry.relative_to(source)} adalah symlink; paket tidak boleh memuatnya")
        for name in sorted(names):
            path = Path(folder) / name
            if path.is_file() and _limit_of(name):
                inner = _safe_name(path.relative_to(source).as_posix())
                with path.open("rb") as file:
                    yield _checked(inner, file.read(_limit_of(name) + 1))


def _files_of_zip(archive: ZipFile) -> Iterator[_File]:
    members = archive.infolist()
    _refuse_many(len(members))
    for member in members:
        inner = _safe_name(member.filename)
        if _is_link(member):
            raise PackError(reason=f"{inner} adalah symlink; paket tidak boleh memuatnya")
        limit = _limit_of(PurePosixPath(inner).name)
        if member.is_dir() or not limit:
            continue
        # What the header says about the size is the sender's word: no more than the limit is ever unpacked.
        with archive.open(member) as file:
            yield _checked(inner, file.read(limit + 1))


def _refuse_many(entries: int) -> None:
    if entries > MAX_ENTRIES:
        raise PackError(reason=f"lebih dari {MAX_ENTRIES} isi")


def _limit_of(name: str) -> int:
    """Return how large a file of this name may be; 0: it is not kept."""
    if name.endswith(RULE_SUFFIXES):
        return MAX_FILE_BYTES
    return MAX_LICENCE_BYTES if _LICENCE.fullmatch(name) else 0


def _checked(name: str, content: bytes) -> _File:
    limit = _limit_of(PurePosixPath(name).name)
    if len(content) > limit:
        raise PackError(reason=f"{name} lebih dari {limit} bita")
    return _File(name=name, content=content)


def _safe_name(name: str) -> str:
    """Raises: PackError for a name that would lead out of the pack's folder, or that no folder should hold."""
    parts = name.rstrip("/").split("/")
    bad = any(part in ("", ".", "..") or part.startswith(_UNFINISHED) for part in parts)
    if bad or len(parts) > MAX_DEPTH or not name.isprintable() or set(name) & set('\\:*?"<>|') or len(name) > 1000:
        raise PackError(reason=f"nama berkas tidak diterima: {name[:200]!r}")
    return "/".join(parts)


def _is_link(member: ZipInfo) -> bool:
    return stat.S_ISLNK(member.external_attr >> 16)
