"""What the detectors find in every real capture and log file of the corpus, and whether it is what a person judged.

`python -m benchmarks.findings`. Each file by itself, every detector as shipped. Ends with 1 where a finding is not in
tests/detections/detectors/corpus_findings.yaml, or one that is there is found no more.
"""

import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from detections.catalog import new_detectors
from detections.scan import Scanner
from detections.sigma.rule_set import RuleSet
from detections.sigma.ruleset import load_rule_set
from ingest.detecting import UnknownFormatError
from ingest.pcap.analyse import Analysis
from ingest.pcap.capture_file import NotACaptureError
from ingest.pcap.tshark import Tshark
from ingest.reading import read_events
from ir_platform.app.tools import locate_tshark
from ir_platform.domain.event import EventBatch, batch_of
from tests.support.corpora import captures_of_corpus, logs_of_corpus
from tests.support.require import REPOSITORY

JUDGED = REPOSITORY / "tests" / "detections" / "detectors" / "corpus_findings.yaml"
_BATCH = 2_000

Findings = Mapping[str, int]
"""How often each finding was told, by its title; and `events`, which is none."""


def findings(batches: Iterator[EventBatch], rules: RuleSet) -> Findings:
    """Return what the detectors say of these events, and how many events there are."""
    scanner, told = Scanner(rules, new_detectors()), Counter[str]()
    for batch in batches:
        told["events"] += len(batch)
        told.update(one.rule_title for one in scanner.scan(batch))
    told.update(one.rule_title for one in scanner.finish())
    return told


def of_capture(path: Path, rules: RuleSet, tshark: Tshark) -> Findings:
    """Return what is found in a capture; nothing in a file that is none."""
    try:
        return findings(Analysis(path, tshark=tshark).batches(), rules)
    except NotACaptureError:
        return {}


def of_log(path: Path, rules: RuleSet) -> Findings:
    """Return what is found in a log file; nothing where its format is none that we read."""
    try:
        parsed = read_events(path, timezone=ZoneInfo("UTC"), year=None)
    except UnknownFormatError:
        return {}
    events = (one.event for one in parsed if one.event is not None)
    return findings((batch_of(some) for some in iter(lambda: list(islice(events, _BATCH)), [])), rules)


def captures_in(corpus: Path) -> list[str]:
    """Return the captures of the corpus, one of those that are the same."""
    cases = json.loads((corpus / "manifest.json").read_text(encoding="utf-8"))["captures"]
    return sorted({case["capture_info"]["sha256"]: case["capture"] for case in reversed(cases)}.values())


def judged() -> dict[tuple[str, str], int]:
    """Return how often each finding is expected in a file."""
    groups = yaml.safe_load(JUDGED.read_text(encoding="utf-8"))
    return {(group["finding"], name): count for group in groups for name, count in group["in"].items()}


def main() -> int:
    rules, tshark = load_rule_set([]), locate_tshark()
    with tempfile.TemporaryDirectory() as folder:
        captures, logs = captures_of_corpus(Path(folder, "c")), logs_of_corpus(Path(folder, "l"))
        names = json.loads((logs / "manifest.json").read_text(encoding="utf-8"))["logs"]
        found = {name: of_capture(captures / name, rules, tshark) for name in captures_in(captures)}
        found |= {one["file"]: of_log(logs / one["file"], rules) for one in names}
    told = {(title, name): count for name, some in found.items() for title, count in some.items() if title != "events"}
    print(f"{len(found)} files, {sum(some.get('events', 0) for some in found.values())} events")
    for title, count in sorted(Counter(title for title, _ in told).items()):
        print(f"{title}: {sum(told[one] for one in told if one[0] == title)} in {count} files")
    expected = judged()
    wrong = sorted(one for one in told.keys() | expected.keys() if told.get(one) != expected.get(one))
    for one in wrong:
        print(f"not as judged: {one[0]}, {one[1]}: {told.get(one)}, judged: {expected.get(one)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
