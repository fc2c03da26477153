"""Which names of an event a Sigma field may stand under: native and ECS naming, as `mapping/fields.yaml` lists them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import yaml

NATIVE_PREFIXES = ("winlog.event_data.", "winlog.user_data.", "Event.EventData.", "Event.System.", "event_data.")
"""Where EVTX readers put what Sigma knows by its bare name: ours and Winlogbeat, then the record's own nesting."""


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A field of a rule. One object per name in a rule set: views remember values by it, so it compares by identity."""

    name: str
    names: tuple[str, ...]
    """Every name to look under, the best first."""


class FieldMap:
    """The table, read once; gives the same Field for the same name."""

    def __init__(self, families: Iterable[Iterable[str]], fallbacks: Mapping[str, Iterable[str]]) -> None:
        self._family_of: dict[str, list[tuple[str, ...]]] = {}
        for family in map(tuple, families):
            for name in family:
                self._family_of.setdefault(name, []).append(family)
        self._fallbacks = {name: tuple(others) for name, others in fallbacks.items()}
        self._fields: dict[str, Field] = {}

    def field(self, name: str) -> Field:
        """Return the field of that name; an unknown name stands for itself and its native places."""
        field = self._fields.get(name)
        if field is None:
            field = self._fields[name] = Field(name, self._names(name))
        return field

    def ecs_name(self, name: str) -> str:
        """Return the ECS name of a field where the table has one, else the name itself."""
        families = self._family_of.get(name)
        return families[0][0] if families else name

    def _names(self, name: str) -> tuple[str, ...]:
        alike = [other for family in self._family_of.get(name, []) for other in family]
        wanted = [name, *alike, *self._fallbacks.get(name, ())]
        return tuple(dict.fromkeys(place for other in wanted for place in _places(other)))


def _places(name: str) -> tuple[str, ...]:
    if "." in name:
        return (name,)
    return (name, *(prefix + name for prefix in NATIVE_PREFIXES))


@lru_cache(maxsize=1)
def shipped_field_map() -> FieldMap:
    """Return the table that ships with the program."""
    text = files("detections.sigma").joinpath("mapping/fields.yaml").read_text(encoding="utf-8")
    table = yaml.load(text, Loader=yaml.CSafeLoader)
    return FieldMap(table["same"], table["falls_back"])
