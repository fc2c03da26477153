"""What kind of file some bytes are, by their first bytes; never a type that a browser runs."""

SNIFF_BYTES = 4096

PCAP = "application/vnd.tcpdump.pcap"
PCAPNG = "application/x-pcapng"
EVTX = "application/x-ms-evtx"
CAPTURES = frozenset({PCAP, PCAPNG})

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
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
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
    if b"\x00" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3  # a character cut at the end of what was read
    return True
