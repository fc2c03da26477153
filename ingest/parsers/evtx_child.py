"""The process that reads hostile EVTX bytes: limits itself, then writes framed records to standard output.

Runs alone (`python -I -S evtx_child.py LIBRARIES FILE SKIP MEMORY_BYTES CPU_SECONDS`), so that a bomb or a crash in
the native parser ends this process and no other. A frame is a kind (`R` record as JSON, `E` error, `.` end), four
bytes of length, big-endian, and the content.
"""

import resource
import struct
import sys
from collections.abc import Iterator

MAX_RECORD_BYTES = 8 * 1024 * 1024
BUFFER_BYTES = 1024 * 1024


def limit_self(*, memory_bytes: int, cpu_seconds: int) -> None:
    """Bound memory and processor time, and allow no file of any size to be written."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def frame(kind: bytes, content: bytes) -> bytes:
    """Return one frame."""
    return kind + struct.pack(">I", len(content)) + content


def frames(path: str, *, skip: int) -> Iterator[bytes]:
    """Yield a frame for every record after the first `skip`, damaged ones as errors, and the end."""
    from evtx import PyEvtxParser  # noqa: PLC0415  imported under the limits

    try:
        records = iter(PyEvtxParser(path, number_of_threads=1).records_json())
    except (RuntimeError, OSError, ValueError) as error:
        yield frame(b"E", str(error).encode()[:2000])
        yield frame(b".", b"")
        return
    number = 0
    while True:
        try:
            record = next(records)
        except StopIteration:
            break
        except (RuntimeError, OSError, ValueError) as error:
            found = frame(b"E", str(error).encode()[:2000])
        else:
            assert record is not None
            content = record["data"].encode("utf-8", "replace")
            oversize = len(content) > MAX_RECORD_BYTES
            found = frame(b"E", b"record too large") if oversize else frame(b"R", content)
        if number >= skip:
            yield found
        number += 1
    yield frame(b".", b"")


def main(arguments: list[str]) -> None:
    """Write the frames of the file named in the arguments."""
    libraries, path, skip, memory_bytes, cpu_seconds = arguments
    sys.path.append(libraries)
    limit_self(memory_bytes=int(memory_bytes), cpu_seconds=int(cpu_seconds))
    with open(sys.stdout.fileno(), "wb", buffering=BUFFER_BYTES) as output:
        for content in frames(path, skip=int(skip)):
            output.write(content)


if __name__ == "__main__":
    main(sys.argv[1:])
