"""A second opinion: pySigma's SQLite backend turns the same rules into SQL, run over the same events.

Where the two mean the same: texts compared without regard to the case of ASCII letters, wildcards, numbers in a field
of numbers, addresses in a field of addresses, missing fields, and conditions. Not keywords, which the backend lacks,
nor empty texts, lists and numbers among texts, which SQL tells apart and Sigma does not.
"""

import json
import re
import sqlite3
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sigma.backends.sqlite import sqliteBackend
from sigma.rule import SigmaRule

from detections.sigma.fields import FieldMap
from detections.sigma.load import LoadedRule, LoadedRules
from detections.sigma.match import decode
from detections.sigma.ruleset import build_rule_set

COLUMNS = "A TEXT COLLATE NOCASE, B TEXT COLLATE NOCASE, N NUMERIC, I TEXT"
LETTERS = "abkABK -/\\*?\"'%_0.[]"

texts = st.text(alphabet=LETTERS, min_size=1, max_size=6)
words = st.text(alphabet="abAB", min_size=1, max_size=3)
names = st.sampled_from(["A", "B"])
of_text = st.one_of(
    st.tuples(
        st.sampled_from(["", "|contains", "|startswith", "|endswith"]), st.one_of(texts, st.lists(texts, min_size=1))
    ),
    st.tuples(st.just("|contains|all"), st.lists(texts, min_size=1, max_size=3)),
    st.tuples(st.sampled_from(["|cased", "|contains|cased"]), words),
    st.tuples(st.just("|contains|windash"), words.map(lambda word: f" -{word}")),
    st.tuples(st.just("|re"), st.sampled_from(["a+b", "^ab", "b$", "(ab|k)+", "[^a]b", "a.b"])),
    st.tuples(st.just(""), st.none()),
    st.tuples(st.just("|exists"), st.booleans()),
)
of_number = st.tuples(st.sampled_from(["", "|lt", "|lte", "|gt", "|gte"]), st.integers(-3, 9))
of_address = st.tuples(st.just("|cidr"), st.sampled_from(["10.0.0.0/8", "10.0.1.0/24", "192.168.0.0/16"]))
items = st.one_of(
    st.tuples(names, of_text),
    st.tuples(st.just("N"), of_number),
    st.tuples(st.just("I"), of_address),
).map(lambda item: {f"{item[0]}{item[1][0]}": item[1][1]})
selections = st.one_of(items, st.lists(items, min_size=1, max_size=3))
conditions = st.sampled_from(
    ["x", "x and y", "x or y", "x and not y", "not x", "1 of them", "all of them", "not (x or y)", "not x or not y"]
)
detections = st.fixed_dictionaries({"x": selections, "y": selections, "condition": conditions})
events = st.fixed_dictionaries(
    {},
    optional={
        "A": texts,
        "B": texts,
        "N": st.integers(-3, 9),
        "I": st.sampled_from(["10.0.0.1", "10.0.1.7", "192.168.1.1", "8.8.8.8"]),
    },
)


def found_by_sql(rule: SigmaRule, rows: list[dict[str, Any]]) -> list[bool]:
    (query,) = sqliteBackend().convert_rule(rule)
    database = sqlite3.connect(":memory:")
    database.create_function("REGEXP", 2, lambda pattern, text: text is not None and bool(re.search(pattern, text)))
    database.execute(f"CREATE TABLE logs (number INTEGER, {COLUMNS})")
    for number, row in enumerate(rows):
        database.execute("INSERT INTO logs VALUES (?, ?, ?, ?, ?)", (number, *(row.get(name) for name in "ABNI")))
    found = {row[0] for row in database.execute(query)}
    database.close()
    return [number in found for number in range(len(rows))]


def found_by_us(rule: SigmaRule, rows: list[dict[str, Any]]) -> list[bool]:
    loaded = LoadedRules(rules=(LoadedRule(rule=rule, file="x.yml", line=1),), skipped=())
    rules = build_rule_set(loaded, FieldMap([], {}))
    assert rules.skipped == ()
    matcher = rules.matcher()
    bodies = [json.dumps({**row, "category": "any"}).encode() for row in rows]
    views = [(body, decode(body)) for body in bodies]
    return [view is not None and bool(matcher.match(body, view)) for body, view in views]


@given(detection=detections, rows=st.lists(events, min_size=1, max_size=6))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_rules_find_what_their_sql_finds(detection: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    written = {"title": "Uji", "logsource": {"category": "any"}, "detection": detection}

    ours = found_by_us(SigmaRule.from_dict(written), rows)

    assert ours == found_by_sql(SigmaRule.from_dict(written), rows)
