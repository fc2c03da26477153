"""Compiled rules are kept where only we may read and write, and found again only for exactly the same rules."""

import json
import os
from pathlib import Path

import pytest

from detections.sigma import cache
from detections.sigma.cache import RULES_FILE, RuleCache, key_of
from detections.sigma.match import decode
from detections.sigma.rule_set import RuleSet
from tests.detections.making import a_rule, rules_from

RULE = a_rule("s:\n  A|contains: 'whoami'\n  B|re: 'ab+c'\nf:\n  C|cidr: 10.0.0.0/8\ncondition: s and not f")


@pytest.fixture
def rules(tmp_path: Path) -> RuleSet:
    folder = tmp_path / "aturan"
    folder.mkdir()
    return rules_from(folder, RULE)


def hits(rules: RuleSet, fields: dict[str, str], kept: cache.KeptRules | None = None) -> tuple[int, ...]:
    body = json.dumps({"winlog.channel": "Security", **fields}).encode()
    view = decode(body)
    assert view is not None
    return rules.matcher(kept).match(body, view)


def test_rules_that_were_kept_find_what_they_found(tmp_path: Path, rules: RuleSet) -> None:
    key = key_of([tmp_path / "aturan"])
    RuleCache(tmp_path / "cache").find(key).keep(rules)
    kept = RuleCache(tmp_path / "cache").find(key)

    found = kept.rules()

    assert found is not None
    assert found.infos == rules.infos
    for fields in ({"A": "x WhoAmI", "B": "abbc"}, {"A": "whoami", "B": "abc", "C": "10.1.1.1"}, {"A": "x"}):
        # Twice: the second time the partition comes from the folder too.
        assert [hits(found, fields, kept) for _ in range(2)] == [hits(rules, fields)] * 2


def test_another_word_in_a_rule_another_placeholder_or_pipeline_is_another_key(tmp_path: Path, rules: RuleSet) -> None:
    folder = tmp_path / "aturan"
    first = key_of([folder], extra={"pipeline": "a"})

    other_pipeline = key_of([folder], extra={"pipeline": "b"})
    (folder / "rule_0.yml").write_text(RULE.replace("whoami", "whoareu"), encoding="utf-8")
    other_rule = key_of([folder], extra={"pipeline": "a"})

    assert len({first, other_pipeline, other_rule}) == 3


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o707])
def test_a_folder_others_may_enter_is_neither_read_nor_written(tmp_path: Path, rules: RuleSet, mode: int) -> None:
    folder = tmp_path / "cache"
    RuleCache(folder).find("k").keep(rules)
    folder.chmod(mode)

    kept = RuleCache(folder).find("k")
    kept.keep(rules)

    assert kept.rules() is None


def test_a_file_others_may_write_is_not_read(tmp_path: Path, rules: RuleSet) -> None:
    kept = RuleCache(tmp_path / "cache").find("k")
    kept.keep(rules)
    (tmp_path / "cache" / "k" / RULES_FILE).chmod(0o666)

    assert kept.rules() is None


def test_a_link_to_a_folder_elsewhere_is_not_followed(tmp_path: Path, rules: RuleSet) -> None:
    elsewhere = tmp_path / "pack"
    RuleCache(elsewhere).find("k").keep(rules)
    (tmp_path / "cache").symlink_to(elsewhere)

    assert RuleCache(tmp_path / "cache").find("k").rules() is None


@pytest.mark.parametrize("content", [b"", b"no pickle", b"\x80\x05N."])
def test_what_is_kept_but_cannot_be_read_counts_as_not_kept(tmp_path: Path, rules: RuleSet, content: bytes) -> None:
    kept = RuleCache(tmp_path / "cache").find("k")
    kept.write(RULES_FILE, content)

    assert kept.rules() is None


def test_a_partition_that_cannot_be_read_is_built_anew(tmp_path: Path, rules: RuleSet) -> None:
    kept = RuleCache(tmp_path / "cache").find("k")
    fields = {"A": "whoami", "B": "abc"}
    expected = hits(rules, fields, kept)
    for file in (tmp_path / "cache" / "k").iterdir():
        file.write_bytes(file.read_bytes()[:-20])

    assert hits(rules, fields, kept) == expected == (0,)


def test_a_place_that_cannot_be_written_keeps_nothing_and_stops_nobody(tmp_path: Path, rules: RuleSet) -> None:
    (tmp_path / "cache").write_text("a file", encoding="utf-8")
    kept = RuleCache(tmp_path / "cache").find("k")

    kept.keep(rules)

    assert kept.rules() is None


def test_the_rule_set_used_longest_ago_is_given_up_first(
    tmp_path: Path, rules: RuleSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "MAX_KEPT", 2)
    found = RuleCache(tmp_path / "cache")
    for number, name in enumerate(("first", "second", "third")):
        found.find(name).keep(rules)
        os.utime(tmp_path / "cache" / name, (number, number))

    found.prune()

    assert {path.name for path in (tmp_path / "cache").iterdir()} == {"second", "third"}
