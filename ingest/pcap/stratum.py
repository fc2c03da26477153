"""Knows a mining pool's protocol by its first message, and reads from it who mines with what; never the password.

Sources: the stratum v1 description of Slush Pool and Bitcoin wiki ("Stratum mining protocol"), xmrig-proxy's STRATUM.md
(`login`, `job`, `submit`), the EthereumStratum and eth-proxy descriptions of Nicehash and Nanopool.
"""

from typing import Any, NamedTuple

import orjson

from ingest.pcap.community_id import community_id
from ingest.pcap.flow_events import addresses
from ingest.pcap.layers import TCP
from ingest.pcap.rows import Ends, ecs

MOST_BYTES = 4_096
"""Of a first message: pools refuse longer ones."""
_MOST_LINES = 4
"""A miner may say who it is behind its greeting, without waiting."""
_MOST_WORD = 128
_MINER_SAYS = frozenset(
    {"mining.subscribe", "mining.authorize", "mining.submit", "mining.configure", "mining.extranonce.subscribe",
     "mining.suggest_difficulty", "mining.suggest_target", "mining.hello", "eth_submitLogin", "eth_submitWork",
     "eth_submitHashrate"}
)  # fmt: skip
_POOL_SAYS = frozenset(
    {"mining.notify", "mining.set_difficulty", "mining.set_target", "mining.set_extranonce", "mining.set_version_mask"}
)
_SUBSCRIBE, _NAME_COMES_FIRST = "mining.subscribe", frozenset({"mining.authorize", "mining.submit", "eth_submitLogin"})
_LOGIN, _SUBMIT, _JOB = "login", "submit", "job"
# Words of every office's programs mean mining only together with what such a message carries.
_LOGIN_NEEDS, _LOGIN_HAS_ONE = frozenset({"login", "pass"}), frozenset({"agent", "algo", "rigid"})
_SUBMIT_NEEDS, _JOB_NEEDS = frozenset({"job_id", "nonce", "result"}), frozenset({"blob", "job_id", "target"})


class Stratum(NamedTuple):
    """What a connection's first message says."""

    method: str
    is_pools: bool
    """Whether the pool said it: the capture began in the middle."""
    agent: str = ""
    user: str = ""
    """Mostly the wallet that is mined for."""


class Said(NamedTuple):
    """A first message, when it was sent and by whom."""

    time_ns: int
    key: bytes
    """As of `Flow`: the sender first."""
    message: Stratum


def read_stratum(payload: bytes) -> Stratum | None:
    """Return what the first payload of a TCP connection says; None where it is not a pool's protocol.

    Each line has to be a whole JSON object: what only quotes such a message, a log line say, is none.
    """
    if not payload.startswith(b"{") or len(payload) > MOST_BYTES:
        return None
    found: Stratum | None = None
    for line in payload.split(b"\n", _MOST_LINES)[:_MOST_LINES]:
        said = _of_line(line.strip())
        if said is None:
            break
        found = said if found is None else found._replace(agent=found.agent or said.agent, user=found.user or said.user)
    return found


def stratum_fields(said: Said) -> tuple[int, dict[str, Any]]:
    """Return time and flat ECS fields of the event; its source is the miner, whoever spoke first."""
    source, destination = addresses(said.key[:-4])
    ends = Ends(
        source=source,
        source_port=int.from_bytes(said.key[-4:-2], "big"),
        destination=destination,
        destination_port=int.from_bytes(said.key[-2:], "big"),
        transport="tcp",
        community_id=community_id(protocol=TCP, key=said.key, icmp_type=0, icmp_code=0),
    )
    message = said.message
    values = {"stratum.method": message.method, "stratum.agent": message.agent, "user.name": message.user}
    return said.time_ns, ecs(ends.turned() if message.is_pools else ends, "stratum", values)


def _of_line(line: bytes) -> Stratum | None:
    try:
        message = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(message, dict) or not isinstance(message.get("method"), str):
        return None
    method, params = message["method"], message.get("params")
    if isinstance(params, dict):
        return _of_named(method, params)
    if method not in _POOL_SAYS and method not in _MINER_SAYS:
        return None
    first = _word(params[0]) if isinstance(params, list) and params else ""
    return Stratum(
        method,
        is_pools=method in _POOL_SAYS,
        agent=first if method == _SUBSCRIBE else "",
        user=first if method in _NAME_COMES_FIRST else "",
    )


def _of_named(method: str, params: dict[str, Any]) -> Stratum | None:
    """Read a message whose parameters have names: Monero's dialect, and `mining.configure`'s like."""
    names = params.keys()
    if method == _LOGIN and names >= _LOGIN_NEEDS and not _LOGIN_HAS_ONE.isdisjoint(names):
        return Stratum(method, is_pools=False, agent=_word(params.get("agent")), user=_word(params["login"]))
    if method == _JOB and names >= _JOB_NEEDS:
        return Stratum(method, is_pools=True)
    if method in _MINER_SAYS or (method == _SUBMIT and names >= _SUBMIT_NEEDS):
        return Stratum(method, is_pools=False)
    return Stratum(method, is_pools=True) if method in _POOL_SAYS else None


def _word(value: object) -> str:
    return value[:_MOST_WORD] if isinstance(value, str) else ""
