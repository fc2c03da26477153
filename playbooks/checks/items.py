"""Kelengkapan that nobody makes, and output that nobody needs."""

from collections.abc import Iterator

from playbooks.checks.graph import END, graph_of, surely_there
from playbooks.checks.problem import Problem, Severity
from playbooks.schema import ReadSop
from playbooks.sop import JenisItem, Kelengkapan, spelling_key
from playbooks.source import Spot


def find(read: ReadSop) -> Iterator[Problem]:
    yield from _unmade(read)
    yield from _unneeded(read)


def _unmade(read: ReadSop) -> Iterator[Problem]:
    sop = read.sop
    there = surely_there(sop, graph_of(sop))
    made = {spelling_key(item.nama) for step in sop.langkah for item in step.makes()}
    for index, step in enumerate(sop.langkah):
        for position, item in enumerate(step.kelengkapan):
            key = spelling_key(item.nama)
            if _needs_no_maker(item) or key in there[step.no]:
                continue
            what = "tidak selalu sudah dihasilkan" if key in made else "tidak dihasilkan langkah mana pun"
            yield _warning(
                read.spot("langkah", index, "kelengkapan", position),
                f"langkah {step.no}: kelengkapan {item.nama} {what} sebelum langkah ini",
            )


def _unneeded(read: ReadSop) -> Iterator[Problem]:
    sop, graph = read.sop, graph_of(read.sop)
    if not any(step.kelengkapan for step in sop.langkah):
        yield _warning(read.spot("langkah"), "SOP tidak menyebut kelengkapan langkah mana pun")
        return
    needed = {(step.no, spelling_key(item.nama)) for step in sop.langkah for item in step.kelengkapan}
    for index, step in enumerate(sop.langkah):
        if END in graph[step.no]:
            continue
        for position, item in enumerate(step.output):
            key = spelling_key(item.nama)
            if item.jenis is JenisItem.DOKUMEN and not any(name == key and no != step.no for no, name in needed):
                reason = f"langkah {step.no}: output {item.nama} tidak dipakai langkah lain"
                yield _warning(read.spot("langkah", index, "output", position), reason)


def _needs_no_maker(item: Kelengkapan) -> bool:
    is_paper = item.jenis is JenisItem.DOKUMEN
    return not is_paper or item.disiapkan or item.bukti_setiap_putaran or item.dilampirkan or item.dibuat


def _warning(spot: Spot, reason: str) -> Problem:
    return Problem(severity=Severity.WARNING, spot=spot, reason=reason)
