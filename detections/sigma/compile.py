"""A rule's condition tree becomes one predicate over an EventView."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from detections.address_ranges import AddressRanges
from detections.sigma.fields import Field, FieldMap
from detections.sigma.numbers import as_number
from detections.sigma.predicates import (
    AllOf,
    AnyOf,
    AnywhereContains,
    AnywherePasses,
    Contains,
    ContainsOneOfMany,
    EndsWith,
    Equals,
    IsEmpty,
    IsLike,
    IsThere,
    Matches,
    NotThis,
    NumberIsOneOf,
    Passes,
    Predicate,
    StartsWith,
)
from detections.sigma.regex import SearchStore, compile_search
from detections.sigma.regex_literals import marks_of_regex
from detections.sigma.text_match import MANY_LITERALS, TextTest, compile_any_literal, compile_text_test
from detections.sigma.tree import (
    Boolean,
    Compare,
    Either,
    Empty,
    Every,
    Exists,
    InNetwork,
    Keyword,
    Leaf,
    Not,
    Number,
    OneOfTexts,
    Parts,
    Regex,
    SameAs,
    Shape,
    Text,
    TimePart,
    Tree,
    shape_of,
)
from detections.sigma.view import SEPARATOR


def compile_tree(tree: Tree, fields: FieldMap, store: SearchStore | None = None) -> Predicate:
    """Return the test for the tree, which `detections.sigma.translate` made: its regular expressions do compile.

    `store` keeps what they compile to.
    """
    match tree:
        case Every(parts):
            return AllOf(tuple(compile_tree(part, fields, store) for part in sorted(parts, key=_effort)))
        case Either(parts):
            return _any_of(sorted(parts, key=_effort), fields, store)
        case Not(part):
            return NotThis(compile_tree(part, fields, store))
        case leaf:
            return _leaf(leaf, fields, store)


def _any_of(parts: Sequence[Tree], fields: FieldMap, store: SearchStore | None) -> Predicate:
    """Return the test for alternatives; numbers and networks asked of one field become one test."""
    numbers: dict[str, list[int | float]] = {}
    networks: dict[str, list[str]] = {}
    others: list[Tree] = []
    for part in parts:
        match part:
            case Number(name, number):
                numbers.setdefault(name, []).append(number)
            case InNetwork(name, network):
                networks.setdefault(name, []).append(network)
            case other:
                others.append(other)
    tests: list[Predicate] = [NumberIsOneOf(fields.field(name), tuple(some)) for name, some in numbers.items()]
    tests += [Passes(fields.field(name), _in_networks(some), cased=True) for name, some in networks.items()]
    tests += [compile_tree(part, fields, store) for part in others]
    return tests[0] if len(tests) == 1 else AnyOf(tuple(tests))


def _effort(tree: Tree) -> int:
    """Return about how much it takes to answer no: what takes little is asked first."""
    match tree:
        case Every(parts) | Either(parts):
            return sum(map(_effort, parts))
        case Not(part):
            return _effort(part)
        case OneOfTexts(shape=Shape.INSIDE, literals=literals):
            return min(4 * len(literals), 80)
        case OneOfTexts(shape=Shape.START | Shape.END, literals=literals):
            return 2 * len(literals)
        case Regex() | Keyword():
            return 60
        case _:
            return 4


def _leaf(  # noqa: PLR0911, PLR0912  one line per kind
    leaf: Leaf, fields: FieldMap, store: SearchStore | None
) -> Predicate:
    match leaf:
        case OneOfTexts(name, shape, literals):
            return _one_of(fields.field(name), shape, literals)
        case Text(name, parts, cased):
            shaped = None if cased else shape_of(parts)
            if shaped is not None:
                return _one_of(fields.field(name), shaped[0], (shaped[1],))
            return Passes(fields.field(name), compile_text_test(parts), cased=cased)
        case Number(name, number):
            return NumberIsOneOf(fields.field(name), (number,))
        case Boolean(name, wanted):
            return Equals(fields.field(name), ("true" if wanted else "false",))
        case Empty(name):
            return IsEmpty(fields.field(name))
        case Exists(name, wanted):
            is_there = IsThere(fields.field(name))
            return is_there if wanted else NotThis(is_there)
        case Regex():
            return _regex(leaf, fields, store)
        case InNetwork(name, network):
            return Passes(fields.field(name), _in_networks([network]), cased=True)
        case Compare(name, operator, limit):
            return Passes(fields.field(name), _comparison(operator, limit), cased=True)
        case SameAs(name, other, shape):
            return IsLike(fields.field(name), fields.field(other), _IN_OTHER[shape])
        case TimePart(name, part, wanted):
            return Passes(fields.field(name), _time_part(part, wanted), cased=True)
        case Keyword(parts, cased):
            return _keyword(parts, cased)


def _one_of(field: Field, shape: Shape, literals: tuple[str, ...]) -> Predicate:
    wanted = tuple(dict.fromkeys(literals))
    match shape:
        case Shape.WHOLE:
            return Equals(field, wanted)
        case Shape.START:
            return StartsWith(field, wanted)
        case Shape.END:
            return EndsWith(field, wanted)
        case Shape.INSIDE if len(wanted) > MANY_LITERALS:
            return ContainsOneOfMany(field, wanted, partial(compile_any_literal, shape, wanted))
        case Shape.INSIDE:
            return Contains(field, wanted)


def _keyword(parts: Parts, cased: bool) -> Predicate:
    shaped = shape_of(parts)
    if shaped is not None and not cased and SEPARATOR not in shaped[1]:
        return AnywhereContains(shaped[1])
    return AnywherePasses(compile_text_test(parts), cased=cased)


def _regex(regex: Regex, fields: FieldMap, store: SearchStore | None) -> Predicate:
    make_search = partial(
        compile_search,
        regex.pattern,
        ignore_case=regex.ignore_case,
        multiline=regex.multiline,
        dotall=regex.dotall,
        store=store,
    )
    if regex.field is None:
        return AnywherePasses(make_search(), cased=True)
    return Matches(fields.field(regex.field), make_search, marks=marks_of_regex(regex.pattern), cased=True)


_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "lt": float.__lt__,
    "lte": float.__le__,
    "gt": float.__gt__,
    "gte": float.__ge__,
    "neq": float.__ne__,
}


def _comparison(operator: str, limit: float) -> TextTest:
    compare = _COMPARE[operator]

    def holds(text: str) -> bool:
        number = as_number(text)
        return number is not None and compare(number, limit)

    return holds


def _in_networks(texts: Sequence[str]) -> TextTest:
    return AddressRanges(texts).hold


_IN_OTHER: dict[Shape, Callable[[str, str], bool]] = {
    Shape.WHOLE: str.__eq__,
    Shape.INSIDE: str.__contains__,
    Shape.START: str.startswith,
    Shape.END: str.endswith,
}

_TIME_PARTS: dict[str, Callable[[datetime], int]] = {
    "minute": lambda at: at.minute,
    "hour": lambda at: at.hour,
    "day": lambda at: at.day,
    "week": lambda at: at.isocalendar().week,
    "month": lambda at: at.month,
    "year": lambda at: at.year,
}


def _time_part(part: str, wanted: int) -> TextTest:
    read = _TIME_PARTS[part]

    def holds(text: str) -> bool:
        try:
            return read(datetime.fromisoformat(text)) == wanted
        except ValueError:
            return False

    return holds
