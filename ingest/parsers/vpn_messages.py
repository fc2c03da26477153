"""What OpenVPN says of the peers that come in.

Source: OpenVPN 2.4 to 2.6 server log messages. Fields: `event.action` `vpn_login` with its outcome, `vpn_up`,
`vpn_down`, `tls_error`; `user.name`, `source.*`; dataset `openvpn.log`.
"""

import re
from typing import Final

from ingest.parsers.addresses import is_ip
from ingest.parsers.ends import Fields, add_end

_PEER: Final = re.compile(
    r"(?:(?P<user>[^\s/:]{1,128})/)?(?:\[AF_INET6?\])?(?P<ip>\d{1,3}(?:\.\d{1,3}){3}|"
    r"\[?[0-9A-Fa-f:]{3,45}\]?)(?::(?P<port>\d{1,5}))? (?P<text>.*)$",
    re.DOTALL,
)
_USER: Final = re.compile(
    r"TLS: Username/Password authentication (?P<result>succeeded|deferred) for username '(?P<user>.*)'", re.DOTALL
)
_REFUSED: Final = re.compile(
    r"(?:TLS Auth Error: Auth Username/Password verification failed for peer"
    r"|PLUGIN_CALL: POST .*OPENVPN_PLUGIN_AUTH_USER_PASS_VERIFY status=1"
    r"|SENT CONTROL \[(?P<user>[^\]]*)\]: 'AUTH_FAILED[^']*')"
)
_UP: Final = re.compile(
    r"(?:\[(?P<user>[^\]]{0,128})\] Peer Connection Initiated with (?:\[AF_INET6?\])?"
    r"(?P<ip>[0-9A-Fa-f.:]+?):(?P<port>\d{1,5})$)"
)
_DOWN: Final = re.compile(
    r"(?:SIGTERM|SIGUSR1)\[\w[\w-]*(?:,[\w-]+)?\] received, client-instance|\[(?P<user>[^\]]*)\] Inactivity timeout"
)
_TLS: Final = re.compile(r"TLS Error: |VERIFY ERROR: |tls-crypt unwrap error|Authenticate/Decrypt packet error")


def read_openvpn(message: str) -> Fields:
    """Return what the message says, and of which peer."""
    fields: Fields = {"event.dataset": "openvpn.log", "event.category": ["network"]}
    peer = _PEER.match(message)
    text = message
    if peer is not None and is_ip(peer["ip"].strip("[]")):
        add_end(fields, "source", peer["ip"].strip("[]"), peer["port"])
        if peer["user"]:
            fields["user.name"] = peer["user"]
        text = peer["text"]
    return {**fields, **_meaning(text)}


def _meaning(text: str) -> Fields:
    if match := _REFUSED.match(text):
        return _login(failed=True, user=match["user"] if match["user"] not in (None, "UNDEF") else "")
    if match := _USER.match(text):
        return (
            _login(failed=False, user=match["user"]) if match["result"] == "succeeded" else {"user.name": match["user"]}
        )
    if match := _UP.match(text):
        fields: Fields = {"event.action": "vpn_up", "event.category": ["session"], "event.type": ["start"]}
        if is_ip(match["ip"]):
            add_end(fields, "source", match["ip"], match["port"])
        return {**fields, "user.name": match["user"]} if match["user"] else fields
    if _DOWN.match(text):
        return {"event.action": "vpn_down", "event.category": ["session"], "event.type": ["end"]}
    if _TLS.match(text):
        return {"event.action": "tls_error", "event.type": ["error"], "event.outcome": "failure"}
    return {}


def _login(*, failed: bool, user: str) -> Fields:
    fields: Fields = {
        "event.action": "vpn_login",
        "event.category": ["authentication"],
        "event.type": ["start"],
        "event.outcome": "failure" if failed else "success",
    }
    if user:
        fields["user.name"] = user
    return fields
