"""`python -m ir_platform.documents.confined_child TASK CPU_SECONDS`: the child of `confined`, for one message."""

import json
import resource
import sys
from enum import StrEnum
from typing import Any, Final

MEMORY_BYTES: Final = 1 << 30


class Task(StrEnum):
    CHECK_TEMPLATE = "check_template"
    RENDER_WORD = "render_word"
    READ_SIGNATURES = "read_signatures"
    TRY_EMBLEM = "try_emblem"


def pack(facts: dict[str, Any], *blobs: bytes) -> bytes:
    """Return one message: a line of JSON that says how long each blob after it is."""
    head = json.dumps({"facts": facts, "sizes": [len(blob) for blob in blobs]}).encode()
    return b"\n".join((head, b"".join(blobs)))


def unpack(message: bytes) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    head, _, body = message.partition(b"\n")
    described = json.loads(head)
    blobs, at = [], 0
    for size in described["sizes"]:
        blobs.append(body[at : at + size])
        at += size
    return described["facts"], tuple(blobs)


def limit_this_process(*, cpu_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def do(task: Task, facts: dict[str, Any], blobs: tuple[bytes, ...]) -> bytes:
    match task:
        case Task.CHECK_TEMPLATE:
            from ir_platform.documents.template_check import faults_of  # noqa: PLC0415  loads only what it does

            faults = faults_of(facts["kind"], blobs[0])
            return pack({"faults": [[fault.tempat, fault.alasan] for fault in faults]})
        case Task.RENDER_WORD:
            from ir_platform.documents.catalog import render_word  # noqa: PLC0415
            from ir_platform.documents.content import content_from_json  # noqa: PLC0415
            from ir_platform.documents.qr import Verification  # noqa: PLC0415

            mark = Verification(**facts["verification"]) if facts["verification"] else None
            content = content_from_json(blobs[1].decode("utf-8", "surrogatepass"))
            word = render_word(facts["kind"], content, verification=mark, template=blobs[0], emblem=blobs[2] or None)
            return pack({}, word)
        case Task.READ_SIGNATURES:
            from ir_platform.documents.pades import read_signatures  # noqa: PLC0415

            return pack({"signatures": [found.to_plain() for found in read_signatures(blobs[0])]})
        case Task.TRY_EMBLEM:
            from ir_platform.documents.emblem import tried  # noqa: PLC0415

            return pack(dict(tried(blobs[0])))


def main() -> None:
    message = sys.stdin.buffer.read()
    limit_this_process(cpu_seconds=int(sys.argv[2]))
    facts, blobs = unpack(message)
    sys.stdout.buffer.write(do(Task(sys.argv[1]), facts, blobs))


if __name__ == "__main__":
    main()
