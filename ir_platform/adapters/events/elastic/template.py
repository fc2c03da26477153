"""The templates of `logs-*-*`: ECS types for people and other tools, `tanggap.*` for our own search.

Component templates, so that an office can lay its own over them: `logs-tanggap@settings` (refresh, limits, logsdb,
lifecycle), `logs-tanggap@ecs` (types of ECS fields) and `logs-tanggap@search` (what our search needs); an office's
`logs-tanggap@custom`, where there is one, comes last.

Words are cut by us (`query.text.words`) and handed over with spaces between, so that both stores find the same.
"""

from typing import Any, Final

import structlog
from elasticsearch import BadRequestError, Elasticsearch

from ir_platform.adapters.events.elastic.lifecycle import MARK, lifecycle_settings
from ir_platform.adapters.events.query.fields import ADDRESS_FIELDS, DATE_FIELDS, NUMBER_FIELDS
from ir_platform.adapters.events.query.forms import MAX_WHOLE_CHARACTERS
from ir_platform.adapters.events.query.to_elasticsearch import MIXED, NAMES, OTHERS, TEXTS, TIME, WHOLE

log = structlog.get_logger(__name__)

NAME: Final = "logs-tanggap"
SETTINGS_PART: Final = "logs-tanggap@settings"
ECS_PART: Final = "logs-tanggap@ecs"
SEARCH_PART: Final = "logs-tanggap@search"
CUSTOM_PART: Final = "logs-tanggap@custom"
TIE: Final = "tanggap.tie"
SEQUENCE: Final = "tanggap.sequence"
TIME_NS: Final = "tanggap.time_ns"
BODY: Final = "tanggap.body"
"""Only where the fields themselves cannot be mapped: the body as text."""
SEARCH_ONLY: Final = (WHOLE, NAMES, MIXED, OTHERS, *TEXTS.values())

_PRIORITY: Final = 500
"""Over Elasticsearch's own `logs` template, which has 100."""
_TERM: Final = {"type": "keyword", "doc_values": False}
_WORDS: Final = {"type": "text", "analyzer": "whitespace", "norms": False}
_UNSEARCHED: Final = {"type": "keyword", "index": False, "doc_values": False}


def put_templates(client: Elasticsearch, *, keep_days: int | None) -> None:
    """Create the templates or bring them up to date; they hold for backing indices made from then on.

    A server without lifecycle policies or without logsdb is used without them.
    """
    lifecycle = lifecycle_settings(client, keep_days=keep_days)
    try:
        _put_part(client, SETTINGS_PART, {"settings": {**_SETTINGS, **_LOGSDB, **lifecycle}})
    except BadRequestError as error:  # before 8.17 there is no such mode
        log.info("logsdb_absent", reason=str(error)[:200])
        _put_part(client, SETTINGS_PART, {"settings": {**_SETTINGS, **lifecycle}})
    _put_part(client, ECS_PART, {"mappings": _ecs()})
    _put_part(client, SEARCH_PART, {"mappings": _search()})
    client.indices.put_index_template(
        name=NAME,
        index_patterns=["logs-*-*"],
        priority=_PRIORITY,
        data_stream={},
        composed_of=[SETTINGS_PART, ECS_PART, SEARCH_PART, CUSTOM_PART],
        ignore_missing_component_templates=[CUSTOM_PART],
        meta=MARK,
    )


def _put_part(client: Elasticsearch, name: str, template: dict[str, Any]) -> None:
    client.cluster.put_component_template(name=name, template=template, meta=MARK)


_SETTINGS: Final[dict[str, Any]] = {
    "index.refresh_interval": "1s",
    "index.mapping.ignore_malformed": True,
    "index.mapping.total_fields.limit": 2_000,
    # A hostile sender must not fill the mapping: fields past the limit stay in the source, unmapped.
    "index.mapping.total_fields.ignore_dynamic_beyond_limit": True,
}


_LOGSDB: Final = {"index.mode": "logsdb", "index.mapping.source.mode": "stored"}
"""Sorted by host and time and so compressed better; the source stays as sent (a made-up one needs a licence)."""


def _ecs() -> dict[str, Any]:
    return {
        "subobjects": False,
        "properties": {
            # Its range begins with 1970; the time itself is kept beside it, and searched there.
            "@timestamp": {"type": "date_nanos", "ignore_malformed": False},
            "event.original": {"type": "text", "norms": False},
            "message": {"type": "text", "norms": False},
            **{name: {"type": "ip"} for name in ADDRESS_FIELDS},
            **{name: {"type": "long"} for name in NUMBER_FIELDS},
            **{name: {"type": "date_nanos" if name.startswith("event.") else "date"} for name in DATE_FIELDS},
        },
    }


def _search() -> dict[str, Any]:
    return {
        "subobjects": False,
        "date_detection": False,
        "_source": {"excludes": list(SEARCH_ONLY)},
        "dynamic_templates": [
            # Numbers too: what one event calls 443 and the next "none" can then be counted in every index alike.
            {
                "names": {
                    "match_mapping_type": ["string", "long", "double", "boolean"],
                    "mapping": {"type": "keyword", "ignore_above": MAX_WHOLE_CHARACTERS},
                }
            }
        ],
        "properties": {
            WHOLE: _TERM,
            NAMES: {"type": "keyword"},
            **dict.fromkeys((MIXED, OTHERS, *TEXTS.values()), _WORDS),
            TIME: {"type": "long"},
            TIE: {"type": "long"},
            SEQUENCE: {"type": "long"},
            TIME_NS: _UNSEARCHED,
            BODY: _UNSEARCHED,
        },
    }
