"""The office's own thresholds: `detectors.toml` in the data folder, one table a detector; what is not in it is ours.

[network]
own = ["10.0.0.0/8", "203.0.113.0/24"]

[port_scan]
ports_of_one_host = 30

[new_device]
enabled = false
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from detections.detectors.facts import Networks
from detections.indicators.model import IndicatorSet
from detections.places import Countries

MAX_BYTES: Final = 256 * 1024
_NETWORK: Final = "network"
_ENABLED: Final = "enabled"


class ThresholdError(Exception):
    """A file of thresholds that cannot be used; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason


@dataclass(frozen=True, slots=True)
class OfficeThresholds:
    """What an office has changed; nothing by default."""

    networks: Networks = field(default_factory=Networks)
    off: frozenset[str] = frozenset()
    changed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    indicators: IndicatorSet = field(default_factory=IndicatorSet)
    """Known-bad ones that were taken in."""
    countries: Countries | None = None
    """Of addresses, where the office has put a database of them."""

    def of(self, name: str, settings: type) -> Any:  # noqa: ANN401  an instance of `settings`
        """Return a detector's thresholds, ours with the office's in their place."""
        return settings(**self.changed.get(name, {}))


def thresholds_file(data_dir: Path) -> Path:
    """Return where an office writes its thresholds."""
    return data_dir / "detectors.toml"


def read_thresholds(path: Path, known: Mapping[str, type]) -> OfficeThresholds:
    """Return what is in the file; ours where there is none. `known`: the class of thresholds by detector.

    Raises: ThresholdError, which names what is wrong.
    """
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return OfficeThresholds()
    if len(text) > MAX_BYTES:
        raise ThresholdError(path=path, reason="terlalu besar")
    try:
        tables = tomllib.loads(text.decode())
        networks = _networks(tables.pop(_NETWORK, {}))
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise ThresholdError(path=path, reason=" ".join(str(error).split())) from error
    changed = {name: _checked(path, name, table, known) for name, table in tables.items()}
    for name, table in changed.items():
        _require_sound(path, name, table, known[name])
    off = frozenset(name for name, table in changed.items() if table.pop(_ENABLED, True) is False)
    return OfficeThresholds(networks=networks, off=off, changed=changed)


def _networks(table: object) -> Networks:
    own = table.get("own") if isinstance(table, dict) else None
    if own is None and table == {}:
        return Networks()
    if not isinstance(own, list) or not all(isinstance(one, str) for one in own) or not own or len(table) != 1:  # type: ignore[arg-type]
        raise ValueError('[network] berisi own = ["10.0.0.0/8", …] saja')
    return Networks(own)


def _checked(path: Path, name: str, table: object, known: Mapping[str, type]) -> dict[str, Any]:
    """Return the table with every value proven to be one that the detector has. Raises: ThresholdError."""
    if name not in known or not isinstance(table, dict):
        raise ThresholdError(path=path, reason=f"detektor `{name[:64]}` tidak ada; yang ada: {_listed(known)}")
    defaults = {one.name: getattr(known[name](), one.name) for one in fields(known[name])}
    for key, value in table.items():
        if key == _ENABLED and isinstance(value, bool):
            continue
        if key not in defaults:
            raise ThresholdError(path=path, reason=f"[{name}] tidak punya `{key[:64]}`; yang ada: {_listed(defaults)}")
        if not _fits(value, defaults[key]):
            raise ThresholdError(path=path, reason=f"[{name}] {key} = {str(value)[:64]} bukan nilai yang sah")
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def _require_sound(path: Path, name: str, table: Mapping[str, Any], settings: type) -> None:
    """Raises: ThresholdError for values that are of the right kind and still none that the detector can use."""
    try:
        settings(**{key: value for key, value in table.items() if key != _ENABLED})
    except ValueError as error:
        raise ThresholdError(path=path, reason=f"[{name}] {error}") from error


def _fits(value: object, default: object) -> bool:
    if isinstance(default, tuple):
        wanted = type(default[0]) if default else str
        return isinstance(value, list) and all(type(one) is wanted for one in value)
    if isinstance(value, bool):
        return False
    if isinstance(default, float):
        return isinstance(value, int | float) and 0 < value < 1e15
    return isinstance(value, int) and 0 < value < 10**15


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
