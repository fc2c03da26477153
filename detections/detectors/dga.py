"""Domain generation algorithms: a host asks for many made-up domains, most of which nobody has registered.

See docs/detectors/dga.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from detections.detectors.base import Observed
from detections.detectors.dns_tunnel import client_of
from detections.detectors.facts import Networks, Sort
from detections.detectors.finding import Figures, found, number_words, span_words
from detections.detectors.memory import Recent, Remembering, note
from detections.detectors.names import VOWELS, entropy, split_name
from detections.detectors.playbook import SECURITY_SOP
from detections.hits import Group
from detections.rule import RuleInfo
from ir_platform.domain.alert import Detection, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Per client and bucket. Antonakakis et al., "From throw-away traffic to bots" (USENIX Security 2012)."""

    bucket_seconds: int = 600
    domains: int = 20
    """Different registered domains that do not exist."""
    random_share: float = 0.6
    """Of them, how many look made up."""


MAX_BUCKETS = 3_000
KEPT_DOMAINS = 100
LEAST_LETTERS = 7
_SECOND_NS = 1_000_000_000
_NO_SUCH_NAME = ("NXDOMAIN", "3")

DGA = RuleInfo(
    id="b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f8901",
    title="Nama domain buatan mesin (DGA)",
    title_en="Domain generation algorithm",
    level=Level.HIGH,
    tags=("attack.command-and-control", "attack.t1568", "attack.t1568.002"),
    look_at=(
        "Anggap perangkat sumber terinfeksi sampai terbukti tidak; cari program yang bertanya.",
        "Cari di antara nama-nama itu yang dijawab: di sanalah pengendalinya.",
    ),
    false_positives=("Peramban yang menguji apakah penyedia membelokkan nama yang tidak ada (tiga nama sekali mulai)",),
    playbook_id=SECURITY_SOP,
    source="detector",
)


@dataclass(slots=True)
class _Asked:
    """Domains that do not exist, asked for by one client in one span."""

    domains: dict[str, bool] = field(default_factory=dict)
    """And whether each looks made up."""
    refs: list[list[Any]] = field(default_factory=list)
    is_told: bool = False


class DgaDetector(Remembering):
    """Keeps the registered domains of answers that say there is no such name."""

    name = "dga"
    infos = (DGA,)
    sorts = frozenset({Sort.DNS})
    settings: ClassVar[type] = Thresholds

    def __init__(self, thresholds: Thresholds | None = None, networks: Networks | None = None) -> None:
        self._limits = thresholds or Thresholds()
        self._bucket_ns = self._limits.bucket_seconds * _SECOND_NS
        self._asked = Recent(_Asked, limit=MAX_BUCKETS)
        super().__init__(asked=self._asked)

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        findings: list[Detection] = []
        for event in events:
            if event.text("dns.response_code").upper() in _NO_SUCH_NAME:
                _, domain = split_name(event.text("dns.question.name")[:253])
                client = client_of(event)
                if "." in domain and client and not domain.endswith((".arpa", ".local", ".lan", ".home")):
                    findings += self._count(event, client, domain)
        return tuple(findings)

    def _count(self, event: Observed, client: str, domain: str) -> list[Detection]:
        limits, number = self._limits, event.time_ns // self._bucket_ns
        asked = self._asked.of(client, str(number))
        if domain not in asked.domains and len(asked.domains) < KEPT_DOMAINS:
            asked.domains[domain] = is_made_up(domain.partition(".")[0])
            note(asked.refs, event)
        made_up = sum(asked.domains.values())
        if asked.is_told or len(asked.domains) < limits.domains or made_up < limits.random_share * len(asked.domains):
            return []
        asked.is_told = True
        figures: Figures = (
            ("domain yang tidak ada", str(len(asked.domains))),
            ("di antaranya buatan mesin", f"{made_up} ({number_words(round(100 * made_up / len(asked.domains)))} %)"),
            ("misalnya", ", ".join([name for name, yes in asked.domains.items() if yes][:3])),
            ("ambang", f"{limits.domains} dalam {span_words(self._bucket_ns)}"),
        )
        group: Group = (("source.ip", client),)
        named_ns = number * self._bucket_ns
        return [found(DGA, group=group, refs=asked.refs, count=len(asked.domains), named_ns=named_ns, figures=figures)]


def is_made_up(label: str) -> bool:
    """Say whether a label looks made up by a machine rather than a person.

    Two of: few vowels for its length, four consonants in a row, digits within letters, letters spread evenly (entropy
    near the most its length allows). Indonesian and English words have none or one.
    """
    letters = label.replace("-", "").lower()
    if len(letters) < LEAST_LETTERS or letters.startswith("xn"):
        return False
    vowels = sum(letter in VOWELS for letter in letters)
    signs = (
        vowels / len(letters) < 0.25,
        _longest_run_without(letters) >= 5,
        not letters.isdigit() and sum(map(str.isdigit, letters[:-1])) > 1,
        entropy(letters) >= 3.0 and len(letters) >= 10 and entropy(letters) / _most_entropy(len(letters)) >= 0.9,
    )
    return sum(signs) >= 2


def _longest_run_without(letters: str) -> int:
    """Return the longest run of consonants; y and digits end one."""
    longest = run = 0
    for letter in letters:
        run = run + 1 if letter.isalpha() and letter not in VOWELS and letter != "y" else 0
        longest = max(longest, run)
    return longest


def _most_entropy(length: int) -> float:
    """Return the entropy of a text of so many different letters."""
    return entropy("".join(map(chr, range(97, 97 + min(length, 26)))))
