"""What was written about an incident beside its acts, held against the trail: notes, Kronologi, notices, intake,
lembar disposisi with who has read them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from ir_platform.audit.writings import KRONOLOGI, NOTICES, line_hash, notice_hash
from ir_platform.domain.disposisi import Disposisi
from ir_platform.domain.penerimaan import Penerimaan
from playbooks.disposing import lembar_facts
from playbooks.penerimaan import penerimaan_hash
from playbooks.run_state import state_from_json
from playbooks.tampered import Case, Contradiction, Tampered, differs


def writing_contradictions(case: Case) -> Iterator[Contradiction]:
    yield from _notes(case)
    yield from _kronologi(case)
    yield from _notices(case)
    yield from _intake(case)
    yield from _lembar(case)
    yield from _readings(case)


def _notes(case: Case) -> Iterator[Contradiction]:
    """Compare the notes of the run in the order they were made; the first that differs is named."""
    state = state_from_json(case.run.state)
    pairs = ((one, note) for one in state.passes for note in one.notes)
    notes = sorted(pairs, key=lambda pair: pair[1].at)
    told = tuple(case.told("step.noted"))
    for index, (seq, entry, said) in enumerate(told):
        if index >= len(notes):
            yield case.found(seq, Tampered.NOTE_CHANGED)
            return
        one, note = notes[index]
        stored = {"langkah": one.no, "putaran": one.putaran, "catatan": note.catatan}
        if differs(said, stored) or (note.account_id, note.at) != (entry.fact.actor, entry.fact.at):
            yield case.found(seq, Tampered.NOTE_CHANGED)
            return
    if len(notes) > len(told):
        yield case.found(case.last_seq, Tampered.NOTE_UNTOLD)


def _kronologi(case: Case) -> Iterator[Contradiction]:
    lines = [(line.at, line_hash(line)) for line in case.uow.incidents.timeline(case.incident.id)]
    yield from _hashed(case, KRONOLOGI, lines, changed=Tampered.KRONOLOGI_CHANGED, untold=Tampered.KRONOLOGI_UNTOLD)


def _notices(case: Case) -> Iterator[Contradiction]:
    """What is missing may have been let go of, if it is old enough."""
    told = [(one.at, notice_hash(one)) for one in case.uow.notices.of_incident(case.incident.id)]
    pruned = case.notices_pruned
    found = _hashed(case, NOTICES, told, changed=Tampered.NOTICE_CHANGED, untold=Tampered.NOTICE_UNTOLD)
    at = {entry.seq: entry.fact.at for entry in case.trail}
    for one in found:
        is_gone = one.what is Tampered.NOTICE_CHANGED and pruned is not None and at[one.seq] < pruned
        if not is_gone:
            yield one


def _hashed(
    case: Case, key: str, stored: Iterable[tuple[datetime, str]], *, changed: Tampered, untold: Tampered
) -> Iterator[Contradiction]:
    """Compare hashes, of which several may be the same, whatever order they were stored in."""
    since = case.told_since
    if since is None:
        return
    known = tuple(stored)
    left = Counter(one for _, one in known)
    for seq, _, said in case.told():
        for one in said.get(key, ()):
            if left[one] == 0:
                yield case.found(seq, changed)
            left[one] -= left[one] > 0
    if any(left[one] for at, one in known if case.is_wholly_told or at >= since):
        yield case.found(case.last_seq, untold)


def _intake(case: Case) -> Iterator[Contradiction]:
    """Compare how the report came in with the latest entry that wrote it down, and who has set the tingkat since."""
    stored = case.uow.penerimaan.get(case.incident.id) or Penerimaan()
    opened_seq, _, opened = next(case.told("incident.opened"))
    told = [(seq, said) for seq, _, said in case.told("incident.opened", "penerimaan.recorded")]
    seq, said = told[-1]
    if differs(said, {"penerimaan_sha256": penerimaan_hash(stored)}):
        yield case.found(seq, Tampered.INTAKE_CHANGED)
    if differs(opened, {"tingkat_usulan": stored.tingkat_usulan}):
        yield case.found(opened_seq, Tampered.INTAKE_CHANGED)
    rated = [(seq, entry.fact.at) for seq, entry, _ in case.told("incident.level_set")]
    seq, at = rated[-1] if rated else (opened_seq, None)
    if "tingkat_usulan" in opened and stored.tingkat_ditetapkan != at:
        yield case.found(seq, Tampered.INTAKE_CHANGED)


def _lembar(case: Case) -> Iterator[Contradiction]:
    rows = {str(one.id): one for one in case.uow.disposisi.of_incident(case.incident.id)}
    for seq, entry, said in case.told("step.completed", "disposisi.forwarded"):
        told = said.get("disposisi") or []
        for one in told if isinstance(told, list) else [told]:
            row = rows.pop(str(one["id"]), None)
            written = (entry.fact.actor, entry.fact.at)
            if row is None or differs(one, lembar_facts(row)) or (row.paraf.account_id, row.paraf.at) != written:
                yield case.found(seq, Tampered.LEMBAR_CHANGED)
    if rows:
        yield case.found(case.last_seq, Tampered.LEMBAR_UNTOLD)


def _readings(case: Case) -> Iterator[Contradiction]:
    stored = set(_read(case.uow.disposisi.of_incident(case.incident.id)))
    for seq, entry, said in case.told("disposisi.read"):
        reading = (str(said["disposisi"]), entry.fact.actor, entry.fact.at)
        if reading not in stored:
            yield case.found(seq, Tampered.READING_CHANGED)
        stored.discard(reading)
    if stored:
        yield case.found(case.last_seq, Tampered.READING_UNTOLD)


def _read(lembar: Iterable[Disposisi]) -> Iterator[tuple[str, str, datetime]]:
    return ((one.id, read.account_id, read.at) for one in lembar for read in one.dibaca)
