"""YARA in its child: what matches, and that nothing unscanned is called clean."""

from pathlib import Path

import pytest

from detections.yara.rules import compile_rules, rule_files
from detections.yara.scan import NoYaraRulesError, YaraLimits, scan_files

EICAR_LIKE = 'rule uji : contoh { meta: author = "kita" strings: $a = "penanda-uji-42" condition: $a }'


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "uji.yar").write_text(EICAR_LIKE, encoding="utf-8")
    return folder


def a_file(tmp_path: Path, content: bytes, *, name: str = "contoh.bin") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_a_file_with_the_mark_matches_and_one_without_does_not(tmp_path: Path, rules: Path) -> None:
    marked = a_file(tmp_path, b"xx penanda-uji-42 xx", name="a")
    clean = a_file(tmp_path, b"biasa saja", name="b")

    report = scan_files([marked, clean], rules=rules)

    first, second = report.verdicts
    assert [(match.rule, match.tags, match.meta) for match in first.matches] == [
        ("uji", ("contoh",), (("author", "kita"),))
    ]
    assert (second.matches, second.not_scanned) == ((), None)
    assert report.rules_loaded == 1


def test_a_broken_rule_file_is_named_and_the_others_still_scan(tmp_path: Path, rules: Path) -> None:
    broken = rules / "rusak.yara"
    broken.write_text("rule x { condition: tidak_ada }", encoding="utf-8")

    report = scan_files([a_file(tmp_path, b"penanda-uji-42")], rules=rules)

    assert [problem.file for problem in report.problems] == [str(broken)]
    assert "tidak_ada" in report.problems[0].reason
    assert len(report.verdicts[0].matches) == 1


def test_two_files_may_hold_rules_of_one_name(tmp_path: Path, rules: Path) -> None:
    (rules / "lain.yar").write_text(EICAR_LIKE, encoding="utf-8")

    report = scan_files([a_file(tmp_path, b"penanda-uji-42")], rules=rules)

    assert sorted(match.rule_file for match in report.verdicts[0].matches) == [
        str(rules / "lain.yar"),
        str(rules / "uji.yar"),
    ]


def test_a_rule_may_ask_for_the_name_of_the_file(tmp_path: Path, rules: Path) -> None:
    (rules / "nama.yar").write_text('rule nama { condition: filename == "contoh.bin" }', encoding="utf-8")

    report = scan_files([a_file(tmp_path, b"apa saja")], rules=rules)

    assert [match.rule for match in report.verdicts[0].matches] == ["nama"]


def test_a_rule_file_cannot_read_another_file_into_itself(tmp_path: Path, rules: Path) -> None:
    secret = a_file(tmp_path, b"rule rahasia { condition: true }", name="rahasia.yar")
    thief = rules / "pencuri.yar"
    thief.write_text(f'include "{secret}"\nrule pencuri {{ condition: true }}', encoding="utf-8")

    report = scan_files([a_file(tmp_path, b"x")], rules=rules)

    assert [problem.file for problem in report.problems] == [str(thief)]
    assert report.verdicts[0].matches == ()


def test_a_compiled_rule_file_is_text_to_us_and_refused(tmp_path: Path, rules: Path) -> None:
    compiled, _ = compile_rules(list(rule_files(rules)))
    assert compiled is not None
    compiled.save(str(rules / "siap.yar"))

    report = scan_files([a_file(tmp_path, b"x")], rules=rules)

    assert [problem.file for problem in report.problems] == [str(rules / "siap.yar")]


def test_a_scan_that_runs_out_of_time_is_not_called_clean(tmp_path: Path, rules: Path) -> None:
    (rules / "lambat.yar").write_text(
        "rule lambat { condition: for all i in (0..400000000) : (uint8(i % 10) != 257) }", encoding="utf-8"
    )

    report = scan_files([a_file(tmp_path, b"a" * 1_000)], rules=rules, limits=YaraLimits(file_seconds=1))

    [verdict] = report.verdicts
    assert verdict.matches == ()
    assert verdict.not_scanned == "melampaui batas waktu 1 detik"


def test_a_child_without_the_memory_to_start_finds_nothing_clean(tmp_path: Path, rules: Path) -> None:
    with pytest.raises(NoYaraRulesError):
        scan_files([a_file(tmp_path, b"x")], rules=rules, limits=YaraLimits(memory_bytes=1024 * 1024))


def test_a_file_that_is_gone_is_not_scanned_and_the_next_one_is(tmp_path: Path, rules: Path) -> None:
    gone, there = tmp_path / "hilang", a_file(tmp_path, b"penanda-uji-42")

    report = scan_files([gone, there], rules=rules)

    assert report.verdicts[0].not_scanned
    assert len(report.verdicts[1].matches) == 1


def test_a_folder_without_usable_rules_is_an_error_that_says_why(tmp_path: Path) -> None:
    folder = tmp_path / "kosong"
    folder.mkdir()
    (folder / "rusak.yar").write_text("bukan aturan", encoding="utf-8")

    with pytest.raises(NoYaraRulesError) as refused:
        scan_files([], rules=folder)

    assert refused.value.problems[0].file == str(folder / "rusak.yar")


def test_the_child_takes_its_modules_from_our_folder_alone(
    tmp_path: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "yara.py").write_text("raise SystemExit(1)", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    report = scan_files([], rules=rules)

    assert report.rules_loaded == 1
