"""Sending documents in bulk: in requests of a bounded size, slower where the server is busy, each stored once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import orjson
import structlog
from elasticsearch import ApiError, ConnectionError, ConnectionTimeout, Elasticsearch

from ir_platform.adapters.events.elastic.template import SEQUENCE
from ir_platform.ports import EventRefusedError, StoreFullError, StoreUnreachableError

log = structlog.get_logger(__name__)

CREATED: Final = 201
THERE_ALREADY: Final = 409
UNMAPPABLE: Final = 400
REQUEST_BYTES: Final = 8 * 1024**2
"""Elasticsearch refuses requests over 100 MB and advises a few."""
PAUSES_SECONDS: Final = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
"""Between tries; whoever appends tries again after them, as long as it takes."""
_BUSY: Final = frozenset({429, 502, 503, 504})
_NO_ROOM: Final = 507
_BLOCK: Final = "cluster_block_exception"
"""How a full disk shows, with 403 or 429: trying again at once does not help."""
_REMEMBERED: Final = 200_000
_Reply: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """A document to be stored once under its id."""

    stream: str
    event_id: str
    sequence: int
    document: bytes
    """JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    event_id: str
    status: int
    index: str
    """Which holds it."""
    kind: str = ""
    reason: str = ""


class BulkSender:
    """Remembers what became of no request for certain: such a document, met again, is known by its sequence number."""

    def __init__(self, client: Elasticsearch, *, sleep: Callable[[float], None]) -> None:
        # The client's own retries would hide which answers were lost.
        self._client, self._sleep = client.options(max_retries=0), sleep
        self._uncertain: dict[str, set[int]] = {}

    def create(self, wanted: Sequence[Creation]) -> list[Outcome]:
        """Return what became of each: created, there already, or of fields that cannot be mapped.

        Raises: StoreFullError (StoreUnreachableError), EventRefusedError; what of it was stored is then taken back,
        or known for ours when it is sent again.
        """
        outcomes: dict[int, Outcome] = {}
        for pause in (*PAUSES_SECONDS, None):
            waiting = [number for number in range(len(wanted)) if number not in outcomes]
            problem = self._try(wanted, waiting, outcomes)
            if problem is None:
                break
            if pause is None or not isinstance(problem, StoreFullError) or problem.args[:1] == (_BLOCK,):
                self._take_back(wanted, outcomes)
                raise problem
            log.info("bulk_slowed", events=len(waiting), seconds=pause, reason=str(problem)[:200])
            self._sleep(pause)
        return self._settled([outcomes[number] for number in range(len(wanted))], wanted)

    def _try(
        self, wanted: Sequence[Creation], waiting: Sequence[int], outcomes: dict[int, Outcome]
    ) -> Exception | None:
        """Send what waits once and note the outcomes; return why some of it has none yet."""
        problem: Exception | None = None
        for numbers in _requests(wanted, waiting):
            answered, problem_here = self._send([wanted[number] for number in numbers])
            for number, outcome in zip(numbers, answered, strict=False):  # none were answered, or all
                refusal = _refusal(outcome)
                if refusal is None:
                    outcomes[number] = outcome
                problem_here = problem_here or refusal
            problem = problem or problem_here
        return problem

    def _send(self, asked: Sequence[Creation]) -> tuple[list[Outcome], Exception | None]:
        operations: list[bytes] = []
        for one in asked:
            operations += [orjson.dumps({"create": {"_index": one.stream, "_id": one.event_id}}), one.document]
        try:
            answer = self._client.bulk(operations=operations)  # type: ignore[arg-type]  # lines of JSON go as they are
        except (ConnectionError, ConnectionTimeout) as error:
            self._remember(asked)
            return [], StoreUnreachableError(f"penyimpanan kejadian tidak menjawab: {str(error)[:300]}")
        except ApiError as error:
            if error.status_code in (502, 504):  # a proxy gave up; the server may have gone on
                self._remember(asked)
            if _BLOCK in str(error) or error.status_code == _NO_ROOM:
                return [], StoreFullError(_BLOCK, str(error)[:300])
            if error.status_code in _BUSY:
                return [], StoreFullError(str(error)[:300])
            raise
        return [_outcome(next(iter(item.values()))) for item in answer["items"]], None

    def _remember(self, asked: Sequence[Creation]) -> None:
        for one in asked:
            self._uncertain.setdefault(one.event_id, set()).add(one.sequence)
        while len(self._uncertain) > _REMEMBERED:
            del self._uncertain[next(iter(self._uncertain))]

    def _settled(self, outcomes: list[Outcome], wanted: Sequence[Creation]) -> list[Outcome]:
        """Return the outcomes with those called created that were, by a request whose answer was lost."""
        doubtful = [one for one in outcomes if one.status == THERE_ALREADY and one.event_id in self._uncertain]
        ours: set[str] = set()
        if doubtful:
            docs = [{"_index": one.index, "_id": one.event_id, "_source": [SEQUENCE]} for one in doubtful]
            for found in self._client.mget(docs=docs)["docs"]:
                sequence = found.get("_source", {}).get(SEQUENCE)
                if sequence in self._uncertain[found["_id"]]:
                    ours.add(found["_id"])
        for one in wanted:
            self._uncertain.pop(one.event_id, None)
        settled = []
        for outcome in outcomes:
            is_ours = outcome.event_id in ours
            ours.discard(outcome.event_id)  # an id twice in one batch is new once
            settled.append(replace(outcome, status=CREATED) if is_ours else outcome)
        return settled

    def _take_back(self, wanted: Sequence[Creation], outcomes: Mapping[int, Outcome]) -> None:
        """Delete what was created: a batch is stored as a whole or not at all."""
        created = [number for number, one in outcomes.items() if one.status == CREATED]
        if not created:
            return
        # Remembered first: where deleting fails too, these are known for ours when the batch is sent again.
        self._remember([wanted[number] for number in created])
        deletions = [{"delete": {"_index": outcomes[one].index, "_id": outcomes[one].event_id}} for one in created]
        try:
            self._client.bulk(operations=deletions)
        except (ConnectionError, ConnectionTimeout, ApiError) as error:
            log.warning("bulk_not_taken_back", events=len(created), reason=str(error)[:200])


def _requests(wanted: Sequence[Creation], waiting: Sequence[int]) -> Iterator[list[int]]:
    """Yield the numbers of the documents of each request: at least one, then up to REQUEST_BYTES."""
    request: list[int] = []
    size = 0
    for number in waiting:
        length = len(wanted[number].document)
        if request and size + length > REQUEST_BYTES:
            yield request
            request, size = [], 0
        request.append(number)
        size += length
    if request:
        yield request


def _outcome(item: _Reply) -> Outcome:
    error = item.get("error")
    told: _Reply = error if isinstance(error, dict) else {}
    return Outcome(
        event_id=item["_id"],
        status=item["status"],
        index=item.get("_index", ""),
        kind=str(told.get("type", "")),
        reason=str(told.get("reason", ""))[:300],
    )


def _refusal(outcome: Outcome) -> Exception | None:
    """Return why the document is not stored yet; None where its outcome is final."""
    if outcome.status in (CREATED, THERE_ALREADY, UNMAPPABLE):
        return None
    if outcome.kind == _BLOCK or outcome.status == _NO_ROOM:
        return StoreFullError(_BLOCK, outcome.reason)
    if outcome.status in _BUSY:
        return StoreFullError(outcome.reason)
    return EventRefusedError(event_id=outcome.event_id, status=outcome.status, reason=outcome.reason)
