"""Forms of steps (`isian`) that nobody of the step fills in, that nobody answers, or that name no role."""

from collections import Counter
from collections.abc import Iterator

from playbooks.checks.problem import Problem, Severity
from playbooks.schema import ReadSop
from playbooks.sop import JenisIsian, Langkah
from playbooks.source import Spot


def find(read: ReadSop) -> Iterator[Problem]:
    kinds = {form.jenis for step in read.sop.langkah for form in step.isian}
    for index, step in enumerate(read.sop.langkah):
        yield from _own(read, index, step)
        yield from _told(read, index, step)
        for form in step.isian:
            if form.jenis is JenisIsian.ARAHAN and JenisIsian.PERTANYAAN not in kinds:
                spot = read.spot("langkah", index, "isian")
                yield _error(spot, f"langkah {step.no}: arahan tanpa langkah yang memuat pertanyaan")


def _own(read: ReadSop, index: int, step: Langkah) -> Iterator[Problem]:
    counts = Counter(form.jenis for form in step.isian)
    for position, form in enumerate(step.isian):
        spot = read.spot("langkah", index, "isian", position)
        if counts[form.jenis] > 1:
            yield _error(spot, f"langkah {step.no}: isian {form.jenis} ditulis lebih dari sekali")
        for role in form.oleh or step.pelaksana:
            if role not in step.pelaksana:
                yield _error(
                    spot, f"langkah {step.no}: isian {form.jenis} oleh {role} yang bukan pelaksana langkah ini"
                )
            elif read.sop.is_outside(role):
                yield _error(spot, f"langkah {step.no}: isian {form.jenis} tidak dapat diisi pihak luar {role}")


def _told(read: ReadSop, index: int, step: Langkah) -> Iterator[Problem]:
    inside = {one.id for one in read.sop.pelaksana if not one.luar}
    for position, answer in enumerate(step.keputusan):
        spot = read.spot("langkah", index, "keputusan", position)
        for role in answer.diberitahukan:
            if role not in inside:
                yield _error(spot, f"langkah {step.no}: diberitahukan kepada {role} yang bukan pelaksana dalam kantor")
        if answer.diberitahukan and answer.ke is not None:
            yield _error(spot, f"langkah {step.no}: diberitahukan hanya untuk jawaban yang mengakhiri SOP")


def _error(spot: Spot, reason: str) -> Problem:
    return Problem(severity=Severity.ERROR, spot=spot, reason=reason)
