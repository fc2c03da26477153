"""Changed rules are in use without a restart, and unchanged correlations go on where they were."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from detections.catalog import packs_folder
from detections.desk import RuleDesk
from detections.in_use import load_in_use
from detections.packs import Pack, accept_pack, stage_pack
from detections.scan import Scanner
from detections.sigma.ruleset import RuleSet
from ir_platform.adapters.sql.database import SqlState
from ir_platform.app.ids import new_id
from ir_platform.app.rule_watch import CurrentRules, RuleWatch
from ir_platform.app.wiring import make_rule_watch, open_state
from ir_platform.audit.record import record
from ir_platform.config import Settings
from ir_platform.domain.event import EventBatch, batch_of
from ir_platform.domain.rules import RuleSettings, Switch, SwitchBy
from tests.detections.making import RULE_ID, a_rule
from tests.support.builders import NOON, an_event

COUNTED = RULE_ID.replace("501", "509")
CORRELATION = (
    f"title: Banyak\nid: {COUNTED}\nstatus: test\nlevel: high\ncorrelation:\n  type: event_count\n  rules: [dasar]\n"
    "  group-by: [source.ip]\n  timespan: 10m\n  condition: {gte: 4}\n"
)
FURTHER = a_rule("s:\n  B: y\ncondition: s").replace(RULE_ID, RULE_ID.replace("501", "510"))
BASE = a_rule("s:\n  A: x\ncondition: s", extra="name: dasar")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(data_dir=tmp_path / "var")
    made.data_dir.mkdir(mode=0o700)
    return made


@pytest.fixture
def state(settings: Settings) -> SqlState:
    opened = open_state(settings)
    opened.migrate()
    return opened


@pytest.fixture
def desk(settings: Settings, state: SqlState) -> RuleDesk:
    packs = packs_folder(settings.data_dir)
    return RuleDesk(state=state, packs=packs, record=record, clock=lambda: NOON, new_id=new_id)


def a_pack(desk: RuleDesk, folder: Path, *texts: str) -> Pack:
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(texts):
        (folder / f"{number}.yml").write_text(text)
    return accept_pack(stage_pack(folder, desk.packs, name="uji", at=NOON), desk.packs)


def matching(*, first: int, count: int) -> EventBatch:
    return batch_of(
        [
            an_event(
                NOON + timedelta(seconds=number),
                record=number,
                **{"winlog.channel": "Security", "A": "x", "source.ip": "203.0.113.9"},
            )
            for number in range(first, first + count)
        ]
    )


def polled(watch: RuleWatch, scanner: Scanner) -> Scanner:
    renewed = watch.poll()
    assert renewed is not None
    return renewed(scanner.snapshot())


def rules_of(scanner: Scanner, batch: EventBatch) -> set[str]:
    return {one.rule_id for one in scanner.scan(batch)}


def test_nothing_is_loaded_again_while_nothing_has_changed(
    settings: Settings, state: SqlState, desk: RuleDesk, tmp_path: Path
) -> None:
    desk.use(a_pack(desk, tmp_path / "p", BASE), by=None)
    watch = make_rule_watch(settings, state)
    watch.first()

    assert watch.poll() is None


def test_a_pack_that_is_taken_in_is_used_from_the_next_look_on(
    settings: Settings, state: SqlState, desk: RuleDesk, tmp_path: Path
) -> None:
    watch = make_rule_watch(settings, state)
    scanner = watch.first()
    desk.use(a_pack(desk, tmp_path / "p", BASE), by=None)

    scanner = polled(watch, scanner)

    assert rules_of(scanner, matching(first=0, count=1)) == {RULE_ID}
    assert watch.poll() is None


def test_a_correlation_that_has_not_changed_keeps_what_it_has_counted(
    settings: Settings, state: SqlState, desk: RuleDesk, tmp_path: Path
) -> None:
    desk.use(a_pack(desk, tmp_path / "p", BASE, CORRELATION), by=None)
    watch = make_rule_watch(settings, state)
    scanner = watch.first()
    scanner.scan(matching(first=0, count=3))
    desk.use(a_pack(desk, tmp_path / "p", BASE, CORRELATION, FURTHER), by=None)

    scanner = polled(watch, scanner)

    assert rules_of(scanner, matching(first=3, count=1)) == {COUNTED}


@pytest.mark.parametrize("changed", ["base", "correlation", "exclusion"])
def test_a_correlation_that_has_changed_begins_anew(
    settings: Settings, state: SqlState, desk: RuleDesk, tmp_path: Path, changed: str
) -> None:
    desk.use(a_pack(desk, tmp_path / "p", BASE, CORRELATION), by=None)
    watch = make_rule_watch(settings, state)
    scanner = watch.first()
    scanner.scan(matching(first=0, count=3))
    match changed:
        case "base":
            desk.use(a_pack(desk, tmp_path / "p", BASE + "author: x\n", CORRELATION), by=None)
        case "correlation":
            desk.use(a_pack(desk, tmp_path / "p", BASE, CORRELATION.replace("10m", "11m")), by=None)
        case _:
            sigma = f"title: f\nlogsource: {{product: windows, service: security}}\nfilter:\n  rules: [{RULE_ID}]\n"
            desk.exclude(sigma + "  s:\n    B: z\n  condition: not s\n", reason="x", by=None)

    scanner = polled(watch, scanner)

    assert rules_of(scanner, matching(first=3, count=1)) == set()


def test_a_rule_that_is_switched_off_is_silent_from_the_next_look_on(
    settings: Settings, state: SqlState, desk: RuleDesk, tmp_path: Path
) -> None:
    desk.use(a_pack(desk, tmp_path / "p", BASE), by=None)
    watch = make_rule_watch(settings, state)
    scanner = watch.first()
    desk.switch(Switch(by=SwitchBy.RULE, value=RULE_ID, is_on=False), by=None)

    scanner = polled(watch, scanner)

    assert rules_of(scanner, matching(first=0, count=1)) == set()


def test_what_is_in_use_is_written_down_for_who_shows_it(
    settings: Settings, state: SqlState, desk: RuleDesk, tmp_path: Path
) -> None:
    broken = "title: x\n"
    desk.use(a_pack(desk, tmp_path / "p", BASE, broken), by=None)
    desk.switch(Switch(by=SwitchBy.RULE, value=RULE_ID, is_on=False), by=None)

    make_rule_watch(settings, state).first()

    shown = json.loads((settings.data_dir / "rules" / "in-use.json").read_text())
    [ours] = [one for one in shown["rules"] if one["id"] == RULE_ID]
    assert (ours["pack"], ours["state"], ours["level"]) == ("uji", "off", "high")
    assert shown["skipped_count"] == 1
    assert shown["version"] == 2


def test_a_pack_whose_files_are_gone_is_named_and_hinders_no_other(
    settings: Settings, state: SqlState, desk: RuleDesk, tmp_path: Path
) -> None:
    pack = a_pack(desk, tmp_path / "p", BASE)
    desk.use(pack, by=None)
    pack.folder.rename(tmp_path / "away")

    rules = load_in_use(desk.packs, desk.settings())

    assert [one.reason for one in rules.skipped] == ["versi paket ini tidak ada lagi di folder data"]
    assert rules.loaded > 0


def test_who_asks_for_the_current_rules_gets_those_of_the_newest_decision(
    state: SqlState, desk: RuleDesk, tmp_path: Path
) -> None:
    loads: list[int] = []

    def load(decided: RuleSettings) -> RuleSet:
        loads.append(decided.version)
        return load_in_use(desk.packs, decided)

    current = CurrentRules(state=state, load=load)
    first, same = current(), current()
    desk.use(a_pack(desk, tmp_path / "p", BASE), by=None)

    newer = current()

    assert first is same
    assert newer.loaded == first.loaded + 1
    assert loads == [0, 1]


@pytest.mark.parametrize(("changed", "found"), [("", {COUNTED}), ("description: lain\n", set())])
def test_after_a_restart_a_correlation_goes_on_unless_it_has_changed_meanwhile(
    settings: Settings, state: SqlState, desk: RuleDesk, tmp_path: Path, changed: str, found: set[str]
) -> None:
    desk.use(a_pack(desk, tmp_path / "p", BASE, CORRELATION), by=None)
    before = make_rule_watch(settings, state).first()
    before.scan(matching(first=0, count=3))
    desk.use(a_pack(desk, tmp_path / "p", BASE + changed, CORRELATION), by=None)

    after = make_rule_watch(settings, state).first()
    after.restore(before.snapshot())

    assert rules_of(after, matching(first=3, count=1)) == found


def test_a_snapshot_of_a_version_that_kept_no_keys_is_taken_up(
    settings: Settings, state: SqlState, desk: RuleDesk, tmp_path: Path
) -> None:
    desk.use(a_pack(desk, tmp_path / "p", BASE, CORRELATION), by=None)
    before = make_rule_watch(settings, state).first()
    before.scan(matching(first=0, count=3))
    old = {name: value for name, value in json.loads(before.snapshot()).items() if name != "keys"}

    after = make_rule_watch(settings, state).first()
    after.restore(json.dumps(old))

    assert rules_of(after, matching(first=3, count=1)) == {COUNTED}
