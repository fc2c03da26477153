"""What every use of pyshark shares: a tshark that is confined, and a packet's layers in words."""

import shlex
from pathlib import Path

from pyshark.packet.layers.ek_layer import EkMultiField
from pyshark.packet.packet import Packet

from ingest.pcap import confine
from ingest.pcap.tshark import CaptureUnavailableError, Tshark, TsharkLimits, environment, write_settings

_CONTENT = frozenset({"data", "data-text-lines", "media", "xml", "json", "png", "image-gif", "image-jfif"})
_TELLING = {
    "dns": ("qry.name", "a", "aaaa", "cname"),
    "http": ("request.method", "request.uri", "response.code", "response.phrase"),
    "tls": ("handshake.extensions_server_name",),
    "ssh": ("protocol",),
    "smtp": ("req.command", "response.code"),
    "ftp": ("request.command", "response.code"),
}
"""Of which layer which fields are shown, in Wireshark's own names."""


def confined_program(tshark: Tshark, folder: Path, *, memory_bytes: int, readable: tuple[Path, ...] = ()) -> Path:
    """Return a program named tshark that is tshark, confined: pyshark starts its own child, so it is given this one.

    `folder` stays ours, only a home within it is given away: who tshark runs as must not be able to change what we
    start. `readable`: files that it is to read. Raises: CaptureUnavailableError.
    """
    confinement = TsharkLimits(memory_bytes=memory_bytes).confinement(runs=1)
    home = folder / "home"
    home.mkdir(mode=0o700)
    folder.chmod(0o711)
    write_settings(tshark, home)
    try:
        line = confine.command(tshark.program, [], confinement)
        for place in (home, *readable):
            confine.hand_over(place, confinement)
    except confine.NotConfinableError as error:
        raise CaptureUnavailableError(reason=f"tshark: {error.program} {error.reason}") from error
    settings = [f"{name}={value}" for name, value in environment(tshark, home=home).items()]
    return write_program(folder / "tshark", ["env", "-i", *settings, *line])


def write_program(path: Path, line: list[str]) -> Path:
    """Write a program that becomes this command line, with its own arguments after it."""
    path.write_text(f'#!/bin/sh\nexec {shlex.join(line)} "$@"\n', encoding="utf-8")
    path.chmod(0o755)
    return path


def protocol_of(packet: Packet) -> str:
    """Return the innermost protocol that is not mere content."""
    names = [str(layer.layer_name) for layer in packet.layers]
    return next((name for name in reversed(names) if name not in _CONTENT), names[-1] if names else "")


def telling_words(packet: Packet) -> list[str]:
    """Return the words that tell one message of a protocol from another."""
    parts: list[str] = []
    for layer, fields in _TELLING.items():
        if layer in packet:
            values = (packet[layer].get_field(name) for name in fields)
            parts += [field_text(value) for value in values if value is not None]
    return parts


def field_text(field: object) -> str:
    """Return a field as text: one value, or several with commas between."""
    value = field.value if isinstance(field, EkMultiField) else field
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
