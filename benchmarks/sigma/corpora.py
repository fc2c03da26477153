"""The events that engines are compared on: EVTX files flattened to one JSON object a line, and a quiet day made up.

Each line has Channel, EventID and the event's data under their native names, and `product`, `category` and `service`,
which rsigma routes by; our engine routes by the channel, and reads these too.
"""

import io
import random
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import zstandard
from evtx import PyEvtxParser

SYSMON = "Microsoft-Windows-Sysmon/Operational"
QUIET_EVENTS = 200_000
QUIET_HIT_EVERY = 1_000
SEED = 20261121

_SERVICES = {
    SYSMON: "sysmon",
    "Security": "security",
    "System": "system",
    "Application": "application",
    "Windows PowerShell": "powershell-classic",
    "Microsoft-Windows-PowerShell/Operational": "powershell",
    "Microsoft-Windows-Windows Defender/Operational": "windefend",
    "Microsoft-Windows-TaskScheduler/Operational": "taskscheduler",
    "Microsoft-Windows-Bits-Client/Operational": "bits-client",
}
_CATEGORIES = {
    **{(SYSMON, code): "registry_event" for code in (12, 14)},
    (SYSMON, 1): "process_creation",
    (SYSMON, 2): "file_change",
    (SYSMON, 3): "network_connection",
    (SYSMON, 5): "process_termination",
    (SYSMON, 6): "driver_load",
    (SYSMON, 7): "image_load",
    (SYSMON, 8): "create_remote_thread",
    (SYSMON, 10): "process_access",
    (SYSMON, 11): "file_event",
    (SYSMON, 13): "registry_set",
    (SYSMON, 15): "create_stream_hash",
    (SYSMON, 17): "pipe_created",
    (SYSMON, 18): "pipe_created",
    (SYSMON, 22): "dns_query",
    (SYSMON, 23): "file_delete",
    ("Security", 4688): "process_creation",
    ("Microsoft-Windows-PowerShell/Operational", 4103): "ps_module",
    ("Microsoft-Windows-PowerShell/Operational", 4104): "ps_script",
}


def unpack(archive: Path, into: Path) -> Path:
    """Unpack once; what is there already stays."""
    if not into.is_dir():
        into.mkdir(parents=True)
        with (
            zstandard.ZstdDecompressor().stream_reader(archive.open("rb"), closefd=True) as stream,
            tarfile.open(fileobj=io.BufferedReader(stream), mode="r|") as members,
        ):
            members.extractall(into, filter="data")
    return into


def flattened(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of every EVTX file; a file that is broken gives those before the break."""
    for file in sorted(folder.rglob("*.evtx")):
        try:
            for record in PyEvtxParser(str(file)).records_json():
                yield _flat(orjson.loads(record["data"])["Event"])
        except (RuntimeError, OSError, ValueError):
            continue


def _flat(event: dict[str, Any]) -> dict[str, Any]:
    system = event["System"]
    channel, code = str(_plain(system.get("Channel"))), int(_plain(system.get("EventID")) or 0)
    fields = {
        "Channel": channel,
        "EventID": code,
        "Provider_Name": system["Provider"]["#attributes"].get("Name"),
        "Computer": system.get("Computer"),
        "EventRecordID": system.get("EventRecordID"),
        "Level": _plain(system.get("Level")),
        "@timestamp": system["TimeCreated"]["#attributes"]["SystemTime"],
        "product": "windows",
        "service": _SERVICES.get(channel),
        "category": _CATEGORIES.get((channel, code)),
    }
    user = event.get("UserData")
    wrapped = [inner for inner in user.values() if isinstance(inner, dict)] if isinstance(user, dict) else []
    for data in (event.get("EventData"), *wrapped):
        for name, value in data.items() if isinstance(data, dict) else ():
            if name != "#attributes":
                fields.setdefault(name, _plain(value))
    return {name: value for name, value in fields.items() if value is not None and not isinstance(value, dict)}


def _plain(value: Any) -> Any:  # noqa: ANN401  JSON
    return value.get("#text") if isinstance(value, dict) else value


def write_lines(path: Path, events: Iterator[dict[str, Any]] | list[dict[str, Any]], *, times: int) -> None:
    content = b"".join(orjson.dumps(event) + b"\n" for event in events)
    with path.open("wb") as file:
        for _ in range(times):
            file.write(content)


def quiet() -> Iterator[dict[str, Any]]:
    """Yield a day at an office: programs people start, and now and then one that rules know."""
    chance = random.Random(SEED)
    programs = ("WINWORD.EXE", "EXCEL.EXE", "chrome.exe", "msedge.exe", "OUTLOOK.EXE", "SumatraPDF.exe", "Zoom.exe")
    for number in range(QUIET_EVENTS):
        image = f"C:\\Program Files\\Office\\{chance.choice(programs)}"
        command = f'"{image}" /n "D:\\Surat\\{chance.randrange(10_000)}.docx"'
        if number % QUIET_HIT_EVERY == 0:
            image, command = "C:\\Windows\\System32\\whoami.exe", "whoami /all"
        yield {
            "Channel": SYSMON,
            "EventID": 1,
            "Provider_Name": "Microsoft-Windows-Sysmon",
            "Computer": f"pc-{chance.randrange(200)}.kominfo.example",
            "EventRecordID": number,
            "Level": 4,
            "@timestamp": f"2026-11-20T{number // 8334 % 24:02}:{chance.randrange(60):02}:{chance.randrange(60):02}Z",
            "product": "windows",
            "service": "sysmon",
            "category": "process_creation",
            "UtcTime": f"2026-11-20 01:02:{chance.randrange(60):02}.{chance.randrange(1000):03}",
            "ProcessGuid": f"{{{chance.randrange(16**8):08x}-0000-0000-0000-{chance.randrange(16**12):012x}}}",
            "ProcessId": str(chance.randrange(20_000)),
            "Image": image,
            "FileVersion": "16.0.1",
            "Description": "Program kantor",
            "Product": "Kantor",
            "Company": "Contoh",
            "OriginalFileName": image.rpartition("\\")[2],
            "CommandLine": command,
            "CurrentDirectory": "D:\\Surat\\",
            "User": f"KOMINFO\\pegawai{chance.randrange(500)}",
            "LogonId": f"0x{chance.randrange(16**6):x}",
            "TerminalSessionId": 1,
            "IntegrityLevel": "Medium",
            "Hashes": f"SHA256={chance.randrange(16**64):064X}",
            "ParentImage": "C:\\Windows\\explorer.exe",
            "ParentCommandLine": "C:\\Windows\\Explorer.EXE",
            "ParentUser": f"KOMINFO\\pegawai{chance.randrange(500)}",
        }
