"""Each format's sample gives exactly what its expected.jsonl says; `make golden` writes that file anew."""

import json
import os
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ingest.catalog import FORMATS
from ingest.detecting import detect_format
from ingest.parsers.base import Parsed
from ingest.reading import read_events

HERE = Path(__file__).parent
WRITTEN_NS = 1_795_200_000_000_000_000
"""When the samples claim to have been written: 21 November 2026, 02.40 WITA."""


def _sample(name: str, tmp_path: Path) -> Path:
    (source,) = (HERE / name).glob("sample.*")
    copy = tmp_path / source.name
    copy.write_bytes(source.read_bytes())
    os.utime(copy, ns=(WRITTEN_NS, WRITTEN_NS))
    return Path(source.name)


def _said(parsed: Parsed) -> dict[str, Any]:
    if parsed.event is not None:
        return {"record": parsed.record, **parsed.event.fields()}
    assert parsed.rejection is not None
    return {"record": parsed.record, "rejected": parsed.rejection.reason, "offset": parsed.rejection.offset}


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_sample_gives_the_expected_events(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, golden_update: bool
) -> None:
    sample = _sample(name, tmp_path)
    monkeypatch.chdir(tmp_path)

    records = list(read_events(sample, format=name, timezone=ZoneInfo("Asia/Makassar"), year=None))

    said = [json.dumps(_said(parsed), ensure_ascii=False, sort_keys=True) for parsed in records]
    expected = HERE / name / "expected.jsonl"
    if golden_update:
        expected.write_text("".join(line + "\n" for line in said), encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_sample_is_recognised_by_its_content(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample = _sample(name, tmp_path)
    monkeypatch.chdir(tmp_path)

    found = detect_format(sample)

    assert found == name
