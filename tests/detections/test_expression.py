"""Boolean conditions over rules, in any order and in the order written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detections.expression import AllOf, AnyOf, AtLeast, Expression, Not, Rule, Times, holds, holds_in_order, sources_of

A, B, C, D = (Rule(name) for name in "abcd")
AS_DOCUMENTED = AllOf((A, AnyOf((B, C)), Not(D)))


@pytest.mark.parametrize(
    ("present", "expected"), [("ab", True), ("ac", True), ("abc", True), ("a", False), ("bc", False), ("abd", False)]
)
def test_a_and_one_of_b_and_c_but_not_d(present: str, expected: bool) -> None:
    assert holds(AS_DOCUMENTED, present) is expected


@pytest.mark.parametrize(
    ("expression", "order", "expected"),
    [
        (AllOf((A, B, C)), "abc", True),
        (AllOf((A, B, C)), "acb", False),
        (AllOf((A, B, C)), "babc", True),
        (AllOf((A, B, C)), "cabac", True),
        (AllOf((A, AnyOf((B, C)), D)), "acd", True),
        (AllOf((A, AnyOf((B, C)), D)), "cad", False),
        (AllOf((AnyOf((AllOf((A, B)), C)), D)), "bacd", True),
        (AllOf((AnyOf((AllOf((A, B)), C)), D)), "bad", False),
        (AllOf((A, Not(D), B)), "ab", True),
        (AllOf((A, Not(D), B)), "abd", False),
        (AtLeast(2, ("a", "b", "c")), "ca", False),
        (AtLeast(2, ("a", "b", "c")), "cac", True),
        (AtLeast(2, ("a", "b", "c")), "bc", True),
        (AtLeast(3, ("a", "b", "c")), "ababc", True),
    ],
)
def test_order_is_the_order_in_which_the_condition_names_the_rules(
    expression: Expression, order: str, expected: bool
) -> None:
    times = Times()

    for instant, source in enumerate(order):
        times.add(source, instant)

    assert holds_in_order(expression, times) is expected


def test_hits_of_one_instant_are_in_order() -> None:
    times = Times()

    for source in "cba":
        times.add(source, 7)

    assert holds_in_order(AllOf((A, B, C)), times)


def test_what_is_asked_for_and_what_is_ruled_out_is_told_apart() -> None:
    assert list(sources_of(AllOf((A, Not(AnyOf((B, Not(C)))))))) == [("a", True), ("b", False), ("c", True)]


@given(st.lists(st.sampled_from("ab"), max_size=3_000), st.integers(0, 3_000))
def test_times_that_were_dropped_are_not_found(sources: list[str], dropped: int) -> None:
    times = Times()
    for instant, source in enumerate(sources):
        times.add(source, instant)

    for source in sources[:dropped]:
        times.drop(source)

    for source in "ab":
        left = [instant for instant, other in enumerate(sources) if other == source and instant >= dropped]
        assert times.earliest(source, since_ns=0) == (left[0] if left else None)
        assert (source in times.present) is bool(left)
