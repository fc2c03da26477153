"""One event as the rules read it: fields by any of their names, as text, prepared once and only when asked for.

Compiled where it can be (`view.pxd`), as all that is asked for each event: docs/adr/0013-compiled-modules.md.
"""

from typing import Any

from detections.sigma.fields import Field

USER_DATA = "winlog.user_data."
SEPARATOR = "\0"
"""Between the texts of an event joined to one."""
RECORD = "event.original"
_ADDED = ("event.", "log.", "tanggap.", "@timestamp")
"""What readers say about an event; a keyword is looked for in what the event itself says."""


class EventView:
    """The decoded fields of one event with what was already prepared of them."""

    __slots__ = ("_all_lowered", "_joined", "_lowered", "_texts", "fields")

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields
        self._texts: dict[Field, tuple[str, ...]] = {}
        self._lowered: dict[Field, tuple[str, ...]] = {}
        self._all_lowered: tuple[str, ...] | None = None
        self._joined: str | None = None

    def value(self, field: Field) -> object:
        """Return the value under the first of the field's names that has one, else None.

        A missing field, null, '' and an empty list are the same: no value.
        """
        for name in field.names:
            value = self.fields.get(name)
            # Most are missing: the first test answers for them.
            if value is not None and (value or value not in ("", [])):
                return value
        return None

    def has(self, field: Field) -> bool:
        """Say whether the event carries the field at all, be it empty."""
        for name in field.names:  # noqa: SIM110  compiled, a loop is quicker than a generator
            if self.fields.get(name) is not None:
                return True
        return False

    def texts(self, field: Field) -> tuple[str, ...]:
        """Return the field's values as text, one per list element; empty where it has none."""
        found = self._texts.get(field)
        if found is None:
            value = self.value(field)
            found = self._texts[field] = (value,) if type(value) is str else texts_of(value)
        return found

    def lowered(self, field: Field) -> tuple[str, ...]:
        """Return `texts`, lower-cased."""
        found = self._lowered.get(field)
        if found is None:
            value = self.value(field)
            # Most values are one text: no generator for that.
            found = (value.lower(),) if type(value) is str else tuple([text.lower() for text in texts_of(value)])
            self._lowered[field] = found
        return found

    def every_text(self) -> tuple[str, ...]:
        """Return the text of every field: what a keyword is looked for in.

        Not what was added when it was read, and of a structured Windows event not the whole record again as one text.
        """
        record = self.fields.get(RECORD) if "winlog.channel" not in self.fields else None
        own = [value for name, value in self.fields.items() if not name.startswith(_ADDED)]
        return tuple([text for value in (*own, record) for text in texts_of(value)])

    def every_lowered(self) -> tuple[str, ...]:
        """Return `every_text`, lower-cased."""
        if self._all_lowered is None:
            self._all_lowered = tuple([text.lower() for text in self.every_text()])
        return self._all_lowered

    def joined_lowered(self) -> str:
        """Return `every_lowered` as one text; only what has no SEPARATOR may be looked for in it."""
        if self._joined is None:
            self._joined = SEPARATOR.join(self.every_lowered())
        return self._joined


def texts_of(value: object) -> tuple[str, ...]:
    """Return a JSON value as texts: one per list element, none for null and ''; true and false in lower case."""
    if isinstance(value, str):
        return (value,) if value else ()
    if value is None:
        return ()
    if isinstance(value, bool):
        return ("true" if value else "false",)
    if isinstance(value, list | tuple):
        return tuple([text for element in value for text in texts_of(element)])
    if isinstance(value, dict):
        return tuple([text for element in value.values() for text in texts_of(element)])
    return (str(value),)
