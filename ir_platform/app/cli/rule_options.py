"""What the commands that load rules share: `--placeholders`."""

from collections.abc import Iterable
from pathlib import Path

import click

from detections.sigma.placeholders import PlaceholderError, Placeholders, read_placeholders
from ir_platform.app.cli.common import stop

placeholders_option = click.option(
    "--placeholders",
    "placeholder_folders",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder nilai untuk |expand: NAMA.txt berisi nilai %NAMA%, satu per baris; boleh berulang.",
)


def placeholders_from(folders: Iterable[Path]) -> Placeholders:
    """Return the values; end with status 2 and one line where a file cannot be used."""
    try:
        return read_placeholders(folders)
    except PlaceholderError as error:
        stop(str(error))
