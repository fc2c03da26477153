"""Does a verification: the incident's rules over events since the repair, its indicators, its captures."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ir_platform.app.handover import HandoverError, NoIntakeError
from ir_platform.domain.alert import Alert
from ir_platform.domain.event import EventId, derive_event_id
from ir_platform.domain.evidence import Evidence
from ir_platform.domain.media_type import CAPTURES
from ir_platform.incidents.verification import (
    AturanDijalankan,
    Contoh,
    Indikator,
    Kemunculan,
    Lalu,
    Tangkapan,
    VerificationReport,
)
from ir_platform.ports import BadQueryError, EventReader, FoundEvent, HuntedAgain, HuntResult, RetroHunt

Progress = Callable[[str, int], None]
"""Phase and percent, 0 to 100."""

INDICATOR_FIELDS: Final = (
    "source.ip", "destination.ip", "host.name", "user.name", "url.domain", "dns.question.name", "url.original",
    "file.hash.sha256", "file.hash.md5", "process.hash.sha256", "tls.client.ja3", "tls.client.ja4",
)  # fmt: skip
"""What names somebody or something that can be met again."""
SUSPECT_FIELDS: Final = ("source.ip", "destination.ip")
MAX_INDICATORS: Final = 60
MAX_VALUE_CHARACTERS: Final = 400
CAPTURE_EVENTS: Final = 50_000
CAPTURE_PAGE: Final = 500
RULES_PERCENT: Final = 60
"""The re-run of the rules takes the most of the time."""
INDICATORS_PERCENT: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: did what was found come back between two moments?"""

    alerts: tuple[Alert, ...]
    evidence: tuple[Evidence, ...]
    sejak: datetime
    sampai: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Answers a question from the event store; reads only."""

    events: EventReader
    hunt: RetroHunt
    settle: Callable[[], None]
    """Returns once what was received can be found. Raises: NoIntakeError, HandoverError."""

    def answer(self, question: Question, progress: Progress) -> VerificationReport:
        """Raises: whatever `progress` raises."""
        # Without an intake process nothing waits to be committed: what the store holds can be found already.
        with suppress(NoIntakeError, HandoverError):
            self.settle()
        rule_ids = frozenset(alert.rule_id for alert in question.alerts)
        usable = self.hunt.usable(rule_ids)
        hunted = self.hunt.over_store(
            usable,
            time_from=question.sejak,
            time_to=question.sampai,
            on_progress=lambda percent: progress("aturan", percent * RULES_PERCENT // 100),
        )
        progress("indikator", RULES_PERCENT)
        indicators = self._indicators(question)
        progress("tangkapan", INDICATORS_PERCENT)
        suspects = suspects_of(question.alerts)
        captures = tuple(self._captures(question, usable, frozenset(suspects), progress))
        return VerificationReport(
            sejak=question.sejak,
            sampai=question.sampai,
            diperiksa_sampai=hunted.checked_until,
            lengkap=hunted.is_complete,
            kejadian=hunted.events,
            aturan=_rules(question.alerts, usable),
            kemunculan=tuple(_again(one, question.alerts) for one in hunted.hits),
            kemunculan_lain=hunted.further_entities,
            indikator=indicators,
            alamat_dicurigai=suspects,
            tangkapan=captures,
        )

    # --- indicators ---

    def _indicators(self, question: Question) -> tuple[Indikator, ...]:
        refs = [ref.id for alert in question.alerts for ref in alert.events]
        found = self.events.get(list(dict.fromkeys(refs)))
        return tuple(self._indicator(*pair, question) for pair in indicators_of(question.alerts, found))

    def _indicator(self, field: str, value: str, question: Question) -> Indikator:
        query = _query_for(field, value)
        try:
            since = self.events.search(query, time_from=question.sejak, time_to=question.sampai, cursor=None, limit=1)
            before = self.events.search(query, time_from=None, time_to=question.sejak, cursor=None, limit=1)
        except BadQueryError:
            return Indikator(
                bidang=field, nilai=value, sesudah=0, terakhir=None, terakhir_sebelum=None, dapat_dicari=False
            )
        return Indikator(
            bidang=field,
            nilai=value,
            sesudah=since.total or 0,
            terakhir=_newest(since.items),
            terakhir_sebelum=_newest(before.items),
        )

    # --- captures ---

    def _captures(
        self, question: Question, rules: frozenset[str], suspects: frozenset[str], progress: Progress
    ) -> Iterator[Tangkapan]:
        captures = [one for one in question.evidence if one.media_type in CAPTURES]
        for number, evidence in enumerate(captures):
            events, is_whole = self._events_of(evidence)
            yield self._capture(evidence, events, question.sejak, rules, suspects, is_whole=is_whole)
            done = (number + 1) * (100 - INDICATORS_PERCENT) // len(captures)
            progress("tangkapan", min(99, INDICATORS_PERCENT + done))

    def _events_of(self, evidence: Evidence) -> tuple[list[FoundEvent], bool]:
        """Return what the analysis of a capture has stored, and whether that is all of it.

        The nth event of a capture has an id that follows from its SHA-256 (`ingest.pcap.analyse`).
        """
        origin, found = f"pcap:{evidence.sha256}", list[FoundEvent]()
        for start in range(0, CAPTURE_EVENTS, CAPTURE_PAGE):
            wanted: list[EventId] = [derive_event_id(origin, start + n, b"") for n in range(CAPTURE_PAGE)]
            page = self.events.get(wanted)
            found += page
            if len(page) < CAPTURE_PAGE:
                return found, True
        return found, False

    def _capture(
        self,
        evidence: Evidence,
        events: Sequence[FoundEvent],
        sejak: datetime,
        rules: frozenset[str],
        suspects: frozenset[str],
        *,
        is_whole: bool,
    ) -> Tangkapan:
        times = [at for one in events if (at := _time_of(one)) is not None]
        before, after = ([one for one in events if _is_before(one, sejak) is side] for side in (True, False))
        # A connection that the repair did not cut is traffic since the repair, whenever it began.
        lasting = [one for one in before if _goes_on_at(one, sejak)]
        return Tangkapan(
            bukti=evidence.id,
            nama=evidence.name,
            pertama=min(times, default=None),
            terakhir=max(times, default=None),
            kejadian=len(events),
            sebelum=_side(before, suspects, self.hunt.over_events(rules, before)),
            sesudah=_side([*after, *lasting], suspects, self.hunt.over_events(rules, after)),
            lengkap=is_whole,
        )


def suspects_of(alerts: Iterable[Alert]) -> tuple[str, ...]:
    """Return the addresses the findings come from; where none is known, those they are about."""
    groups = [pair for alert in alerts for pair in alert.group]
    for field in SUSPECT_FIELDS:
        addresses = tuple(dict.fromkeys(value for name, value in groups if name == field and value))
        if addresses:
            return addresses
    return ()


def indicators_of(alerts: Iterable[Alert], events: Iterable[FoundEvent]) -> tuple[tuple[str, str], ...]:
    """Return field and value of what the findings name, those of their groups before those of their events."""
    named = [pair for alert in alerts for pair in alert.group if pair[0] in INDICATOR_FIELDS]
    seen = [(field, str(one.fields[field])) for one in events for field in INDICATOR_FIELDS if _has(one, field)]
    usable = (pair for pair in (*named, *seen) if 0 < len(pair[1]) <= MAX_VALUE_CHARACTERS)
    return tuple(dict.fromkeys(usable))[:MAX_INDICATORS]


def _has(event: FoundEvent, field: str) -> bool:
    return isinstance(event.fields.get(field), str | int)


def _query_for(field: str, value: str) -> str:
    """Return the search for the value; an address is met as either end."""
    quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if field in SUSPECT_FIELDS:
        return f"source.ip:{quoted} OR destination.ip:{quoted}"
    return f"{field}:{quoted}"


def _rules(alerts: Iterable[Alert], usable: frozenset[str]) -> tuple[AturanDijalankan, ...]:
    titles = {alert.rule_id: alert.rule_title for alert in alerts}
    return tuple(
        AturanDijalankan(rule_id=rule_id, rule_title=title, dijalankan=rule_id in usable)
        for rule_id, title in titles.items()
    )


def _again(hit: HuntedAgain, alerts: Iterable[Alert]) -> Kemunculan:
    same = (one for one in alerts if one.rule_id == hit.rule_id and frozenset(one.group) == frozenset(hit.group))
    return Kemunculan(
        rule_id=hit.rule_id,
        rule_title=hit.rule_title,
        entitas=hit.group,
        temuan=tuple(alert.id for alert in same),
        deteksi=hit.detections,
        jumlah=hit.events,
        pertama=hit.first,
        terakhir=hit.last,
        contoh=tuple(Contoh(id=ref.id, pada=ref.at, baris=ref.summary) for ref in hit.samples),
    )


def _side(events: Sequence[FoundEvent], suspects: frozenset[str], hunted: HuntResult) -> Lalu:
    flows = [one.fields for one in events if one.fields.get("event.dataset") == "flow"]
    of_suspects = [fields for fields in flows if {fields.get(field) for field in SUSPECT_FIELDS} & suspects]
    return Lalu(
        aliran=len(flows),
        byte=sum(int(fields.get("network.bytes", 0)) for fields in flows),
        aliran_dicurigai=len(of_suspects),
        byte_dicurigai=sum(int(fields.get("network.bytes", 0)) for fields in of_suspects),
        temuan=sum(one.detections for one in hunted.hits),
    )


def _newest(events: Sequence[FoundEvent]) -> datetime | None:
    return _time_of(events[0]) if events else None


def _is_before(event: FoundEvent, moment: datetime) -> bool:
    at = _time_of(event)
    return at is not None and at < moment


def _goes_on_at(event: FoundEvent, moment: datetime) -> bool:
    end = _time_of(event, "event.end")
    return end is not None and end >= moment


def _time_of(event: FoundEvent, field: str = "@timestamp") -> datetime | None:
    try:
        return datetime.fromisoformat(str(event.fields.get(field)))
    except ValueError:
        return None
