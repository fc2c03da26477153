"""Correlation rules as written: the examples of Sigma's correlation specification, our extension, and refusals."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detections import standalone
from detections.scan import Scanner
from detections.sigma.ruleset import RuleSet
from detections.standalone import Correlator, FileMatcher, Place, dump_hit, load_hit
from ir_platform.domain.alert import Detection
from ir_platform.domain.event import Event, batch_of, to_ns
from tests.detections.making import rules_from
from tests.support.builders import NOON, an_event
from tests.support.require import REPOSITORY

CORRELATION_ID = "11111111-2222-4333-8444-000000000099"


def a_base(name: str, number: int, *, extra: str = "") -> str:
    """A rule that matches events whose `event.action` is its name."""
    return dedent(f"""
        title: Dasar {name}
        id: 11111111-2222-4333-8444-0000000000{number:02d}
        name: {name}
        status: test
        level: low
        logsource: {{product: test}}
        detection:
          selection: {{event.action: {name}}}
          condition: selection
    """).lstrip() + dedent(extra)


def a_correlation(body: str, *, id_: str = CORRELATION_ID, name: str = "uji", extra: str = "") -> str:
    head = f"title: Korelasi {name}\nid: {id_}\nname: {name}\nstatus: test\nlevel: high\ncorrelation:\n"
    return head + indent(dedent(body).strip(), "  ") + "\n" + dedent(extra)


def an(action: str, minute: float = 0, *, file: str = "", **fields: object) -> Event:
    at = NOON + timedelta(minutes=minute)
    named = {"event.action": action, "event.dataset": "test", **fields}
    if file:
        named["log.file.path"] = file
    return an_event(at, record=abs(hash((action, minute, *sorted(map(str, fields.items()))))) % 10**9, **named)


def loaded(folder: Path, *texts: str, names: Sequence[str] = "abcd") -> RuleSet:
    bases = [a_base(name, number) for number, name in enumerate(names)]
    rules = rules_from(folder, *bases, *texts)
    assert [problem.reason for problem in rules.skipped] == []
    return rules


def found(rules: RuleSet, events: Iterable[Event]) -> list[Detection]:
    """Return what the correlation tells of events that come in this order, each in a batch of its own."""
    scanner = Scanner(rules)
    told = [detection for event in events for detection in scanner.scan(batch_of([event]))]
    return [one for one in (*told, *scanner.finish()) if one.rule_id == CORRELATION_ID]


def refusal(folder: Path, *texts: str) -> str:
    bases = [a_base(name, number) for number, name in enumerate("abcd")]
    [problem] = rules_from(folder, *bases, *texts).skipped
    return problem.reason


def logins(number: int, *, every_minutes: float = 0.5, computer: str = "dc-1") -> list[Event]:
    return [an("a", n * every_minutes, ComputerName=computer, User=f"user-{n}") for n in range(number)]


# --- the specification's examples ------------------------------------------------------------------------------------

MANY_FAILED_LOGINS = """
    type: event_count
    rules: [a]
    group-by: [ComputerName]
    timespan: 1h
    condition: {gte: 100}
