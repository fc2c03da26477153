"""`irp rules import`: what is taken in of a rule pack, what is refused, and what it cannot do to our rules."""

import json
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from click.testing import CliRunner, Result

from detections import packs
from detections.catalog import rules_in_use, shipped_rules
from detections.desk import MAX_FORMER
from detections.scan import Scanner
from detections.sigma.ruleset import RuleSet
from detections.sigma.trial import TrialError, try_rules
from ir_platform.app.cli.rules import decided, rules
from ir_platform.app.wiring import open_state
from ir_platform.config import Settings
from ir_platform.domain.alert import RuleCredit
from ir_platform.domain.event import batch_of
from tests.detections.making import RULE_ID, a_rule
from tests.support.builders import an_event

RULE = a_rule("s:\n  A: x\ncondition: s")
BRUTE_FORCE = "6f0b7c52-0f0a-4c52-8c7e-2f6a3f3b1a02"


def import_from(source: Path, data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(rules, ["import", str(source), "--data", str(data), *arguments])


def kept_in(data: Path) -> list[str]:
    place = data / "rules" / "sigma"
    files = (path.relative_to(place) for path in place.rglob("*") if path.is_file())
    # The version's folder is named by its hash.
    return sorted(Path(path.parts[0], *path.parts[2:]).as_posix() for path in files)


def in_use(data: Path) -> RuleSet:
    return rules_in_use(data, decided(Settings(data_dir=data)))


def said_by(data: Path, *arguments: str) -> Any:
    done = CliRunner().invoke(rules, [*arguments, "--json", "--data", str(data)])
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "Paket Uji"
    (folder / "rules" / "windows").mkdir(parents=True)
    (folder / "rules" / "windows" / "rule.yml").write_text(RULE)
    (folder / "rules" / "broken.yml").write_text("title: x\n")
    (folder / "LICENSE").write_text("DRL 1.1")
    (folder / "setup.py").write_text("raise SystemExit")
    return folder


def a_zip(path: Path, members: dict[str, str | bytes]) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(ZipInfo(name), content, compress_type=ZIP_DEFLATED)
    return path


def test_a_folder_is_taken_in_with_its_licence_and_says_what_it_could_not_use(source: Path, tmp_path: Path) -> None:
    done = import_from(source, tmp_path / "var", "--json")

    said = json.loads(done.stdout)
    assert done.exit_code == 0, done.stderr
    assert (said["pack"], said["loaded"], said["files"]) == ("paket-uji", 1, 3)
    assert [one["file"] for one in said["skipped"]] == ["rules/broken.yml"]
    assert kept_in(tmp_path / "var") == [
        "paket-uji/LICENSE",
        "paket-uji/pack.json",
        "paket-uji/rules/broken.yml",
        "paket-uji/rules/windows/rule.yml",
    ]
    for folder in ("rules", "rules/sigma", "rules/sigma/paket-uji", f"rules/sigma/paket-uji/{said['sha256']}"):
        assert stat.S_IMODE((tmp_path / "var" / folder).stat().st_mode) == 0o700


def test_an_imported_pack_is_listed_by_name_and_used_beside_our_own_rules(source: Path, tmp_path: Path) -> None:
    import_from(source, tmp_path / "var")

    listed = json.loads(CliRunner().invoke(rules, ["list", "--json", "--data", str(tmp_path / "var")]).stdout)

    assert {one["id"]: one["pack"] for one in listed}[RULE_ID] == "paket-uji"
    assert {one["id"]: one["pack"] for one in listed}[BRUTE_FORCE] is None
    assert in_use(tmp_path / "var").loaded == shipped_rules().loaded + 1


def test_the_version_follows_from_the_content_and_a_new_one_is_used_in_place_of_the_old_which_is_kept(
    source: Path, tmp_path: Path
) -> None:
    zipped = a_zip(
        tmp_path / "b.zip", {"rules/windows/rule.yml": RULE, "rules/broken.yml": "title: x\n", "LICENSE": "DRL 1.1"}
    )
    from_folder = json.loads(import_from(source, tmp_path / "var", "--json", "--name", "uji").stdout)
    from_zip = json.loads(import_from(zipped, tmp_path / "var", "--json", "--name", "uji").stdout)
    changed = a_zip(tmp_path / "c.zip", {"other.yml": RULE + "author: lain\n"})

    newer = json.loads(import_from(changed, tmp_path / "var", "--json", "--name", "uji").stdout)

    assert from_folder["sha256"] == from_zip["sha256"] != newer["sha256"]
    listed = said_by(tmp_path / "var", "packs")
    assert [(one["pack"], one["sha256"], one["is_used"]) for one in listed] == [
        ("uji", newer["sha256"], True),
        ("uji", from_zip["sha256"], False),
    ]
    files = [Path(info.file).name for info in in_use(tmp_path / "var").infos if info.credit]
    assert files == ["other.yml"]


def test_a_pack_is_rolled_back_to_the_version_before_and_forward_to_one_that_is_named(
    source: Path, tmp_path: Path
) -> None:
    data = tmp_path / "var"
    older = json.loads(import_from(source, data, "--json", "--name", "uji").stdout)
    changed = a_zip(tmp_path / "c.zip", {"other.yml": RULE + "author: lain\n"})
    newer = json.loads(import_from(changed, data, "--json", "--name", "uji").stdout)

    back = CliRunner().invoke(rules, ["rollback", "uji", "--data", str(data)])
    then = [one["sha256"] for one in said_by(data, "packs") if one["is_used"]]
    again = CliRunner().invoke(rules, ["use", "uji", newer["sha256"][:12], "--data", str(data)])

    assert (back.exit_code, again.exit_code) == (0, 0)
    assert then == [older["sha256"]]
    assert [one["sha256"] for one in said_by(data, "packs") if one["is_used"]] == [newer["sha256"]]


@pytest.mark.parametrize(
    "arguments",
    [["rollback", "uji"], ["rollback", "lain"], ["use", "uji", "0000"], ["use", "uji", ""], ["remove", "../../x"]],
)
def test_what_is_not_there_cannot_be_used(source: Path, tmp_path: Path, arguments: list[str]) -> None:
    import_from(source, tmp_path / "var", "--name", "uji")

    done = CliRunner().invoke(rules, [*arguments, "--data", str(tmp_path / "var")])

    assert (done.exit_code, done.stdout) == (2, "")
    assert len(said_by(tmp_path / "var", "packs")) == 1


def test_only_so_many_former_versions_are_kept(source: Path, tmp_path: Path) -> None:
    for number in range(MAX_FORMER + 3):
        changed = a_zip(tmp_path / "c.zip", {"other.yml": RULE + f"author: penulis {number}\n"})
        import_from(changed, tmp_path / "var", "--name", "uji")

    assert len(said_by(tmp_path / "var", "packs")) == MAX_FORMER + 1


def test_a_removed_pack_leaves_nothing_behind(source: Path, tmp_path: Path) -> None:
    import_from(source, tmp_path / "var", "--name", "uji")

    CliRunner().invoke(rules, ["remove", "uji", "--data", str(tmp_path / "var")])

    assert kept_in(tmp_path / "var") == []
    assert in_use(tmp_path / "var").loaded == shipped_rules().loaded


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("# Licenses\n\nreleased under the [Detection Rule License (DRL) 1.1](x)", "Detection Rule License (DRL) 1.1"),
        ("MIT License\n\nCopyright", "MIT License"),
        ("\x1b[2JBoleh dipakai\nsiapa saja", "[2JBoleh dipakai"),
    ],
)
def test_a_finding_says_whose_rule_it_is_and_under_which_licence(
    source: Path, tmp_path: Path, text: str, name: str
) -> None:
    (source / "LICENSE").write_text(text)
    (source / "rules" / "windows" / "rule.yml").write_text(RULE + "author: Siti, Budi\n")
    pack = json.loads(import_from(source, tmp_path / "var", "--json").stdout)

    [found] = Scanner(in_use(tmp_path / "var")).scan(batch_of([an_event(**{"winlog.channel": "Security", "A": "x"})]))

    assert found.credit == RuleCredit(author="Siti, Budi", licence=name, pack="paket-uji", version=pack["sha256"][:12])


