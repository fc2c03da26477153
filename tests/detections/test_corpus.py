"""SigmaHQ's rules on real Windows event files with the answers published for them; skipped without the corpus."""

import io
import json
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
import zstandard

from detections.sigma.match import RuleMatcher, decode
from detections.sigma.ruleset import RuleSet, load_rule_set
from detections.sigma.view import EventView
from ingest.reading import read_events
from tests.support.require import corpus_archive

DIFFERENCES = Path(__file__).parent / "reference_differences.yaml"


@dataclass(frozen=True, slots=True)
class Corpus:
    rules: RuleSet
    matcher: RuleMatcher
    folder: Path


def unpack(name: str, into: Path) -> Path:
    packed = corpus_archive(name)
    with (
        zstandard.ZstdDecompressor().stream_reader(packed.open("rb"), closefd=True) as stream,
        tarfile.open(fileobj=io.BufferedReader(stream), mode="r|") as archive,
    ):
        archive.extractall(into, filter="data")
    return into


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("corpus")
    rule_folder = unpack("sigmahq-rules.tar.zst", folder / "rules")
    events = unpack("evtx-dev.tar.zst", folder / "evtx")
    rules = load_rule_set(sorted(rule_folder.glob("rules*")))
    return Corpus(rules, rules.matcher(), events)


def hits(corpus: Corpus, file: Path) -> Iterator[tuple[EventView, list[str]]]:
    """Yield each event of a file with the ids of the rules that match it."""
    infos = corpus.rules.infos
    for parsed in read_events(file, format="evtx", timezone=ZoneInfo("UTC"), year=None):
        if parsed.event is not None:
            view = decode(parsed.event.body)
            assert view is not None
            yield view, [infos[index].id for index in corpus.matcher.match(parsed.event.body, view)]


@pytest.mark.slow
def test_every_published_regression_case_is_found(corpus: Corpus) -> None:
    cases = json.loads((corpus.folder / "regression.json").read_text())
    found: Counter[tuple[str, str]] = Counter()

    for file in sorted({case["file"] for case in cases}):
        found.update((file, rule_id) for _, ids in hits(corpus, corpus.folder / file) for rule_id in ids)

    missed = [case for case in cases if found[case["file"], case["rule_id"]] < (case["match_count"] or 1)]
    assert missed == []
    assert len(cases) == 87


@pytest.mark.slow
def test_every_difference_to_the_reference_is_explained(corpus: Corpus) -> None:
    reference = json.loads((corpus.folder / "reference_hits.json").read_text())
    kinds = {rule_id: kind for kind in yaml.safe_load(DIFFERENCES.read_text("utf-8")) for rule_id in kind["rules"]}
    seen: dict[str, Counter[str]] = {}
    unexplained: list[tuple[str, str]] = []

    for file in sorted((corpus.folder / "evtx").glob("*.evtx")):
        ours = list(hits(corpus, file))
        counts = Counter(rule_id for _, ids in ours for rule_id in ids)
        theirs = Counter(reference.get(file.name, {}))
        for rule_id in sorted({*counts, *theirs}):
            if counts[rule_id] == theirs[rule_id]:
                continue
            seen.setdefault(rule_id, Counter()).update(reference=theirs[rule_id], ours=counts[rule_id])
            if rule_id not in kinds or not is_as_explained(kinds[rule_id], rule_id, ours, theirs[rule_id]):
                unexplained.append((file.name, rule_id))

    assert unexplained == []
    assert {rule_id: dict(found) for rule_id, found in seen.items()} == {
        rule_id: kind["rules"][rule_id] for rule_id, kind in kinds.items()
    }


def is_as_explained(
    kind: dict[str, Any], rule_id: str, ours: list[tuple[EventView, list[str]]], reference: int
) -> bool:
    """Say whether the hits beyond the reference, or the events it has beyond ours, are of the kind that is stated."""
    matched = [view for view, ids in ours if rule_id in ids]
    if "extra" in kind:
        return len(matched) - sum(has(view, kind["extra"]) for view in matched) == reference
    others = [view for view, ids in ours if rule_id not in ids]
    return reference - len(matched) <= sum(has(view, kind["lacking"]) for view in others)


def has(view: EventView, wanted: dict[str, str]) -> bool:
    return all(str(view.fields.get(name)) == value for name, value in wanted.items())
