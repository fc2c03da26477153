"""Protocols whose every packet of interest is one event: commands, log-ins, leases, messages between neighbours."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from ingest.pcap.rows import Row, decimal, whole, word

DHCP_MESSAGES = {1: "DISCOVER", 2: "OFFER", 3: "REQUEST", 4: "DECLINE", 5: "ACK", 6: "NAK", 7: "RELEASE", 8: "INFORM"}
KERBEROS_MESSAGES = {
    10: "AS-REQ",
    11: "AS-REP",
    12: "TGS-REQ",
    13: "TGS-REP",
    14: "AP-REQ",
    15: "AP-REP",
    30: "KRB-ERROR",
}

LDAP_OPERATIONS = {0: "bind", 1: "bind_response", 3: "search"}
LDAP_AUTHENTICATION = {0: "simple", 3: "sasl"}
SNMP_VERSIONS = {0: "1", 1: "2c", 3: "3"}
SNMP_MESSAGES = {
    0: "get", 1: "get-next", 2: "response", 3: "set", 4: "trap", 5: "get-bulk", 6: "inform", 7: "trap2", 8: "report",
}  # fmt: skip
NTP_MODES = {
    1: "symmetric active", 2: "symmetric passive", 3: "client", 4: "server", 5: "broadcast", 6: "control", 7: "private",
}  # fmt: skip
ARP_OPERATIONS = {1: "request", 2: "reply"}
_SECRET_COMMANDS = frozenset({"PASS", "ACCT", "AUTH"})
_ROUTER_ADVERTISEMENT = 134
_LOGIN = "LOGIN"

Values = dict[str, Any] | None


Reader = tuple[str, Callable[[Row], Values]]
"""Our dataset, and what reads it."""


def service_events(row: Row) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield dataset and ECS values of each such protocol in the row."""
    for dataset, read in _readers(row.protocols):
        values = read(row)
        if values is not None:
            yield dataset, values


@lru_cache(maxsize=4_096)
def _readers(protocols: tuple[str, ...]) -> tuple[Reader, ...]:
    return tuple(_READERS[name] for name in dict.fromkeys(protocols) if name in _READERS)


def _ssh(row: Row) -> dict[str, Any] | None:
    values = {
        "ssh.banner": row.first("ssh.protocol"),
        "ssh.client.hassh": row.first("ssh.kex.hassh"),
        "ssh.server.hassh": row.first("ssh.kex.hasshserver"),
    }
    return values if any(values.values()) else None


def _smtp(row: Row) -> dict[str, Any] | None:
    command, code = row.first("smtp.req.command"), whole(row.first("smtp.response.code"))
    if command is None and code is None and not row.has("smtp.auth.username"):
        return None
    return {
        "user.name": row.first("smtp.auth.username"),
        "smtp.command": command,
        "smtp.parameter": without_secret(command, row.first("smtp.req.parameter")),
        "smtp.response.code": code,
        "smtp.response.text": row.first("smtp.rsp.parameter"),
    }


def _ftp(row: Row) -> dict[str, Any] | None:
    command, code = row.first("ftp.request.command"), whole(row.first("ftp.response.code"))
    if command is None and code is None:
        return None
    return {
        "user.name": row.first("ftp.request.arg") if command is not None and command.upper() == "USER" else None,
        "ftp.command": command,
        "ftp.argument": without_secret(command, row.first("ftp.request.arg")),
        "ftp.response.code": code,
        "ftp.response.text": row.first("ftp.response.arg"),
    }


def _smb(row: Row) -> dict[str, Any] | None:
    names = row.all("smb2.filename") + row.all("smb.file")
    shares = row.all("smb2.tree") + row.all("smb.path")
    if not names and not shares:
        return None
    return {
        "smb.version": "2" if row.has("smb2.cmd") else "1",
        "smb.command": decimal(row.first("smb2.cmd")) or row.first("smb.cmd"),
        "file.path": names,
        "smb.share": shares,
    }


def _dhcp(row: Row) -> dict[str, Any] | None:
    if not row.has("dhcp.option.dhcp"):
        return None
    return {
        "dhcp.message_type": word(DHCP_MESSAGES, row.first("dhcp.option.dhcp")),
        "dhcp.client.mac": row.first("dhcp.hw.mac_addr"),
        "dhcp.client.hostname": row.first("dhcp.option.hostname"),
        "dhcp.assigned_ip": row.first("dhcp.ip.your"),
        "dhcp.requested_ip": row.first("dhcp.option.requested_ip_address"),
        "dhcp.server.ip": row.first("dhcp.option.dhcp_server_id"),
        "dhcp.router": row.all("dhcp.option.router"),
        "dhcp.dns": row.all("dhcp.option.domain_name_server"),
        "source.mac": row.first("eth.src"),
    }


def _kerberos(row: Row) -> dict[str, Any] | None:
    if not row.has("kerberos.msg_type"):
        return None
    return {
        "kerberos.message_type": word(KERBEROS_MESSAGES, row.first("kerberos.msg_type")),
        "kerberos.client": row.first("kerberos.CNameString"),
        "kerberos.service": "/".join(row.all("kerberos.SNameString")),
        "kerberos.realm": row.first("kerberos.realm"),
        "kerberos.error_code": decimal(row.first("kerberos.error_code")),
        "kerberos.encryption_types": [value for value in map(decimal, row.all("kerberos.etype")) if value],
    }


def _arp(row: Row) -> Values:
    return {
        "network.type": "arp",
        "arp.operation": word(ARP_OPERATIONS, row.first("arp.opcode")),
        "source.mac": row.first("arp.src.hw_mac"),
        "destination.mac": row.first("arp.dst.hw_mac"),
    }