"""


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (logins(100), 1),
        (logins(99), 0),
        (logins(100, every_minutes=0.7), 0),
        (logins(60) + logins(60, computer="dc-2"), 0),
        (logins(300), 2),
    ],
    ids=["100 in an hour", "99", "100 in more than an hour", "two computers", "going on for longer"],
)
def test_many_failed_logins(tmp_path: Path, events: list[Event], expected: int) -> None:
    rules = loaded(tmp_path, a_correlation(MANY_FAILED_LOGINS))

    assert len(found(rules, events)) == expected


@pytest.mark.parametrize(("users", "expected"), [(101, 1), (100, 1), (99, 0)])
def test_failed_logons_with_many_user_accounts(tmp_path: Path, users: int, expected: int) -> None:
    text = """
        type: value_count
        rules: [a]
        group-by: [ComputerName, WorkstationName]
        timespan: 1d
        condition: {field: User, gte: 100}
    """
    rules = loaded(tmp_path, a_correlation(text))
    events = [an("a", n, ComputerName="dc-1", WorkstationName="pc-1", User=f"u{n % users}") for n in range(300)]

    assert len(found(rules, events)) == expected


@pytest.mark.parametrize(
    ("order", "kind", "condition", "expected"),
    [
        ("abc", "temporal", "", 1),
        ("cba", "temporal", "", 1),
        ("ab", "temporal", "", 0),
        ("abc", "temporal_ordered", "", 1),
        ("acb", "temporal_ordered", "", 0),
        ("ab", "temporal", "condition: {gte: 2}", 1),
        ("aa", "temporal", "condition: {gte: 2}", 0),
        ("cb", "temporal_ordered", "condition: {gte: 2}", 0),
        ("bc", "temporal_ordered", "condition: {gt: 1}", 1),
        ("aab", "temporal", "condition: {eq: 2}", 1),
        ("abc", "temporal", "condition: {lt: 3}", 0),
        ("abc", "temporal", "condition: a and b and c", 1),
        ("ab", "temporal", "condition: a and (b or c) and not d", None),
    ],
)
def test_reconnaissance_commands_within_five_minutes(
    tmp_path: Path, order: str, kind: str, condition: str, expected: int | None
) -> None:
    rules_line = "rules: [a, b, c]" if expected is not None else "rules: [a, b, c, d]"
    text = f"type: {kind}\n{rules_line}\ngroup-by: [ComputerName, User]\ntimespan: 5m\n{condition}"
    rules = loaded(tmp_path, a_correlation(text))

    events = [an(action, minute, ComputerName="pc-1", User="siti") for minute, action in enumerate(order)]

    assert len(found(rules, [*events, an("other", 60)])) == (1 if expected is None else expected)


@pytest.mark.parametrize(
    ("order", "expected"),
    [("ab", 1), ("ac", 1), ("abd", 0), ("dab", 0), ("d.....ab", 1), ("bc", 0), ("cba", 1), ("a", 0)],
)
def test_a_condition_with_not_waits_for_the_whole_time_span(tmp_path: Path, order: str, expected: int) -> None:
    text = """
        type: temporal
        group-by: [User]
        timespan: 5m
        condition: a and (b or c) and not d
    """
    rules = loaded(tmp_path, a_correlation(text))

    events = [an(action, minute, User="siti") for minute, action in enumerate(order)]

    assert len(found(rules, [*events, an("other", 60)])) == expected


FAILED_THEN_SUCCESSFUL = """
    type: temporal_ordered
    rules: [many, b]
    group-by: [User]
    timespan: 1h
"""
MANY = """
    type: event_count
    rules: [a]
    group-by: [User, ComputerName]
    timespan: 10m
    condition: {gte: 5}
