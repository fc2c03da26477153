"""Windows events as XML, one `<Event>` after another, each on a line or over several.

Source: Windows Event Forwarding collectors and `wevtutil qe … /f:XML`, Winlogbeat with `include_xml`, NXLog `to_xml`;
Sysmon for Linux's own text (`sysmonlogview`). Fields: as EVTX (`winlog.*`, `winlog.event_data.*`), the dataset by the
channel. A message that the collector rendered (`RenderingInfo`) is `message`.
"""

import re
from typing import Any, Final

from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.ends import Fields
from ingest.parsers.event_xml import BadEventXmlError, read_event_xml
from ingest.parsers.windows import fields_of_event

_AROUND: Final = re.compile(r"\s*(?:<\?xml[^>]{0,200}\?>)?\s*(?:</?Events[^>]{0,200}>)?\s*")
_AFTER: Final = re.compile(r"\s*</Events>\s*$")
_MESSAGE_LIMIT: Final = 16 * 1024


class WindowsXmlParser:
    """Stateless."""

    state = ""

    def __init__(self, context: ParseContext) -> None:
        pass

    def parse(self, text: str) -> Reading | Refusal | None:
        around = _AROUND.match(text)
        body = _AFTER.sub("", text[around.end() :] if around else text)
        if not body.strip():
            return None
        if not body.startswith("<Event"):
            return Refusal("bukan peristiwa Windows dalam XML")
        return read_windows_xml(body)


def read_windows_xml(text: str) -> Reading | Refusal:
    """Return the reading of one `<Event>`."""
    try:
        event = read_event_xml(text)
    except BadEventXmlError as error:
        return Refusal(error.reason)
    reading = fields_of_event(event)
    if isinstance(reading, Reading):
        reading.fields.update(_rendered(event))
    return reading


def _rendered(event: dict[str, Any]) -> Fields:
    rendering = event.get("RenderingInfo")
    message = rendering.get("Message") if isinstance(rendering, dict) else None
    return {"message": message[:_MESSAGE_LIMIT]} if isinstance(message, str) and message else {}
