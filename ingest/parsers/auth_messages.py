"""Which program's message is read by whom: the one way from a syslog message to its authentication fields."""

from collections.abc import Callable, Mapping
from typing import Final

from ingest.parsers.auth_accounts import read_account
from ingest.parsers.auth_fields import Fields
from ingest.parsers.auth_pam import read_pam
from ingest.parsers.auth_sessions import read_cron, read_logind, read_su, read_sudo
from ingest.parsers.auth_sshd import read_sshd

_SSHD_LIMIT: Final = 2048
"""sshd writes at most 1,024 bytes (MSGBUFSIZ in OpenSSH's log.c); greedy names cost the square of the length."""
_MESSAGE_LIMIT: Final = 16 * 1024


def auth_fields(program: str, message: str) -> Fields | None:
    """Return ECS fields of an authentication message; None where `program` is not one that writes such."""
    read = _PROGRAMS.get(program)
    if read is None:
        return None
    if len(message) > (_SSHD_LIMIT if read is read_sshd else _MESSAGE_LIMIT):
        return {}
    if message.startswith(("pam_", "PAM ")):
        return read_pam(message) or {}
    return read(message)


_PROGRAMS: Final[Mapping[str, Callable[[str], Fields]]] = {
    **dict.fromkeys(("sshd", "sshd-session", "sshd-auth"), read_sshd),
    "sudo": read_sudo,
    **dict.fromkeys(("su", "su-l"), read_su),
    **dict.fromkeys(("CRON", "cron", "crond", "CROND", "crontab", "atd", "anacron"), read_cron),
    **dict.fromkeys(("systemd-logind", "elogind"), read_logind),
    **dict.fromkeys(
        (
            "useradd",
            "usermod",
            "userdel",
            "groupadd",
            "groupmod",
            "groupdel",
            "gpasswd",
            "passwd",
            "chpasswd",
            "adduser",
            "chage",
        ),
        read_account,
    ),
    **dict.fromkeys(
        ("login", "gdm-password", "polkitd", "pkexec", "systemd-user", "(systemd)", "vsftpd", "dovecot-auth"),
        lambda message: {},
    ),
}
