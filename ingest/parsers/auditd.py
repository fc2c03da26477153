"""Linux audit logs: the records of one event, which share its serial, as one event, also where others stand between.

Source: auditd `/var/log/audit/audit.log`, plain or `log_format = ENRICHED`; live by `audisp-syslog`, one record a
message. Fields: ECS `process.*`, `user.*`, `file.path`, `source.*`; what the records say under `auditd.data.*`, their
types in `auditd.message_type`, as Auditbeat names them; dataset `auditd.log`. A name that several records have holds
each value: an EXECVE's `a0` is a word, a SYSCALL's a number in hexadecimal.
"""

import re
from collections.abc import Iterator
from typing import Final

from ingest.parsers.addresses import is_ip
from ingest.parsers.base import ParseContext, Reading, Refusal
from ingest.parsers.ends import Fields, add_end, whole

_RECORD: Final = re.compile(
    r"(?:node=(?P<node>\S{1,255}) )?type=(?P<type>[A-Z0-9_\[\]]{1,64}) "
    r"msg=audit\((?P<seconds>\d{1,11})\.(?P<millis>\d{1,9}):(?P<serial>\d{1,12})\): ?(?P<rest>.*)$",
    re.DOTALL,
)
_PAIR: Final = re.compile(r"""([A-Za-z][\w.-]{0,40}(?:\[\d{1,6}\])?)=("[^"]*"|'[^']*'|[^\s"']*)""")
_INNER: Final = " msg='"
_ARGUMENT: Final = re.compile(r"a(\d{1,5})(?:\[\d{1,6}\])?$")
_HEX: Final = re.compile(r"(?:[0-9A-F]{2})+$")
_ENCODED: Final = frozenset(("proctitle", "name", "acct", "cmd", "comm", "exe", "cwd", "data", "path", "key", "dir"))
"""What auditd writes in hexadecimal where it holds blanks, quotes or control characters."""
_MAX_PAIRS: Final = 4_096
_MAX_NAMES: Final = 256
_MAX_VALUES: Final = 64
"""Of one name; a command's words stand in `process.args` too."""
_NOBODY: Final = ("4294967295", "-1", "unset")
_SPLIT: Final = "\x1d"
"""What ENRICHED puts before the names it has looked up."""
_SYSCALLS: Final = {
    "c000003e": {
        "0": "read", "1": "write", "2": "open", "41": "socket", "42": "connect", "43": "accept", "49": "bind",
        "50": "listen", "56": "clone", "57": "fork", "58": "vfork", "59": "execve", "62": "kill", "82": "rename",
        "83": "mkdir", "84": "rmdir", "85": "creat", "86": "link", "87": "unlink", "88": "symlink", "90": "chmod",
        "91": "fchmod", "92": "chown", "93": "fchown", "94": "lchown", "99": "sysinfo", "101": "ptrace",
        "103": "syslog", "105": "setuid", "106": "setgid", "133": "mknod", "155": "pivot_root", "159": "adjtimex",
        "161": "chroot", "164": "settimeofday", "165": "mount", "166": "umount2", "170": "sethostname",
        "175": "init_module", "176": "delete_module", "188": "setxattr", "227": "clock_settime", "257": "openat",
        "259": "mknodat", "263": "unlinkat", "264": "renameat", "268": "fchmodat", "272": "unshare", "308": "setns",
        "313": "finit_module", "316": "renameat2", "319": "memfd_create", "321": "bpf", "322": "execveat",
    }
}  # fmt: skip
"""Numbers of x86-64 (Linux: arch/x86/entry/syscalls/syscall_64.tbl) that rules name; others stay numbers."""
_CATEGORIES: Final = (
    (re.compile(r"EXECVE$|USER_CMD$"), "process", "start"),
    (re.compile(r"USER_(AUTH|LOGIN|ACCT|LOGOUT|START|END)$|CRED_|LOGIN$"), "authentication", "info"),
    (re.compile(r"(ADD|DEL)_(USER|GROUP)$|USER_MGMT$|GRP_MGMT$|USER_CHAUTHTOK$|USER_ROLE_CHANGE$"), "iam", "change"),
    (re.compile(r"CONFIG_CHANGE$|NETFILTER_CFG$|DAEMON_|USYS_CONFIG$|MAC_"), "configuration", "change"),
    (re.compile(r"SERVICE_START$|SYSTEM_BOOT$"), "host", "start"),
    (re.compile(r"SERVICE_STOP$|SYSTEM_SHUTDOWN$"), "host", "end"),
    (re.compile(r"SYSCALL$"), "process", "info"),
)
_IDS: Final = {
    "user.id": "uid",
    "user.audit.id": "auid",
    "user.effective.id": "euid",
    "user.effective.group.id": "egid",
    "user.saved.id": "suid",
    "user.saved.group.id": "sgid",
    "user.filesystem.id": "fsuid",
    "user.filesystem.group.id": "fsgid",
    "group.id": "gid",
}
_ARCHITECTURES: Final = {"c000003e": "x86_64", "40000003": "i386", "c00000b7": "aarch64"}
_OUTCOMES: Final = {
    "success": "success",
    "yes": "success",
    "1": "success",
    "failed": "failure",
    "no": "failure",
    "0": "failure",
}


