"""Faults of the escalation table: who is told when an executor is late has to be somebody, and somebody above."""

from collections import Counter
from collections.abc import Iterator

from playbooks.checks.problem import Problem, Severity
from playbooks.schema import ReadSop
from playbooks.sop import PIMPINAN
from playbooks.source import Spot


def find(read: ReadSop) -> Iterator[Problem]:
    yield from _rows(read)
    yield from _total(read)
    yield from _circles(read)
    yield from _missing(read)


def _rows(read: ReadSop) -> Iterator[Problem]:
    rows = read.sop.eskalasi.langkah
    counts = Counter(one.pelaksana for one in rows)
    for index, row in enumerate(rows):
        spot = read.spot("eskalasi", "langkah", index)
        if not _is_declared(read, row.pelaksana):
            yield _error(spot, f"eskalasi: {row.pelaksana} bukan pelaksana SOP ini")
        elif counts[row.pelaksana] > 1:
            yield _error(spot, f"eskalasi: {row.pelaksana} ditulis lebih dari sekali")
        for role in row.atasan:
            yield from _superior(read, spot, role)


def _total(read: ReadSop) -> Iterator[Problem]:
    spot = read.spot("eskalasi", "total")
    for role in read.sop.eskalasi.total:
        yield from _superior(read, spot, role)


def _superior(read: ReadSop, spot: Spot, role: str) -> Iterator[Problem]:
    if role == PIMPINAN:
        return
    if not _is_declared(read, role):
        yield _error(spot, f"eskalasi: atasan {role} bukan pelaksana SOP ini atau pimpinan")
    elif read.sop.is_outside(role):
        yield _error(spot, f"eskalasi: {role} adalah pihak luar, tidak dapat menjadi atasan")


def _circles(read: ReadSop) -> Iterator[Problem]:
    above = {row.pelaksana: row.atasan for row in read.sop.eskalasi.langkah}
    for index, row in enumerate(read.sop.eskalasi.langkah):
        seen: set[str] = set()
        open_roles = list(row.atasan)
        while open_roles:
            role = open_roles.pop()
            if role not in seen:
                seen.add(role)
                open_roles += above.get(role, ())
        if row.pelaksana in seen:
            reason = f"eskalasi: {row.pelaksana} menjadi atasannya sendiri"
            yield _error(read.spot("eskalasi", "langkah", index), reason)


def _missing(read: ReadSop) -> Iterator[Problem]:
    """Find who was left out of a table that is there; without one, the head of the office is told."""
    sop = read.sop
    if not sop.eskalasi.langkah:
        return
    with_superior = {row.pelaksana for row in sop.eskalasi.langkah}
    timed = dict.fromkeys(role for step in sop.langkah if step.waktu for role in step.pelaksana)
    for role in timed:
        if role not in with_superior and _is_declared(read, role) and not sop.is_outside(role):
            reason = f"eskalasi: {role} tidak mempunyai atasan yang diberi tahu bila waktu baku lewat"
            yield Problem(severity=Severity.WARNING, spot=read.spot("eskalasi"), reason=reason)
    if sop.waktu_total and not sop.eskalasi.total:
        reason = "eskalasi: tidak ada yang diberi tahu bila waktu total lewat"
        yield Problem(severity=Severity.WARNING, spot=read.spot("eskalasi"), reason=reason)


def _is_declared(read: ReadSop, role: str) -> bool:
    return any(one.id == role for one in read.sop.pelaksana)


def _error(spot: Spot, reason: str) -> Problem:
    return Problem(severity=Severity.ERROR, spot=spot, reason=reason)
