"""Regular expressions of rules: the same hits however they are compiled, and no pattern that stalls the start."""

import hyperscan
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detections.sigma.problems import UnsupportedRuleError
from detections.sigma.regex import FALLBACK_BYTES, MAX_CHOICES, MAX_POSITIONS, compile_search
from detections.sigma.regex_literals import marks_of_regex
from detections.sigma.regex_shape import shape_of_regex

ATOMS = st.sampled_from(
    ["a", "b", "k", "s", "S", ".", "[ab]", "[^a]", "[^k]", "[a-z]", "[K-T]", r"\d", r"\D", r"\s", r"\S", r"\.", r"\\"]
)
QUANTIFIERS = st.sampled_from(["", "", "", "?", "*", "+", "{2}", "{1,3}", "{0,5}", "{2,}", "*?"])
PIECES = st.tuples(ATOMS, QUANTIFIERS).map("".join)
SEQUENCES = st.lists(PIECES, min_size=1, max_size=4).map("".join)
GROUPS = st.tuples(st.lists(SEQUENCES, min_size=1, max_size=3).map("|".join), QUANTIFIERS).map(
    lambda made: f"(?:{made[0]}){made[1]}"
)
PATTERNS = st.tuples(
    st.sampled_from(["", "^", "(?i)", "(?s)", "(?i)^"]),
    st.lists(st.one_of(SEQUENCES, GROUPS), min_size=1, max_size=3).map("".join),
    st.sampled_from(["", "$"]),
).map("".join)
TEXTS = st.text(alphabet="abkKsS1 .\\\n\xe9\xff\u0130\u017f\u212a\u3042\U0001f600", max_size=12)


def hits_in_utf8(pattern: str, text: str, *, ignore_case: bool) -> bool:
    """What Hyperscan itself says in UTF-8 mode."""
    flags = hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_SINGLEMATCH | hyperscan.HS_FLAG_ALLOWEMPTY
    flags |= hyperscan.HS_FLAG_CASELESS if ignore_case else 0
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=[pattern.encode()], ids=[0], elements=1, flags=[flags])
    hits: list[int] = []
    database.scan(text.encode(), match_event_handler=lambda *_: hits.append(1))
    return bool(hits)


def search(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    return compile_search(pattern, ignore_case=ignore_case, multiline=False, dotall=False)(text)


@settings(max_examples=400)
@given(PATTERNS, TEXTS, st.booleans())
def test_one_byte_a_character_finds_what_utf8_finds(pattern: str, text: str, ignore_case: bool) -> None:
    assert shape_of_regex(pattern).is_plain

    assert search(pattern, text, ignore_case=ignore_case) is hits_in_utf8(pattern, text, ignore_case=ignore_case)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("[-/–]e", "–e", True),
        ("[-/–]e", "—e", False),
        (r"\x{e9}", "caf\xe9", True),
        ("^.{3}$", "あいう", True),
        ("a(?=\\D{2}$)", "aéé", True),
        ("(?<!é)b", "ab", True),
        ("(?<!é)b", "éb", False),
        ("a(?i:k)", "a\u212a", True),
        ("a(?i:b)k", "ab\u212a", False),
        (r"\\x", r"\x", True),
    ],
)
def test_characters_beyond_ascii_count_as_one_and_are_found_where_named(pattern: str, text: str, found: bool) -> None:
    assert search(pattern, text) is found


def test_look_around_is_searched_in_the_beginning_of_a_value_only() -> None:
    pattern = "a(?=b)"

    found = [search(pattern, "é" * before + "ab") for before in (0, FALLBACK_BYTES - 2, FALLBACK_BYTES)]

    assert found == [True, True, False]


