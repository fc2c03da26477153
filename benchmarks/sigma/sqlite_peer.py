"""Detection as Zircolite does it: events as rows of a table in memory, each rule one SQL query, a hit a JSON line out.

Zircolite itself comes from no package registry; what it rests on does: pySigma's SQLite backend. Called with a folder
of rules, a file of events, and where the converted rules are kept between runs, as Zircolite ships them converted.
"""

import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection
from sigma.exceptions import SigmaError
from sigma.rule import SigmaRule

MAX_COLUMNS = 1_900
"""SQLite's own limit is 2,000."""
_ROUTING = frozenset(("product", "category", "service"))
_NO_COLUMN = re.compile(r"no such column: (.+)$")


def converted(rules: Path) -> Iterator[tuple[str, str]]:
    """Yield title and query of every rule that the backend can write; the others are counted on stderr."""
    backend, refused = sqliteBackend(), 0
    for file in sorted(rules.rglob("*.yml")):
        try:
            [rule] = SigmaCollection.from_yaml(file.read_text(encoding="utf-8")).rules
            queries = backend.convert_rule(rule) if isinstance(rule, SigmaRule) else []
        except (SigmaError, ValueError, NotImplementedError):
            refused += 1
            continue
        for query in queries:
            _, _, condition = query.partition(" WHERE ")
            yield rule.title, f"SELECT * FROM logs WHERE {_routed(rule, condition)}"
    sys.stderr.write(f"{refused} rules were not converted\n")


def _routed(rule: SigmaRule, condition: str) -> str:
    """Return the condition for events of the rule's logsource: they carry its names."""
    source = rule.logsource
    named = {"product": source.product, "category": source.category, "service": source.service}
    parts = [f"source_{name} = '{value}'" for name, value in named.items() if value]
    return " AND ".join([*parts, f"({condition})"])


def load(database: sqlite3.Connection, lines: Iterable[bytes]) -> None:
    """Make a table of all fields that the events have."""
    events = [_columns(orjson.loads(line)) for line in lines]
    columns = list(dict.fromkeys(name for event in events for name in event))[:MAX_COLUMNS]
    named = ", ".join(f"{_quoted(name)} TEXT COLLATE NOCASE" for name in columns)
    database.execute(f"CREATE TABLE logs ({named})")
    places = ", ".join("?" * len(columns))
    rows = ([_value(event.get(name)) for name in columns] for event in events)
    database.executemany(f"INSERT INTO logs VALUES ({places})", rows)
    database.execute("CREATE INDEX by_source ON logs (source_product, source_category, source_service)")


def _columns(event: dict[str, Any]) -> dict[str, Any]:
    """Return the event for a table, whose columns know no case: Sysmon's `Product` is not the `product` of routing."""
    return {f"source_{name}" if name in _ROUTING else name.lower(): value for name, value in event.items()}


def _value(value: Any) -> Any:  # noqa: ANN401  JSON
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def hits(database: sqlite3.Connection, query: str) -> Iterator[sqlite3.Row]:
    """Run the query; a field that no event has is added, empty, and the query run again."""
    while True:
        try:
            yield from database.execute(query)
        except sqlite3.OperationalError as error:
            missing = _NO_COLUMN.search(str(error))
            if missing is None:
                sys.stderr.write(f"{error}\n")
                return
            database.execute(f"ALTER TABLE logs ADD COLUMN {_quoted(missing[1])} TEXT")
        else:
            return


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(text)
    except re.error:
        return None


def _matches(text: str, value: object) -> bool:
    pattern = _pattern(text)
    return pattern is not None and value is not None and pattern.search(str(value)) is not None


def main() -> None:
    rules, events, kept = map(Path, sys.argv[1:4])
    if not kept.is_file():
        kept.write_bytes(orjson.dumps(list(converted(rules))))
    database = sqlite3.connect(":memory:")
    database.row_factory = sqlite3.Row
    database.create_function("regexp", 2, _matches, deterministic=True)
    with events.open("rb") as lines:
        load(database, lines)
    for title, query in orjson.loads(kept.read_bytes()):
        for row in hits(database, query):
            found = {name: row[name] for name in row.keys() if row[name] is not None}  # noqa: SIM118  a row yields values
            sys.stdout.buffer.write(orjson.dumps({"rule": title, "event": found}) + b"\n")


if __name__ == "__main__":
    main()
