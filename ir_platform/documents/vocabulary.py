"""What a Word template may say: its variables with their meaning, the few filters, and the environment that renders it.

An office's template may have been edited by anyone there: it prints values, and reaches nothing of Python's.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final, get_args, get_origin, get_type_hints

from docxtpl import InlineImage
from jinja2 import StrictUndefined, Template, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from ir_platform.documents.sheet import Sheet

FILTERS: Final = ("default", "join", "length", "lower", "title", "trim", "upper")
LOOP: Final = ("index", "index0", "first", "last", "length")
"""What `loop` within a `for` knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationMark:
    """`verifikasi` of a template; all empty where a document has no code."""

    kode: str
    alamat: str
    qr: "InlineImage | str"


@dataclass(frozen=True, slots=True, kw_only=True)
class KopMark:
    """`kop` of a template: the office's emblem, empty where it has none."""

    lambang: "InlineImage | str"


ROOTS: Final = MappingProxyType({"s": Sheet, "verifikasi": VerificationMark, "kop": KopMark})
"""The names a template begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    nama: str
    """`s.naskah.nomor`, `s.langkah[].oleh`, `s.identitas[][0]`."""
    jenis: str
    """`teks`, `daftar`, `gambar`."""


def variables() -> tuple[Variable, ...]:
    """Return every variable a template may print, in order of their definition."""
    return tuple(found for name, kind in ROOTS.items() for found in _variables_of(name, kind))


def fields_of(kind: object) -> dict[str, Any]:
    """Return the fields of a value's type, with their types; none where it is no record of ours."""
    return _fields_of_record(kind) if isinstance(kind, type) and is_dataclass(kind) else {}


@cache
def _fields_of_record(kind: type[Any]) -> dict[str, Any]:
    """Every value that a paper prints is looked up here, and types do not change."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def items_of(kind: object) -> object | None:
    """Return the type of a list's items, None for what is no list. A pair of texts is a list of texts here."""
    return get_args(kind)[0] if get_origin(kind) is tuple else None


def _variables_of(name: str, kind: object) -> tuple[Variable, ...]:
    if record := fields_of(kind):
        return tuple(found for part, its in record.items() for found in _variables_of(f"{name}.{part}", its))
    if get_origin(kind) is tuple:
        arguments = get_args(kind)
        if arguments[-1] is not Ellipsis:
            return tuple(Variable(nama=f"{name}[{at}]", jenis="teks") for at in range(len(arguments)))
        return (Variable(nama=name, jenis="daftar"), *_variables_of(f"{name}[]", arguments[0]))
    return (Variable(nama=name, jenis="gambar" if InlineImage in get_args(kind) else "teks"),)


class TemplateEnvironment(SandboxedEnvironment):
    """Prints fields of our records, text and positions in lists; nothing can be called, computed or looked into."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "**", "%"})
    intercepted_unops = frozenset({"+", "-"})

    def __init__(self) -> None:
        super().__init__(autoescape=True, finalize=_literal, undefined=StrictUndefined)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        if isinstance(obj, LoopContext):
            return attr in LOOP
        return is_dataclass(obj) and attr in fields_of(type(obj))

    def is_safe_callable(self, obj: object) -> bool:
        return False

    def call_binop(self, context: object, operator: str, left: object, right: object) -> object:
        raise SecurityError(f"operator {operator}")

    def call_unop(self, context: object, operator: str, arg: object) -> object:
        raise SecurityError(f"operator {operator}")


class ShippedEnvironment(TemplateEnvironment):
    """Compiles each part of our own templates once in a process: that takes longer than filling it in.

    Offices' templates are not met here: each is filled in by a child that ends with it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._compiled: dict[str | nodes.Template, Template] = {}

    def from_string(
        self,
        source: str | nodes.Template,
        globals: MutableMapping[str, Any] | None = None,
        template_class: type[Template] | None = None,
    ) -> Template:
        if source not in self._compiled:
            self._compiled[source] = super().from_string(source, globals, template_class)
        return self._compiled[source]


@cache
def shipped_environment() -> ShippedEnvironment:
    return ShippedEnvironment()


def _literal(value: object) -> Markup:
    """Escape a value for XML, and its underscores too: docxtpl turns `{_{` into `{{` after rendering."""
    if isinstance(value, InlineImage):
        return Markup(str(value))  # noqa: S704  a picture of ours, drawn by docxtpl
    return Markup(str(escape(value)).replace("_", "&#95;"))  # noqa: S704  escaped on this line