def _icmp(row: Row) -> Values:
    return {
        "network.type": "ipv4",
        "icmp.type": whole(row.first("icmp.type")),
        "icmp.code": whole(row.first("icmp.code")),
    }


def _icmpv6(row: Row) -> Values:
    kind = whole(row.first("icmpv6.type"))
    values: dict[str, Any] = {
        "network.type": "ipv6",
        "icmp.type": kind,
        "icmp.code": whole(row.first("icmpv6.code")),
        "source.mac": row.first("eth.src"),
    }
    if kind == _ROUTER_ADVERTISEMENT:
        values["router_advertisement.prefix"] = row.all("icmpv6.opt.prefix")
        values["router_advertisement.lifetime_seconds"] = whole(row.first("icmpv6.nd.ra.router_lifetime"))
    return values


def _pop(row: Row) -> Values:
    command, answer = row.first("pop.request.command"), row.first("pop.response.indicator")
    if command is None and answer is None:
        return None
    is_user = command is not None and command.upper() == "USER"
    return {
        "pop3.command": command,
        "user.name": row.first("pop.request.parameter") if is_user else None,
        "pop3.response": answer,
    }


def _imap(row: Row) -> Values:
    command, answer = row.first("imap.request.command"), row.first("imap.response.status")
    if command is None and answer is None:
        return None
    is_login = command is not None and command.upper() == _LOGIN
    return {
        "imap.command": command.upper() if command else None,
        "user.name": (row.first("imap.request.username") or "").strip('"') if is_login else None,
        "imap.response": answer,
    }


def _ldap(row: Row) -> Values:
    operation = word(LDAP_OPERATIONS, row.first("ldap.protocolOp"))
    if operation is None:
        return None
    return {
        "ldap.command": operation,
        "ldap.authentication": word(LDAP_AUTHENTICATION, row.first("ldap.authentication")),
        "user.name": row.first("ldap.name") if operation == "bind" else None,
        "ldap.base": row.first("ldap.baseObject"),
        "ldap.result_code": decimal(row.first("ldap.resultCode")),
    }


def _snmp(row: Row) -> Values:
    """The community of versions 1 and 2c is a password and is not asked for."""
    if not row.has("snmp.version"):
        return None
    return {
        "snmp.version": word(SNMP_VERSIONS, row.first("snmp.version")),
        "snmp.command": word(SNMP_MESSAGES, row.first("snmp.data")),
    }


def _ntp(row: Row) -> Values:
    if not row.has("ntp.flags.mode"):
        return None
    return {
        "ntp.mode": word(NTP_MODES, row.first("ntp.flags.mode")),
        "ntp.stratum": whole(row.first("ntp.stratum")),
        "ntp.request_code": whole(row.first("ntp.priv.reqcode")),
    }


def _mysql(row: Row) -> Values:
    user, version, error = row.first("mysql.user"), row.first("mysql.version"), row.first("mysql.error_code")
    if user is None and version is None and error is None:
        return None
    return {
        "mysql.command": _LOGIN if user is not None else None,
        "user.name": user,
        "mysql.schema": row.first("mysql.schema"),
        "mysql.server.version": version,
        "mysql.error_code": decimal(error),
    }


def _pgsql(row: Row) -> Values:
    given = dict(zip(row.all("pgsql.parameter_name"), row.all("pgsql.parameter_value"), strict=False))
    asked, error = row.first("pgsql.authtype"), row.first("pgsql.code")
    if "user" not in given and asked is None and error is None:
        return None
    return {
        "postgresql.command": _LOGIN if "user" in given else None,
        "user.name": given.get("user"),
        "postgresql.database": given.get("database"),
        "postgresql.authentication": decimal(asked),
        "postgresql.error_code": error,
    }


def _modbus(row: Row) -> Values:
    if not row.has("modbus.func_code"):
        return None
    return {
        "modbus.function_code": whole(row.first("modbus.func_code")),
        "modbus.unit_id": whole(row.first("mbtcp.unit_id")),
        "modbus.reference": whole(row.first("modbus.reference_num")),
        "modbus.exception_code": whole(row.first("modbus.exception_code")),
    }


def _rdp(row: Row) -> Values:
    cookie, client = row.first("rdp.rt_cookie"), row.first("rdp.client.name")
    if cookie is None and client is None and not row.has("rdp.neg_type"):
        return None
    named = (cookie or "").partition("mstshash=")[2].strip()
    return {
        "rdp.cookie": cookie,
        "user.name": named,
        "rdp.client.name": client,
        "rdp.negotiation_type": decimal(row.first("rdp.neg_type")),
    }


_READERS: dict[str, Reader] = {
    "ssh": ("ssh", _ssh),
    "smtp": ("smtp", _smtp),
    "ftp": ("ftp", _ftp),
    "smb": ("smb", _smb),
    "smb2": ("smb", _smb),
    "dhcp": ("dhcp", _dhcp),
    "kerberos": ("kerberos", _kerberos),
    "arp": ("arp", _arp),
    "icmp": ("icmp", _icmp),
    "icmpv6": ("icmp", _icmpv6),
    "pop": ("pop3", _pop),
    "imap": ("imap", _imap),
    "ldap": ("ldap", _ldap),
    "cldap": ("ldap", _ldap),
    "snmp": ("snmp", _snmp),
    "ntp": ("ntp", _ntp),
    "mysql": ("mysql", _mysql),
    "pgsql": ("postgresql", _pgsql),
    "modbus": ("modbus", _modbus),
    "rdp": ("rdp", _rdp),
}
"""tshark's name of the protocol: our dataset, and what reads it."""


def without_secret(command: str | None, argument: str | None) -> str | None:
    """Return a command's argument, unless it is a password: the store is read by many."""
    return None if command is not None and command.upper() in _SECRET_COMMANDS else argument
