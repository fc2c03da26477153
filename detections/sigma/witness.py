"""What a rule's condition needs to be in an event: its traces in the raw bytes, and the event codes it may have."""

from detections.sigma import traces
from detections.sigma.fields import FieldMap
from detections.sigma.numbers import plain_code
from detections.sigma.regex_literals import traces_of_regex
from detections.sigma.traces import Traces
from detections.sigma.tree import Boolean, Either, Every, Keyword, Number, OneOfTexts, Parts, Regex, Shape, Text, Tree

CODE_NAME = "event.code"
"""A field that may stand under this name is the event's code."""
_ADDED = ("event.", "log.", "tanggap.", "@timestamp")
"""Readers add such fields: what they say need not stand in the line they were read from."""


def traces_of(tree: Tree, fields: FieldMap) -> Traces | None:
    """Return what stands in every event that the tree accepts, and in the line of JSON it was read from.

    None: nothing is sure, the rule has to be asked each time.
    """
    match tree:
        case Every(parts):
            return traces.all_of(traces_of(part, fields) for part in parts)
        case Either(parts):
            return traces.any_of(traces_of(part, fields) for part in parts)
        case Keyword(parts=parts):
            return _of_keyword(parts)
        case OneOfTexts(field=str(name)) | Text(field=str(name)) | Boolean(field=name) | Regex(field=str(name)):
            names = fields.field(name).names
            is_added = any(one.startswith(_ADDED) and one != CODE_NAME for one in names)
            return None if is_added else _of_value(tree)
        case _:
            return None


def _of_value(tree: OneOfTexts | Text | Boolean | Regex) -> Traces | None:
    match tree:
        case OneOfTexts(literals=literals):
            return traces.any_of(traces.of_text(literal) for literal in literals)
        case Text(parts=parts):
            return _of_parts(parts)
        case Boolean(wanted=wanted):
            return b"true" if wanted else b"false"
        case Regex(pattern=pattern):
            return traces_of_regex(pattern)


def _of_parts(parts: Parts) -> Traces | None:
    return traces.all_of(traces.of_text(part) for part in parts if isinstance(part, str))


def _of_keyword(parts: Parts) -> Traces | None:
    """Return the traces of a keyword: it is looked for in the original line too, where quotes are not escaped."""
    runs = [run for part in parts if isinstance(part, str) for run in part.replace("\\", '"').split('"')]
    return traces.all_of(map(traces.of_text, runs))


def event_codes_of(tree: Tree, fields: FieldMap) -> frozenset[str] | None:
    """Return the event codes (EventID) of which every accepted event has one; None: any."""
    match tree:
        case Every(parts):
            known = [codes for part in parts if (codes := event_codes_of(part, fields)) is not None]
            return min(known, key=len, default=None)
        case Either(parts):
            return _codes_of_any(parts, fields)
        case OneOfTexts(name, Shape.WHOLE, literals) if CODE_NAME in fields.field(name).names:
            return frozenset(map(plain_code, literals))
        case Number(name, number) if CODE_NAME in fields.field(name).names:
            return frozenset({plain_code(str(number))})
        case _:
            return None


def _codes_of_any(parts: tuple[Tree, ...], fields: FieldMap) -> frozenset[str] | None:
    codes: frozenset[str] = frozenset()
    for part in parts:
        found = event_codes_of(part, fields)
        if found is None:
            return None
        codes |= found
    return codes
