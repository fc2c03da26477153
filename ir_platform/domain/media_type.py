"""What kind of file some bytes are, by their first bytes; never a type that a browser runs."""

SNIFF_BYTES = 4096

PCAP = "application/vnd.tcpdump.pcap"
PCAPNG = "application/x-pcapng"
EVTX = "application/x-ms-evtx"
GZIP = "application/gzip"
ZSTD = "application/zstd"
PACKED_CAPTURES = {
    (inner, outer): f"{inner}+{suffix}"
    for inner in (PCAP, PCAPNG)
    for outer, suffix in ((GZIP, "gzip"), (ZSTD, "zstd"))
}
"""Captures inside gzip or zstd, told by who unpacks their beginning; `sniff` alone knows only what is outside."""
CAPTURES = frozenset({PCAP, PCAPNG, *PACKED_CAPTURES.values()})

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xd4\xc3\xb2\xa1", PCAP),
    (b"\xa1\xb2\xc3\xd4", PCAP),
    (b"\x4d\x3c\xb2\xa1", PCAP),
    (b"\xa1\xb2\x3c\x4d", PCAP),
    (b"\x0a\x0d\x0d\x0a", PCAPNG),
    (b"ElfFile\x00", EVTX),
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-elf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", GZIP),
    (b"\x28\xb5\x2f\xfd", ZSTD),
)


def sniff(head: bytes) -> str:
    """Return the media type of a file that begins with `head` (its first SNIFF_BYTES).

    HTML, SVG and scripts are `text/plain`; whatever is not text is `application/octet-stream`.
    """
    for magic, media_type in MAGIC:
        if head.startswith(magic):
            return media_type
    return "text/plain" if head and is_text(head) else "application/octet-stream"


def is_text(head: bytes) -> bool:
    """Whether content that begins with `head` reads as UTF-8 without a NUL."""
    if b"\x00" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3  # a character cut at the end of what was read
    return True


EXECUTABLE_MAGIC: tuple[bytes, ...] = (
    b"MZ",  # Windows programs, libraries, drivers
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",  # Mach-O, in its spellings
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",  # Java classes, and Mach-O for several machines
    b"dex\n",
    b"\x00asm",
    b"#!",
    b"L\x00\x00\x00\x01\x14\x02\x00",  # Windows shortcuts
)
SERVER_SCRIPT_MARKS: tuple[bytes, ...] = (b"<?php", b"<?=", b"<%@", b"<jsp:")
"""A web shell is a text file."""
SCRIPT_SUFFIXES: tuple[str, ...] = (
    *(".bat", ".cmd", ".hta", ".js", ".jse", ".ps1", ".psm1", ".reg", ".sct", ".vbe", ".vbs", ".wsf", ".wsh"),
    *(".asp", ".aspx", ".jsp", ".jspx", ".php", ".phtml", ".pl", ".py", ".sh"),
    *(".apk", ".appx", ".jar", ".msi", ".msix", ".war"),
    *(".docm", ".dotm", ".pptm", ".xlam", ".xlsm"),
)
"""Text and archives that a double click, a server or an Office program runs: their first bytes do not tell."""


def is_executable(head: bytes, name: str) -> bool:
    """Whether content that begins with `head` (its first SNIFF_BYTES), and is called so, can run or set off a run."""
    if head.startswith(EXECUTABLE_MAGIC) or any(mark in head.lower() for mark in SERVER_SCRIPT_MARKS):
        return True
    return name.lower().rstrip(". ").endswith(SCRIPT_SUFFIXES)
