"""What the mail servers Postfix and Dovecot say, as programs of syslog.

Source: Postfix `mail_dict`/`smtpd`/`cleanup`/`qmgr`/`smtp` messages; Dovecot log messages (`login_log_format_elements`,
auth workers). Fields: `event.action` `mail_login` with its outcome, `mail_queued`, `mail_sent`, `mail_rejected`,
`mail_connection`; `user.name`, `source.*`, `email.from.address`, `email.to.address`, `email.message_id`,
`postfix.queue_id`; datasets `mail.postfix` and `mail.dovecot`. Names and addresses are the sender's words.
"""

import re
from typing import Final

from ingest.parsers.addresses import is_ip
from ingest.parsers.ends import Fields, add_end, whole

_CLIENT: Final = r"(?P<name>[^\s\[\]]{1,255})\[(?P<ip>[0-9A-Fa-f.:]{2,45}|unknown)\](?::(?P<port>\d{1,5}))?"
_SASL_FAILED: Final = re.compile(
    rf"warning: {_CLIENT}: SASL (?P<method>[\w-]+) authentication failed: ?(?P<why>.*?)(?:, "
    rf"sasl_username=(?P<user>.*))?$",
    re.DOTALL,
)
_ACCEPTED: Final = re.compile(
    rf"(?P<id>[0-9A-Za-z]{{5,20}}|NOQUEUE): client={_CLIENT}(?:.*?, sasl_method=(?P<method>[^,]+), "
    rf"sasl_username=(?P<user>[^,\s]+))?",
    re.DOTALL,
)
_REJECTED: Final = re.compile(
    rf"(?P<id>[0-9A-Za-z]{{5,20}}|NOQUEUE): reject: (?P<stage>\w+) from {_CLIENT}: (?P<why>.*?)(?:; "
    rf"from=<(?P<from>[^>]*)>(?: to=<(?P<to>[^>]*)>)?|$)",
    re.DOTALL,
)
_CONNECT: Final = re.compile(
    rf"(?P<what>connect|disconnect|lost connection after \S+|timeout after \S+) from {_CLIENT}"
)
_QUEUED: Final = re.compile(
    r"(?P<id>[0-9A-Za-z]{5,20}): from=<(?P<from>[^>]*)>, size=(?P<size>\d+), nrcpt=(?P<count>\d+)"
)
_DELIVERED: Final = re.compile(
    r"(?P<id>[0-9A-Za-z]{5,20}): to=<(?P<to>[^>]*)>,.* status=(?P<status>sent|deferred|bounced|expired)"
    r"(?: \((?P<why>.*)\))?$",
    re.DOTALL,
)
_MESSAGE_ID: Final = re.compile(r"(?P<id>[0-9A-Za-z]{5,20}): message-id=<(?P<message>[^>]*)>")

_DOVECOT_PAIR: Final = re.compile(r"(?:^|[ (,])(user|method|rip|lip|mpid|session)=<?([^>,]*)>?")
_DOVECOT_LOGIN: Final = re.compile(r"(?P<service>\w{1,20})-login: (?P<text>.*)$", re.DOTALL)
_DOVECOT_ENDS: Final = ("Disconnected", "Aborted login", "Login aborted", "Disconnected: Inactivity")
_DOVECOT_TRIES: Final = re.compile(r"auth failed, (\d{1,6}) attempts")
_DOVECOT_AUTH: Final = re.compile(
    r"auth(?:-worker)?(?:\([^)]*\))?: (?:conn unix:\S+ \([^)]*\): )?(?:auth-worker<\d+>: )?"
    r"(?P<driver>[\w-]+)\((?P<user>[^,)]*),(?P<ip>[0-9A-Fa-f.:]{2,45})(?:,[^)]*)?\): (?P<text>.*)$",
    re.DOTALL,
)
_DOVECOT_REFUSED: Final = re.compile(
    r"(?i)password mismatch|unknown user|authentication failure|auth failed|invalid credentials"
)


def read_postfix(message: str) -> Fields:
    """Return what a Postfix program says."""
    fields: Fields = {"event.dataset": "mail.postfix", "event.category": ["email"]}
    for reader in (_sasl_failed, _rejected, _accepted, _connection, _queued, _delivered, _message_id):
        found = reader(message)
        if found is not None:
            return {**fields, **found}
    return fields


