"""Text that enters by HTTP: what PostgreSQL, a document or one line of a list cannot hold is refused at the door."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")
"""All but newline and tab. PostgreSQL stores no NUL, and XML 1.0 (DOCX) none of the others below space."""
HIDDEN_CATEGORIES = frozenset({"Cf", "Co", "Cn"})
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
    """Return a file name as sent, but as one line that can be stored and shown.

    What turns the direction of reading or cannot be seen at all (U+202E makes `fdp.exe` of `exe.pdf`) is spelled out,
    such as `⟨U+202E⟩`: nobody is misled, and the name as it came can still be told.
    """
    return "".join(map(spelled, LINE_BREAKS.sub(" ", CONTROLS.sub(" ", name))))


def spelled(character: str) -> str:
    """Return the character, or its number where it is none that can be seen (Unicode category Cf, Co, Cn)."""
    is_hidden = unicodedata.category(character) in HIDDEN_CATEGORIES
    return f"⟨U+{ord(character):04X}⟩" if is_hidden else character


Text = Annotated[str, AfterValidator(without_controls)]
Line = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(one_line)]