def test_a_rules_own_licence_stands_before_that_of_its_pack(source: Path, tmp_path: Path) -> None:
    (source / "rules" / "windows" / "rule.yml").write_text(RULE + "license: CC0-1.0\n")
    import_from(source, tmp_path / "var")

    [credit] = [info.credit for info in in_use(tmp_path / "var").infos if info.credit]

    assert credit.licence == "CC0-1.0"


def test_yara_files_are_kept_and_a_pack_may_be_of_nothing_else(tmp_path: Path) -> None:
    zipped = a_zip(tmp_path / "y.zip", {"yara/web.yar": "rule a { condition: true }", "notes.txt": "x"})

    done = import_from(zipped, tmp_path / "var", "--name", "yara")

    assert done.exit_code == 0, done.stderr
    assert kept_in(tmp_path / "var") == ["yara/pack.json", "yara/yara/web.yar"]


def test_every_decision_about_packs_is_in_the_audit_trail(source: Path, tmp_path: Path) -> None:
    data = tmp_path / "var"
    import_from(source, data, "--name", "uji")
    import_from(a_zip(tmp_path / "c.zip", {"other.yml": RULE}), data, "--name", "uji")
    CliRunner().invoke(rules, ["rollback", "uji", "--data", str(data)])

    CliRunner().invoke(rules, ["remove", "uji", "--data", str(data)])

    with open_state(Settings(data_dir=data)).read() as uow:
        entries = tuple(uow.audit.entries())
    assert [(one.fact.action, one.fact.subject) for one in entries] == [
        ("rules.pack_used", "rules:uji"),
        ("rules.pack_used", "rules:uji"),
        ("rules.pack_used", "rules:uji"),
        ("rules.pack_removed", "rules:uji"),
    ]


