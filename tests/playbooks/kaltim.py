"""The Kaltim security SOP as a tester reads it on paper, and the right command for each of its steps."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ir_platform.domain.alert import IncidentId
from ir_platform.domain.evidence import Evidence, EvidenceId
from ir_platform.domain.person import AccountId
from playbooks.commands import CompleteStep, Fact, Official, Start
from playbooks.engine import decide
from playbooks.library import shipped
from playbooks.run_state import RunState
from playbooks.sop import Sop
from tests.support.builders import NOON

ID = "kaltim-gangguan-keamanan-jaringan"
WITA = ZoneInfo("Asia/Makassar")
NOC, APLIKASI = "NOC", "aplikasi security system"
NIHIL = ((NOC, "tidak ada catatan"), (APLIKASI, "tidak terpasang"))

# Written from the SOP's paper, not read from the YAML: who does a step, and where each answer leads (None: the end).
EXECUTORS = {
    1: {"pemeriksa_ti"},
    2: {"pejabat_administrator"},
    3: {"kasi_keamanan_jaringan"},
    4: {"tim_teknis", "pengelola_ti"},
    5: {"kasi_keamanan_jaringan"},
    6: {"pejabat_administrator"},
    7: {"tim_teknis", "pengelola_ti"},
    8: {"tim_teknis", "pengelola_ti"},
    9: {"kasi_keamanan_jaringan"},
    10: {"pejabat_administrator"},
    11: {"kasi_keamanan_jaringan"},
    12: {"pengelola_ti"},
}
NEXT = {1: 2, 2: 3, 3: 4, 5: 6, 6: 7, 7: 8, 8: 9, 10: 11, 11: 12, 12: None}
ANSWERS: dict[int, dict[str, int | None]] = {
    4: {"sulit": 5, "tidak_sulit": 1},
    9: {"tuntas": 10, "belum": 7},
}
ANSWERS_WHEN_BACK: dict[int, dict[str, int | None]] = {1: {"selesai": None, "diteruskan": 2}}
CAUSES = ("diselesaikan", "tidak_terdapat_gangguan")


def sop() -> Sop:
    return shipped().get(ID).sop


def an_official(*roles: str, name: str = "Dewi") -> Official:
    """A person for each set of roles: who verifies work is nobody who did it."""
    account_id = AccountId("-".join(("account", name, *sorted(roles))))
    return Official(account_id=account_id, name=name, jabatan="Pelaksana", roles=frozenset(roles))


def an_evidence(item: str | None, *, step_no: int | None = 7, putaran: int | None = 1, **changes: Any) -> Evidence:
    given: dict[str, Any] = {
        "id": EvidenceId(f"bukti-{item}-{step_no}-{putaran}"),
        "incident_id": IncidentId("incident-1"),
        "name": "tangkapan.pcap",
        "sha256": "a" * 64,
        "size": 10,
        "media_type": "application/vnd.tcpdump.pcap",
        "kelengkapan": item,
        "step_no": step_no,
        "putaran": putaran,
        "added_by": AccountId("account-Dewi"),
        "added_at": NOON,
    }
    return Evidence(**{**given, **changes})


def a_command(no: int, *roles: str, **changes: Any) -> CompleteStep:
    """A right command for the step, by its first executor where no role is named."""
    given: dict[str, Any] = {
        "no": no,
        "by": an_official(*(roles or sorted(EXECUTORS.get(no, {"pemeriksa_ti"}))[:1])),
        "at": NOON + timedelta(minutes=no),
        "zone": WITA,
        "nihil": NIHIL if no == 7 else (),
    }
    return CompleteStep(**{**given, **changes})


def started(at: datetime = NOON) -> RunState:
    return decide(sop(), None, Start(at=at))[0]


WALK_TO_NINE = (
    a_command(1),
    a_command(2),
    a_command(3),
    a_command(4, keputusan="sulit"),
    a_command(5),
    a_command(6),
    a_command(7),
    a_command(8),
)


def after(*commands: CompleteStep, state: RunState | None = None) -> RunState:
    """The run after these commands, each of which must be accepted."""
    return facts_of(*commands, state=state)[0]


def facts_of(*commands: CompleteStep, state: RunState | None = None) -> tuple[RunState, tuple[Fact, ...]]:
    """The run after these commands, and what the last of them made happen."""
    state, facts = state or started(), tuple[Fact, ...]()
    for command in commands:
        state, facts = decide(sop(), state, command)
    return state, facts
