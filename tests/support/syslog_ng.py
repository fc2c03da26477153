"""A real syslog-ng in a folder of the test's own, which reads lines from a file and sends them on."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.require import REPOSITORY, need

SYSROOT = REPOSITORY / ".tools" / "sysroot"
VERSION = "3.38"
"""What the configuration is written for; a newer one reads it too."""


@contextmanager
def forwarding_by_syslog_ng(folder: Path, *, destination: str) -> Iterator[Path]:
    """Yield the file whose lines are sent on to `destination`; skips where syslog-ng is absent."""
    installed = shutil.which("syslog-ng", path="/usr/sbin:/sbin")
    unpacked = SYSROOT / "usr" / "sbin" / "syslog-ng"
    need(installed or unpacked.is_file(), "syslog-ng")
    source, config = folder / "masuk.log", folder / "syslog-ng.conf"
    source.touch()
    config.write_text(
        f"""@version: {VERSION}
options {{ keep-hostname(yes); stats-freq(0); }};
source s {{ file("{source}" flags(no-parse) follow-freq(0.2) program-override("uji") host-override("pengirim-ng")); }};
destination d {{ {destination} }};
log {{ source(s); destination(d); }};
"""
    )
    files = ("--persist-file", "--control", "--pidfile")
    places = [f"{option}={folder / option.strip('-')}" for option in files]
    command = [installed or str(unpacked), "--foreground", "--no-caps", f"--cfgfile={config}", *places]
    environment = dict(os.environ)
    if installed is None:
        [modules] = (SYSROOT / "usr" / "lib" / "syslog-ng").glob("[0-9]*")
        libraries = {modules.parent, *(path.parent for path in SYSROOT.glob("**/*-linux-gnu/lib*.so*"))}
        environment["LD_LIBRARY_PATH"] = ":".join(str(path) for path in sorted(libraries))
        command.append(f"--module-path={modules}")
    with (folder / "syslog-ng.err").open("wb") as errors:
        process = subprocess.Popen(command, env=environment, stdout=errors, stderr=errors)
    try:
        yield source
    finally:
        process.terminate()
        process.wait(timeout=60)