HOSTILE: dict[str, Callable[[Path], Path]] = {
    "leads out": lambda at: a_zip(at / "x.zip", {"ok.yml": RULE, "../../evil.yml": RULE}),
    "absolute": lambda at: a_zip(at / "x.zip", {"ok.yml": RULE, "/tmp/evil.yml": RULE}),
    "backslash": lambda at: a_zip(at / "x.zip", {"ok.yml": RULE, "..\\evil.yml": RULE}),
    "control character": lambda at: a_zip(at / "x.zip", {"ok.yml": RULE, "a\x1b[2J.yml": RULE}),
    "bomb": lambda at: a_zip(at / "x.zip", {"ok.yml": RULE, "bomb.yml": b"#" * 50_000_000}),
    "no rules": lambda at: a_zip(at / "x.zip", {"LICENSE": "DRL 1.1"}),
    "no usable rule": lambda at: a_zip(at / "x.zip", {"a.yml": "title: x\n"}),
    "not a zip": lambda at: (at / "x.zip").write_bytes(b"PK\x03\x04 not really") and at / "x.zip",
    "a file": lambda at: (at / "x.yml").write_text(RULE) and at / "x.yml",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_or_empty_pack_is_refused_whole(tmp_path: Path, kind: str) -> None:
    done = import_from(HOSTILE[kind](tmp_path), tmp_path / "var", "--name", "uji")

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("irp: paket tidak diterima: ")
    assert len(done.stderr.splitlines()) == 1
    assert list((tmp_path / "var" / "rules" / "sigma").iterdir()) == []


@pytest.mark.parametrize("how", ["folder", "zip"])
def test_symlinks_are_refused(source: Path, tmp_path: Path, how: str) -> None:
    if how == "folder":
        (source / "rules" / "secret.yml").symlink_to("/etc/passwd")
        hostile = source
    else:
        hostile, link = tmp_path / "x.zip", ZipInfo("secret.yml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        with ZipFile(hostile, "w") as archive:
            archive.writestr("rule.yml", RULE)
            archive.writestr(link, "/etc/passwd")

    done = import_from(hostile, tmp_path / "var")

    assert done.exit_code == 2
    assert "symlink" in done.stderr
    assert kept_in(tmp_path / "var") == []


@pytest.mark.parametrize(("limit", "value"), [("MAX_FILES", 2), ("MAX_BYTES", 100), ("MAX_ENTRIES", 3)])
def test_a_pack_over_a_limit_is_refused(
    source: Path, tmp_path: Path, limit: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs, limit, value)

    done = import_from(source, tmp_path / "var")

    assert done.exit_code == 2
    assert f"lebih dari {value} " in done.stderr
    assert kept_in(tmp_path / "var") == []


def test_a_refused_pack_leaves_the_one_in_use_as_it_is(source: Path, tmp_path: Path) -> None:
    import_from(source, tmp_path / "var", "--name", "uji")
    before = kept_in(tmp_path / "var")

    done = import_from(HOSTILE["no usable rule"](tmp_path), tmp_path / "var", "--name", "uji")

    assert done.exit_code == 2
    assert kept_in(tmp_path / "var") == before


def test_rules_that_do_not_load_in_time_are_refused(source: Path) -> None:
    with pytest.raises(TrialError, match="tidak selesai dimuat"):
        try_rules([source], seconds=0.001)


def test_a_pack_can_neither_filter_nor_silence_nor_replace_our_rules(tmp_path: Path) -> None:
    members: dict[str, str | bytes] = {
        "rule.yml": RULE,
        "same_id.yml": RULE.replace(RULE_ID, BRUTE_FORCE).replace("title:", "name: mine\ntitle:"),
        "over_same_id.yml": "title: a\nid: 11111111-2222-4333-8444-555555555511\nstatus: test\n"
        "correlation:\n  type: event_count\n  rules: [mine]\n  group-by: [A]\n  timespan: 5m\n  condition: {gte: 2}\n",
        "over_ours.yml": "title: b\nid: 11111111-2222-4333-8444-555555555512\nstatus: test\ncorrelation:\n"
        "  type: event_count\n  rules: [ssh_brute_force]\n  group-by: [A]\n  timespan: 5m\n  condition: {gte: 2}\n",
    }
    import_from(a_zip(tmp_path / "x.zip", members), tmp_path / "var")

    together, ours = in_use(tmp_path / "var"), shipped_rules()

    assert together.loaded == ours.loaded + 1
    assert together.silent == ours.silent
    assert {one.file.rpartition("/")[2] for one in together.skipped} == {
        "same_id.yml", "over_same_id.yml", "over_ours.yml"
    }  # fmt: skip


def test_a_filter_of_a_pack_does_not_reach_our_rules(tmp_path: Path) -> None:
    sigma_filter = (
        "title: f\nid: 11111111-2222-4333-8444-555555555513\nstatus: test\nlogsource: {category: webserver}\n"
        "filter:\n  rules: [web_scanner_user_agent]\n  s:\n    source.ip: 203.0.113.9\n  condition: not s\n"
    )
    import_from(a_zip(tmp_path / "x.zip", {"rule.yml": RULE, "filter.yml": sigma_filter}), tmp_path / "var")
    scan = an_event(
        event__dataset="apache.access", event__category=["web"], source__ip="203.0.113.9", user_agent__original="sqlmap"
    )

    found = [Scanner(one).scan(batch_of([scan])) for one in (in_use(tmp_path / "var"), shipped_rules())]

    assert [len(one) for one in found] == [1, 1]