class AuditdParser:
    """Stateless: the records of an event come joined."""

    state = ""

    def __init__(self, context: ParseContext) -> None:
        pass

    def parse(self, text: str) -> Reading | Refusal:
        records = [_RECORD.match(line) for line in text.split("\n")]
        known = [record for record in records if record is not None]
        if not known or len(known) != len(records):
            return Refusal("bukan catatan auditd")
        first = known[0]
        time_ns = int(first["seconds"]) * 1_000_000_000 + int(first["millis"].ljust(9, "0"))
        return Reading(time_ns, _fields(known))


def read_auditd(message: str) -> Fields | None:
    """Return the fields of one record that came by syslog; None where it is none."""
    record = _RECORD.match(message)
    return None if record is None else _fields([record])


class _Said:
    """The values of an event's records, by name, in order."""

    def __init__(self) -> None:
        self.values: dict[str, list[str]] = {}
        self.arguments: dict[int, str] = {}

    def add(self, name: str, value: str) -> None:
        if name not in self.values and len(self.values) >= _MAX_NAMES:
            return
        found = self.values.setdefault(name, [])
        if value not in found and len(found) < _MAX_VALUES:
            found.append(value)

    def first(self, *names: str) -> str:
        """Return the first value that says something."""
        values = (value for name in names for value in self.values.get(name, ()))
        return next((value for value in values if value not in ("?", "", "(null)", "(none)", "unset")), "")


def _fields(records: list[re.Match[str]]) -> Fields:
    said = _Said()
    for record in records:
        _read(said, record["type"], record["rest"])
    types = list(dict.fromkeys(record["type"] for record in records))
    fields: Fields = {
        "event.kind": "event",
        "event.module": "auditd",
        "event.dataset": "auditd.log",
        "event.action": types[0].lower(),
        "auditd.message_type": types if len(types) > 1 else types[0],
        "auditd.sequence": int(records[0]["serial"]),
    }
    for name, values in said.values.items():
        fields[f"auditd.data.{name}"] = values if len(values) > 1 else values[0]
    if node := records[0]["node"]:
        fields["host.name"] = node
    _add_category(fields, types)
    _add_outcome(fields, said)
    _add_process(fields, said)
    _add_people(fields, said)
    if path := said.first("name", "path"):
        fields["file.path"] = path
    _add_places(fields, said)
    return fields


def _add_places(fields: Fields, said: _Said) -> None:
    if (address := said.first("addr", "src")) and is_ip(address):
        add_end(fields, "source", address)
    if (address := said.first("dst")) and is_ip(address):
        add_end(fields, "destination", address)
    if terminal := said.first("terminal"):
        fields["user.terminal"] = terminal
    if architecture := _ARCHITECTURES.get(said.first("arch")):
        fields["host.architecture"] = architecture


