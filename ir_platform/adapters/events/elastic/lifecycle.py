"""The lifecycle policy of our data streams, where the server has them (index lifecycle management, ILM)."""

from collections.abc import Mapping
from typing import Any, Final

import structlog
from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError

log = structlog.get_logger(__name__)

POLICY: Final = "logs-tanggap"
MARK: Final[Mapping[str, str]] = {"managed_by": "tanggap"}
"""Whoever takes a policy or template over takes this mark out of its `_meta`; a policy without it is left alone."""
_ROLLOVER: Final = {"max_age": "7d", "max_primary_shard_size": "50gb"}


def lifecycle_settings(client: Elasticsearch, *, keep_days: int | None) -> dict[str, Any]:
    """Bring the policy up to date and return the settings that name it; none where the server has no policies.

    An index goes `keep_days` after its rollover, so that its youngest event has stayed that long.
    """
    try:
        there = client.ilm.get_lifecycle(name=POLICY).body
    except NotFoundError:
        there = {}
    except BadRequestError:  # no such handler: a server without ILM
        log.info("lifecycle_absent", has_limit=keep_days is not None)
        return {}
    except ApiError as error:
        if error.status_code not in (401, 403):
            raise
        # Our key may write logs and no more: whoever gave it has set the policy, or wants none.
        log.warning("lifecycle_not_ours", status=error.status_code)
        return {}
    known = there.get(POLICY, {}).get("policy", {})
    if known and known.get("_meta", {}).get("managed_by") != MARK["managed_by"]:
        log.info("lifecycle_left_alone", policy=POLICY)
    elif known.get("phases") != (phases := _phases(keep_days)):
        client.ilm.put_lifecycle(name=POLICY, policy={"phases": phases, "_meta": dict(MARK)})
        log.info("lifecycle_put", policy=POLICY, keep_days=keep_days)
    return {"index.lifecycle.name": POLICY}


def _phases(keep_days: int | None) -> dict[str, Any]:
    hot = {"min_age": "0ms", "actions": {"rollover": _ROLLOVER}}
    if keep_days is None:
        return {"hot": hot}
    gone = {"min_age": f"{keep_days}d", "actions": {"delete": {"delete_searchable_snapshot": True}}}
    return {"hot": hot, "delete": gone}
