"""The hash chain: any change of it is found and named."""

from dataclasses import replace
from datetime import timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ir_platform.audit.chain import (
    EMPTY_HEAD,
    AuditVerdict,
    BreakReason,
    Checkpoint,
    canonical_bytes,
    head_of,
    is_of_first_release,
    link,
    verify,
)
from ir_platform.domain.audit import AuditEntry, AuditFact, AuditHead
from tests.support.builders import NOON

TEXT_FIELDS = ("actor", "actor_name", "action", "subject", "details")


def a_fact(number: int = 0, **changes: object) -> AuditFact:
    fact = AuditFact(
        at=NOON + timedelta(seconds=number),
        actor="account-1",
        actor_name="Rina Pratiwi (Pemeriksa TI)",
        action="step.completed",
        subject=f"incident:{number}",
        details="{}",
    )
    return replace(fact, **changes)  # type: ignore[arg-type]


def a_chain(length: int) -> list[AuditEntry]:
    chain: list[AuditEntry] = []
    for number in range(length):
        chain.append(link(head_of(chain[-1]) if chain else EMPTY_HEAD, a_fact(number)))
    return chain


def noted(*entries: AuditEntry) -> list[Checkpoint]:
    return [Checkpoint(seq=entry.seq, hash=entry.hash, at=NOON) for entry in entries]


def broken_at(verdict: AuditVerdict) -> tuple[int | None, BreakReason | None]:
    assert not verdict.ok
    return verdict.first_broken, verdict.reason


def relinked(chain: list[AuditEntry], start: int) -> list[AuditEntry]:
    """The chain as one makes it anew from `start` who can write to every row."""
    made = chain[:start]
    for entry in chain[start:]:
        made.append(link(head_of(made[-1]) if made else EMPTY_HEAD, entry.fact))
    return made


def test_an_untouched_chain_is_whole() -> None:
    chain = a_chain(5)

    assert verify(chain, noted(chain[1], chain[4]), head=head_of(chain[4])) == AuditVerdict(ok=True, entries=5)


def test_an_empty_chain_is_whole_where_nothing_was_noted() -> None:
    assert verify([], []) == AuditVerdict(ok=True, entries=0)


def test_an_emptied_chain_is_broken_at_its_first_entry() -> None:
    assert broken_at(verify([], noted(a_chain(3)[-1]))) == (1, BreakReason.MISSING)


@given(length=st.integers(1, 8), data=st.data())
def test_a_changed_field_is_named(length: int, data: st.DataObject) -> None:
    chain = a_chain(length)
    place = data.draw(st.integers(0, length - 1))
    field = data.draw(st.sampled_from(TEXT_FIELDS))
    value = data.draw(st.text())
    entry = chain[place]
    assume(getattr(entry.fact, field) != value)
    chain[place] = replace(entry, fact=replace(entry.fact, **{field: value}))

    assert broken_at(verify(chain, [])) == (place + 1, BreakReason.CHANGED)


@given(length=st.integers(1, 8), data=st.data())
def test_a_moved_time_is_named(length: int, data: st.DataObject) -> None:
    chain = a_chain(length)
    place = data.draw(st.integers(0, length - 1))
    moved = chain[place].fact.at + data.draw(st.timedeltas(timedelta(microseconds=1), timedelta(days=900)))
    chain[place] = replace(chain[place], fact=replace(chain[place].fact, at=moved))

    assert broken_at(verify(chain, [])) == (place + 1, BreakReason.CHANGED)


@given(length=st.integers(1, 8), data=st.data())
def test_a_changed_hash_is_named(length: int, data: st.DataObject) -> None:
    chain = a_chain(length)
    place = data.draw(st.integers(0, length - 1))
    field = data.draw(st.sampled_from(("hash", "prev_hash")))
    chain[place] = replace(chain[place], **{field: "f" * 64})

    verdict = verify(chain, [])

    assert verdict.first_broken == place + 1


@given(length=st.integers(1, 8), data=st.data())
def test_a_removed_entry_is_named_wherever_it_stood(length: int, data: st.DataObject) -> None:
    chain = a_chain(length)
    place = data.draw(st.integers(0, length - 1))

    verdict = verify(chain[:place] + chain[place + 1 :], noted(chain[-1]))

    assert broken_at(verdict) == (place + 1, BreakReason.MISSING)


@given(length=st.integers(1, 8), data=st.data())
def test_removed_last_entries_are_named_by_the_checkpoint(length: int, data: st.DataObject) -> None:
    chain = a_chain(length)
    kept = data.draw(st.integers(0, length - 1))

    assert broken_at(verify(chain[:kept], noted(chain[-1]))) == (kept + 1, BreakReason.MISSING)
    assert broken_at(verify(chain[:kept], [], head=head_of(chain[-1]))) == (kept + 1, BreakReason.MISSING)


@given(length=st.integers(2, 8), data=st.data())
def test_two_entries_in_each_others_place_are_named(length: int, data: st.DataObject) -> None:
    chain = a_chain(length)
    first, second = sorted(data.draw(st.lists(st.integers(0, length - 1), min_size=2, max_size=2, unique=True)))
    chain[first], chain[second] = chain[second], chain[first]

    assert verify(chain, []).first_broken == first + 1