def _sasl_failed(message: str) -> Fields | None:
    match = _SASL_FAILED.match(message)
    if match is None:
        return None
    fields = _login(failed=True)
    fields["event.reason"], fields["postfix.sasl_method"] = match["why"], match["method"]
    if match["user"]:
        fields["user.name"] = match["user"]
    return _with_client(fields, match)


def _accepted(message: str) -> Fields | None:
    match = _ACCEPTED.match(message)
    if match is None:
        return None
    fields: Fields = {"event.action": "mail_accepted", "postfix.queue_id": match["id"]}
    if match["user"]:
        fields = {**fields, **_login(failed=False), "user.name": match["user"], "postfix.sasl_method": match["method"]}
    return _with_client(fields, match)


def _rejected(message: str) -> Fields | None:
    match = _REJECTED.match(message)
    if match is None:
        return None
    fields: Fields = {
        "event.action": "mail_rejected",
        "event.type": ["denied"],
        "event.outcome": "failure",
        "event.reason": match["why"],
    }
    if match["from"]:
        fields["email.from.address"] = match["from"]
    if match["to"]:
        fields["email.to.address"] = match["to"]
    return _with_client(fields, match)


def _connection(message: str) -> Fields | None:
    match = _CONNECT.match(message)
    if match is None:
        return None
    return _with_client({"event.action": "mail_connection", "event.type": ["connection"]}, match)


def _queued(message: str) -> Fields | None:
    match = _QUEUED.match(message)
    if match is None:
        return None
    fields: Fields = {"event.action": "mail_queued", "postfix.queue_id": match["id"]}
    fields["email.from.address"] = match["from"]
    for name, group in (("postfix.size", "size"), ("postfix.recipients", "count")):
        if (number := whole(match[group])) is not None:
            fields[name] = number
    return fields


def _delivered(message: str) -> Fields | None:
    match = _DELIVERED.match(message)
    if match is None:
        return None
    fields: Fields = {
        "event.action": "mail_delivery",
        "event.outcome": "success" if match["status"] == "sent" else "failure",
        "postfix.queue_id": match["id"],
        "postfix.status": match["status"],
        "email.to.address": match["to"],
    }
    if match["why"]:
        fields["event.reason"] = match["why"]
    return fields


def _message_id(message: str) -> Fields | None:
    match = _MESSAGE_ID.match(message)
    if match is None:
        return None
    return {"event.action": "mail_received", "postfix.queue_id": match["id"], "email.message_id": match["message"]}


def _with_client(fields: Fields, match: re.Match[str]) -> Fields:
    if is_ip(match["ip"]):
        add_end(fields, "source", match["ip"], match["port"])
    if match["name"] != "unknown":
        fields["source.domain"] = match["name"]
    return fields


def _login(*, failed: bool) -> Fields:
    return {
        "event.action": "mail_login",
        "event.category": ["authentication"],
        "event.type": ["start"],
        "event.outcome": "failure" if failed else "success",
    }


def read_dovecot(message: str) -> Fields:
    """Return what Dovecot says."""
    fields: Fields = {"event.dataset": "mail.dovecot", "event.category": ["email"]}
    if match := _DOVECOT_LOGIN.match(message):
        return {**fields, **_dovecot_login(match["service"], match["text"])}
    if match := _DOVECOT_AUTH.match(message):
        if _DOVECOT_REFUSED.search(match["text"]):
            fields |= {**_login(failed=True), "event.reason": match["text"]}
            # The log-in process tells of the same attempt, with its count: this one must not count twice.
            fields["event.action"] = "mail_password_refused"
        fields["user.name"] = match["user"]
        add_end(fields, "source", match["ip"])
    return fields


def _dovecot_login(service: str, text: str) -> Fields:
    pairs = dict(_DOVECOT_PAIR.findall(text))
    fields: Fields = {"network.protocol": service}
    if text.startswith("Login:"):
        fields |= _login(failed=False)
    elif tries := _DOVECOT_TRIES.search(text):
        fields |= _login(failed=True)
        fields["tanggap.repeat_count"] = int(tries[1])
    elif text.startswith(_DOVECOT_ENDS):
        fields |= {"event.action": "mail_connection", "event.type": ["end"]}
    if pairs.get("user"):
        fields["user.name"] = pairs["user"]
    if is_ip(pairs.get("rip", "")):
        add_end(fields, "source", pairs["rip"])
    if is_ip(pairs.get("lip", "")):
        add_end(fields, "destination", pairs["lip"])
    return fields
