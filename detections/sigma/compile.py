"""A rule's condition tree becomes one predicate over an EventView, with the witness that says when to ask it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from math import isnan
from typing import Any

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.rule import SigmaRule
from sigma.types import (
    CompareOperators,
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaRegularExpressionFlag,
    SigmaString,
    SigmaTimestampPart,
    TimestampPart,
)

from detections.sigma import witness
from detections.sigma.fields import Field, FieldMap
from detections.sigma.problems import UnsupportedRuleError
from detections.sigma.regex import compile_search
from detections.sigma.text_match import Shape, TextTest, compile_any_literal, compile_text_test, parts_of, shape_of
from detections.sigma.view import EventView
from detections.sigma.witness import Witness

Predicate = Callable[[EventView], bool]

CODE_NAME = "event.code"
"""A field that may stand under this name is the event's code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A predicate, and texts of which one stands in every event it accepts (None: it has to be asked every time)."""

    accepts: Predicate
    witness: Witness | None
    event_codes: frozenset[str] | None = None
    """The event codes (EventID) of which every accepted event has one; None: any."""


def compile_rule(rule: SigmaRule, fields: FieldMap) -> Compiled:
    """Return the rule as one predicate; of several conditions any will do.

    Raises: UnsupportedRuleError, and pySigma's SigmaError for a condition that cannot be parsed.
    """
    trees = [condition.parsed for condition in rule.detection.parsed_condition]
    return _any_of([_compile(tree, fields) for tree in trees])


def _compile(tree: object, fields: FieldMap) -> Compiled:
    match tree:
        case ConditionAND():
            return _all_of([_compile(child, fields) for child in tree.args])
        case ConditionOR():
            return _any_of(_compile_alternatives(tree.args, fields))
        case ConditionNOT():
            return _not(_compile(tree.args[0], fields))
        case ConditionFieldEqualsValueExpression():
            return _field_value(fields.field(tree.field), tree.value, fields)
        case ConditionValueExpression():
            return _keyword(tree.value)
        case None:
            raise UnsupportedRuleError(reason="kondisi tidak memuat satu pun seleksi; periksa nama di `condition`")
        case other:
            raise UnsupportedRuleError(reason=f"bagian kondisi {type(other).__name__} tidak dikenal")


def _all_of(children: Sequence[Compiled]) -> Compiled:
    if len(children) == 1:
        return children[0]
    tests = tuple(child.accepts for child in children)
    return Compiled(
        accepts=lambda view: all(test(view) for test in tests),
        witness=witness.of_all(child.witness for child in children),
        event_codes=min(
            (codes for child in children if (codes := child.event_codes) is not None), key=len, default=None
        ),
    )


def _any_of(children: Sequence[Compiled]) -> Compiled:
    if len(children) == 1:
        return children[0]
    tests = tuple(child.accepts for child in children)
    return Compiled(
        accepts=lambda view: any(test(view) for test in tests),
        witness=witness.of_any(child.witness for child in children),
        event_codes=_codes_of_any(children),
    )


def _codes_of_any(children: Sequence[Compiled]) -> frozenset[str] | None:
    codes: frozenset[str] = frozenset()
    for child in children:
        if child.event_codes is None:
            return None
        codes |= child.event_codes
    return codes


def _not(child: Compiled) -> Compiled:
    return Compiled(accepts=lambda view: not child.accepts(view), witness=None)


def _compile_alternatives(trees: Sequence[object], fields: FieldMap) -> list[Compiled]:
    """Compile the branches of an OR; texts wanted of one field in one way become a single test of that field."""
    alike: dict[tuple[str, Shape], list[str]] = {}
    rest: list[Compiled] = []
    for tree in trees:
        simple = _simple_text(tree)
        if simple is None:
            rest.append(_compile(tree, fields))
        else:
            alike.setdefault(simple[:2], []).append(simple[2])
    return [_one_of_texts(fields.field(name), shape, texts) for (name, shape), texts in alike.items()] + rest


