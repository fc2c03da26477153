"""SigmaHQ's rules on real Windows event files with the answers SigmaHQ publishes; skipped without the corpus."""

import io
import json
import tarfile
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import zstandard

from detections.sigma.match import decode
from detections.sigma.ruleset import load_rule_set
from ingest.catalog import read_events
from tests.support.require import corpus_archive


def unpack(name: str, into: Path) -> Path:
    packed = corpus_archive(name)
    with (
        zstandard.ZstdDecompressor().stream_reader(packed.open("rb"), closefd=True) as stream,
        tarfile.open(fileobj=io.BufferedReader(stream), mode="r|") as archive,
    ):
        archive.extractall(into, filter="data")
    return into


@pytest.mark.slow
def test_every_published_regression_case_is_found(tmp_path: Path) -> None:
    rule_folder = unpack("sigmahq-rules.tar.zst", tmp_path / "rules")
    events = unpack("evtx-dev.tar.zst", tmp_path / "evtx")
    cases = json.loads((events / "regression.json").read_text())
    rules = load_rule_set(sorted(rule_folder.glob("rules*")))
    matcher = rules.matcher()
    found: Counter[tuple[str, str]] = Counter()

    for file in sorted({case["file"] for case in cases}):
        for parsed in read_events(events / file, format="evtx", timezone=ZoneInfo("UTC"), year=None):
            assert parsed.event is not None, parsed.rejection
            view = decode(parsed.event.body)
            assert view is not None
            found.update((file, rules.infos[index].id) for index in matcher.match(parsed.event.body, view))

    missed = [case for case in cases if found[case["file"], case["rule_id"]] < (case["match_count"] or 1)]
    assert missed == []
    assert len(cases) == 87
