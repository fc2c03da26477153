"""What is an IP address and what only looks like one."""

from functools import lru_cache
from ipaddress import ip_address


@lru_cache(maxsize=8192)
def is_ip(text: str) -> bool:
    """Say whether this is an IPv4 or IPv6 address without a zone."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text
