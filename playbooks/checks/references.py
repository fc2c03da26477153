"""Names and numbers in a playbook that point at nothing, or at two things."""

from collections import Counter
from collections.abc import Iterator

from playbooks.checks.problem import Problem, Severity
from playbooks.schema import ReadSop
from playbooks.sop import Langkah


def find(read: ReadSop) -> Iterator[Problem]:
    yield from _numbering(read)
    yield from _roles(read)
    for index, step in enumerate(read.sop.langkah):
        yield from _targets(read, index, step)
        yield from _answers(read, index, step)


def _error(line: int, reason: str) -> Problem:
    return Problem(severity=Severity.ERROR, line=line, reason=reason)


def _numbering(read: ReadSop) -> Iterator[Problem]:
    for index, step in enumerate(read.sop.langkah):
        if step.no != index + 1:
            yield _error(read.line("langkah", index, "no"), f"langkah ke-{index + 1} bernomor {step.no}")


def _roles(read: ReadSop) -> Iterator[Problem]:
    sop = read.sop
    counts = Counter(role.id for role in sop.pelaksana)
    for index, role in enumerate(sop.pelaksana):
        if counts[role.id] > 1:
            yield _error(read.line("pelaksana", index), f"pelaksana {role.id} ditulis lebih dari sekali")
    for index, lane in enumerate(sop.lajur):
        for stranger in sorted(set(lane.pelaksana) - set(counts)):
            yield _error(read.line("lajur", index), f"lajur {lane.id} memuat {stranger} yang bukan pelaksana SOP ini")
    yield from _executors(read, frozenset(counts))


def _executors(read: ReadSop, declared: frozenset[str]) -> Iterator[Problem]:
    sop = read.sop
    lanes = Counter(one for lane in sop.lajur for one in lane.pelaksana)
    for index, step in enumerate(sop.langkah):
        line = read.line("langkah", index, "pelaksana")
        for executor in step.pelaksana:
            if executor not in declared:
                yield _error(line, f"langkah {step.no}: {executor} bukan pelaksana SOP ini")
            elif lanes[executor] != 1:
                yield _error(line, f"langkah {step.no}: {executor} berada di {lanes[executor]} lajur, bukan satu")
    used = {executor for step in sop.langkah for executor in step.pelaksana}
    for index, role in enumerate(sop.pelaksana):
        if role.id not in used:
            reason = f"pelaksana {role.id} tidak melaksanakan langkah apa pun"
            yield Problem(severity=Severity.WARNING, line=read.line("pelaksana", index), reason=reason)


def _targets(read: ReadSop, index: int, step: Langkah) -> Iterator[Problem]:
    numbers = {one.no for one in read.sop.langkah}
    asking = {one.no for one in read.sop.langkah for answer in one.keputusan if answer.sebab}
    if step.berikut is not None and step.berikut not in numbers:
        yield _error(read.line("langkah", index, "berikut"), f"langkah {step.no}: langkah {step.berikut} tidak ada")
    for position, answer in enumerate(step.keputusan):
        place = ("langkah", index, "keputusan", position)
        if answer.ke is not None and answer.ke not in numbers:
            reason = f"langkah {step.no}: jawaban {answer.jawaban} ke langkah {answer.ke} yang tidak ada"
            yield _error(read.line(*place, "ke"), reason)
        if answer.hasil_dari_sebab is not None and answer.hasil_dari_sebab not in asking:
            reason = (
                f"langkah {step.no}: hasil_dari_sebab menunjuk langkah {answer.hasil_dari_sebab} "
                "yang tidak meminta sebab"
            )
            yield _error(read.line(*place, "hasil_dari_sebab"), reason)


def _answers(read: ReadSop, index: int, step: Langkah) -> Iterator[Problem]:
    counts = Counter(answer.jawaban for answer in step.keputusan)
    for position, answer in enumerate(step.keputusan):
        line = read.line("langkah", index, "keputusan", position)
        if counts[answer.jawaban] > 1:
            yield _error(line, f"langkah {step.no}: jawaban {answer.jawaban} ditulis lebih dari sekali")
        if answer.ke is None and answer.hasil is None and step.hasil is None:
            yield _error(line, f"langkah {step.no}: jawaban {answer.jawaban} mengakhiri SOP tanpa hasil")
    line = read.line("langkah", index, "berikut")
    if not step.choices(putaran=1) and step.berikut is None and step.hasil is None:
        yield _error(line, f"langkah {step.no} mengakhiri SOP tanpa hasil")
    if step.choices(putaran=1) and step.berikut is not None:
        yield _error(line, f"langkah {step.no}: berikut tidak berlaku karena keputusan selalu diminta")
