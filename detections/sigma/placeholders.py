"""Values for the placeholders of rules (`|expand: '%name%'`): one text file per placeholder, one value a line.

`admins.txt` fills `%admins%`. An empty line and one that begins with `#` are passed over; `*` and `?` are wildcards and
a backslash before them makes them plain, as in a rule. In a regular expression (`|re|expand`) a value is a part of it.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sigma.processing.pipeline import ProcessingPipeline

Placeholders = Mapping[str, tuple[str, ...]]

SUFFIX = ".txt"
MAX_FILE_BYTES = 1024 * 1024
MAX_VALUES = 10_000
"""Of one placeholder; every value becomes an alternative of the rule."""


class PlaceholderError(Exception):
    """A placeholder file that cannot be used; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file, self.line, self.reason = file, line, reason


def read_placeholders(folders: Iterable[Path]) -> dict[str, tuple[str, ...]]:
    """Return the values by placeholder; of two folders with the same placeholder the values of both.

    A folder that is not there has none. Raises: PlaceholderError.
    """
    found: dict[str, tuple[str, ...]] = {}
    for folder in folders:
        for file in placeholder_files(folder):
            values = _values(file)
            found[file.stem] = tuple(dict.fromkeys((*found.get(file.stem, ()), *values)))
    return found


def placeholder_files(folder: Path) -> tuple[Path, ...]:
    """Return the folder's placeholder files in the order of their names."""
    return tuple(sorted(file for file in folder.glob(f"*{SUFFIX}") if file.is_file()))


def _values(file: Path) -> tuple[str, ...]:
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_FILE_BYTES + 1)
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise PlaceholderError(file=str(file), line=1, reason=f"berkas tidak dapat dibaca: {error}") from error
    if len(content) > MAX_FILE_BYTES:
        raise PlaceholderError(file=str(file), line=1, reason=f"berkas lebih dari {MAX_FILE_BYTES} bita")
    values = tuple(line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    if not values:
        raise PlaceholderError(file=str(file), line=1, reason="tidak ada satu nilai pun; tulis satu nilai per baris")
    if len(values) > MAX_VALUES:
        reason = f"lebih dari {MAX_VALUES} nilai; pecah menjadi beberapa placeholder"
        raise PlaceholderError(file=str(file), line=1, reason=reason)
    return values


def filling(placeholders: Placeholders) -> "ProcessingPipeline":
    """Return the pipeline that puts these values into rules and leaves every other placeholder to what comes after."""
    # Here, so that who reads values for rules that are kept already does not wait for pySigma.
    from sigma.processing.pipeline import ProcessingItem, ProcessingPipeline  # noqa: PLC0415
    from sigma.processing.transformations import ValueListPlaceholderTransformation  # noqa: PLC0415

    transformation = ValueListPlaceholderTransformation(include=sorted(placeholders))
    variables = {name: list(values) for name, values in placeholders.items()}
    return ProcessingPipeline(items=[ProcessingItem(transformation=transformation)], vars=variables)
