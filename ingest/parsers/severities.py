"""The eight severities of syslog (RFC 5424, 6.2.1), by number."""

from typing import Final

SEVERITIES: Final = ("emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug")
