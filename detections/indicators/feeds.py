"""Feeds of indicators on disk: one JSON file each in the data folder, `indicators/<name>.json`, replaced as a whole."""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

import orjson

from detections.indicators.misp import events_of, read_misp
from detections.indicators.model import Feed, Indicator, IndicatorSet, Kind
from detections.indicators.stix import is_stix, read_stix

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_INDICATORS = 500_000
"""Of one feed; about 100 bytes each in memory."""
MAX_FEEDS = 100
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SOURCE_CHARACTERS = 200


class FeedError(Exception):
    """A feed that is not taken in, or not there; `reason` is in Bahasa Indonesia. Nothing was changed."""

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def indicators_folder(data_dir: Path) -> Path:
    return data_dir / "indicators"


def read_feed(path: Path, *, name: str | None, source: str | None, at: datetime, expires_at: datetime) -> Feed:
    """Return what a STIX or MISP file holds. `name`: None for the file's own. Raises: FeedError, OSError."""
    chosen = name or _name_of(path)
    if _NAME.fullmatch(chosen) is None:
        raise FeedError(reason=f"nama `{chosen[:64]}` tidak dapat dipakai; pilih huruf kecil, angka, . _ -")
    with path.open("rb") as file:
        text = file.read(MAX_FILE_BYTES + 1)
    if len(text) > MAX_FILE_BYTES:
        raise FeedError(reason=f"lebih besar dari {MAX_FILE_BYTES // 1024 // 1024} MB")
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise FeedError(reason=f"bukan JSON: {error}") from error
    left_out: Counter[str] = Counter()
    kind, found = _read(document, left_out)
    indicators = tuple(dict.fromkeys(_limited(found)))
    if not indicators:
        raise FeedError(reason=f"tidak ada indikator yang dapat dipakai di dalamnya ({kind}; {_counted(left_out)})")
    shown = "".join(letter for letter in source or chosen if letter.isprintable())[:_SOURCE_CHARACTERS]
    return Feed(
        name=chosen,
        source=shown,
        format=kind,
        sha256=hashlib.sha256(text).hexdigest(),
        imported_at=at,
        expires_at=expires_at,
        indicators=indicators,
        left_out=dict(left_out),
    )


def _read(document: object, left_out: Counter[str]) -> tuple[str, Iterator[Indicator]]:
    if isinstance(document, dict) and is_stix(document):
        return "STIX 2.1", read_stix(document, left_out)
    events = events_of(document)
    if not events:
        raise FeedError(reason="bukan bundel STIX 2.1 dan bukan kejadian MISP")
    return "MISP", read_misp(events, left_out)


def _limited(found: Iterator[Indicator]) -> Iterator[Indicator]:
    for number, one in enumerate(found):
        if number >= MAX_INDICATORS:
            raise FeedError(reason=f"lebih dari {MAX_INDICATORS} indikator")
        yield one


def _counted(left_out: Counter[str]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in left_out.most_common()) or "kosong"


def _name_of(path: Path) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", path.stem.lower()).strip("-._")[:64]


def save_feed(folder: Path, feed: Feed) -> None:
    """Keep a feed in place of the one of that name. The data folder is there. Raises: FeedError, OSError."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if not _file_of(folder, feed.name).exists() and len(list(folder.glob("*.json"))) >= MAX_FEEDS:
        raise FeedError(reason=f"lebih dari {MAX_FEEDS} sumber")
    content = orjson.dumps(
        {
            "name": feed.name,
            "source": feed.source,
            "format": feed.format,
            "sha256": feed.sha256,
            "imported_at": feed.imported_at,
            "expires_at": feed.expires_at,
            "left_out": feed.left_out,
            "indicators": [[one.kind.value, *one[1:]] for one in feed.indicators],
        }
    )
    with NamedTemporaryFile(dir=folder, delete=False) as file:
        file.write(content)
    os.replace(file.name, _file_of(folder, feed.name))


def load_feeds(folder: Path) -> tuple[Feed, ...]:
    """Return every feed that is kept, by name. Raises: OSError; FeedError where a file is not what was written."""
    return tuple(_load(path) for path in sorted(folder.glob("*.json")))


def _load(path: Path) -> Feed:
    try:
        saved = orjson.loads(path.read_bytes())
        return Feed(
            name=saved["name"],
            source=saved["source"],
            format=saved["format"],
            sha256=saved["sha256"],
            imported_at=datetime.fromisoformat(saved["imported_at"]),
            expires_at=datetime.fromisoformat(saved["expires_at"]),
            left_out=saved["left_out"],
            indicators=tuple(Indicator(Kind(kind), *rest) for kind, *rest in saved["indicators"]),
        )
    except (ValueError, TypeError, LookupError) as error:
        raise FeedError(reason=f"{path}: rusak; hapus dan ambil lagi") from error


def remove_feed(folder: Path, name: str) -> None:
    """Raises: FeedError where there is none of that name."""
    if _NAME.fullmatch(name) is None or not _file_of(folder, name).exists():
        raise FeedError(reason=f"sumber indikator `{name[:64]}` tidak ada")
    _file_of(folder, name).unlink()


def known_indicators(data_dir: Path) -> IndicatorSet:
    """Return the indicators in use; an empty set where none were taken in. Raises: as `load_feeds`."""
    return IndicatorSet(load_feeds(indicators_folder(data_dir)))


def _file_of(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"
