"""Which rules are asked about an event: Sigma's logsource as a partition of the events, read from a table."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from detections.sigma.fields import Field, FieldMap
from detections.sigma.view import EventView

if TYPE_CHECKING:  # kept rules are routed without pySigma
    from sigma.rule import SigmaLogSource


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSource:
    """A Sigma logsource; None: not named."""

    product: str | None = None
    category: str | None = None
    service: str | None = None

    def __reduce__(self) -> tuple[Callable[[str | None, str | None, str | None], "LogSource"], tuple[str | None, ...]]:
        # Thousands of rules are read at each start; a dataclass with slots is slow to make from its state.
        return _log_source, (self.product, self.category, self.service)

    def covers(self, wanted: "LogSource") -> bool:
        """Say whether an event of this logsource is one of `wanted`: everything `wanted` names is the same here."""
        return (
            wanted.product in (None, self.product)
            and wanted.category in (None, self.category)
            and wanted.service in (None, self.service)
        )


@lru_cache(maxsize=1024)
def _log_source(product: str | None, category: str | None, service: str | None) -> LogSource:
    return LogSource(product=product, category=category, service=service)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table: what an event with these values belongs to."""

    gives: LogSource
    when: tuple[tuple[str, tuple[str, ...]], ...]
    """Field name and lower-cased values, of which the event must have one; `*` at either end is a wildcard."""
    feeder: str = ""
    """What brings such events in, in Bahasa Indonesia; empty: nothing that is known."""


class Router:
    """Tells the logsources of an event."""

    def __init__(self, rows: Iterable[Row], fields: FieldMap) -> None:
        self._rows = tuple(rows)
        names = dict.fromkeys(name for row in self._rows for name, _ in row.when)
        self._own = tuple(fields.field(name) for name in ("product", "category", "service"))
        self._read = (*(fields.field(name) for name in names), *self._own)
        self._fields = fields

    def route(self, view: EventView) -> frozenset[LogSource]:
        """Return every logsource the event belongs to, by the table and by its own product / category / service."""
        return frozenset(self._apply(view))

    @property
    def names(self) -> frozenset[str]:
        """Every name under which an event may hold what decides."""
        return frozenset(name for field in self._read for name in field.names)

    def field(self, name: str) -> Field:
        """Return the field of that name, as the routing table reads it."""
        return self._fields.field(name)

    def _apply(self, view: EventView) -> Iterator[LogSource]:
        for row in self._rows:
            if all(_has_one(view.lowered(self._fields.field(name)), wanted) for name, wanted in row.when):
                yield row.gives
        own = [next(iter(view.lowered(field)), None) for field in self._own]
        if any(own):
            yield LogSource(product=own[0], category=own[1], service=own[2])


def _has_one(texts: Iterable[str], wanted: tuple[str, ...]) -> bool:
    return any(_fits(text, pattern) for text in texts for pattern in wanted)


def _fits(text: str, pattern: str) -> bool:
    if pattern.endswith("*"):
        return text.startswith(pattern[:-1])
    if pattern.startswith("*"):
        return text.endswith(pattern[1:])
    return text == pattern


def wanted_logsource(logsource: "SigmaLogSource") -> LogSource:
    """Return what a rule asks for, in lower case."""
    return LogSource(
        product=_lower(logsource.product), category=_lower(logsource.category), service=_lower(logsource.service)
    )


def _lower(name: object) -> str | None:
    return str(name).lower() if name is not None else None


def rows_for(wanted: Iterable[LogSource], table: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return the table with a row more for each wanted logsource that no row gives: by its dataset's name."""
    missing = [one for one in dict.fromkeys(wanted) if not any(row.gives.covers(one) for row in table)]
    return table + tuple(row for one in missing for row in _rows_by_name(one))


def _rows_by_name(logsource: LogSource) -> Iterator[Row]:
    product = logsource.product
    names = [name for name in (logsource.service, logsource.category) if name]
    datasets = tuple(name for part in names for name in ((f"{product}.{part}", part) if product else (part,)))
    if datasets:
        yield Row(gives=logsource, when=(("event.dataset", datasets),))
    elif product:
        yield Row(gives=logsource, when=(("event.module", (product,)),))
        yield Row(gives=logsource, when=(("event.dataset", (product, f"{product}.*")),))


@lru_cache(maxsize=1)
def shipped_rows() -> tuple[Row, ...]:
    """Return the table that ships with the program."""
    text = files("detections.sigma").joinpath("mapping/logsources.yaml").read_text(encoding="utf-8")
    return tuple(_read_rows(yaml.load(text, Loader=yaml.CSafeLoader)))


def _read_rows(table: Mapping[str, Any]) -> Iterator[Row]:
    channels: Mapping[str, list[str]] = table["windows_services"]
    feeders: Mapping[str, str] = table["feeders"]
    for service, names in channels.items():
        feeder = feeders.get(service, feeders["windows"])
        yield _row(LogSource(product="windows", service=service), {"Channel": names}, feeder)
    for category, places in table["windows_categories"].items():
        for place in places:
            conditions = {name: values for name, values in place.items() if name not in ("service", "by")}
            feeder = feeders[place["by"]] if "by" in place else feeders.get(place["service"], feeders["windows"])
            gives = LogSource(product="windows", category=category, service=place["service"])
            yield _row(gives, {"Channel": channels[place["service"]], **conditions}, feeder)
    yield _row(LogSource(product="windows"), {"Channel": ["*"]}, feeders["windows"])
    for row in table["rows"]:
        gives = LogSource(product=row.get("product"), category=row.get("category"), service=row.get("service"))
        yield _row(gives, row["when"], feeders[row["by"]])


def _row(gives: LogSource, when: Mapping[str, Iterable[object]], feeder: str) -> Row:
    return Row(
        gives=gives,
        when=tuple((name, tuple(str(value).lower() for value in values)) for name, values in when.items()),
        feeder=feeder,
    )