def _simple_text(tree: object) -> tuple[str, Shape, str] | None:
    """Return field, shape and literal of a caseless text with wildcards at its ends at most, else None."""
    if not isinstance(tree, ConditionFieldEqualsValueExpression):
        return None
    value = tree.value
    if not isinstance(value, SigmaString) or isinstance(value, SigmaCasedString):
        return None
    shaped = shape_of(parts_of(value, lower=True))
    return (tree.field, *shaped) if shaped is not None else None


def _one_of_texts(field: Field, shape: Shape, literals: Sequence[str]) -> Compiled:
    codes = frozenset(literals) if shape is Shape.WHOLE and CODE_NAME in field.names else None
    return Compiled(
        accepts=_test_of_field(field, compile_any_literal(shape, literals)),
        witness=witness.of_any(witness.of_string((literal,)) for literal in literals),
        event_codes=codes,
    )


def _test_of_field(field: Field, test: TextTest) -> Predicate:
    def accepts(view: EventView) -> bool:
        # A loop, not any(): most fields have one value, and a generator costs more than its test.
        for text in view.lowered(field):  # noqa: SIM110
            if test(text):
                return True
        return False

    return accepts


# --- one field, one value --------------------------------------------------------------------------------------------


def _field_value(field: Field, value: object, fields: FieldMap) -> Compiled:  # noqa: PLR0911  one line per value type
    match value:
        case SigmaString():
            return _string(field, value)
        case SigmaExpansion():
            return _any_of([_field_value(field, variant, fields) for variant in value.values])
        case SigmaTimestampPart():
            return _unwitnessed(_time_part(field, value))
        case SigmaNumber():
            codes = frozenset({str(value.number)}) if CODE_NAME in field.names else None
            return Compiled(accepts=_number_equals(field, value.number), witness=None, event_codes=codes)
        case SigmaBool():
            wanted = "true" if value.boolean else "false"
            return _unwitnessed(lambda view: wanted in view.lowered(field))
        case SigmaNull():
            return _unwitnessed(lambda view: not view.texts(field))
        case SigmaExists():
            return _unwitnessed(lambda view: view.has(field) is value.exists)
        case SigmaRegularExpression():
            return _regex(field, value)
        case SigmaCIDRExpression():
            return _unwitnessed(_cidr(field, value))
        case SigmaCompareExpression():
            return _unwitnessed(_comparison(field, value))
        case SigmaFieldReference():
            return _unwitnessed(_field_reference(field, value, fields.field(value.field)))
        case other:
            raise UnsupportedRuleError(reason=f"jenis nilai {type(other).__name__} tidak didukung")


def _unwitnessed(accepts: Predicate) -> Compiled:
    return Compiled(accepts=accepts, witness=None)


def _string(field: Field, value: SigmaString) -> Compiled:
    cased = isinstance(value, SigmaCasedString)
    parts = parts_of(value, lower=not cased)
    if not parts:
        return _unwitnessed(lambda view: not view.texts(field))
    shaped = shape_of(parts)
    if shaped is not None and not cased:
        return _one_of_texts(field, shaped[0], [shaped[1]])
    test = compile_text_test(parts)
    accepts = _cased_test_of_field(field, test) if cased else _test_of_field(field, test)
    return Compiled(accepts=accepts, witness=witness.of_string(parts))


def _cased_test_of_field(field: Field, test: TextTest) -> Predicate:
    return lambda view: any(test(text) for text in view.texts(field))


def _number_equals(field: Field, number: int | float) -> Predicate:
    text = str(number)

    def accepts(view: EventView) -> bool:
        return any(found == text or as_number(found) == number for found in view.texts(field))

    return accepts


def as_number(text: str) -> float | None:
    """Return the number a text says, None where it says none; never NaN, which compares as nothing."""
    try:
        number = float(text)
    except ValueError:
        return None
    return None if isnan(number) else number


_COMPARE: dict[CompareOperators, Callable[[float, float], bool]] = {
    CompareOperators.LT: float.__lt__,
    CompareOperators.LTE: float.__le__,
    CompareOperators.GT: float.__gt__,
    CompareOperators.GTE: float.__ge__,
    CompareOperators.NEQ: float.__ne__,
}