"""


def test_many_failed_logins_followed_by_a_successful_one(tmp_path: Path) -> None:
    rules = loaded(
        tmp_path,
        a_correlation(MANY, id_="11111111-2222-4333-8444-000000000098", name="many"),
        a_correlation(FAILED_THEN_SUCCESSFUL),
    )
    failed = [an("a", n, User="budi", ComputerName="dc-1") for n in range(5)]

    assert len(found(rules, [*failed, an("b", 9, User="budi", ComputerName="web-9")])) == 1
    assert found(rules, [*failed, an("b", 9, User="siti", ComputerName="dc-1")]) == []
    assert found(rules, [an("b", -1, User="budi"), *failed]) == []


def test_a_correlation_groups_by_what_its_events_have_though_the_one_below_does_not(tmp_path: Path) -> None:
    many = MANY.replace("[User, ComputerName]", "[ComputerName]")
    rules = loaded(
        tmp_path,
        a_correlation(many, id_="11111111-2222-4333-8444-000000000098", name="many"),
        a_correlation(FAILED_THEN_SUCCESSFUL),
    )
    failed = [an("a", n, User=user, ComputerName="dc-1") for n, user in enumerate(["budi", "siti"] * 3)]

    [told] = found(rules, [*failed, an("b", 9, User="siti", ComputerName="web-9")])

    assert told.group == (("User", "siti"),)


def test_aliases_join_fields_that_are_called_otherwise_in_each_event(tmp_path: Path) -> None:
    text = """
        type: temporal
        rules: [a, b]
        aliases:
          internal_ip: {a: destination.ip, b: source.ip}
          remote_ip: {a: source.ip, b: destination.ip}
        group-by: [internal_ip, remote_ip]
        timespan: 10s
    """
    rules = loaded(tmp_path, a_correlation(text))
    error = an("a", 0, **{"source.ip": "198.51.100.7", "destination.ip": "10.0.0.5"})
    back = an("b", 0.1, **{"source.ip": "10.0.0.5", "destination.ip": "198.51.100.7"})
    away = an("b", 0.1, **{"source.ip": "198.51.100.7", "destination.ip": "10.0.0.5"})

    [told] = found(rules, [error, back])

    assert told.group == (("internal_ip", "10.0.0.5"), ("remote_ip", "198.51.100.7"))
    assert found(rules, [error, away]) == []


@pytest.mark.parametrize(
    ("condition", "values", "expected"),
    [
        ("value_sum {gt: 1000, field: network.bytes}", [400, 600], 0),
        ("value_sum {gt: 1000, field: network.bytes}", [400, 600, 1], 1),
        ("value_sum {gte: 1000, field: network.bytes}", ["400", 600.0], 1),
        ("value_sum {lt: 10, field: network.bytes}", [4, 5], 1),
        ("value_avg {gte: 500, field: network.bytes}", [400, 600], 1),
        ("value_avg {gte: 500, field: network.bytes}", [900, 0, 0], 0),
        ("value_avg {lt: 500, field: network.bytes}", [900, 0, 0], 1),
        ("value_median {gte: 500, field: network.bytes}", [1, 500, 9000], 1),
        ("value_median {gte: 500, field: network.bytes}", [1, 499, 500, 501], 0),
        ("value_percentile {gte: 900, field: network.bytes, percentile: 90}", [1] * 9 + [900], 0),
        ("value_percentile {gte: 900, field: network.bytes, percentile: 95}", [1] * 9 + [900], 1),
        ("value_sum {gte: 1, field: network.bytes}", ["banyak", "NaN", "1e999", True], 0),
        ("event_count {lte: 2}", [1, 2], 1),
        ("event_count {lte: 2}", [1, 2, 3], 0),
        ("event_count {eq: 3}", [1, 2, 3], 1),
        ("event_count {neq: 3}", [1, 2, 3], 0),
        ("value_count {lt: 2, field: network.bytes}", [7, 7, 7], 1),
    ],
)
def test_figures_of_a_field_against_a_limit(
    tmp_path: Path, condition: str, values: list[object], expected: int
) -> None:
    kind, _, rest = condition.partition(" ")
    text = f"type: {kind}\nrules: [a]\ngroup-by: [host.name]\ntimespan: 10m\ncondition: {rest}"
    rules = loaded(tmp_path, a_correlation(text))

    events = [an("a", n / 10, **{"host.name": "web-1", "network.bytes": value}) for n, value in enumerate(values)]

    assert len(found(rules, [*events, an("other", 60)])) == expected


def test_the_rules_below_are_silent_unless_generate_says_otherwise(tmp_path: Path) -> None:
    (tmp_path / "silent").mkdir()
    (tmp_path / "loud").mkdir()
    silent = loaded(tmp_path / "silent", a_correlation(MANY_FAILED_LOGINS), names="a")
    loud = loaded(tmp_path / "loud", a_correlation(MANY_FAILED_LOGINS + "    generate: true\n"), names="a")
    batch = batch_of(logins(3))

    assert (len(Scanner(silent).scan(batch)), len(Scanner(loud).scan(batch))) == (0, 3)


# --- absence ---------------------------------------------------------------------------------------------------------

ABSENCE = """
    type: temporal
    rules: [a, b]
    group-by: [host.name]
    timespan: 2h
    condition: a and not b
