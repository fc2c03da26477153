"""DNS tunnelling: data carried out in the names that are asked for, below one domain.

Many different names below one registered domain, long and random, that nobody asks twice.
See docs/detectors/dns_tunnel.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, ClassVar

from detections.detectors.base import Observed
from detections.detectors.facts import Networks, Sort
from detections.detectors.finding import Figures, found, number_words, span_words
from detections.detectors.memory import Recent, Remembering, note
from detections.detectors.names import entropy, split_name
from detections.detectors.playbook import SECURITY_SOP
from detections.hits import Group
from detections.rule import RuleInfo
from ir_platform.domain.alert import Detection, Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Per client, registered domain and bucket. Born and Gustafson, "NgViz" (2010); Farnham, SANS (2013)."""

    bucket_seconds: int = 600
    names: int = 40
    """Different names below the domain."""
    mean_length: int = 24
    """Characters below the domain, on average."""
    entropy_bits: float = 3.2
    """Of what is below the domain, bits a character, on average."""
    long_names: int = 15
    """So many names of `long_length` are enough by themselves."""
    long_length: int = 80
    ignored_domains: tuple[str, ...] = (
        "avqs.mcafee.com", "avts.mcafee.com", "cloudfront.net", "e5.sk", "in-addr.arpa", "ip6.arpa", "local",
        "mailshell.net", "mcafee.com", "sophosxl.net", "spamhaus.org", "spamhaus.net", "surbl.org", "uribl.com",
    )  # fmt: skip
    """Reputation look-ups carry hashes in names by design; reverse names and delivery networks are no one's data."""


MAX_BUCKETS = 2_000
KEPT_NAMES = 200
"""Of a bucket, as hashes of 4 bytes: about 10 MB in all."""
LEAST_NOTED = 3
"""Most domains have few names: evidence of them is not worth making."""
_SECOND_NS = 1_000_000_000
_LABEL = 63

TUNNEL = RuleInfo(
    id="b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f7e01",
    title="Terowongan DNS",
    title_en="DNS tunnelling",
    level=Level.HIGH,
    tags=("attack.command-and-control", "attack.exfiltration", "attack.t1071.004", "attack.t1048", "attack.t1572"),
    look_at=(
        "Periksa program pada perangkat sumber yang bertanya nama-nama itu.",
        "Lihat kapan domain itu didaftarkan dan ke server nama siapa pertanyaannya pergi.",
        "Blokir domain itu pada server DNS kantor sambil memeriksa.",
    ),
    false_positives=("Antivirus dan penyaring surat yang bertanya reputasi lewat DNS", "Jaringan penyebar konten"),
    playbook_id=SECURITY_SOP,
    source="detector",
)


@dataclass(slots=True)
class _Asked:
    """What one client asked for below one domain in one span."""

    below: dict[str, int] = field(default_factory=dict)
    """Hashes of what stands below the domain."""
    length: int = 0
    entropy: float = 0.0
    """Both added up over the names."""
    long_names: int = 0
    longest: int = 0
    """Label."""
    questions: int = 0
    text_types: int = 0
    refs: list[list[Any]] = field(default_factory=list)
    is_told: bool = False


class DnsTunnelDetector(Remembering):
    """Keeps the different names per client and registered domain."""

    name = "dns_tunnel"
    infos = (TUNNEL,)
    sorts = frozenset({Sort.DNS})
    settings: ClassVar[type] = Thresholds

    def __init__(self, thresholds: Thresholds | None = None, networks: Networks | None = None) -> None:
        self._limits = thresholds or Thresholds()
        self._bucket_ns = self._limits.bucket_seconds * _SECOND_NS
        self._ignored = tuple(f".{one}" for one in self._limits.ignored_domains)
        self._asked = Recent(_Asked, limit=MAX_BUCKETS)
        super().__init__(asked=self._asked)

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        findings: list[Detection] = []
        for event in events:
            # Each question is seen twice, asked and answered; many logs have only one of them.
            name, client = event.text("dns.question.name"), client_of(event)
            below, domain = split_name(name[:253])
            if below and client and not f".{domain}".endswith(self._ignored):
                findings += self._count(event, client, below, domain)
        return tuple(findings)

    def _count(self, event: Observed, client: str, below: str, domain: str) -> list[Detection]:
        asked = self._asked.of(client, domain, str(event.time_ns // self._bucket_ns))
        asked.questions += 1
        asked.text_types += event.text("dns.question.type") in ("TXT", "NULL", "CNAME", "MX")
        name = blake2b(below.encode("utf-8", "replace"), digest_size=4).hexdigest()
        if name in asked.below or len(asked.below) >= KEPT_NAMES:
            return []
        asked.below[name] = 1
        if len(asked.below) > LEAST_NOTED:
            note(asked.refs, event)
        text = below.replace(".", "")
        asked.length += len(text)
        asked.entropy += entropy(text)
        asked.long_names += len(text) >= self._limits.long_length
        asked.longest = max(asked.longest, *map(len, below.split(".")), 0)
        return [] if asked.is_told else self._judge(client, domain, asked)

    def _judge(self, client: str, domain: str, asked: _Asked) -> list[Detection]:
        limits, names = self._limits, len(asked.below)
        mean_length, mean_entropy = asked.length / names, asked.entropy / names
        many = names >= limits.names and mean_length >= limits.mean_length
        if not (many or asked.long_names >= limits.long_names) or mean_entropy < limits.entropy_bits:
            return []
        asked.is_told = True
        figures: Figures = (
            ("nama berbeda", str(names)),
            ("panjang rata-rata", number_words(round(mean_length, 1))),
            ("label terpanjang", f"{min(asked.longest, _LABEL)} dari {_LABEL}"),
            ("entropi", f"{number_words(round(mean_entropy, 2))} bit per huruf"),
            ("pertanyaan TXT, NULL, CNAME, MX", str(asked.text_types)),
            (
                "ambang",
                f"{limits.names} nama sepanjang {limits.mean_length} dalam {span_words(self._bucket_ns)},"
                f" entropi {number_words(limits.entropy_bits)}",
            ),
        )
        group: Group = (("source.ip", client), ("dns.question.registered_domain", domain))
        named_ns = asked.refs[0][0] - asked.refs[0][0] % (24 * 3_600 * _SECOND_NS)
        return [found(TUNNEL, group=group, refs=asked.refs, count=asked.questions, named_ns=named_ns, figures=figures)]


def client_of(event: Observed) -> str:
    """Return who asked: an answer goes to him."""
    is_answer = event.text("dns.type") in ("answer", "response") and event.text("source.port") == "53"
    return event.text("destination.ip") if is_answer else event.text("source.ip")
