"""Log-ins of content management systems: WordPress by its plug-in WP fail2ban, to syslog as `wordpress(site)`.

Source: WP fail2ban 3 to 5, messages of its filters. Fields: `event.action` `web_login` with its outcome,
`user_enumeration`, `xmlrpc_abuse`, `comment_spam`; `user.name`, `source.ip`, `url.domain`; dataset `wordpress.login`.
"""

import re
from typing import Final

from ingest.parsers.addresses import is_ip
from ingest.parsers.ends import Fields, add_end
from ingest.parsers.verdicts import login

_PROGRAM: Final = re.compile(r"(?:wordpress|wp)\((?P<site>[^()]{1,253})\)$")
# Greedy: a name tried may hold the words ` from 10.0.0.1`, and the last are the plug-in's own.
_LOGIN: Final = re.compile(
    r"(?:(?P<accepted>Accepted password)|(?:REST |XML-RPC )?(?:Blocked )?[Aa]uthentication "
    r"(?:failure|attempt)(?: for unknown user| for empty user)?)(?: for)?(?: (?P<user>.{1,255}))?"
    r" from (?P<ip>\S{2,45})$",
    re.DOTALL,
)
_OTHER: Final = (
    (
        re.compile(r"Blocked (?:user enumeration|username authentication) attempt.* from (?P<ip>\S{2,45})$"),
        "user_enumeration",
    ),
    (re.compile(r"(?:XML-RPC multicall|Pingback|Blocked XML-RPC).* from (?P<ip>\S{2,45})$"), "xmlrpc_abuse"),
    (re.compile(r"(?:Spam comment|Comment attempt).* from (?P<ip>\S{2,45})$"), "comment_spam"),
)
_LIMIT: Final = 1024


def is_wordpress(program: str) -> bool:
    """Say whether a program's name is that of a WordPress site."""
    return _PROGRAM.match(program) is not None


def read_wordpress(program: str, message: str) -> Fields:
    """Return what the message says of a log-in or its abuse."""
    site = _PROGRAM.match(program)
    fields: Fields = {"event.dataset": "wordpress.login", "event.category": ["web"]}
    if site:
        fields["url.domain"] = site["site"]
    message = message[:_LIMIT]
    if (match := _LOGIN.match(message)) and is_ip(match["ip"]):
        fields |= login("web_login", failed=not match["accepted"], user=match["user"] or "")
        add_end(fields, "source", match["ip"])
        return fields
    for pattern, action in _OTHER:
        if (match := pattern.match(message)) and is_ip(match["ip"]):
            fields |= {"event.action": action, "event.type": ["denied"], "event.outcome": "failure"}
            add_end(fields, "source", match["ip"])
            return fields
    return fields
