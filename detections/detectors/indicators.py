"""Known-bad indicators in any event: addresses, names, URLs, TLS fingerprints and file hashes from imported feeds.

See docs/detectors/indicators.md.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from detections.detectors.base import EVERY, NONE, Observed
from detections.detectors.facts import Networks
from detections.detectors.finding import Figures, found
from detections.detectors.memory import Recent, Remembering, note_newest
from detections.detectors.playbook import SECURITY_SOP
from detections.hits import Group
from detections.indicators.model import IndicatorSet, Kind, Match, normal_url
from detections.rule import RuleInfo
from ir_platform.domain.alert import Detection, Level
from ir_platform.domain.event import isoformat_ns


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """OASIS STIX 2.1 and MISP's core format say what an indicator is; how often it is told is ours."""

    again_hours: int = 24
    """The same indicator at the same host is told once in so long."""


MAX_TOLD = 20_000
_HOUR_NS = 3_600 * 1_000_000_000

_ADDRESSES = ("dns.resolved_ip",)
_NAMES = ("dns.question.name", "url.domain", "tls.client.server_name", "destination.domain")
_FINGERPRINTS = (("tls.client.ja3", Kind.JA3), ("tls.server.ja3s", Kind.JA3), ("tls.client.ja4", Kind.JA4))
_HASHES = tuple(
    (f"{holder}.hash.{kind.value}", kind)
    for holder in ("file", "process", "dll")
    for kind in (Kind.MD5, Kind.SHA1, Kind.SHA256)
)
_SYSMON_HASHES = "winlog.event_data.Hashes"


def _info(number: int, title: str, title_en: str, level: Level, tags: tuple[str, ...], look: str) -> RuleInfo:
    return RuleInfo(
        id=f"b2a6d2c1-6d0e-4a53-9f1c-3c0f5f1f84{number:02}",
        title=title,
        title_en=title_en,
        level=level,
        tags=tags,
        look_at=(look, "Baca di sumber indikator mengapa nilai itu dianggap berbahaya dan sejak kapan."),
        false_positives=("Alamat bersama (hosting, CDN) dan nilai yang sudah lama: periksa umur indikator",),
        playbook_id=SECURITY_SOP,
        source="detector",
    )


CONTACTED = _info(
    1,
    "Perangkat sendiri menghubungi indikator berbahaya",
    "Known-bad indicator contacted",
    Level.HIGH,
    ("attack.command-and-control", "attack.t1071"),
    "Pisahkan perangkat sumber bila koneksinya berhasil, dan cari program yang membukanya.",
)
CAME = _info(
    2,
    "Alamat berbahaya menghubungi layanan",
    "Known-bad address contacted a service",
    Level.LOW,
    ("attack.reconnaissance", "attack.t1595"),
    "Periksa apakah alamat itu berhasil masuk atau mengirim sesuatu.",
)
FILE = _info(
    3,
    "Berkas yang dikenal berbahaya",
    "Known-bad file",
    Level.HIGH,
    ("attack.execution", "attack.t1204", "attack.t1204.002"),
    "Amankan berkas sebagai bukti dan periksa perangkat yang menerima atau menjalankannya.",
)


@dataclass(slots=True)
class _Told:
    """One indicator at one host."""

    at_ns: int = 0
    count: int = 0
    refs: list[list[Any]] = field(default_factory=list)


