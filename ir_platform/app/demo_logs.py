"""Synthetic logs of a small provincial network in the hour before `now`: ordinary work, and an attack within it.

Addresses are from the documentation ranges (RFC 5737) and RFC 1918; the same `now` and seed give the same lines.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

WEB_HOST = "portal-01"
STAFF = ("andi", "dewi", "rahmat", "siti", "yusuf")
STAFF_ADDRESSES = ("10.20.1.14", "10.20.1.22", "10.20.1.37", "10.20.2.8", "10.20.2.19")
ATTACKER = "203.0.113.45"
SCANNER = "198.51.100.77"
GUESSED_USERS = ("root", "admin", "ubuntu", "oracle", "postgres", "test", "operator")
PAGES = ("/", "/berita", "/berita/2026/layanan-terpadu", "/ppid", "/kontak", "/assets/site.css", "/assets/logo.png")
PROBES = (
    "/wp-login.php",
    "/.env",
    "/index.php?id=1%20UNION%20SELECT%20username,password%20FROM%20users--",
    "/../../../../etc/passwd",
    "/cgi-bin/.%2e/.%2e/.%2e/etc/passwd",
)
SEED = 20261120


def moments(rng: random.Random, *, now: datetime, count: int, within: timedelta) -> list[datetime]:
    """Return `count` times before `now`, oldest first."""
    span = within.total_seconds()
    return sorted(now - timedelta(seconds=rng.uniform(5, span)) for _ in range(count))


def auth_lines(now: datetime) -> Iterator[str]:
    """Yield an sshd/sudo log in local time (`now` carries the zone): work, then 60 guesses in four minutes."""
    rng = random.Random(SEED)  # noqa: S311  sample data, not secrets
    lines = [*ordinary_logins(rng, now), *guesses(rng, now - timedelta(minutes=18))]
    for at, process, message in sorted(lines):
        yield f"{at:%b} {at.day:>2} {at:%H:%M:%S} {WEB_HOST} {process}: {message}"


def ordinary_logins(rng: random.Random, now: datetime) -> Iterator[tuple[datetime, str, str]]:
    for at in moments(rng, now=now, count=40, within=timedelta(hours=1)):
        who = rng.randrange(len(STAFF))
        user, address, pid, port = STAFF[who], STAFF_ADDRESSES[who], rng.randint(2000, 9000), rng.randint(40000, 60000)
        yield at, f"sshd[{pid}]", f"Accepted publickey for {user} from {address} port {port} ssh2: ED25519 SHA256:demo"
        yield at, f"sshd[{pid}]", f"pam_unix(sshd:session): session opened for user {user}(uid=1001) by (uid=0)"
        if rng.random() < 0.3:
            command = "TTY=pts/0 ; PWD=/home ; USER=root ; COMMAND=/usr/bin/systemctl status nginx"
            yield at + timedelta(seconds=20), f"sudo[{pid + 1}]", f"{user} : {command}"


def guesses(rng: random.Random, start: datetime) -> Iterator[tuple[datetime, str, str]]:
    for number in range(60):
        at = start + timedelta(seconds=4 * number + rng.random())
        user, port, pid = rng.choice(GUESSED_USERS), rng.randint(30000, 60000), 11000 + number
        known = "" if user == "root" else "invalid user "
        yield at, f"sshd[{pid}]", f"Failed password for {known}{user} from {ATTACKER} port {port} ssh2"


def access_lines(now: datetime) -> Iterator[str]:
    """Yield a combined web access log: visitors, and a few probes from one address."""
    rng = random.Random(SEED + 1)  # noqa: S311
    lines = []
    for at in moments(rng, now=now, count=600, within=timedelta(hours=1)):
        address = f"192.0.2.{rng.randint(2, 250)}"
        lines.append((at, address, f"GET {rng.choice(PAGES)} HTTP/1.1", 200, rng.randint(400, 40_000), BROWSER))
    for number, probe in enumerate(PROBES):
        at = now - timedelta(minutes=30) + timedelta(seconds=7 * number)
        lines.append((at, SCANNER, f"GET {probe} HTTP/1.1", 404, 153, "sqlmap/1.8#stable (https://sqlmap.org)"))
    for at, address, request, status, size, agent in sorted(lines):
        yield f'{address} - - [{at:%d/%b/%Y:%H:%M:%S %z}] "{request}" {status} {size} "-" "{agent}"'
    yield f"{now:%Y} baris rusak: cakram penuh saat menulis"


BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
