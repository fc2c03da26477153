"""A rule's condition tree becomes one predicate over an EventView."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from detections.sigma.fields import Field, FieldMap
from detections.sigma.numbers import as_number
from detections.sigma.regex import compile_search
from detections.sigma.text_match import TextTest, compile_any_literal, compile_text_test
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
from detections.sigma.view import SEPARATOR, EventView

Predicate = Callable[[EventView], bool]


def compile_tree(tree: Tree, fields: FieldMap) -> Predicate:
    """Return the test for the tree. Raises: UnsupportedRuleError for a regular expression no engine takes."""
    match tree:
        case Every(parts):
            return _all_of([compile_tree(part, fields) for part in parts])
        case Either(parts):
            return _any_of([compile_tree(part, fields) for part in parts])
        case Not(part):
            refused = compile_tree(part, fields)
            return lambda view: not refused(view)
        case leaf:
            return _leaf(leaf, fields)


def _all_of(tests: Sequence[Predicate]) -> Predicate:
    if len(tests) == 2:
        first, second = tests
        return lambda view: first(view) and second(view)

    def accepts(view: EventView) -> bool:
        for test in tests:  # noqa: SIM110  a loop costs half of what all() does here
            if not test(view):
                return False
        return True

    return accepts


def _any_of(tests: Sequence[Predicate]) -> Predicate:
    def accepts(view: EventView) -> bool:
        for test in tests:  # noqa: SIM110
            if test(view):
                return True
        return False

    return accepts


def _leaf(leaf: Leaf, fields: FieldMap) -> Predicate:  # noqa: PLR0911  one line per kind
    match leaf:
        case OneOfTexts(name, shape, literals):
            return _test_of_field(fields.field(name), compile_any_literal(shape, literals))
        case Text(name, parts, cased):
            test = compile_text_test(parts)
            return (_cased_test_of_field if cased else _test_of_field)(fields.field(name), test)
        case Number(name, number):
            return _number_equals(fields.field(name), number)
        case Boolean(name, wanted):
            return _test_of_field(fields.field(name), ("true" if wanted else "false").__eq__)
        case Empty(name):
            field = fields.field(name)
            return lambda view: not view.texts(field)
        case Exists(name, wanted):
            field = fields.field(name)
            return lambda view: view.has(field) is wanted
        case Regex():
            return _regex(leaf, fields)
        case InNetwork(name, network):
            return _cidr(fields.field(name), network)
        case Compare(name, operator, limit):
            return _comparison(fields.field(name), operator, limit)
        case SameAs(name, other, shape):
            return _field_reference(fields.field(name), fields.field(other), shape)
        case TimePart(name, part, wanted):
            return _time_part(fields.field(name), part, wanted)
        case Keyword(parts, cased):
            return _keyword(parts, cased)


def _keyword(parts: Parts, cased: bool) -> Predicate:
    shaped = shape_of(parts)
    if shaped is not None and not cased and SEPARATOR not in shaped[1]:
        literal = shaped[1]
        return lambda view: literal in view.joined_lowered()
    test = compile_text_test(parts)
    read = EventView.every_text if cased else EventView.every_lowered
    return lambda view: any(map(test, read(view)))


def _test_of_field(field: Field, test: TextTest) -> Predicate:
    def accepts(view: EventView) -> bool:
        # A loop, not any(): most fields have one value, and a generator costs more than its test.
        for text in view.lowered(field):  # noqa: SIM110
            if test(text):
                return True
        return False

    return accepts


def _cased_test_of_field(field: Field, test: TextTest) -> Predicate:
    def accepts(view: EventView) -> bool:
        for text in view.texts(field):  # noqa: SIM110
            if test(text):
                return True
        return False

    return accepts


def _number_equals(field: Field, number: int | float) -> Predicate:
    wanted = str(number)

    def accepts(view: EventView) -> bool:
        for found in view.texts(field):  # noqa: SIM110
            if found == wanted or as_number(found) == number:
                return True
        return False

    return accepts


_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "lt": float.__lt__,
    "lte": float.__le__,
    "gt": float.__gt__,
    "gte": float.__ge__,
    "neq": float.__ne__,
}


def _comparison(field: Field, operator: str, limit: float) -> Predicate:
    compare = _COMPARE[operator]

    def accepts(view: EventView) -> bool:
        numbers = map(as_number, view.texts(field))
        return any(number is not None and compare(number, limit) for number in numbers)

    return accepts


def _regex(regex: Regex, fields: FieldMap) -> Predicate:
    search = compile_search(
        regex.pattern, ignore_case=regex.ignore_case, multiline=regex.multiline, dotall=regex.dotall
    )
    if regex.field is None:
        return lambda view: any(search(text) for text in view.every_text())
    return _cased_test_of_field(fields.field(regex.field), search)


def _cidr(field: Field, network_text: str) -> Predicate:
    network = ip_network(network_text)

    def accepts(view: EventView) -> bool:
        for text in view.texts(field):
            address = _address(text)
            if address is not None and address in network:
                return True
        return False

    return accepts


@lru_cache(maxsize=4096)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address a text says; rules ask for one address in a dozen networks."""
    try:
        return ip_address(text)
    except ValueError:
        return None


_IN_OTHER: dict[Shape, Callable[[str, str], bool]] = {
    Shape.WHOLE: str.__eq__,
    Shape.INSIDE: str.__contains__,
    Shape.START: str.startswith,
    Shape.END: str.endswith,
}


def _field_reference(field: Field, other: Field, shape: Shape) -> Predicate:
    compare = _IN_OTHER[shape]

    def accepts(view: EventView) -> bool:
        wanted = view.lowered(other)
        for text in view.lowered(field):
            for end in wanted:
                if compare(text, end):
                    return True
        return False

    return accepts


_TIME_PARTS: dict[str, Callable[[datetime], int]] = {
    "minute": lambda at: at.minute,
    "hour": lambda at: at.hour,
    "day": lambda at: at.day,
    "week": lambda at: at.isocalendar().week,
    "month": lambda at: at.month,
    "year": lambda at: at.year,
}


def _time_part(field: Field, part: str, wanted: int) -> Predicate:
    read = _TIME_PARTS[part]

    def holds(text: str) -> bool:
        try:
            return read(datetime.fromisoformat(text)) == wanted
        except ValueError:
            return False

    return lambda view: any(holds(text) for text in view.texts(field))
