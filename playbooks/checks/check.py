"""Everything that is wrong with one SOP, in the order of its lines."""

from collections.abc import Sequence

from playbooks.checks import flow, forms, items, printed, references, times
from playbooks.checks.problem import Problem, Severity
from playbooks.errors import Fault
from playbooks.schema import ReadSop
from playbooks.sop import Sop, spelling_key


def problems_of(read: ReadSop) -> tuple[Problem, ...]:
    """Return errors and warnings; where a reference points at nothing, what follows from it is not looked for."""
    broken = tuple(references.find(read))
    if any(one.severity is Severity.ERROR for one in broken):
        return _in_order(broken)
    return _in_order(
        (*broken, *flow.find(read), *forms.find(read), *items.find(read), *times.find(read), *printed.find(read))
    )


def same_titles(named: Sequence[tuple[str, Sop]]) -> tuple[tuple[str, str], ...]:
    """Return the names of two SOPs of one office that nobody can tell apart by their title, the first and a later."""
    first: dict[tuple[str, str], str] = {}
    found = []
    for name, sop in named:
        title = (spelling_key(sop.judul), spelling_key(sop.instansi))
        if title in first:
            found.append((first[title], name))
        first.setdefault(title, name)
    return tuple(found)


def errors_of(read: ReadSop) -> tuple[Fault, ...]:
    """Return only what keeps the SOP from being carried out."""
    return tuple(
        Fault(line=one.line, reason=one.reason, place=one.spot.place)
        for one in problems_of(read)
        if one.severity is Severity.ERROR
    )


def _in_order(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda one: (one.line, one.reason)))
