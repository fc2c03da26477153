"""What is an IP address and what only looks like one."""

from ipaddress import ip_address


def is_ip(text: str) -> bool:
    """Say whether this is an IPv4 or IPv6 address without a zone."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text
