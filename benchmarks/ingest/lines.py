"""What the senders send: a Linux server's syslog, no two lines alike, in which no rule finds anything."""

from typing import Final

HOSTS: Final = 50
_WHAT: Final = (
    b"sshd[%d]: Accepted publickey for dewi from 10.%d.%d.%d port %d ssh2",
    b"sshd[%d]: Connection closed by authenticating user budi 10.%d.%d.%d port %d [preauth]",
    b"CRON[%d]: (root) CMD (test -x /usr/sbin/anacron || run-parts --report /etc/cron.d/%d-%d-%d-%d)",
    b"systemd[%d]: Started Session %d of user dewi-%d-%d-%d.",
    b"nginx[%d]: 10.%d.%d.%d request %d done",
    b"kernel[%d]: eth0: link %d up %d Mbps %d duplex %d",
    b"postfix/qmgr[%d]: queue %d%d%d%d: removed",
    b"sudo[%d]: pam_unix(sudo:session): session opened for user root by (uid=%d%d%d%d)",
)


def lines(first: int, count: int, *, clock: bytes) -> bytes:
    """Return the lines numbered from `first`, each with its end; `clock`: the time of all, as RFC 3164 writes it."""
    return b"".join([_line(number, clock) for number in range(first, first + count)])


def _line(number: int, clock: bytes) -> bytes:
    what = _WHAT[number & 7] % (number, number >> 16 & 255, number >> 8 & 255, number & 255, 1024 + number % 60_000)
    return b"<86>%b server-%d %b\n" % (clock, number % HOSTS, what)


def documents(first: int, count: int, *, at: str) -> bytes:
    """Return a body of the bulk API; `at`: the time of all, ISO 8601."""
    action = '{"create":{"_index":"logs-ukur-default"}}\n'
    return "".join([action + _document(number, at) for number in range(first, first + count)]).encode()


def _document(number: int, at: str) -> str:
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    port = 1024 + number % 60_000
    return (
        f'{{"@timestamp":"{at}","host.name":"server-{number % HOSTS}","process.name":"sshd","process.pid":{number},'
        f'"source.ip":"{address}","source.port":{port},"event.action":"ssh_login","event.outcome":"success",'
        f'"user.name":"dewi","message":"Accepted publickey for dewi from {address} port {port} ssh2"}}\n'
    )


ATTACK: Final = b"<86>%b %b usermod[223]: add 'tamu' to group 'sudo'\n"
"""Opens an incident by itself (`linux_admin_account`)."""