@pytest.mark.parametrize(
    ("pattern", "positions", "choices", "is_plain"),
    [
        ("abc", 3, 0, True),
        (r"a\.[x\]y][]z][^]z]", 5, 0, True),
        ("a{3}b{2,}c{1,4}", 9, 2, True),
        ("(ab{1,90}){1,90}", 90 * 91, 90 + 89, True),
        ("(?:a|bc)*d?", 4, 2, True),
        ("((a{9}){9}){9}", 729, 0, True),
        ("a(?#b{99}){3}", 3, 0, True),
        ("(?<name>a)(?=b)(?!c)(?<=d)(?>e)", 5, 0, True),
        ("{a}{,3}", 7, 0, True),
        ("a{3", 3, 0, True),
        (r"\d\x41", 4, 0, False),
        (r"[\p{L}]", 1, 0, False),
        ("é", 1, 0, False),
        ("(*UTF8)a", 5, 1, False),
        ("a(?i)b", 2, 0, False),
        ("a)b((c", 3, 0, True),
    ],
)
def test_a_shape_is_the_pattern_written_out(pattern: str, positions: int, choices: int, is_plain: bool) -> None:
    shape = shape_of_regex(pattern)

    assert (shape.positions, shape.choices, shape.is_plain) == (positions, choices, is_plain)


@given(st.text(alphabet=r"ab(){}[]*+?|\^$.,?:i<>=!#'x0129-é", max_size=40))
def test_any_pattern_has_a_shape_or_is_refused(pattern: str) -> None:
    try:
        shape = shape_of_regex(pattern)
    except UnsupportedRuleError:
        return

    assert shape.positions >= 0
    assert shape.choices >= 0


@pytest.mark.parametrize(
    "pattern",
    [
        "a" + ".?" * 1000 + "b",
        "a" + "[^x]?" * (MAX_CHOICES + 1) + "b",
        "a.{0,32000}b",
        "((a.{1,30}){1,30}b){1,30}",
        "(" + "|".join(f"word{number}" for number in range(300)) + "){1,5}",
        "." * (MAX_POSITIONS + 1),
        "(" + "|".join(f"word{number}" for number in range(100)) + ").{0,900}x",
        "é" + ".{0,500}",
        "(?x) a  {30000}",
        "a{2000000000}",
        "a" * 5000,
    ],
)
def test_a_pattern_that_would_compile_for_long_is_refused_with_the_reason(pattern: str) -> None:
    with pytest.raises(UnsupportedRuleError, match="regex"):
        search(pattern, "a")


def test_a_wide_gap_between_two_words_is_no_hostile_pattern() -> None:
    assert search("(?i)union.{0,200}select", "é UNION " + "é" * 190 + " Select")
    assert not search("(?i)union.{0,200}select", "union" + "é" * 201 + "select")


@given(pattern=PATTERNS, text=TEXTS)
@settings(max_examples=150, deadline=None)
def test_a_text_that_matches_has_one_of_the_pattern_s_marks(pattern: str, text: str) -> None:
    marks = marks_of_regex(pattern)

    found = search(pattern, text)

    assert not found or not marks or any(mark in text for mark in marks)


@pytest.mark.parametrize(
    ("pattern", "marks"),
    [
        (r"\w+`(?:\w+|-|.)`[\w+|\s]", ("`",)),
        (r"(?i)\$\{`?e`?n\}", ("${",)),
        (r"a|\$b", ()),
        (r"(?:!!|\?\?)x", ("!!", "??")),
        (r"x!?y", ()),
        (r"(?=!)x", ()),
    ],
)
def test_marks_are_what_no_match_can_be_without(pattern: str, marks: tuple[str, ...]) -> None:
    assert marks_of_regex(pattern) == marks


class Shelf:
    """A store in memory that counts what is written."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.written = 0

    def read(self, name: str) -> bytes | None:
        return self.kept.get(name)

    def write(self, name: str, content: bytes) -> None:
        self.kept[name] = content
        self.written += 1


def answers(store: Shelf, *, ignore_case: bool) -> list[bool]:
    found = compile_search("^ab+c$", ignore_case=ignore_case, multiline=False, dotall=False, store=store)
    return [found("abbc"), found("ABBC"), found("abbcd")]


def test_a_pattern_is_compiled_once_for_each_way_to_take_it() -> None:
    store = Shelf()

    found = [answers(store, ignore_case=way) for way in (False, True, False, True)]

    assert found == [[True, False, False], [True, True, False]] * 2
    assert store.written == 2


@pytest.mark.parametrize("broken", [b"", b"no database", None])
def test_a_pattern_kept_broken_is_compiled_anew(broken: bytes | None) -> None:
    store = Shelf()
    answers(store, ignore_case=True)
    store.kept = {name: content[:-9] if broken is None else broken for name, content in store.kept.items()}

    assert answers(store, ignore_case=True) == [True, True, False]
    assert store.written == 2
