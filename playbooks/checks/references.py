"""Names and numbers in a playbook that point at nothing, or at two things."""

from collections import Counter
from collections.abc import Iterator

from ir_platform.documents.catalog import KINDS
from playbooks.checks import escalation
from playbooks.checks.problem import Problem, Severity
from playbooks.schema import ReadSop
from playbooks.sop import Langkah, Mode
from playbooks.source import Spot


def find(read: ReadSop) -> Iterator[Problem]:
    yield from _numbering(read)
    yield from _roles(read)
    yield from escalation.find(read)
    for index, step in enumerate(read.sop.langkah):
        yield from _targets(read, index, step)
        yield from _answers(read, index, step)
        yield from _others(read, index, step)
        yield from _automatic(read, index, step)
        yield from _documents(read, index, step)


def _error(spot: Spot, reason: str) -> Problem:
    return Problem(severity=Severity.ERROR, spot=spot, reason=reason)


def _numbering(read: ReadSop) -> Iterator[Problem]:
    for index, step in enumerate(read.sop.langkah):
        if step.no != index + 1:
            yield _error(read.spot("langkah", index, "no"), f"langkah ke-{index + 1} bernomor {step.no}")


def _roles(read: ReadSop) -> Iterator[Problem]:
    sop = read.sop
    counts = Counter(role.id for role in sop.pelaksana)
    for index, role in enumerate(sop.pelaksana):
        if counts[role.id] > 1:
            yield _error(read.spot("pelaksana", index), f"pelaksana {role.id} ditulis lebih dari sekali")
    for index, lane in enumerate(sop.lajur):
        for stranger in sorted(set(lane.pelaksana) - set(counts)):
            yield _error(read.spot("lajur", index), f"lajur {lane.id} memuat {stranger} yang bukan pelaksana SOP ini")
    yield from _executors(read, frozenset(counts))


def _executors(read: ReadSop, declared: frozenset[str]) -> Iterator[Problem]:
    sop = read.sop
    lanes = Counter(one for lane in sop.lajur for one in lane.pelaksana)
    for index, step in enumerate(sop.langkah):
        spot = read.spot("langkah", index, "pelaksana")
        for executor in step.pelaksana:
            if executor not in declared:
                yield _error(spot, f"langkah {step.no}: {executor} bukan pelaksana SOP ini")
            elif lanes[executor] != 1:
                yield _error(spot, f"langkah {step.no}: {executor} berada di {lanes[executor]} lajur, bukan satu")
    used = {role for step in sop.langkah for role in _named(step)}
    for index, role in enumerate(sop.pelaksana):
        if role.id not in used:
            reason = f"pelaksana {role.id} tidak melaksanakan langkah apa pun"
            yield Problem(severity=Severity.WARNING, spot=read.spot("pelaksana", index), reason=reason)


def _named(step: Langkah) -> tuple[str, ...]:
    """Return every role the step names, whatever for."""
    return (*step.pelaksana, *step.dicatat_oleh, *(role for one in step.keputusan for role in one.dikonfirmasi_oleh))


def _others(read: ReadSop, index: int, step: Langkah) -> Iterator[Problem]:
    """Find fault with who records for outside executors and who confirms."""
    sop = read.sop
    declared, spot = {role.id for role in sop.pelaksana}, read.spot("langkah", index, "no")
    for role in _named(step)[len(step.pelaksana) :]:
        if role not in declared:
            yield _error(spot, f"langkah {step.no}: {role} bukan pelaksana SOP ini")
        elif sop.is_outside(role):
            yield _error(spot, f"langkah {step.no}: {role} adalah pihak luar, tidak dapat mencatat atau mengonfirmasi")
    is_outside = any(sop.is_outside(role) for role in step.pelaksana)
    if is_outside and not (step.dicatat_oleh or step.otomatis):
        yield _error(spot, f"langkah {step.no}: pelaksana pihak luar tanpa dicatat_oleh")
    if step.dicatat_oleh and not is_outside:
        yield _error(spot, f"langkah {step.no}: dicatat_oleh tanpa pelaksana pihak luar")
    for one in step.keputusan:
        if step.mode is Mode.SEMUA_BERURUTAN and (step.is_attempt(one) or one.dikonfirmasi_oleh):
            reason = f"langkah {step.no}: jawaban {one.jawaban} tidak dapat dipakai bersama semua_berurutan"
            yield _error(spot, reason)


