"""rsyslog as the office would run it instead: syslog over TCP into a file, or into a real Elasticsearch."""

import json
import os
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.support.require import REPOSITORY
from tests.support.rsyslog import rsyslogd
from tests.support.server import wait_for

INDEX: Final = "ukur"
_SCRIPT: Final = REPOSITORY / "scripts" / "elasticsearch.sh"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def rsyslog(folder: Path, action: str) -> Iterator[int]:
    """Yield the port of an rsyslogd that does `action` with what it receives."""
    folder.mkdir()
    port, config = free_port(), folder / "rsyslog.conf"
    config.write_text(
        f"""module(load="imptcp") module(load="omelasticsearch")
global(workDirectory="{folder}" maxMessageSize="64k")
main_queue(queue.size="100000" queue.dequeueBatchSize="2000" queue.workerThreads="2")
template(name="ecs" type="list" option.jsonf="on") {{
  property(outname="@timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="host.name" name="hostname" format="jsonf")
  property(outname="process.name" name="programname" format="jsonf")
  property(outname="process.pid" name="procid" format="jsonf")
  property(outname="message" name="msg" format="jsonf")
  property(outname="event.original" name="rawmsg" format="jsonf")
}}
input(type="imptcp" port="{port}" address="127.0.0.1")
{action}
"""
    )
    command = [*rsyslogd(), "-n", "-f", str(config), "-i", str(folder / "pid")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: _listens(port))
        yield port
    finally:
        process.terminate()
        process.wait(timeout=60)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def to_file(path: Path) -> str:
    return f'action(type="omfile" file="{path}")'


def to_elasticsearch(port: int) -> str:
    return (
        f'action(type="omelasticsearch" server="127.0.0.1" serverport="{port}" bulkmode="on" maxbytes="10m" '
        f'template="ecs" searchIndex="{INDEX}" searchType="" queue.type="linkedList" queue.size="100000" '
        'queue.dequeueBatchSize="2000" queue.workerThreads="2" action.resumeRetryCount="-1")'
    )


def lines_in(path: Path) -> int:
    """Return how many lines the file has; what was counted is not read again."""
    if not path.exists():
        return 0
    found = _Counted.places.setdefault(path, [0, 0])
    with path.open("rb") as file:
        file.seek(found[0])
        while block := file.read(1 << 20):
            found[0] += len(block)
            found[1] += block.count(b"\n")
    return found[1]


class _Counted:
    places: Final[dict[Path, list[int]]] = {}
    """Bytes and lines of each file."""


def is_elasticsearch_there() -> bool:
    environment = {**os.environ, "IRP_ES_PORT": str(free_port())}
    if not (shutil.which("java") and shutil.which("mvn")):
        return False
    return subprocess.run([str(_SCRIPT), "setup"], env=environment, check=False).returncode == 0


@contextmanager
def elasticsearch() -> Iterator[int]:
    """Yield the port of a real server with an index whose documents can be found a second after they came."""
    port = free_port()
    environment = {**os.environ, "IRP_ES_PORT": str(port)}
    subprocess.run([str(_SCRIPT), "start"], env=environment, check=True)
    try:
        _put(f"http://127.0.0.1:{port}/{INDEX}", {"settings": {"number_of_replicas": 0, "refresh_interval": "1s"}})
        yield port
    finally:
        subprocess.run([str(_SCRIPT), "stop"], env=environment, check=True)


def documents_in(port: int) -> int:
    """Return how many documents a search finds now."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{INDEX}/_count", timeout=30) as answer:
        return int(json.load(answer)["count"])


def _put(url: str, content: dict[str, object]) -> None:
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(content).encode(), headers, method="PUT")
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()
