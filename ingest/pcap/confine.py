"""Runs a program on hostile input: limits on memory and file size, own process group, no privileges.

The limits are set by a small program of its own that then becomes the wanted one: code between fork and exec in a
process with threads is not safe, and setting limits from outside needs a capability that containers drop.
"""

import os
import pwd
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_BECOME = (
    "import os,resource,sys\n"
    "memory,size,uid,gid=map(int,sys.argv[1:5])\n"
    "for limit,value in ((resource.RLIMIT_AS,memory),(resource.RLIMIT_FSIZE,size),(resource.RLIMIT_CORE,0)):\n"
    "    hard=resource.getrlimit(limit)[1]\n"
    "    value=value if hard==resource.RLIM_INFINITY else min(value,hard)\n"
    "    resource.setrlimit(limit,(value,value))\n"
    "if uid>=0:\n"
    "    os.setgroups([]); os.setgid(gid); os.setuid(uid)\n"
    "os.execv(sys.argv[5],sys.argv[5:])\n"
)


class NotConfinableError(Exception):
    """The program cannot be started without privileges; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, program: Path, reason: str) -> None:
        super().__init__(f"{program}: {reason}")
        self.program, self.reason = program, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Confinement:
    """What the program may use; `user` is who it becomes when started as root (None: who starts it)."""

    memory_bytes: int
    file_bytes: int
    user: str | None = "nobody"


def owner_of(confinement: Confinement) -> tuple[int, int] | None:
    """Return user and group the program will run as, None where it stays who we are."""
    if os.geteuid() != 0 or confinement.user is None:
        return None
    record = pwd.getpwnam(confinement.user)
    return record.pw_uid, record.pw_gid


def command(program: Path, arguments: list[str], confinement: Confinement) -> list[str]:
    """Return the command line that sets the limits and then becomes `program`.

    Raises: NotConfinableError.
    """
    owner = owner_of(confinement)
    if owner is not None and not _open_to_others(program):
        raise NotConfinableError(program=program, reason="tidak dapat dijalankan oleh pengguna tanpa hak istimewa")
    uid, gid = owner or (-1, -1)
    numbers = (confinement.memory_bytes, confinement.file_bytes, uid, gid)
    return [sys.executable, "-I", "-S", "-c", _BECOME, *map(str, numbers), str(program), *arguments]


def start(
    arguments: list[str], *, environment: dict[str, str], stdin: IO[bytes] | int, stdout: IO[bytes] | int
) -> subprocess.Popen[bytes]:
    """Start a command line in a process group of its own, so that its children end with it; its stderr is dropped."""
    return subprocess.Popen(  # noqa: S603  the command line is built from typed values, never from text
        arguments,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd="/",
        start_new_session=True,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill the whole process group and wait for it; does nothing where it has ended."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def hand_over(path: Path, confinement: Confinement) -> None:
    """Give a file or folder to whoever the program will run as.

    Raises: NotConfinableError where they could not get to it.
    """
    owner = owner_of(confinement)
    if owner is None:
        return
    os.chown(path, *owner)
    closed = next((place for place in path.resolve().parents if not _is_passable(place, owner[0])), None)
    if closed is not None:
        raise NotConfinableError(program=path, reason=f"tidak dapat dicapai tanpa hak istimewa: {closed} tertutup")


def _open_to_others(program: Path) -> bool:
    resolved = program.resolve()
    return all(place.stat().st_mode & 0o001 for place in (resolved, *resolved.parents))


def _is_passable(folder: Path, uid: int) -> bool:
    status = folder.stat()
    return bool(status.st_mode & (0o100 if status.st_uid == uid else 0o001))
