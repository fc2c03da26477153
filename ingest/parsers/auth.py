"""Authentication logs of Linux: what sshd, PAM, sudo, su, cron, logind and the account tools write.

Source: `/var/log/auth.log` (Debian, Ubuntu), `/var/log/secure` (Red Hat); syslog lines in any of their forms.
Fields: `event.action`, `event.outcome`, `user.name`, `user.effective.name`, `source.ip`, `source.port`, `process.*`,
`host.name`; dataset `system.auth` for every line. Field names follow the Elastic `system.auth` integration.
"""

from ingest.parsers.base import ParseContext
from ingest.parsers.syslog import SyslogParser


def open_auth(context: ParseContext) -> SyslogParser:
    """Return a parser for one file."""
    return SyslogParser(context, is_auth=True)
