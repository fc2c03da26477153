"""GELF as its senders put it on the network."""

from ingest.sources.gelf_chunks import MAGIC


def pieces_of(content: bytes, *, size: int, name: bytes = b"namaunik") -> list[bytes]:
    """Return the datagrams of a message that is sent in pieces of `size` bytes."""
    parts = [content[at : at + size] for at in range(0, len(content), size)]
    return [MAGIC + name + bytes((number, len(parts))) + part for number, part in enumerate(parts)]