def _comparison(field: Field, value: SigmaCompareExpression) -> Predicate:
    compare, limit = _COMPARE[value.op], float(value.number.number)

    def accepts(view: EventView) -> bool:
        numbers = map(as_number, view.texts(field))
        return any(number is not None and compare(number, limit) for number in numbers)

    return accepts


def _regex(field: Field, value: SigmaRegularExpression) -> Compiled:
    search = _search(value)
    return _unwitnessed(lambda view: any(search(text) for text in view.texts(field)))


def _search(value: SigmaRegularExpression) -> TextTest:
    if value.contains_placeholder():
        raise UnsupportedRuleError(
            reason="placeholder (|expand) dalam regex belum diisi; beri nilainya lewat --placeholders"
        )
    return compile_search(
        str(value.regexp.to_plain_regex()),
        ignore_case=SigmaRegularExpressionFlag.IGNORECASE in value.flags,
        multiline=SigmaRegularExpressionFlag.MULTILINE in value.flags,
        dotall=SigmaRegularExpressionFlag.DOTALL in value.flags,
    )


def _cidr(field: Field, value: SigmaCIDRExpression) -> Predicate:
    network = value.network

    def holds(text: str) -> bool:
        try:
            return ip_address(text) in network
        except ValueError:
            return False

    return lambda view: any(holds(text) for text in view.texts(field))


def _field_reference(field: Field, value: SigmaFieldReference, other: Field) -> Predicate:
    if value.starts_with and value.ends_with:
        compare: Callable[[str, str], bool] = str.__contains__
    elif value.starts_with:
        compare = str.startswith
    elif value.ends_with:
        compare = str.endswith
    else:
        compare = str.__eq__

    def accepts(view: EventView) -> bool:
        wanted = view.lowered(other)
        return any(compare(text, end) for text in view.lowered(field) for end in wanted)

    return accepts


_TIME_PARTS: dict[TimestampPart, Callable[[datetime], int]] = {
    TimestampPart.MINUTE: lambda at: at.minute,
    TimestampPart.HOUR: lambda at: at.hour,
    TimestampPart.DAY: lambda at: at.day,
    TimestampPart.WEEK: lambda at: at.isocalendar().week,
    TimestampPart.MONTH: lambda at: at.month,
    TimestampPart.YEAR: lambda at: at.year,
}


def _time_part(field: Field, value: SigmaTimestampPart) -> Predicate:
    part, wanted = _TIME_PARTS[value.timestamp_part], value.number

    def holds(text: str) -> bool:
        try:
            return part(datetime.fromisoformat(text)) == wanted
        except ValueError:
            return False

    return lambda view: any(holds(text) for text in view.texts(field))


# --- keywords --------------------------------------------------------------------------------------------------------


def _keyword(value: object) -> Compiled:
    """A value without a field: it is looked for inside every field of the event."""
    match value:
        case SigmaExpansion():
            return _any_of([_keyword(variant) for variant in value.values])
        case SigmaString():
            return _keyword_text(value)
        case SigmaNumber():
            return _keyword_text(SigmaString(str(value)))
        case SigmaRegularExpression():
            search = _search(value)
            return _unwitnessed(lambda view: any(search(text) for text in view.every_text()))
        case other:
            raise UnsupportedRuleError(reason=f"kata kunci berjenis {type(other).__name__} tidak didukung")


def _keyword_text(value: SigmaString) -> Compiled:
    cased = isinstance(value, SigmaCasedString)
    parts = parts_of(value, lower=not cased)
    if not any(isinstance(part, str) for part in parts):
        raise UnsupportedRuleError(reason="kata kunci tanpa isi cocok dengan semua kejadian; tulis teks yang dicari")
    anywhere: tuple[Any, ...] = (_ANY, *parts, _ANY)
    test = compile_text_test(_merged(anywhere))
    read = EventView.every_text if cased else EventView.every_lowered
    return Compiled(accepts=lambda view: any(map(test, read(view))), witness=witness.of_string(parts))


_ANY = parts_of(SigmaString("*"), lower=False)[0]


def _merged(parts: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(
        part for index, part in enumerate(parts) if part is not _ANY or index == 0 or parts[index - 1] is not _ANY
    )
