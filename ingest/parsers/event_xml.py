"""One Windows event as XML, read into the shape that the evtx library gives, within limits.

Event XML has no document type, so that one is refused: nothing is ever expanded or fetched. Elements beyond the limits
are an error, not a silent cut.
"""

from typing import Any, Final
from xml.parsers.expat import ExpatError, ParserCreate

MAX_DEPTH: Final = 16
MAX_ELEMENTS: Final = 2_000
MAX_BYTES: Final = 512 * 1024


class BadEventXmlError(Exception):
    """A text is no event in XML; `reason` is in Bahasa Indonesia."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Builder:
    """Puts `Event/System/EventID` and its like together as elements open and close."""

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self._open: list[tuple[str, dict[str, Any], list[str]]] = [("", self.root, [])]
        self._elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if len(self._open) > MAX_DEPTH or self._elements > MAX_ELEMENTS:
            raise BadEventXmlError("XML terlalu dalam atau terlalu besar")
        kept = {key: value for key, value in attributes.items() if not key.startswith("xmlns")}
        self._open.append((name.rpartition(":")[2], {"#attributes": kept} if kept else {}, []))

    def text(self, text: str) -> None:
        self._open[-1][2].append(text)

    def end(self, _name: str) -> None:
        name, children, parts = self._open.pop()
        text = "".join(parts).strip()
        attributes = children.get("#attributes", {})
        parent = self._open[-1][1]
        if name == "Data" and "Name" in attributes:
            # `<Data Name="Image">…</Data>` is the field Image, as EVTX readers give it.
            if not attributes["Name"].startswith("#"):  # ours, for attributes and texts
                parent[attributes["Name"]] = text
            return
        value: Any = text
        if children:
            value = {**children, "#text": text} if text else children
        parent[name] = [*_listed(parent[name]), value] if name in parent else value

    @staticmethod
    def refuse(*_: object) -> None:
        raise BadEventXmlError("XML dengan DOCTYPE atau entitas tidak diterima")


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def read_event_xml(text: str) -> dict[str, Any]:
    """Return the `Event` element as nested objects. Raises: BadEventXmlError."""
    if len(text) > MAX_BYTES:
        raise BadEventXmlError("XML terlalu besar")
    builder = _Builder()
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = builder.refuse
    parser.EntityDeclHandler = builder.refuse
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except ExpatError as error:
        raise BadEventXmlError("bukan XML yang sah") from error
    event = builder.root.get("Event")
    if not isinstance(event, dict) or not isinstance(event.get("System"), dict):
        raise BadEventXmlError("bukan peristiwa Windows dalam XML")
    return event
