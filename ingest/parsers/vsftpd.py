"""vsftpd's own logs: `vsftpd.log`, and `xferlog` in the form that wu-ftpd had.

Source: vsftpd.conf(5); `Fri Nov 20 08:00:00 2026 [pid 2] [siti] OK LOGIN: Client "10.0.0.5"`, or with
`xferlog_std_format=YES` `Fri Nov 20 08:00:00 2026 1 10.0.0.5 512 /berkas.zip b _ i r siti ftp 0 * c`. ProFTPD's
`TransferLog` is the latter. Fields: see `ftp_messages`.
"""

import re
from typing import Final

from ingest.parsers.base import ParseContext, Reading, ReadOwn, Refusal
from ingest.parsers.ends import Fields, add_end
from ingest.parsers.ftp_messages import read_vsftpd
from ingest.parsers.times import yearless_reader

_TIME: Final = re.compile(
    r"[A-Z][a-z]{2} (?P<day>[A-Z][a-z]{2} [ \d]\d) (?P<clock>\d\d:\d\d:\d\d) (?P<year>\d{4}) (?P<rest>.*)$", re.DOTALL
)
_PID: Final = re.compile(r"\[pid (\d{1,10})\] ")
_TRANSFER: Final = re.compile(
    r"(?P<took>\d{1,9}) (?P<client>\S{1,255}) (?P<size>\d{1,18}) (?P<path>.{1,4096}) (?P<type>[ab]) "
    r"(?P<special>\S{1,4}) (?P<direction>[iod]) (?P<access>[agr]) (?P<user>\S{1,128}) (?P<service>\S{1,32}) "
    r"(?P<method>[01]) (?P<id>\S{1,128})(?: (?P<status>[ci]))?$",
    re.DOTALL,
)
_DIRECTIONS: Final = {"i": ("ftp_upload", "creation"), "o": ("ftp_download", "access"), "d": ("ftp_delete", "deletion")}


def vsftpd_lines(context: ParseContext) -> ReadOwn:
    """Return the reader of both, whose times are in the zone of the server."""
    read_time = yearless_reader(zone=context.timezone, year=None, reference_ns=context.reference_ns)

    def read_own(text: str) -> Reading | Refusal | None:
        match = _TIME.match(text)
        if match is None:
            return None
        rest, pid = match["rest"], _PID.match(match["rest"])
        fields = read_vsftpd(rest[pid.end() :]) if pid else _transfer(rest)
        if fields is None:
            return None
        time_ns = read_time(f"{match['day']} {match['year']} {match['clock']}")
        if time_ns is None:
            return Refusal("waktu pada awal baris tidak sah")
        known: Fields = {"event.kind": "event", "process.name": "vsftpd", "message": rest}
        if pid:
            known["process.pid"] = int(pid[1])
        return Reading(time_ns, known | fields)

    return read_own


def _transfer(text: str) -> Fields | None:
    match = _TRANSFER.match(text)
    if match is None:
        return None
    action, kind = _DIRECTIONS[match["direction"]]
    fields: Fields = {
        "event.dataset": "vsftpd.log",
        "network.protocol": "ftp",
        "event.action": action,
        "event.category": ["file", "network"],
        "event.type": [kind],
        "event.outcome": "failure" if match["status"] == "i" else "success",
        "event.duration": int(match["took"]) * 1_000_000_000,
        "user.name": match["user"],
        "file.path": match["path"],
        "file.size": int(match["size"]),
    }
    add_end(fields, "source", match["client"].removeprefix("::ffff:"))
    return fields