class IndicatorsDetector(Remembering):
    """Compares events with the indicators in use at the event's time."""

    name = "indicators"
    infos = (CONTACTED, CAME, FILE)
    settings: ClassVar[type] = Thresholds

    def __init__(
        self,
        thresholds: Thresholds | None = None,
        networks: Networks | None = None,
        indicators: IndicatorSet | None = None,
    ) -> None:
        self._limits, self._networks = thresholds or Thresholds(), networks or Networks()
        self._indicators = indicators or IndicatorSet()
        self.sorts = EVERY if len(self._indicators) else NONE
        self._told = Recent(_Told, limit=MAX_TOLD)
        super().__init__(told=self._told)

    def observe(self, events: Sequence[Observed]) -> tuple[Detection, ...]:
        return tuple(
            finding
            for event in events
            for info, match in self._matches(event)
            for finding in self._count(event, info, match)
        )

    def _matches(self, event: Observed) -> Iterator[tuple[RuleInfo, Match]]:
        fields, at_ns, known = event.fields, event.time_ns, self._indicators
        yield from self._addresses(event)
        for name in _ADDRESSES:
            for value in _texts(fields.get(name)):
                yield from _one(CONTACTED, known.find_address(value, at_ns=at_ns))
        for name in _NAMES:
            for value in _texts(fields.get(name)):
                yield from _one(CONTACTED, known.find_name(value, at_ns=at_ns))
        url = _url_of(event)
        if url:
            yield from _one(CONTACTED, known.find(Kind.URL, url, at_ns=at_ns))
        for name, kind in _FINGERPRINTS:
            for value in _texts(fields.get(name)):
                yield from _one(CONTACTED, known.find(kind, value.lower(), at_ns=at_ns))
        for name, kind in _HASHES:
            for value in _texts(fields.get(name)):
                yield from _one(FILE, known.find(kind, value.lower(), at_ns=at_ns))
        if _SYSMON_HASHES in fields:
            yield from self._sysmon(event)

    def _addresses(self, event: Observed) -> Iterator[tuple[RuleInfo, Match]]:
        """Yield what is known of both ends. A connection that the firewall refused from outside did no harm."""
        denied = event.text("event.action") == "connection_denied"
        target = self._indicators.find_address(event.text("destination.ip"), at_ns=event.time_ns)
        if target is not None:
            yield CONTACTED, target
        source = self._indicators.find_address(event.text("source.ip"), at_ns=event.time_ns)
        if source is not None and not denied:
            yield CAME, source

    def _sysmon(self, event: Observed) -> Iterator[tuple[RuleInfo, Match]]:
        for pair in event.text(_SYSMON_HASHES).split(","):
            name, _, value = pair.strip().partition("=")
            if name.lower() in ("md5", "sha1", "sha256"):
                yield from _one(FILE, self._indicators.find(Kind(name.lower()), value.lower(), at_ns=event.time_ns))

    def _count(self, event: Observed, info: RuleInfo, match: Match) -> list[Detection]:
        group = _group_of(event, info, match)
        told = self._told.of(info.id, match.value, *(value for _, value in group))
        told.count += 1
        note_newest(told.refs, event)
        if told.count > 1 and abs(event.time_ns - told.at_ns) < self._limits.again_hours * _HOUR_NS:
            return []
        told.at_ns, told.count, told.refs = event.time_ns, 1, told.refs[-1:]
        figures: Figures = (
            ("jenis", match.kind.value),
            ("indikator", match.value),
            ("keterangan", match.title or "-"),
            ("sumber indikator", f"{match.source} ({match.feed})"),
            ("berlaku sampai", isoformat_ns(match.until_ns)[:10]),
        )
        return [found(info, group=group, refs=told.refs, count=1, named_ns=event.time_ns, figures=figures)]


def _one(info: RuleInfo, match: Match | None) -> Iterator[tuple[RuleInfo, Match]]:
    if match is not None:
        yield info, match


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (one for one in value if isinstance(one, str))


def _url_of(event: Observed) -> str:
    """Return the URL as it is compared; of a request its host and target, for Zeek and Suricata have no more."""
    full = event.text("url.full")
    if full:
        return normal_url(full)
    target, domain = event.text("url.original"), event.text("url.domain")
    if target.startswith("/") and domain:
        return normal_url(f"http://{domain}{target}")
    return normal_url(target) if "://" in target else ""


def _group_of(event: Observed, info: RuleInfo, match: Match) -> Group:
    """Return what the alert is about: the host concerned and the indicator."""
    names = ("destination.ip", "host.name") if info is CAME else ("host.name", "source.ip")
    about = next(((name, event.text(name)) for name in names if event.text(name)), None)
    indicator = ("threat.indicator.name", match.value[:200])
    return (indicator,) if about is None else (about, indicator)
