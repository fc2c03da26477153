"""Finds what a template says that is not in its vocabulary, by its parsed form alone, and names each in words."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, get_args, get_origin

from jinja2 import nodes

from ir_platform.documents.vocabulary import FILTERS, LOOP, ROOTS, fields_of, items_of, variables

TESTS: Final = ("defined", "none", "even", "odd")
_PLAIN: Final = (nodes.TemplateData, nodes.Const)
_JOINING: Final = (
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Concat,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.Tuple,
)
_LOOP: Final = object()
"""In place of a type: `loop` within a `for`."""
_TEXT: Final = str

Scope = dict[str, object]
"""Names with their types."""


@dataclass(frozen=True, slots=True)
class Offence:
    line: int
    reason: str


def offences(template: nodes.Template) -> tuple[Offence, ...]:
    """Return everything in the template that could not be printed, in order of lines."""
    return tuple(sorted(_block(template.body, dict(ROOTS)), key=lambda one: one.line))


def _block(body: list[nodes.Node], scope: Scope) -> Iterator[Offence]:
    for node in body:
        yield from _statement(node, scope)


def _statement(node: nodes.Node, scope: Scope) -> Iterator[Offence]:
    match node:
        case nodes.Output():
            for one in node.nodes:
                yield from _expression(one, scope)[1]
        case nodes.If():
            yield from _expression(node.test, scope)[1]
            for body in (node.body, node.elif_, node.else_):
                yield from _block(list(body), scope)
        case nodes.For():
            yield from _loop(node, scope)
        case _:
            yield Offence(node.lineno, f"perintah {type(node).__name__.lower()} tidak tersedia dalam templat")


def _loop(node: nodes.For, scope: Scope) -> Iterator[Offence]:
    kind, found = _expression(node.iter, scope)
    yield from found
    item = items_of(kind)
    if not found and item is None:
        yield Offence(node.lineno, f"{_spelled(node.iter)} bukan daftar, tidak dapat diulang dengan for")
    if node.test is not None or node.recursive:
        yield Offence(node.lineno, "for hanya boleh ditulis “for … in …”")
    inner = {**scope, "loop": _LOOP, **_targets(node.target, item)}
    yield from _block(node.body, inner)
    yield from _block(node.else_, scope)


def _targets(target: nodes.Node, item: object | None) -> Scope:
    """Return the names that a `for` gives, with their types; an unknown list has items of text."""
    if isinstance(target, nodes.Name):
        return {target.name: _TEXT if item is None else item}
    names = [one.name for one in getattr(target, "items", ()) if isinstance(one, nodes.Name)]
    kinds = get_args(item) if get_origin(item) is tuple else ()
    return {name: kinds[at] if at < len(kinds) else _TEXT for at, name in enumerate(names)}


def _expression(node: nodes.Node, scope: Scope) -> tuple[object, list[Offence]]:  # noqa: PLR0911  a case each
    """Return the type of what the expression gives, and what is wrong with it."""
    match node:
        case nodes.TemplateData() | nodes.Const():
            return _TEXT, []
        case nodes.Name():
            return _named(node, scope)
        case nodes.Getattr():
            return _part(node, node.attr, scope)
        case nodes.Getitem():
            return _position(node, scope)
        case nodes.Filter():
            return _filtered(node, scope)
        case nodes.Test() if node.name in TESTS:
            return _TEXT, _expression(node.node, scope)[1]
        case _ if isinstance(node, _JOINING):
            found = [one for child in node.iter_child_nodes() for one in _expression(child, scope)[1]]
            return _joined_type(node, scope), found
        case _:
            return _TEXT, [Offence(node.lineno, f"{type(node).__name__.lower()} tidak tersedia dalam templat")]


def _joined_type(node: nodes.Node, scope: Scope) -> object:
    """`a or b` and `a if … else b` give one of theirs; a list stays one, so that it can be looped over."""
    first = next((child for child in node.iter_child_nodes() if not isinstance(child, _PLAIN)), None)
    if isinstance(node, nodes.And | nodes.Or | nodes.CondExpr) and first is not None:
        return _expression(first, scope)[0]
    return _TEXT


def _named(node: nodes.Name, scope: Scope) -> tuple[object, list[Offence]]:
    if node.name in scope:
        return scope[node.name], []
    return _TEXT, [Offence(node.lineno, _unknown(node.name))]


def _part(node: nodes.Getattr | nodes.Getitem, name: str, scope: Scope) -> tuple[object, list[Offence]]:
    kind, found = _expression(node.node, scope)
    if found:
        return _TEXT, found
    if kind is _LOOP:
        return _TEXT, [] if name in LOOP else [Offence(node.lineno, _unknown(f"loop.{name}"))]
    parts = fields_of(kind)
    if name in parts:
        return parts[name], []
    return _TEXT, [Offence(node.lineno, _unknown(f"{_spelled(node.node)}.{name}"))]


def _position(node: nodes.Getitem, scope: Scope) -> tuple[object, list[Offence]]:
    if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
        return _part(node, node.arg.value, scope)
    kind, found = _expression(node.node, scope)
    if found:
        return _TEXT, found
    if get_origin(kind) is not tuple or not isinstance(node.arg, nodes.Const) or not isinstance(node.arg.value, int):
        return _TEXT, [Offence(node.lineno, f"{_spelled(node)} tidak ada: hanya daftar yang mempunyai urutan [0], [1]")]
    arguments = get_args(kind)
    if arguments[-1] is Ellipsis:
        return arguments[0], []
    if 0 <= node.arg.value < len(arguments):
        return arguments[node.arg.value], []
    return _TEXT, [Offence(node.lineno, _unknown(_spelled(node)))]


def _filtered(node: nodes.Filter, scope: Scope) -> tuple[object, list[Offence]]:
    found = [] if node.name in FILTERS else [Offence(node.lineno, f"saringan “{node.name}” tidak tersedia")]
    inner = [] if node.node is None else _expression(node.node, scope)[1]
    return _TEXT, [*found, *inner, *(one for argument in node.args for one in _expression(argument, scope)[1])]


def _unknown(name: str) -> str:
    known = [one.nama for one in variables()]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
    hint = f"; mungkin maksudnya {near[0]}" if near else ""
    return f"variabel “{name[:80]}” tidak dikenal{hint}"


def _spelled(node: nodes.Node) -> str:
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            return f"{_spelled(node.node)}.{node.attr}"
        case nodes.Getitem() if isinstance(node.arg, nodes.Const):
            return f"{_spelled(node.node)}[{node.arg.value}]"
        case _:
            return "ungkapan ini"
