"""Every command in every state for every role, held against the SOP's table as a tester reads it on paper."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ir_platform.domain.evidence import Evidence
from ir_platform.domain.incident import Outcome
from ir_platform.domain.person import AccountId
from playbooks.commands import CompleteStep
from playbooks.engine import decide
from playbooks.errors import (
    MissingCauseError,
    MissingDecisionError,
    MissingKelengkapanError,
    MissingReasonError,
    NotActiveError,
    OwnWorkError,
    PlaybookRefusalError,
    StalePutaranError,
    UnknownAttachmentError,
    UnknownCauseError,
    UnknownDecisionError,
    UnknownNihilError,
    UnknownStepError,
    WrongRoleError,
)
from playbooks.run_state import state_from_json
from tests.playbooks.kaltim import (
    ANSWERS,
    ANSWERS_WHEN_BACK,
    APLIKASI,
    CAUSES,
    EXECUTORS,
    NEXT,
    NIHIL,
    NOC,
    a_command,
    an_evidence,
    an_official,
    sop,
    started,
)
from tests.support.builders import NOON

ROLES = [*sorted(set().union(*EXECUTORS.values())), "pimpinan", "kasi_infrastruktur_tik"]
WORDS = ["sulit", "tidak_sulit", "tuntas", "belum", "selesai", "diteruskan", "ya", None]


@dataclass
class Paper:
    """The run as somebody with pencil and the printed SOP keeps it."""

    active: int | None = 1
    times: dict[int, int] = field(default_factory=lambda: {1: 1})
    cause: str | None = None
    outcome: Outcome | None = None
    evidence: list[Evidence] = field(default_factory=list)
    workers: set[AccountId] = field(default_factory=set)
    """Who did what step 9 verifies next."""

    def answers(self, no: int) -> dict[str, int | None]:
        came_back = ANSWERS_WHEN_BACK.get(no, {}) if self.times.get(no, 0) > 1 else {}
        return ANSWERS.get(no, {}) or came_back

    def has(self, item: str, nihil: dict[str, str]) -> bool:
        given = any(one.kelengkapan == item and one.putaran == self.times[7] for one in self.evidence)
        return given or bool(nihil.get(item, "").strip())

    def verdict(self, command: CompleteStep) -> type[Exception] | None:
        no = command.no
        if no not in EXECUTORS:
            return UnknownStepError
        if not command.by.roles & EXECUTORS[no]:
            return WrongRoleError
        if no != self.active:
            return NotActiveError
        if no == 9 and command.by.account_id in self.workers:
            return OwnWorkError
        if command.putaran not in (None, self.times[no]):
            return StalePutaranError
        return self.verdict_on_kelengkapan(command) or self.verdict_on_answer(command)

    def verdict_on_kelengkapan(self, command: CompleteStep) -> type[Exception] | None:
        no, nihil = command.no, dict(command.nihil)
        if set(command.lampiran) - {one.id for one in self.evidence}:
            return UnknownAttachmentError
        if nihil and no != 7:
            return UnknownNihilError
        if no == 7 and not (self.has(NOC, nihil) and self.has(APLIKASI, nihil)):
            return MissingKelengkapanError
        return None

    def verdict_on_answer(self, command: CompleteStep) -> type[Exception] | None:
        offered = self.answers(command.no)
        if command.keputusan is None and offered:
            return MissingDecisionError
        if command.keputusan is not None and command.keputusan not in offered:
            return UnknownDecisionError
        if command.keputusan == "belum" and not (command.alasan or "").strip():
            return MissingReasonError
        if command.keputusan == "tidak_sulit" and command.sebab is None:
            return MissingCauseError
        if command.sebab is not None and (command.keputusan != "tidak_sulit" or command.sebab not in CAUSES):
            return UnknownCauseError
        return None

    def carry_out(self, command: CompleteStep) -> None:
        no = command.no
        target = self.answers(no)[command.keputusan] if command.keputusan else NEXT[no]
        self.workers = set() if no == 9 else self.workers | {command.by.account_id} if no in (7, 8) else self.workers
        self.cause = command.sebab if no == 4 else self.cause
        self.active = target
        if target is not None:
            self.times[target] = self.times.get(target, 0) + 1
            return
        early = {"diselesaikan": Outcome.DISELESAIKAN_AWAL, "tidak_terdapat_gangguan": Outcome.BUKAN_GANGGUAN}
        self.outcome = Outcome.TUNTAS if no == 12 else early[self.cause or ""]


class EveryCommandInEveryState(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.state, self.paper, self.clock = started(), Paper(), NOON

    @rule(
        no=st.integers(0, 13),
        who=st.tuples(st.sampled_from(["account-Dewi", "account-Budi"]), st.sets(st.sampled_from(ROLES), max_size=2)),
        keputusan=st.sampled_from(WORDS),
        alasan=st.sampled_from([None, "", "  ", "masih ada percobaan"]),
        sebab=st.sampled_from([None, *CAUSES, "lain"]),
        nihil=st.dictionaries(
            st.sampled_from([NOC, APLIKASI, "Surat"]), st.sampled_from(["", "tidak ada"]), max_size=2
        ),
        putaran=st.sampled_from([None, None, 1, 2, 3]),
        lampiran=st.lists(st.sampled_from(["bukti-asing"]), max_size=1),
    )
    def anything(self, no, who, keputusan, alasan, sebab, nihil, putaran, lampiran) -> None:
        command = a_command(
            no,
            by=replace(an_official(*who[1]), account_id=AccountId(who[0])),
            keputusan=keputusan,
            alasan=alasan,
            sebab=sebab,
            nihil=tuple(nihil.items()),
            putaran=putaran,
            lampiran=tuple(lampiran),
        )
        self.send(command)

    @precondition(lambda self: self.paper.active is not None)
    @rule(role=st.sampled_from(ROLES), data=st.data(), alasan=st.sampled_from([None, "belum bersih"]))
    def something_at_the_active_step(self, role, data, alasan) -> None:
        no = self.paper.active
        answer = data.draw(st.sampled_from([None, *self.paper.answers(no)]))
        cause = data.draw(st.sampled_from([None, *CAUSES])) if answer == "tidak_sulit" else None
        nihil = data.draw(st.sampled_from([(), NIHIL])) if no == 7 else ()
        self.send(a_command(no, role, keputusan=answer, alasan=alasan, sebab=cause, nihil=nihil))

    @precondition(lambda self: self.paper.active is not None)
    @rule(data=st.data())
    def the_right_thing(self, data) -> None:
        no = self.paper.active
        role = data.draw(st.sampled_from(sorted(EXECUTORS[no])))
        answer = data.draw(st.sampled_from(sorted(self.paper.answers(no)) or [None]))
        cause = data.draw(st.sampled_from(CAUSES)) if answer == "tidak_sulit" else None
        command = a_command(no, role, keputusan=answer, alasan="alasan", sebab=cause)
        assert self.paper.verdict(command) is None
        self.send(command)

    @precondition(lambda self: self.paper.active == 7)
    @rule(item=st.sampled_from([NOC, APLIKASI]))
    def attach(self, item) -> None:
        self.paper.evidence.append(an_evidence(item, putaran=self.paper.times[7]))

    def send(self, command: CompleteStep) -> None:
        self.clock += timedelta(minutes=1)
        changes = {"at": self.clock, "evidence": tuple(self.paper.evidence)}
        command = a_command(**{name: getattr(command, name) for name in command.__slots__} | changes)
        expected, before = self.paper.verdict(command), self.state.to_json()
        if expected is None:
            self.state, _ = decide(sop(), self.state, command)
            self.paper.carry_out(command)
            return
        with pytest.raises(PlaybookRefusalError) as refusal:
            decide(sop(), self.state, command)
        assert isinstance(refusal.value, expected)
        assert self.state.to_json() == before

    @invariant()
    def the_run_is_where_the_paper_says(self) -> None:
        assert [one.no for one in self.state.active] == ([self.paper.active] if self.paper.active else [])
        assert {no: self.state.putaran(no) for no in EXECUTORS if self.state.putaran(no)} == self.paper.times
        assert self.state.hasil == self.paper.outcome

    @invariant()
    def saved_and_loaded_it_is_equal(self) -> None:
        assert state_from_json(self.state.to_json()) == self.state


TestEveryCommandInEveryState = EveryCommandInEveryState.TestCase
TestEveryCommandInEveryState.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
