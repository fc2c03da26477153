"""What an office decides about detection rules: packs in use, switches, exclusions; and rules that were muted."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

OWN_PACK = "bawaan"
"""What our own rules are called where a pack is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackInUse:
    """The version of a pack whose rules are used."""

    name: str
    sha256: str
    former: tuple[str, ...] = ()
    """Versions that were in use before, the last one first."""


class SwitchBy(StrEnum):
    """What a switch goes by."""

    ALL = "all"
    LEVEL = "level"
    STATUS = "status"
    TAG = "tag"
    SOURCE = "source"
    RULE = "rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """Rules turned on or off together; of several that fit a rule the last counts, and without one it is on."""

    by: SwitchBy
    value: str = ""
    """A level, a status, a tag (`attack.t1110` covers `attack.t1110.001`), a logsource (`windows`, `sysmon`,
    `windows/process_creation`) or a rule's id; empty for ALL."""
    pack: str = ""
    """Of which pack; empty: of every pack and our own."""
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """What a rule is not to fire on here: a Sigma filter of the office; it outlives updates of the pack."""

    id: str
    title: str
    sigma: str
    """The filter document as YAML."""
    reason: str
    by: str
    """Name of the person."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSettings:
    """Everything the office has decided about rules; `version` grows with each change."""

    packs: tuple[PackInUse, ...] = ()
    switches: tuple[Switch, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MutedRule:
    """A rule that fired more often within an hour than the office allows: its findings are counted onto one alert."""

    rule_id: str
    rule_title: str
    hour: datetime
    """In which it went over the limit; by the time of the events."""
    limit: int
    at: datetime
    matches: int = 0
    """Findings counted since."""
    last_at: datetime | None = None
    """Time of the newest of them."""
