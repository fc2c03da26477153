"""A detector's finding as a Detection, with the figures that made it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from detections.hits import Group, Hit, Ref, load_refs
from detections.open_window import Window
from detections.outcome import of_window
from detections.rule import RuleInfo
from detections.windows import Windows
from ir_platform.domain.alert import Detection

Figures = tuple[tuple[str, str], ...]
"""What was measured and its value, in the order in which it is shown; Bahasa Indonesia."""

_SECOND_NS = 1_000_000_000
_DETECTOR = "detector"


def found(
    info: RuleInfo, *, group: Group, refs: Iterable[Sequence[Any]], count: int, named_ns: int, figures: Figures
) -> Detection:
    """Return the detection. `named_ns`: what its id is made of beside rule and group; `refs`: evidence, not empty."""
    loaded = tuple(sorted(load_refs(refs)))
    window = Window(
        group=group,
        start_ns=loaded[0].time_ns,
        end_ns=loaded[-1].time_ns,
        reached_ns=loaded[-1].time_ns,
        last_ns=loaded[-1].time_ns,
        count=max(count, len(loaded)),
        refs=loaded,
        named_ns=named_ns,
    )
    return of_window(info, window, figures=figures)


def told(
    info: RuleInfo, windows: Windows, figures: Callable[[Window], Figures], *, about: int | None = None
) -> list[Detection]:
    """Return the windows not told yet. `about`: how many pairs of the group the alert is about; None: all."""
    return [of_window(info, window, group=window.group[:about], figures=figures(window)) for window in windows.take()]


def hit_of(ref: Ref, group: Group, value: str = "") -> Hit:
    """Return an event as something that counts in a window."""
    return Hit(ref.time_ns, _DETECTOR, group, (ref,), value)


def span_words(nanoseconds: int) -> str:
    """Return `2 hari`, `3,5 jam`, `40 menit` or `12 detik`."""
    seconds = nanoseconds / _SECOND_NS
    for size, word in ((86_400, "hari"), (3_600, "jam"), (60, "menit")):
        if seconds >= size:
            return f"{number_words(round(seconds / size, 1))} {word}"
    return f"{number_words(round(seconds, 1))} detik"


def size_words(size: int) -> str:
    """Return `3,2 MB`, in powers of ten."""
    for unit, word in ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size >= unit:
            return f"{number_words(round(size / unit, 1))} {word}"
    return f"{size} byte"


def number_words(number: float) -> str:
    """Return a number as it is written in Bahasa Indonesia: a comma before decimals, none where there are none."""
    text = f"{number:.2f}".rstrip("0").rstrip(".") if isinstance(number, float) else str(number)
    return text.replace(".", ",")
