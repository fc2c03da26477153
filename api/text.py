"""Text that enters by HTTP: what PostgreSQL, a document or one line of a list cannot hold is refused at the door."""

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
"""All but newline and tab. PostgreSQL stores no NUL, and XML 1.0 (DOCX) none of the others below space."""
LINE_BREAKS = re.compile("[\n\t\u2028\u2029]")


def without_controls(text: str) -> str:
    """Return the text with its line ends as newlines. Raises: PydanticCustomError for a control character."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    if CONTROLS.search(unified):
        raise PydanticCustomError("control_character", "control character")
    return unified


def one_line(text: str) -> str:
    """Raises: PydanticCustomError for a control character or a line break."""
    if CONTROLS.search(text) or LINE_BREAKS.search(text):
        raise PydanticCustomError("not_one_line", "not one line")
    return text


def shown_name(name: str) -> str:
    """Return a file name as sent, but as one line that can be stored and shown."""
    return LINE_BREAKS.sub(" ", CONTROLS.sub(" ", name))


Text = Annotated[str, AfterValidator(without_controls)]
Line = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(one_line)]
