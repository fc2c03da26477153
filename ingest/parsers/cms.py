"""Log-ins of Joomla, from its own log, and of WordPress, by syslog.

Source: Joomla 3 to 5 `administrator/logs/error.php` (`#Fields: datetime priority clientip category message`), category
`joomlafailure` of its Log plug-in; WordPress: see `cms_messages`. Fields: `event.action` `web_login`, `source.ip`,
`event.reason`; dataset `joomla.login`, `joomla.log` for other categories. Joomla names no user.
"""

import re
from typing import Final

from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.ends import Fields, add_end
from ingest.parsers.syslog import SyslogParser
from ingest.parsers.times import iso_ns
from ingest.parsers.verdicts import login

_JOOMLA: Final = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\dT\S{8,20})[\t ](?P<level>EMERGENCY|ALERT|CRITICAL|ERROR|WARNING|NOTICE|INFO|DEBUG)[\t ]"
    r"(?P<client>[^\t ]{1,60})[\t ](?P<category>[\w.-]{1,64})[\t ](?P<message>.*)$",
    re.DOTALL,
)


class CmsParser:
    """Stateless: Joomla's columns have had one order since it has the log."""

    state = ""

    def __init__(self, context: ParseContext) -> None:
        self._zone = context.timezone
        self._syslog = SyslogParser(context)

    def parse(self, text: str) -> Reading | Refusal | None:
        if text.startswith("#"):
            return None
        match = _JOOMLA.match(text)
        if match is None:
            return self._syslog.parse(text)
        time_ns = iso_ns(match["time"], self._zone)
        if time_ns is None:
            return Refusal("waktu pada awal baris tidak sah")
        return Reading(time_ns, _fields(match))


def _fields(match: re.Match[str]) -> Fields:
    fields: Fields = {
        "event.kind": "event",
        "event.dataset": "joomla.log",
        "event.category": ["web"],
        "log.level": match["level"].lower(),
        "joomla.category": match["category"],
        "message": match["message"],
    }
    add_end(fields, "source", match["client"])
    if match["category"] == "joomlafailure":
        fields |= login("web_login", failed=True)
        fields |= {"event.dataset": "joomla.login", "event.reason": match["message"]}
    return fields
