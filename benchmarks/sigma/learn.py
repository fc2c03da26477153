"""Measures in which share of events the texts stand that rules are recognised by, and writes the table of costs.

    python -m benchmarks.sigma.learn --rules RULES EVENTS.jsonl > detections/sigma/mapping/witness_costs.json

EVENTS are JSON lines as `irp parse` or another tool writes them. Only texts that are in one event of twenty or more are
kept: of the others their length tells enough.
"""

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import orjson

from detections.sigma.literal_search import LiteralSearch
from detections.sigma.numbers import plain_code
from detections.sigma.ruleset import load_rule_set
from detections.sigma.traces import Traces

LEAST_SHARE = 0.05
LEAST_EVENTS = 50
"""Of fewer events with a code no share is told."""
CODES = ("event.code", "EventID", "winlog.event_id")
ANY = "any"


def texts_in(traces: Traces | None) -> Iterator[bytes]:
    match traces:
        case bytes():
            yield traces
        case None:
            return
        case joined:
            for part in joined.parts:
                yield from texts_in(part)


def shares(search: LiteralSearch, texts: list[bytes], events: Path) -> dict[str, dict[str, float]]:
    found: dict[str, Counter[int]] = defaultdict(Counter)
    seen: Counter[str] = Counter()
    with events.open("rb") as lines:
        for line in lines:
            fields = orjson.loads(line)
            code = next((plain_code(str(fields[name])) for name in CODES if name in fields), ANY)
            there = search.find(line.rstrip()) or ()
            for place in {code, ANY}:
                found[place].update(there)
                seen[place] += 1
    return {
        place: {
            texts[number].decode(): round(count / seen[place], 3)
            for number, count in sorted(counts.items(), key=lambda pair: texts[pair[0]])
            if count >= LEAST_SHARE * seen[place]
        }
        for place, counts in sorted(found.items())
        if seen[place] >= LEAST_EVENTS
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=Path, action="append", required=True)
    parser.add_argument("events", type=Path)
    options = parser.parse_args()
    rules = load_rule_set(options.rules)
    texts = sorted({text for one in rules.matchers for text in texts_in(one.compiled.traces)})
    table = shares(LiteralSearch.of(texts), texts, options.events)
    sys.stdout.write(json.dumps(table, ensure_ascii=False, indent=0, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
