"""A real rsyslogd in a folder of the test's own, which reads lines from a file and sends them on."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.require import REPOSITORY, need

TOOLS = REPOSITORY / ".tools"


def rsyslogd() -> tuple[str, ...]:
    """Return the command, with the folder of its modules where it was unpacked; skips where it is absent."""
    program = shutil.which("rsyslogd", path="/usr/sbin:/sbin") or shutil.which("rsyslogd", path=str(TOOLS / "bin"))
    need(program, "rsyslogd")
    assert program is not None
    unpacked = next((TOOLS / "sysroot" / "usr" / "lib").glob("*/rsyslog"), None)
    return (program, "-M", str(unpacked)) if unpacked and program.startswith(str(TOOLS)) else (program,)


@contextmanager
def forwarding(folder: Path, *, modules: str = "", action: str) -> Iterator[Path]:
    """Yield the file whose lines are sent on by `action`; each line becomes a message of the tag `uji:`."""
    source, config = folder / "masuk.log", folder / "rsyslog.conf"
    source.touch()
    config.write_text(
        f"""{modules}
module(load="imfile" mode="polling" pollingInterval="1")
global(workDirectory="{folder}" localHostname="pengirim")
template(name="ecs" type="list" option.jsonf="on") {{
  property(outname="@timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="host.name" name="hostname" format="jsonf")
  property(outname="process.name" name="programname" format="jsonf")
  property(outname="message" name="msg" format="jsonf")
}}
input(type="imfile" file="{source}" tag="uji:" ruleset="kirim")
ruleset(name="kirim") {{ {action} }}
"""
    )
    process = subprocess.Popen(
        [*rsyslogd(), "-n", "-f", str(config), "-i", str(folder / "rsyslog.pid")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield source
    finally:
        process.terminate()
        process.wait(timeout=60)