def _documents(read: ReadSop, index: int, step: Langkah) -> Iterator[Problem]:
    """A step that promised a document of no kind could be carried out, and its document never be made."""
    known = {kind.id for kind in KINDS}
    for name, items in (("kelengkapan", step.kelengkapan), ("output", step.output)):
        for position, item in enumerate(items):
            if item.dokumen is not None and item.dokumen not in known:
                spot = read.spot("langkah", index, name, position, "dokumen")
                yield _error(spot, f"langkah {step.no}: jenis dokumen {item.dokumen} tidak dikenal")


def _automatic(read: ReadSop, index: int, step: Langkah) -> Iterator[Problem]:
    if not step.otomatis:
        return
    # An automatic step that led back would run for ever, one that asks would wait for nobody.
    leads_back = step.berikut is not None and step.berikut <= step.no
    if step.no == 1 or step.keputusan or leads_back:
        reason = f"langkah {step.no}: langkah otomatis tidak dapat menjadi yang pertama, bertanya, atau kembali"
        yield _error(read.spot("langkah", index, "otomatis"), reason)


def _targets(read: ReadSop, index: int, step: Langkah) -> Iterator[Problem]:
    numbers = {one.no for one in read.sop.langkah}
    asking = {one.no for one in read.sop.langkah for answer in one.keputusan if answer.sebab}
    if step.berikut is not None and step.berikut not in numbers:
        yield _error(read.spot("langkah", index, "berikut"), f"langkah {step.no}: langkah {step.berikut} tidak ada")
    for earlier in step.memverifikasi:
        if earlier not in numbers or earlier >= step.no:
            reason = f"langkah {step.no}: memverifikasi langkah {earlier} yang tidak ada sebelumnya"
            yield _error(read.spot("langkah", index, "memverifikasi"), reason)
    for position, answer in enumerate(step.keputusan):
        place = ("langkah", index, "keputusan", position)
        if answer.ke is not None and answer.ke not in numbers:
            reason = f"langkah {step.no}: jawaban {answer.jawaban} ke langkah {answer.ke} yang tidak ada"
            yield _error(read.spot(*place, "ke"), reason)
        if answer.hasil_dari_sebab is not None and answer.hasil_dari_sebab not in asking:
            reason = (
                f"langkah {step.no}: hasil_dari_sebab menunjuk langkah {answer.hasil_dari_sebab} "
                "yang tidak meminta sebab"
            )
            yield _error(read.spot(*place, "hasil_dari_sebab"), reason)


def _answers(read: ReadSop, index: int, step: Langkah) -> Iterator[Problem]:
    counts = Counter(answer.jawaban for answer in step.keputusan)
    for position, answer in enumerate(step.keputusan):
        spot = read.spot("langkah", index, "keputusan", position)
        if counts[answer.jawaban] > 1:
            yield _error(spot, f"langkah {step.no}: jawaban {answer.jawaban} ditulis lebih dari sekali")
        if answer.ke is None and answer.hasil is None and step.hasil is None:
            yield _error(spot, f"langkah {step.no}: jawaban {answer.jawaban} mengakhiri SOP tanpa hasil")
    spot = read.spot("langkah", index, "berikut")
    first_tests = [one for one in step.choices(putaran=1, attempts=0) if step.is_attempt(one)]
    if any(one.hanya_setelah_uji for one in step.keputusan) and not first_tests:
        yield _error(spot, f"langkah {step.no}: tidak ada jawaban untuk pengujian pertama")
    if not step.choices(putaran=1) and step.berikut is None and step.hasil is None:
        yield _error(spot, f"langkah {step.no} mengakhiri SOP tanpa hasil")
    if step.choices(putaran=1) and step.berikut is not None:
        yield _error(spot, f"langkah {step.no}: berikut tidak berlaku karena keputusan selalu diminta")
