"""Rule packs taken in from elsewhere: a folder or a ZIP in SigmaHQ's layout becomes a folder of the data folder.

What is kept is text: Sigma and YARA files, and the licences they came under. A pack is named by its source; a version
of it is the hash of its content, and lies in a folder of its own that is never changed: `<packs>/<name>/<sha256>/`.
Which version is in use is decided elsewhere (`detections.desk`), so that going back is a word and no copying.
"""

import hashlib
import json
import lzma
import os
import re
import shutil
import stat
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from detections.sigma.load import RULE_SUFFIXES
from detections.sigma.yaml_reader import MAX_FILE_BYTES
from detections.zip_directory import ZipShapeError, check_directory
from ir_platform.domain.rules import OWN_PACK

MAX_FILES = 20_000
"""SigmaHQ has about 3,800."""
MAX_BYTES = 256 * 1024 * 1024
MAX_ENTRIES = 100_000
"""Of a folder or ZIP, whatever they are."""
MAX_DEPTH = 20
MAX_LICENCE_BYTES = 1024 * 1024

MAX_YARA_BYTES = 4 * 1024 * 1024
YARA_SUFFIXES = (".yar", ".yara")

INFO_FILE = "pack.json"
_LICENCE = re.compile(r"(licen[cs]e|copying|notice)([._-].*)?", re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_UNFINISHED = ".unfinished-"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KNOWN_LICENCES = (
    ("detection rule license", "Detection Rule License (DRL) 1.1"),
    ("gnu general public license", "GNU GPL"),
    ("apache license", "Apache License 2.0"),
    ("mit license", "MIT License"),
    ("bsd 3-clause", "BSD 3-Clause"),
    ("elastic license", "Elastic License"),
)
"""What a licence's text says somewhere, and what it is then called; else its first line is shown."""
MAX_LICENCE_CHARACTERS = 120
_UNREADABLE = (
    OSError,
    ZipShapeError,
    BadZipFile,
    NotImplementedError,  # a compression that zipfile does not know
    RuntimeError,  # an encrypted member
    EOFError,
    ValueError,  # a directory that lies about where its members are
    struct.error,
    zlib.error,
    lzma.LZMAError,
)


class PackError(Exception):
    """A pack that is not taken in; nothing of it is kept. `reason` is in Bahasa Indonesia."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One version of a pack."""

    name: str
    sha256: str
    """Over names and contents of its files: the version."""
    files: int
    licence: str
    """What its licence is called; empty where it came without one. Hostile text."""
    imported_at: datetime
    folder: Path

    @property
    def has_yara(self) -> bool:
        return any(True for suffix in YARA_SUFFIXES for _ in self.folder.rglob(f"*{suffix}"))

    @property
    def version(self) -> str:
        """The version as people see it: the first digits of the hash."""
        return self.sha256[:12]


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    name: str
    content: bytes


def stage_pack(source: Path | IO[bytes], packs: Path, *, name: str | None = None, at: datetime) -> Pack:
    """Copy what a pack is made of into a folder of its own beside the others, not yet in use.

    `source` is a folder, a ZIP, or an open ZIP, which needs a name. `accept_pack` or `drop_pack` follows.
    The data folder is there already.
    Raises: PackError, and then nothing is kept.
    """
    chosen = name or (pack_name(source.resolve().name) if isinstance(source, Path) else "")
    if not _NAME.fullmatch(chosen) or chosen == OWN_PACK:
        raise PackError(reason=f"nama paket `{chosen[:64]}` tidak dapat dipakai; pilih huruf kecil, angka, . _ -")
    for place in (packs.parent, packs):
        place.mkdir(mode=0o700, exist_ok=True)
    folder = Path(mkdtemp(prefix=_UNFINISHED, dir=packs))  # mkdtemp makes it 0700
    try:
        return _write(chosen, _bounded(_files_of(source)), folder, at=at)
    except PackError:
        shutil.rmtree(folder)
        raise
    except _UNREADABLE as error:
        shutil.rmtree(folder)
        which = source if isinstance(source, Path) else "ZIP"
        raise PackError(reason=f"{which} tidak dapat dibaca: {error}") from error


def accept_pack(pack: Pack, packs: Path) -> Pack:
    """Put a staged pack beside the other versions of its name; one that is there already stays as it is."""
    place = packs / pack.name / pack.sha256
    place.parent.mkdir(mode=0o700, exist_ok=True)
    if not (place / INFO_FILE).is_file():
        pack.folder.rename(place)
    return _read(place)


def drop_pack(pack: Pack) -> None:
    """Remove a staged pack; one that was accepted has left its staging folder and stays."""
    shutil.rmtree(pack.folder, ignore_errors=True)


def pack_versions(packs: Path, name: str) -> tuple[Pack, ...]:
    """Return the versions that are kept of a pack, the last imported first."""
    if not _NAME.fullmatch(name) or not (packs / name).is_dir():
        return ()
    folders = [one for one in (packs / name).iterdir() if _SHA256.fullmatch(one.name) and (one / INFO_FILE).is_file()]
    return tuple(sorted(map(_read, folders), key=lambda pack: (pack.imported_at, pack.sha256), reverse=True))


def pack_names(packs: Path) -> tuple[str, ...]:
    """Return the names under which versions are kept; what an interrupted import left is none."""
    if not packs.is_dir():
        return ()
    names = (one.name for one in sorted(packs.iterdir()) if one.is_dir())
    return tuple(name for name in names if _NAME.fullmatch(name) and pack_versions(packs, name))


def find_pack(packs: Path, *, name: str, sha256: str) -> Pack | None:
    """Return a version by the whole of its hash."""
    return next((one for one in pack_versions(packs, name) if one.sha256 == sha256), None)


def remove_version(pack: Pack) -> None:
    shutil.rmtree(pack.folder, ignore_errors=True)


def _read(folder: Path) -> Pack:
    info = json.loads((folder / INFO_FILE).read_text(encoding="utf-8"))
    return Pack(
        name=info["name"],
        sha256=info["sha256"],
        files=info["files"],
        licence=info["licence"],
        imported_at=datetime.fromisoformat(info["imported_at"]),
        folder=folder,
    )


def pack_name(file_name: str) -> str:
    """Return a name made of that of a folder or ZIP; empty where nothing of it will do."""
    words = file_name.lower().removesuffix(".zip")
    return re.sub(r"[^a-z0-9._-]+", "-", words).strip(".-_")[:64]


def _write(name: str, files: Iterable[_File], folder: Path, *, at: datetime) -> Pack:
    digests: dict[str, str] = {}
    licence_file: _File | None = None
    for file in files:
        if file.name in digests:
            raise PackError(reason=f"{file.name} ada dua kali di dalam paket")
        path = folder / file.name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as target:
            target.write(file.content)
        digests[file.name] = hashlib.sha256(file.content).hexdigest()
        # The licence nearest the top is that of the whole.
        if _LICENCE.fullmatch(PurePosixPath(file.name).name) and _is_nearer(file, licence_file):
            licence_file = file
    if not any(one.endswith((*RULE_SUFFIXES, *YARA_SUFFIXES)) for one in digests):
        raise PackError(reason="tidak ada berkas aturan (.yml, .yar) di dalam paket")
    sha256 = hashlib.sha256("".join(f"{digests[one]}  {one}\n" for one in sorted(digests)).encode()).hexdigest()
    licence = _licence_name(licence_file) if licence_file else ""
    pack = Pack(name=name, sha256=sha256, files=len(digests), licence=licence, imported_at=at, folder=folder)
    info = {"name": name, "sha256": sha256, "files": pack.files, "licence": licence, "imported_at": at.isoformat()}
    (folder / INFO_FILE).write_text(json.dumps(info), encoding="utf-8")
    return pack


def _is_nearer(file: _File, other: _File | None) -> bool:
    return other is None or (file.name.count("/"), file.name) < (other.name.count("/"), other.name)


def _licence_name(file: _File) -> str:
    text = file.content.decode("utf-8", "replace")
    known = next((name for words, name in _KNOWN_LICENCES if words in text.lower()), None)
    first = next((line.strip("# \t") for line in text.splitlines() if line.strip("# \t")), "")
    return known or "".join(one for one in first if one.isprintable())[:MAX_LICENCE_CHARACTERS]


def _bounded(files: Iterable[_File]) -> Iterator[_File]:
    total = 0
    for number, file in enumerate(files, start=1):
        total += len(file.content)
        if number > MAX_FILES:
            raise PackError(reason=f"lebih dari {MAX_FILES} berkas")
        if total > MAX_BYTES:
            raise PackError(reason=f"isi paket lebih dari {MAX_BYTES} bita")
        yield file


def _files_of(source: Path | IO[bytes]) -> Iterator[_File]:
    if not isinstance(source, Path):
        yield from _files_of_zip(source)
    elif source.is_dir():
        yield from _files_of_folder(source)
    elif source.suffix.lower() == ".zip":
        with source.open("rb") as file:
            yield from _files_of_zip(file)
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


def _files_of_zip(file: IO[bytes]) -> Iterator[_File]:
    check_directory(file)
    with ZipFile(file) as archive:
        yield from _members(archive)


def _members(archive: ZipFile) -> Iterator[_File]:
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
    if name.endswith(YARA_SUFFIXES):
        return MAX_YARA_BYTES
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