@given(length=st.integers(1, 8), data=st.data())
def test_an_added_entry_is_named(length: int, data: st.DataObject) -> None:
    chain = a_chain(length)
    place = data.draw(st.integers(0, length))
    forged = replace(data.draw(st.sampled_from(chain)), seq=data.draw(st.integers(1, length + 1)))
    assume(place == length or forged != chain[place])
    assume(place == 0 or place < length or forged.seq != length + 1 or forged.prev_hash != chain[-1].hash)

    verdict = verify([*chain[:place], forged, *chain[place:]], noted(chain[-1]))

    assert verdict.first_broken == place + 1


@given(length=st.integers(2, 8), data=st.data())
def test_a_chain_made_anew_from_a_changed_entry_is_named_at_the_next_checkpoint(
    length: int, data: st.DataObject
) -> None:
    chain = a_chain(length)
    place = data.draw(st.integers(0, length - 2))
    checkpoint = data.draw(st.integers(place, length - 1))
    forged = list(chain)
    forged[place] = replace(chain[place], fact=replace(chain[place].fact, actor="somebody else"))

    verdict = verify(relinked(forged, place), noted(chain[checkpoint]))

    assert broken_at(verdict) == (checkpoint + 1, BreakReason.NOT_AS_CHECKPOINTED)


def test_every_checkpoint_counts_and_not_only_the_last() -> None:
    chain = a_chain(6)
    false_past = Checkpoint(seq=2, hash="a" * 64, at=NOON)

    verdict = verify(chain, [false_past, *noted(chain[5])])

    assert broken_at(verdict) == (2, BreakReason.NOT_AS_CHECKPOINTED)


def test_a_head_with_another_hash_is_named() -> None:
    chain = a_chain(2)

    assert broken_at(verify(chain, [], head=AuditHead(seq=2, hash="0" * 64))) == (2, BreakReason.CHANGED)


facts = st.builds(
    AuditFact,
    at=st.timedeltas(timedelta(), timedelta(days=80_000)).map(lambda since: NOON + since),
    **{name: st.text(max_size=5) for name in TEXT_FIELDS},
)


@given(
    first=st.tuples(st.integers(1, 3), facts),
    second=st.tuples(st.integers(1, 3), facts),
)
def test_no_two_entries_share_their_bytes(first: tuple[int, AuditFact], second: tuple[int, AuditFact]) -> None:
    assume(first != second)

    made = [link(AuditHead(seq=seq, hash="0" * 64), fact).hash for seq, fact in (first, second)]

    assert made[0] != made[1]


@given(first=facts, second=facts)
def test_no_two_facts_share_their_bytes(first: AuditFact, second: AuditFact) -> None:
    assume(first != second)

    assert canonical_bytes(first) != canonical_bytes(second)


def test_text_moved_from_one_field_to_the_next_changes_the_bytes() -> None:
    one, other = a_fact(actor="ab", actor_name="c"), a_fact(actor="a", actor_name="bc")

    assert link(EMPTY_HEAD, one).hash != link(EMPTY_HEAD, other).hash


def test_the_same_instant_in_another_zone_is_the_same_entry() -> None:
    wita = NOON.astimezone(timezone(timedelta(hours=8)))

    assert link(EMPTY_HEAD, a_fact(at=wita)) == link(EMPTY_HEAD, a_fact(at=NOON))


def test_the_bytes_of_an_entry_stay_what_they_were_when_chains_were_first_kept() -> None:
    written = (
        '["tanggap-audit-1",1,"' + "0" * 64 + '","2026-11-20T04:00:00.000000+00:00","account-1",'
        '"Rina Pratiwi (Pemeriksa TI)","step.completed","incident:0","{}"]'
    )
    entry = AuditEntry(seq=1, fact=a_fact(), prev_hash="0" * 64, hash=sha256(written.encode()).hexdigest())

    verdict = verify([entry, link(head_of(entry), a_fact(1))], [])

    assert verdict == AuditVerdict(ok=True, entries=2)
    assert is_of_first_release(entry)


def test_an_entry_s_hash_covers_its_place_and_the_hash_of_its_content() -> None:
    content = (
        '["tanggap-audit-2","2026-11-20T04:00:00.000000+00:00","account-1",'
        '"Rina Pratiwi (Pemeriksa TI)","step.completed","incident:0","{}"]'
    )
    place = f"tanggap-audit-2 1 {'0' * 64} {sha256(content.encode()).hexdigest()}"

    entry = link(EMPTY_HEAD, a_fact())

    assert entry.hash == sha256(place.encode()).hexdigest()
    assert not is_of_first_release(entry)


@given(length=st.integers(2, 8), data=st.data())
def test_a_part_of_a_chain_is_proved_from_the_entry_before_it(length: int, data: st.DataObject) -> None:
    chain = a_chain(length)
    start = data.draw(st.integers(1, length - 1))
    part, before = chain[start:], head_of(chain[start - 1])

    whole = verify(part, noted(*chain), start=before)
    elsewhere = verify(part, noted(*chain), start=replace(before, hash="f" * 64))

    assert whole == AuditVerdict(ok=True, entries=len(part))
    assert broken_at(elsewhere) == (start + 1, BreakReason.UNLINKED)


@pytest.mark.parametrize("character", ["\x00", "\ud800"])
def test_what_cannot_be_stored_is_replaced_before_it_is_hashed(character: str) -> None:
    entry = link(EMPTY_HEAD, a_fact(details=f'{{"a": "{character}"}}'))

    assert entry.fact.details == '{"a": "\ufffd"}'
    assert verify([entry], []).ok
