"""An incident as somebody keeps it with a pencil on the printed SOP: whose turn, what may be said, how it ends.

Nothing here looks at the program: it knows the papers (`papers.py`), and who has done what.
"""

from dataclasses import dataclass, field

from ir_platform.domain.incident import Outcome
from tests.playbooks.papers import ALL_PAPERS, CONFIRMED, Paper

SECURITY = "kaltim-gangguan-keamanan-jaringan"
FIRST_TESTS = {"mati", "lambat", "normal"}
VERIFIES = {(SECURITY, 9): (7, 8)}
"""Which step checks the work of which: by none of those who did it."""
CAME_BACK = {(SECURITY, 1): {"selesai", "diteruskan"}}
"""Answers of a step that is asked nothing the first time."""
SENT_BACK_TO = {SECURITY: 7, "kaltim-gangguan-jaringan": 4}
"""Where the SOP has work done again; a re-opened incident goes on there, if it ever was there, else at step 1."""
DECIDING = {
    SECURITY: ("pemeriksa_ti", "kasi_keamanan_jaringan"),
    "kaltim-gangguan-jaringan": ("kasubag_tu",),
    "kota-bogor-penanganan-gangguan-jaringan": ("bogor_kepala_dinas",),
    "kota-batam-maintenance-gangguan-jaringan": ("batam_kepala_dinas",),
    "lombok-tengah-gangguan-internet-kepala-dinas": ("loteng_kepala_dinas",),
    "lombok-tengah-pemeliharaan-infrastruktur": ("loteng_kepala_dinas",),
    "lombok-tengah-gangguan-internet-penanggung-jawab": ("loteng_penanggung_jawab",),
}
"""Who records disturbances, and who verifies: they decide on re-opening and merging."""
EARLY = {"diselesaikan": Outcome.DISELESAIKAN_AWAL, "tidak_terdapat_gangguan": Outcome.BUKAN_GANGGUAN}
COMPLEX = "kompleks"
END_MARK = 13
"""Of Batam: passed by itself."""
SHORT_END = 2
"""The last step of the office's own short version of the security SOP, done by the Kasi."""


@dataclass
class Sheet:
    playbook: str
    is_short: bool = False
    """Begun while the office's own version of two steps was in force."""
    active: int | None = 1
    times: dict[int, int] = field(default_factory=lambda: {1: 1})
    acted: int = 0
    tests: int = 0
    proposal: str | None = None
    workers: set[str] = field(default_factory=set)
    """Accounts that did what the verifying step checks next."""
    cause: str = ""
    foreseen: Outcome | None = None
    outcome: Outcome | None = None
    is_merged: bool = False
    done: set[int] = field(default_factory=set)
    acts: int = 0

    @property
    def paper(self) -> Paper:
        return ALL_PAPERS[self.playbook]

    @property
    def is_over(self) -> bool:
        return self.active is None

    def executors(self, no: int) -> tuple[str, ...]:
        if self.is_short and no == SHORT_END:
            return ("kasi_keamanan_jaringan",)
        return self.paper.executors[no]

    def awaited(self) -> tuple[str, ...]:
        assert self.active is not None
        if self.proposal:
            return (CONFIRMED[self.playbook, self.active, self.proposal],)
        roles = self.executors(self.active)
        return roles[self.acted : self.acted + 1] if self.active in self.paper.in_order else roles

    def acting(self) -> tuple[str, ...]:
        """Roles whose holders may act now: those awaited, or who records for one outside."""
        outside = [role for role in self.awaited() if role in self.paper.outside]
        recorders = self.paper.recorders.get(self.active or 0, ()) if outside else ()
        return (*(role for role in self.awaited() if role not in outside), *recorders)

    def answers(self) -> dict[str | None, int | None]:
        no = self.active
        assert no is not None
        if self.is_short:
            return {None: SHORT_END if no == 1 else None}
        if no in self.paper.in_order and self.acted + 1 < len(self.executors(no)):
            return {None: no}
        ways = dict(self.paper.ways[no])
        returning = CAME_BACK.get((self.playbook, no))
        if returning is not None:
            return {one: to for one, to in ways.items() if (one in returning) == (self.times[no] > 1)}
        is_first_test = no in ways.values() and not self.tests
        return {one: to for one, to in ways.items() if not is_first_test or one in FIRST_TESTS}

    def allows(self, account: str, roles: frozenset[str], no: int, answer: str | None) -> bool:
        if self.is_over or no != self.active or not roles & set(self.acting()):
            return False
        if (self.playbook, no) in VERIFIES and account in self.workers and not self.is_short:
            return False
        return answer in self.answers()

    def carry_out(self, account: str, answer: str | None, cause: str) -> None:
        here, target = self.active, self.answers()[answer]
        assert here is not None
        self.acts += 1
        self._note_work(here, account)
        if self.proposal:
            is_confirmed, self.proposal = answer == self.proposal, None
            if not is_confirmed:
                return
        elif (self.playbook, here, answer or "") in CONFIRMED:
            self.proposal = answer
            return
        if target == here:
            self.acted, self.tests = self.acted + 1, self.tests + (answer is not None)
            return
        self.cause = cause or self.cause
        self.foreseen = Outcome.MASUK_PROGRAM_KEGIATAN if answer == COMPLEX else self.foreseen
        self._leave(here, target)

    def _note_work(self, here: int, account: str) -> None:
        for (playbook, verifying), checked in VERIFIES.items():
            if playbook == self.playbook and here in checked:
                self.workers.add(account)
            if playbook == self.playbook and here == verifying:
                self.workers.clear()

    def _leave(self, here: int, target: int | None) -> None:
        self.acted = self.tests = 0
        self.done.add(here)
        if target == END_MARK:
            self.times[END_MARK] = self.times.get(END_MARK, 0) + 1
            target = None
        self.active = target
        if target is not None:
            self.times[target] = self.times.get(target, 0) + 1
            return
        is_early = self.playbook == SECURITY and here == 1
        self.outcome = EARLY[self.cause] if is_early else self.foreseen or Outcome.TUNTAS

    def reopen(self) -> None:
        back = SENT_BACK_TO.get(self.playbook)
        self.active = back if back in self.done and not self.is_short else 1
        self.times[self.active] = self.times.get(self.active, 0) + 1
        self.outcome = self.foreseen = None

    def merge_away(self) -> None:
        self.active, self.is_merged, self.proposal = None, True, None