"""
AWAITED = "tanggap: {tidak_diikuti: b}\n"


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([("a", 0)], 1),
        ([("a", 0), ("b", 119)], 0),
        ([("a", 0), ("b", 120)], 0),
        ([("a", 0), ("b", 121)], 1),
        ([("b", -1), ("a", 0)], 1),
        ([("a", 0), ("b", 5), ("a", 200)], 1),
        ([("a", 0), ("a", 60), ("b", 100)], 0),
        ([("a", 0), ("a", 60), ("a", 180)], 2),
    ],
    ids=["never", "in time", "at the last moment", "too late", "before", "once of two", "one for both", "two spans"],
)
def test_a_backup_that_begins_has_to_end_within_two_hours(
    tmp_path: Path, events: list[tuple[str, int]], expected: int
) -> None:
    rules = loaded(tmp_path, a_correlation(ABSENCE, extra=AWAITED))

    told = found(rules, [*(an(action, minute, host__name="nas") for action, minute in events), an("other", 9_000)])

    assert len(told) == expected
    assert all(detection.group == (("host.name", "nas"),) for detection in told)


def test_absence_in_one_group_is_not_answered_by_another(tmp_path: Path) -> None:
    rules = loaded(tmp_path, a_correlation(ABSENCE, extra=AWAITED))

    told = found(rules, [an("a", 0, host__name="nas"), an("b", 1, host__name="web-1"), an("other", 9_000)])

    assert [detection.at for detection in told] == [NOON]


def test_live_absence_is_told_by_the_clock_when_nothing_comes_any_more(tmp_path: Path) -> None:
    scanner = Scanner(loaded(tmp_path, a_correlation(ABSENCE, extra=AWAITED)))
    scanner.tick(to_ns(NOON))
    scanner.scan(batch_of([an("a", 0, host__name="nas")]))

    def told_at(moment: datetime) -> int:
        return len(scanner.tick(to_ns(moment)))

    assert told_at(NOON + timedelta(hours=2)) == 0
    assert told_at(NOON + timedelta(hours=2, minutes=1, seconds=1)) == 1
    assert told_at(NOON + timedelta(hours=9)) == 0


def test_absence_survives_a_restart(tmp_path: Path) -> None:
    rules = loaded(tmp_path, a_correlation(ABSENCE, extra=AWAITED))
    before, after = Scanner(rules), Scanner(rules)
    before.scan(batch_of([an("a", 0, host__name="nas")]))

    after.restore(before.snapshot())

    assert len(after.scan(batch_of([an("other", 500)]))) == 1


def test_a_file_loaded_beside_live_events_is_judged_by_its_own_time(tmp_path: Path) -> None:
    scanner = Scanner(loaded(tmp_path, a_correlation(ABSENCE, extra=AWAITED)))
    scanner.tick(to_ns(NOON + timedelta(days=30)))
    scanner.scan(batch_of([an("other", 30 * 1440)]))

    first = scanner.scan(batch_of([an("a", 0, host__name="nas", file="old.log")]))
    live = scanner.scan(batch_of([an("other", 30 * 1440 + 1)]))
    answered = scanner.scan(batch_of([an("b", 100, host__name="nas", file="old.log")]))
    later = scanner.scan(batch_of([an("a", 500, host__name="nas", file="old.log")]))
    end = scanner.scan(batch_of([an("other", 900, file="old.log")]))

    assert (first, live, answered, later, len(end)) == ((), (), (), (), 1)


def test_the_example_in_the_documentation_is_a_rule(tmp_path: Path) -> None:
    document = (REPOSITORY / "docs/correlations.md").read_text(encoding="utf-8")
    text = document.partition("```yaml\n")[2].partition("```")[0]

    rules = loaded(tmp_path, text, names=["cadangan_dimulai", "cadangan_selesai"])

    assert [correlation.rule_id for correlation in rules.correlations] == ["3c1d3a52-7c63-4a6e-9a5e-0d3f5b1c8e21"]


# --- counting on -----------------------------------------------------------------------------------------------------


def test_a_count_goes_on_rising_under_the_same_id(tmp_path: Path) -> None:
    scanner = Scanner(loaded(tmp_path, a_correlation(MANY)))

    def some(first: int, number: int) -> list[Event]:
        return [an("a", (first + n) / 60, User="budi", ComputerName="dc-1") for n in range(number)]

    [told] = scanner.scan(batch_of(some(0, 5)))
    quiet = scanner.grown()
    more = scanner.scan(batch_of(some(5, 2)))
    [grown] = scanner.grown()

    assert (told.event_count, quiet, more, grown.event_count) == (5, (), (), 7)
    assert told.id == grown.id
    assert scanner.grown() == ()


def test_a_late_event_moves_the_beginning_but_not_the_name_of_what_was_told(tmp_path: Path) -> None:
    scanner = Scanner(loaded(tmp_path, a_correlation(MANY)))
    late = an("a", -0.5, User="budi", ComputerName="dc-1")

    [told] = scanner.scan(batch_of([an("a", n / 60, User="budi", ComputerName="dc-1") for n in range(5)]))
    after = scanner.scan(batch_of([late]))
    [again] = scanner.grown()

    assert (after, again.id, again.event_count) == ((), told.id, 6)
    assert again.events[0].id == late.id


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(data=st.data())
def test_a_chain_tells_the_same_whatever_the_order_within_the_allowance_and_wherever_it_is_cut(
    tmp_path: Path, data: st.DataObject
) -> None:
    rules = loaded(
        tmp_path,
        a_correlation(MANY.replace("gte: 5", "gte: 3"), id_="11111111-2222-4333-8444-000000000098", name="many"),
        a_correlation(FAILED_THEN_SUCCESSFUL),
    )
    seconds = data.draw(st.lists(st.integers(0, 1500), min_size=1, max_size=30))
    events = [
        an(data.draw(st.sampled_from("aaab")), second / 60, User="budi", ComputerName="dc-1", number=number)
        for number, second in enumerate(sorted(seconds))
    ]
    delays = data.draw(st.lists(st.integers(0, 60), min_size=len(events), max_size=len(events)))
    order = sorted(range(len(events)), key=lambda n: events[n].time_ns + delays[n] * 10**9)
    cut = data.draw(st.integers(0, len(events)))

    whole = Scanner(rules)
    told = {one.id: one for one in whole.scan(batch_of(events))}
    before, after = Scanner(rules), Scanner(rules)
    shuffled = {one.id: one for n in order[:cut] for one in before.scan(batch_of([events[n]]))}
    after.restore(before.snapshot())
    shuffled |= {one.id: one for n in order[cut:] for one in after.scan(batch_of([events[n]]))}

    assert final(after) == final(whole)
    assert len([one for one in told.values() if one.rule_id == CORRELATION_ID]) <= len(shuffled)


def final(scanner: Scanner) -> Mapping[str, object]:
    """Return the windows as they stand, from what would be kept over a restart."""
    saved = json.loads(scanner.snapshot())["correlations"]
    return {name: [_standing(window) for group in groups for window in group[2]] for name, groups in saved.items()}


def _standing(window: list[Any]) -> tuple[object, ...]:
    (start, end, reached, *_), count, _, refs, _ = window
    return start, end, reached, count, sorted(ref[1] for ref in refs)


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "extra", "reason"),
    [
        ("type: event_count\nrules: [a]\ntimespan: 1h\ncondition: {gte: 0}", "", "ambang"),
        ("type: event_count\nrules: [a]\ntimespan: 1h\ncondition: {gte: 99999}", "", "ambang"),
        ("type: event_count\nrules: [a]\ntimespan: 9y\ncondition: {gte: 2}", "", "timespan"),
        ("type: temporal\nrules: [a, b]\ntimespan: 1h\ncondition: {gte: 3}", "", "meminta 3 aturan"),
        ("type: temporal_ordered\nrules: [a, b, a]\ntimespan: 1h", "", "dua kali"),
        ("type: temporal_ordered\nrules: [a, b]\ntimespan: 1h\ncondition: {lt: 2}", "", "tidak berarti"),
        ("type: temporal\ntimespan: 1h\ncondition: not a", "", "tidak terjadi apa pun"),
        ("type: temporal\ntimespan: 1h\ncondition: a or not b", "", "tidak terjadi apa pun"),
        ("type: value_percentile\nrules: [a]\ntimespan: 1h\ncondition: {gte: 1, field: x}", "", "percentile"),
        (
            "type: value_percentile\nrules: [a]\ntimespan: 1h\ncondition: {gte: 1, field: x, percentile: 101}",
            "",
            "percentile",
        ),
        ("type: value_sum\nrules: [a]\ntimespan: 1h\ncondition: {gte: 1, field: [x, y]}", "", "satu `field:`"),
        (
            "type: temporal\nrules: [a, b]\naliases: {ip: {zzz: source.ip}}\ngroup-by: [ip]\ntimespan: 1h",
            "",
            "alias ip menyebut zzz",
        ),
        (f"type: temporal\ntimespan: 1h\ncondition: {'(' * 12}a{')' * 12} and b", "", "terlalu bersarang"),
        (f"type: temporal\ntimespan: 1h\ncondition: {' or '.join(['a'] * 2_000)}", "", "terlalu panjang"),
        (ABSENCE, "tanggap: {tidak_diikuti: z}\n", "tidak disebut"),
        ("type: temporal\nrules: [a, b]\ntimespan: 1h", AWAITED, "and not b"),
        ("type: temporal\ntimespan: 1h\ncondition: a and c and not b", AWAITED, "and not b"),
        ("type: temporal\ntimespan: 1h\ncondition: a and not b and not c", AWAITED, "and not b"),
    ],
)
def test_what_cannot_be_carried_out_or_never_be_met_is_refused_with_the_reason(
    tmp_path: Path, text: str, extra: str, reason: str
) -> None:
    assert reason in refusal(tmp_path, a_correlation(text, extra=extra))


# --- files without a store -------------------------------------------------------------------------------------------


def test_files_are_judged_to_their_end_in_memory_that_does_not_grow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standalone, "MAX_HITS_IN_BUFFER", 5)
    monkeypatch.setattr(standalone, "SETTLED_EVERY", 2)
    rules = loaded(tmp_path, a_correlation(ABSENCE, extra=AWAITED))
    matcher, correlator = FileMatcher(rules), Correlator(rules)
    events = [an("a", 500 * n, host__name="nas") for n in range(30)]
    events.insert(10, an("b", 500 * 7 + 1, host__name="nas"))

    alerts: list[bytes] = []
    for record, event in enumerate(events):
        _, hits = matcher.match(Place(file="a.log", record=record), event)
        for hit in hits:
            alerts += correlator.add(load_hit(dump_hit(hit)))
    alerts += correlator.finish()

    assert [json.loads(line)["source"]["record"] for line in alerts] == [n for n in range(31) if n not in (7, 10)]


# --- hostile events --------------------------------------------------------------------------------------------------


def test_long_values_take_little_room(tmp_path: Path) -> None:
    text = """
        type: value_count
        rules: [a]
        group-by: [host.name]
        timespan: 1h
        condition: {gte: 100, field: user.name}
    """
    scanner = Scanner(loaded(tmp_path, a_correlation(text)))

    scanner.scan(batch_of([an("a", n, host__name="h" * 10**6, user__name=f"{n}" + "u" * 10**6) for n in range(20)]))

    assert len(scanner.snapshot()) < 100_000
