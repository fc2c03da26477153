"""What vsftpd says of those who come in and of the files they take and leave.

Source: vsftpd 3 `vsftpd_log_file` with `xferlog_std_format=NO` (`[siti] FAIL LOGIN: Client "203.0.113.9"`), and with
`syslog_enable=YES`. Fields: `event.action` (`ftp_login`, `ftp_connected`, `ftp_upload`, `ftp_download`, `ftp_delete`,
`ftp_mkdir`, …), `event.outcome`, `user.name`, `source.ip`, `file.path`, `file.size`; dataset `vsftpd.log`.
"""

import re
from typing import Final

from ingest.parsers.ends import Fields, add_end, whole
from ingest.parsers.verdicts import login

_MESSAGE: Final = re.compile(
    r'(?:\[(?P<user>[^\]"]{1,128})\] )?(?P<result>OK|FAIL|CONNECT)(?: (?P<what>[A-Z]{3,10}))?: '
    r'Client "(?P<client>[^"]{1,60})"(?P<rest>.*)$',
    re.DOTALL,
)
_AGAIN: Final = re.compile(r"\] (?:OK|FAIL) [A-Z]{3,10}: Client ")
"""vsftpd escapes nothing: a name tried at its door, or a file's, may write a second verdict into the line."""
_PATH: Final = re.compile(r', "(?P<path>(?:[^"\\]|\\.)*)"')
_SIZE: Final = re.compile(r", (\d{1,18}) bytes")
_TYPES: Final = {"UPLOAD": "creation", "DOWNLOAD": "access", "DELETE": "deletion", "RENAME": "change"}
_LIMIT: Final = 8 * 1024


def read_vsftpd(message: str) -> Fields | None:
    """Return what the message says; None for one that speaks of no client."""
    match = _MESSAGE.match(message[:_LIMIT])
    if match is None:
        return None
    if len(_AGAIN.findall(message, 0, _LIMIT)) > 1:
        return {"event.dataset": "vsftpd.log", "network.protocol": "ftp", "event.action": "ftp_ambiguous"}
    user, what = match["user"] or "", (match["what"] or "").lower()
    failed = match["result"] == "FAIL"
    fields: Fields = {"event.dataset": "vsftpd.log", "network.protocol": "ftp"}
    if what == "login":
        fields |= login("ftp_login", failed=failed, user=user)
    elif match["result"] == "CONNECT":
        fields |= {
            "event.action": "ftp_connected",
            "event.category": ["network"],
            "event.type": ["connection", "start"],
        }
    else:
        fields |= {
            "event.action": f"ftp_{what}" if what else "ftp_command",
            "event.category": ["file", "network"],
            "event.type": [_TYPES.get(match["what"] or "", "info")],
            "event.outcome": "failure" if failed else "success",
        }
    if user:
        fields["user.name"] = user
    add_end(fields, "source", match["client"].removeprefix("::ffff:"))
    if path := _PATH.match(match["rest"]):
        fields["file.path"] = path["path"]
    if size := _SIZE.search(match["rest"]):
        fields["file.size"] = whole(size[1])
    return fields
