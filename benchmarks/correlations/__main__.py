"""What correlations cost: events a second with and without them, on the same events and the same rules.

    python -m benchmarks correlations [--rounds 5] [--events 20000] [--only CASE] [--rules FOLDER --evtx FOLDER]

Cases:
- `sshd`: lines of which each feeds two of our own correlations, with our own rules and without their correlations.
- `quiet`, `busy`, `flood`: 1,000 generated rules, each under a correlation of its own (all types in turn), and events
  of which 1 in 1,000, 1 in 20 and each one is matched.
- `evtx`, where `--rules` and `--evtx` are given: a Sigma rule folder with 1,000 correlations over its rules, and the
  events of all EVTX files of a folder.

With and without differ in the correlations alone: the rules below stay silent in both. Processor time of one process,
rounds in turn, the best counts. What is loaded is set aside from the garbage collector, as the intake does.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from detections.catalog import shipped_rules
from detections.scan import Scanner
from detections.sigma.ruleset import RuleSet, load_rule_set
from ingest.reading import read_events
from ir_platform.app.garbage import set_aside_what_is_loaded
from ir_platform.domain.event import Event, EventBatch, batch_of, derive_event_id, make_event, to_ns

Case = Callable[[], tuple[RuleSet, list[Event]]]

BATCH = 1_000
CORRELATIONS = 1_000
START = datetime(2026, 11, 20, tzinfo=UTC)
KINDS = (
    "type: event_count\n  rules: [{a}]\n  condition: {{gte: 10}}",
    "type: value_count\n  rules: [{a}]\n  condition: {{gte: 8, field: user.name}}",
    "type: temporal\n  rules: [{a}, {b}]",
    "type: temporal_ordered\n  rules: [{a}, {b}]",
    "type: value_sum\n  rules: [{a}]\n  condition: {{gte: 1000000, field: network.bytes}}",
    "type: value_avg\n  rules: [{a}]\n  condition: {{gte: 5000, field: network.bytes}}",
    "type: event_count\n  rules: [{a}]\n  condition: {{lt: 1}}",
)
"""Absence and `not` name rules by words, which rules of a folder need not have."""


def main() -> int:
    options = _options()
    print("case       with/s   without/s   cost   matched")
    for name, case in _cases(options).items():
        if options.only in (None, name):
            _measure(name, *case(), options.rounds)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks correlations", description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--only", help="one of the cases")
    parser.add_argument("--rules", type=Path)
    parser.add_argument("--evtx", type=Path)
    return parser.parse_args()


def _cases(options: argparse.Namespace) -> dict[str, Case]:
    number, generated = options.events, cache(_generated_rules)
    cases: dict[str, Case] = {
        "sshd": lambda: (shipped_rules(), list(_refused(number))),
        "quiet": lambda: (generated(), list(_generated_events(number, every=1_000))),
        "busy": lambda: (generated(), list(_generated_events(number, every=20))),
        "flood": lambda: (generated(), list(_generated_events(number, every=1))),
    }
    if options.rules is not None and options.evtx is not None:
        cases["evtx"] = lambda: (_with_correlations(options.rules), list(_recorded(options.evtx)))
    return cases


def _measure(name: str, rules: RuleSet, events: Sequence[Event], rounds: int) -> None:
    batches = [batch_of(events[at : at + BATCH]) for at in range(0, len(events), BATCH)]
    bare = replace(rules, correlations=())
    set_aside_what_is_loaded()
    with_them, without = [], []
    for _ in range(rounds):
        with_them.append(_seconds(rules, batches))
        without.append(_seconds(bare, batches))
    best, best_bare = min(with_them), min(without)
    matched = _matched(rules, batches) / len(events)
    figures = f"{len(events) / best:8,.0f} {len(events) / best_bare:11,.0f} {best / best_bare - 1:6.0%} {matched:8.1%}"
    print(f"{name:8} {figures}", flush=True)


def _matched(rules: RuleSet, batches: Iterable[EventBatch]) -> int:
    """Return how often rules matched."""
    scanner = Scanner(rules)
    for batch in batches:
        scanner.scan(batch)
    return scanner.stats.hits


def _seconds(rules: RuleSet, batches: Iterable[EventBatch]) -> float:
    scanner = Scanner(rules)
    scanner.scan(next(iter(batches)))
    started = time.process_time()
    for batch in batches:
        scanner.scan(batch)
    scanner.grown()
    return time.process_time() - started


def _refused(number: int) -> Iterator[Event]:
    """Yield sshd refusals, twenty a second, from fifty addresses."""
    chosen = random.Random(1)
    for record in range(number):
        ip, user = f"203.0.113.{chosen.randint(1, 50)}", f"user{chosen.randint(1, 300)}"
        message = f"Failed password for invalid user {user} from {ip} port {1024 + record % 60_000} ssh2"
        yield _event(
            record,
            {
                "event.dataset": "system.auth",
                "event.original": f"Nov 20 12:00:00 web-1 sshd[77]: {message}",
                "message": message,
                "process.name": "sshd",
                "host.name": f"web-{chosen.randint(1, 3)}",
                "source.ip": ip,
                "user.name": user,
                "system.auth.ssh.event": "Failed",
                "system.auth.ssh.method": "password",
            },
        )


def _generated_events(number: int, *, every: int) -> Iterator[Event]:
    chosen = random.Random(2)
    for record in range(number):
        action = f"order_{chosen.randrange(CORRELATIONS):04d}" if record % every == 0 else "other"
        yield _event(
            record,
            {
                "event.dataset": "test.bench",
                "event.original": f"app[1]: action={action} user=user{record % 97} bytes={record % 7919}",
                "app.kind": action,
                "host.name": f"host-{record % 20}",
                "user.name": f"user{record % 97}",
                "network.bytes": record % 7919,
            },
        )


def _event(record: int, fields: dict[str, object]) -> Event:
    event_id = derive_event_id("bench", record, b"")
    return make_event(event_id, to_ns(START + timedelta(milliseconds=50 * record)), fields)


def _recorded(folder: Path) -> Iterator[Event]:
    for file in sorted(folder.rglob("*.evtx")):
        found = read_events(file, format="evtx", timezone=ZoneInfo("UTC"), year=None)
        yield from (parsed.event for parsed in found if parsed.event is not None)


def _generated_rules() -> RuleSet:
    texts = [
        f"title: Jenis {number}\nid: {_id('rule', number)}\nstatus: test\nlevel: low\n"
        "logsource: {product: test}\n"
        f"detection: {{selection: {{app.kind: order_{number:04d}}}, condition: selection}}\n"
        "tanggap: {dasar: true}\n"
        for number in range(CORRELATIONS)
    ]
    return _loaded([*texts, *_correlations([_id("rule", number) for number in range(CORRELATIONS)])], ())


def _with_correlations(folder: Path) -> RuleSet:
    """Return the folder's rules, the first 1,000 of them under correlations."""
    rules = load_rule_set([folder])
    ids = [rules.infos[matcher.index].id for matcher in islice(rules.matchers, CORRELATIONS)]
    return _loaded(_correlations(ids), (folder,))


def _correlations(ids: Sequence[str]) -> Iterator[str]:
    for number, a in enumerate(ids):
        kind = KINDS[number % len(KINDS)].format(a=a, b=ids[number - 1])
        yield (
            f"title: Korelasi {number}\nid: {_id('correlation', number)}\nstatus: test\nlevel: medium\n"
            f"correlation:\n  {kind}\n  group-by: [host.name]\n  timespan: 5m\n"
        )


def _loaded(texts: Iterable[str], folders: Sequence[Path]) -> RuleSet:
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts):
            (Path(folder) / f"rule_{number}.yml").write_text(text, encoding="utf-8")
        rules = load_rule_set([Path(folder), *folders])
    for problem in rules.skipped:
        if problem.file.startswith(folder):
            raise SystemExit(f"the benchmark's own rules do not load: {problem}")
    return rules


def _id(kind: str, number: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"benchmark:{kind}:{number}"))


if __name__ == "__main__":
    sys.exit(main())