def _read(said: _Said, kind: str, rest: str) -> None:
    plain, _, enriched = rest.partition(_SPLIT)
    outer, mark, inner = plain.partition(_INNER)
    parts = [outer, inner.rstrip("'\n")] if mark else [plain]
    syscall = ["", ""]
    for name, value, is_quoted in _pairs(parts):
        decoded = value if is_quoted else _decoded(kind, name, value)
        if kind == "EXECVE" and (argument := _ARGUMENT.match(name)) is not None:
            _add_argument(said, int(argument[1]), decoded)
            continue
        if name in ("arch", "syscall"):
            syscall[name == "syscall"] = value
        said.add("syscall_number" if name == "syscall" else name.partition("[")[0], decoded)
    for name, value, _ in _pairs([enriched]):
        said.add("syscall" if name == "SYSCALL" else f"{name.lower()}_name", value)
    if syscall[1] and "syscall" not in said.values:
        said.add("syscall", _SYSCALLS.get(syscall[0], {}).get(syscall[1], syscall[1]))
    for number, word in said.arguments.items() if kind == "EXECVE" else ():
        said.add(f"a{number}", word)


def _pairs(parts: list[str]) -> Iterator[tuple[str, str, bool]]:
    """Yield name, value and whether it was quoted, of at most so many."""
    left = _MAX_PAIRS
    for part in parts:
        for match in _PAIR.finditer(part):
            if left == 0:
                return
            left -= 1
            name, value = match.groups()
            quoted = value[:1] in ('"', "'")
            yield name, value[1:-1] if quoted else value, quoted


def _decoded(kind: str, name: str, value: str) -> str:
    is_text = name in _ENCODED or (kind == "EXECVE" and _ARGUMENT.match(name) is not None)
    if not is_text or _HEX.match(value) is None:
        return value
    # The words of a command line are set apart by NUL.
    return bytes.fromhex(value).decode("utf-8", "replace").replace("\0", " ").strip()


def _add_argument(said: _Said, number: int, word: str) -> None:
    """Keep a word of a command; a long one comes in pieces (`a1[0]`, `a1[1]`)."""
    if number in said.arguments or len(said.arguments) < _MAX_NAMES // 2:
        said.arguments[number] = said.arguments.get(number, "") + word


def _add_category(fields: Fields, types: list[str]) -> None:
    for pattern, category, type_ in _CATEGORIES:
        if any(pattern.match(one) for one in types):
            fields["event.category"], fields["event.type"] = [category], [type_]
            return


def _add_outcome(fields: Fields, said: _Said) -> None:
    outcome = _OUTCOMES.get(said.first("success", "res", "result"))
    if outcome is not None:
        fields["event.outcome"] = outcome


def _add_process(fields: Fields, said: _Said) -> None:
    texts = {
        "process.name": said.first("comm"),
        "process.executable": said.first("exe"),
        "process.title": said.first("proctitle"),
        "process.working_directory": said.first("cwd"),
        "process.command_line": said.first("cmd"),
    }
    fields |= {name: text for name, text in texts.items() if text}
    for name, column in (("process.pid", "pid"), ("process.parent.pid", "ppid")):
        if (number := whole(said.first(column))) is not None:
            fields[name] = number
    if said.arguments:
        words = [word for _, word in sorted(said.arguments.items())]
        fields["process.args"] = words
        fields["process.command_line"] = " ".join(words)


def _add_people(fields: Fields, said: _Said) -> None:
    for name, column in _IDS.items():
        if (value := said.first(column)) and value not in _NOBODY:
            fields[name] = value
    if name := said.first("acct", "uid_name"):
        fields["user.name"] = name
    if (audited := said.first("auid_name")) and audited not in _NOBODY:
        fields["user.audit.name"] = audited
