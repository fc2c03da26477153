"""An SOP as a form that people edit without YAML: the file's own fields as plain values, with every fault in place.

The way is SOP -> form -> YAML text -> `read_sop` -> checks: what the form holds is judged exactly as a file is.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

from pydantic import ValidationError

from playbooks.checks.check import problems_of
from playbooks.checks.problem import Severity
from playbooks.errors import BadPlaybookError, UnreadablePlaybookError, UnusableFormError
from playbooks.field_words import place_words
from playbooks.schema import ReadSop, SopModel, dotted, read_sop
from playbooks.sop import Sop
from playbooks.source import MAX_BYTES, MAX_DEPTH, MAX_NODES, Place, Plain, read_source
from playbooks.writing import write_values

Form = dict[str, Plain]

_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What a document, a database or YAML cannot hold; newline and tab are text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something the form's text says wrongly, or against itself."""

    severity: Severity
    place: Place
    where: str
    """The place in words."""
    reason: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A text with what was found in it; `read` is None where it is not yet an SOP."""

    text: str
    read: ReadSop | None
    findings: tuple[Finding, ...]

    @property
    def sop(self) -> Sop | None:
        return self.read.sop if self.read else None

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What keeps the SOP from being put in force."""
        return tuple(one for one in self.findings if one.severity is Severity.ERROR)


def form_of(sop: Sop) -> Form:
    """Return every field of the SOP, also those that stand on their defaults."""
    form = _plain(asdict(sop))
    assert isinstance(form, dict)
    return form


def form_of_text(text: str) -> Form:
    """Return the form of a kept text; of one that is no SOP yet, what is written.

    Raises: UnreadablePlaybookError for a text that is no list of fields at all.
    """
    checked = check_text(text)
    if checked.sop is not None:
        return form_of(checked.sop)
    values = read_source(text).values
    assert isinstance(values, dict)
    return values


def text_of(sop: Sop) -> str:
    """Return the SOP as a YAML file: fields in the order of the shipped ones, defaults left out."""
    return _tidy(SopModel.model_validate(form_of(sop)))


def check_form(values: object) -> Checked:
    """Return the text of the form, with everything that is wrong in it, each in its place.

    Raises: UnusableFormError for what is no form at all: not fields, too much, too deep, control characters.
    """
    form = _usable(values)
    try:
        text = _tidy(SopModel.model_validate(form))
    except ValidationError:
        text = write_values(form)
    if len(text.encode()) > MAX_BYTES:
        raise UnusableFormError(place=(), reason=f"SOP lebih besar dari {MAX_BYTES // 1024} KiB")
    return check_text(text)


def check_text(text: str) -> Checked:
    """Return what is wrong with a file's text. Raises: UnreadablePlaybookError where it is no list of fields."""
    try:
        read = read_sop(text, name="SOP")
    except UnreadablePlaybookError:
        raise
    except BadPlaybookError as error:
        faults = tuple(
            Finding(
                severity=Severity.ERROR,
                place=one.place,
                where=place_words(one.place),
                reason=one.reason.removeprefix(f"{dotted(one.place)}: "),
                line=one.line,
            )
            for one in error.faults
        )
        return Checked(text=text, read=None, findings=faults)
    return Checked(text=text, read=read, findings=tuple(_findings(read)))


def _findings(read: ReadSop) -> Iterator[Finding]:
    for one in problems_of(read):
        place = one.spot.place
        # A file's message has to name the step; here the place does.
        own_step = f"langkah {int(place[1]) + 1}: " if place[:1] == ("langkah",) and len(place) > 1 else ""
        yield Finding(
            severity=one.severity,
            place=place,
            where=place_words(place),
            reason=one.reason.removeprefix(own_step),
            line=one.line,
        )


def _tidy(model: SopModel) -> str:
    values = _plain(model.model_dump(mode="json", exclude_defaults=True))
    assert isinstance(values, dict)
    return write_values(values)


def _plain(value: object) -> Plain:
    match value:
        case StrEnum():
            return value.value
        case None | bool() | int() | str():
            return value
        case dict():
            return {str(key): _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
    raise TypeError(f"no plain value: {type(value).__name__}")


def _usable(values: object) -> Form:
    if not isinstance(values, dict):
        raise UnusableFormError(place=(), reason="harus berupa isian SOP")
    for number, (place, one) in enumerate(_walk(values, ()), start=1):
        if number > MAX_NODES or len(place) > MAX_DEPTH:
            raise UnusableFormError(place=(), reason="susunan terlalu dalam atau terlalu banyak isi")
        if isinstance(one, float):
            raise UnusableFormError(place=place, reason="harus bilangan bulat")
        if isinstance(one, str) and _CONTROLS.search(one):
            raise UnusableFormError(place=place, reason="memuat karakter kendali")
    form = _plain(values)
    assert isinstance(form, dict)
    return form


def _walk(value: object, place: Place) -> Iterator[tuple[Place, object]]:
    """Yield every value with its place, the outer before the inner, so that the caller can stop at the depth."""
    yield place, value
    if isinstance(value, dict):
        for key, one in value.items():
            yield (*place, str(key)), str(key)
            yield from _walk(one, (*place, str(key)))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _walk(one, (*place, index))
