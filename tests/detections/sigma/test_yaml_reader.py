"""Rule files as text: what they say, where it stands, and what is refused before it is built."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from detections.sigma.yaml_reader import MAX_DEPTH, RuleTextError, read_documents

NAMES = st.text("abcXYZ_|.19 ", min_size=1, max_size=8)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.dates(),
    st.text(max_size=12),
    st.sampled_from(["yes", "~", "1e5", "0x1F", "=", "*", "'", "2026-11-22", "null", "a: b", "- a", "#", "", "1_000"]),
)
TREES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4))


@given(content=st.dictionaries(NAMES, TREES, min_size=1, max_size=4), is_flow=st.booleans())
def test_a_document_says_what_pyyaml_reads_in_it(content: dict[str, object], is_flow: bool) -> None:
    text = yaml.safe_dump(content, default_flow_style=is_flow, allow_unicode=True)

    (document,) = read_documents(text)

    assert repr(document.content) == repr(yaml.load(text, Loader=yaml.CSafeLoader))


@pytest.mark.parametrize("text", ["a: yes", "a: 'yes'", "a: !!str 5", "a: ! 5", "a: &b c", "1: x", "a: 1:30"])
def test_a_value_is_what_pyyaml_takes_it_for(text: str) -> None:
    expected = yaml.load(text, Loader=yaml.CSafeLoader)

    (document,) = read_documents(text)

    assert repr(document.content) == repr(expected)


def test_lines_of_keys_of_two_levels_are_known() -> None:
    text = "\ntitle: a\ndetection:\n  selection:\n    A: x\n  condition: selection\n---\n---\ntitle: b\n"

    first, second = read_documents(text)

    assert (first.line, second.line) == (2, 9)
    assert first.key_lines == {"title": 2, "detection": 3, "detection.selection": 4, "detection.condition": 6}
    assert first.line_of("level", "detection.condition") == 6
    assert second.line_of("level") == 9


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\na: 2", 2, "dua kali"),
        ("a:\n  - b: 1\n    b: 2", 3, "dua kali"),
        ("a: &x 1\n*x : 2", 2, "alias"),
        ("a: [1, *x]", 1, "alias"),
        ("<<: {a: 1}", 1, "<<"),
        ("a: 1\n? [b]\n: 2", 2, "kunci YAML"),
        ("a: !!set {b}", 1, "tag YAML"),
        ("a: 1\nb: !!python/object/apply:os.getcwd []", 2, "tag YAML"),
        ("a: 1\nb: !!python/name:os.getcwd", 2, "constructor"),
        ("a: <<", 1, "constructor"),
        ("a: 1\nb: 2026-13-45", 2, "tanda kutip"),
        ("a: 1\nb: 1" + "0" * 5_000, 2, "tanda kutip"),
        ("a: \x00", 1, "YAML"),
        ("a\n---\nb: 1", 1, "peta"),
        ("a: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH, 1, "bersarang"),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(RuleTextError) as refused:
        read_documents(text)

    assert words in refused.value.reason
    assert refused.value.line == line


def test_depth_up_to_the_limit_is_read() -> None:
    deep = "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)

    (document,) = read_documents(f"a: {deep}")

    assert repr(document.content["a"]) == deep
