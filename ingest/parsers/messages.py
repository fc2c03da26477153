"""Who reads what stands behind a syslog heading: by the program that wrote it, or by how a device writes."""

from collections.abc import Callable, Mapping
from typing import Final

from ingest.parsers.auditd import read_auditd
from ingest.parsers.auth_messages import auth_fields
from ingest.parsers.cisco import cisco_fields
from ingest.parsers.cisco_xr import xr_fields
from ingest.parsers.cms_messages import is_wordpress, read_wordpress
from ingest.parsers.dhcp_messages import read_dhcpd, read_dnsmasq_dhcp, read_kea
from ingest.parsers.dns_messages import read_bind, read_unbound
from ingest.parsers.dnsmasq_messages import read_dnsmasq, read_dnsmasq_tftp
from ingest.parsers.ends import Fields
from ingest.parsers.ftp_messages import read_vsftpd
from ingest.parsers.headless import fields_of_device
from ingest.parsers.kernel_messages import read_kernel
from ingest.parsers.mail_messages import read_dovecot, read_postfix
from ingest.parsers.mikrotik import mikrotik_fields
from ingest.parsers.noc_messages import read_apcupsd, read_dude, read_librenms, read_nut, read_zabbix
from ingest.parsers.pfsense import read_filterlog
from ingest.parsers.snmp_messages import read_snmptrapd
from ingest.parsers.squid import read_squid
from ingest.parsers.sysmon_linux import read_sysmon
from ingest.parsers.vpn_messages import read_openvpn
from ingest.parsers.web_messages import is_web_server, read_web

_LIMIT: Final = 16 * 1024
"""Longer messages keep their text and are not searched."""


def program_fields(program: str, message: str) -> Fields:
    """Return the ECS fields of a program's message, `event.dataset` among them; empty where nobody knows it."""
    if program == "vsftpd" and (transferred := read_vsftpd(message)) is not None:
        return transferred
    found = auth_fields(program, message)
    if found is not None:
        return {"event.dataset": "system.auth", **found}
    if is_wordpress(program):
        return read_wordpress(program, message)
    if is_web_server(program) and len(message) <= _LIMIT:
        return read_web(program, message)
    reader = _READERS.get(program) or (read_postfix if program.startswith("postfix") else None)
    if reader is None or len(message) > _LIMIT:
        return {}
    return reader(message) or {}


def device_fields(text: str) -> Fields | None:
    """Return the fields of a network device's message, which names no program; None for any other text."""
    if known := fields_of_device(text):
        return known
    return cisco_fields(text) or xr_fields(text) if "%" in text[:200] else mikrotik_fields(text)


_READERS: Final[Mapping[str, Callable[[str], Fields | None]]] = {
    "kernel": read_kernel,
    **dict.fromkeys(("audispd", "audisp-syslog"), read_auditd),
    "dovecot": read_dovecot,
    **dict.fromkeys(("openvpn", "ovpn-server"), read_openvpn),
    "snmptrapd": read_snmptrapd,
    "sysmon": read_sysmon,
    "filterlog": read_filterlog,
    **dict.fromkeys(("squid", "(squid-1)"), read_squid),
    "named": read_bind,
    "unbound": read_unbound,
    "dnsmasq": read_dnsmasq,
    "dnsmasq-dhcp": read_dnsmasq_dhcp,
    "dnsmasq-tftp": read_dnsmasq_tftp,
    "dhcpd": read_dhcpd,
    **dict.fromkeys(("kea-dhcp4", "kea-dhcp4.dhcp4"), read_kea),
    "apcupsd": read_apcupsd,
    **dict.fromkeys(("upsmon", "upsd", "nut-monitor", "nut-server", "usbhid-ups", "blazer_usb"), read_nut),
    **dict.fromkeys(("zabbix", "zabbix_server", "zabbix-alert"), read_zabbix),
    **dict.fromkeys(("dude", "Dude", "TheDude"), read_dude),
    **dict.fromkeys(("librenms", "LibreNMS"), read_librenms),
}
