"""The index template of `logs-*-*`: ECS types for people and other tools, `tanggap.*` for our own search.

Words are cut by us (`query.text.words`) and handed over with spaces between, so that both stores find the same.
"""

from typing import Any, Final

from elasticsearch import Elasticsearch

from ir_platform.adapters.events.query.fields import ADDRESS_FIELDS, DATE_FIELDS, NUMBER_FIELDS
from ir_platform.adapters.events.query.forms import MAX_WHOLE_CHARACTERS
from ir_platform.adapters.events.query.to_elasticsearch import MIXED, NAMES, OTHERS, TEXTS, TIME, WHOLE

NAME: Final = "logs-tanggap"
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


def put_template(client: Elasticsearch) -> None:
    """Create the template or bring it up to date; it holds for backing indices made from then on."""
    client.indices.put_index_template(
        name=NAME,
        index_patterns=["logs-*-*"],
        priority=_PRIORITY,
        data_stream={},
        template={"settings": _SETTINGS, "mappings": _mappings()},
    )


_SETTINGS: Final[dict[str, Any]] = {
    "index.refresh_interval": "1s",
    "index.mapping.ignore_malformed": True,
    "index.mapping.total_fields.limit": 2_000,
    # A hostile sender must not fill the mapping: fields past the limit stay in the source, unmapped.
    "index.mapping.total_fields.ignore_dynamic_beyond_limit": True,
}


def _mappings() -> dict[str, Any]:
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
            "@timestamp": {"type": "date", "ignore_malformed": False},
            "event.original": {"type": "text", "norms": False},
            "message": {"type": "text", "norms": False},
            **{name: {"type": "ip"} for name in ADDRESS_FIELDS},
            **{name: {"type": "long"} for name in NUMBER_FIELDS},
            **{name: {"type": "date"} for name in DATE_FIELDS},
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
