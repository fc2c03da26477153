#!/usr/bin/env python3
"""Memeriksa keutuhan paket ekspor Tanggap. Hanya memerlukan Python 3.9 ke atas, tanpa pustaka lain dan tanpa jaringan.

    python3 verifikasi.py                       memeriksa folder tempat berkas ini diekstrak
    python3 verifikasi.py PAKET.zip             memeriksa ZIP tanpa mengekstraknya
    python3 verifikasi.py --kunci KUNCI.pem …   mempercayai hanya kunci publik ini (disimpan di luar paket)

Status keluar: 0 utuh, 1 rusak, 2 tidak dapat diperiksa.

This file stands alone and travels inside every export; it imports nothing of the program on purpose.
"""

import argparse
import base64
import binascii
import hashlib
import json
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import IO, Any, Union

MANIFEST = "MANIFEST.sha256"
SIGNATURE = "MANIFEST.sig"
AUDIT, CHAIN, CHECKPOINT = "audit.jsonl", "audit/rantai.jsonl", "audit/titik-periksa.jsonl"
PUBLIC_KEYS = "audit/kunci-publik.pem"
CUSTODY, EVIDENCE, DOCUMENTS = "custody.json", "evidence.json", "documents.json"
TIMELINE = "timeline.json"
UNLISTED = frozenset({MANIFEST, SIGNATURE})
CHUNK_BYTES = 1 << 20
MAX_TEXT_BYTES = 512 * 1024**2
MAX_FAULTS = 50
UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError)
"""What reading a damaged member of a ZIP raises."""


class UnreadableError(Exception):
    """What was given cannot be checked at all."""


# --- the package: a ZIP or a folder ----------------------------------------------------------------------------------


class Zipped:
    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise UnreadableError(f"{path} bukan ZIP yang dapat dibuka: {error}") from error

    def names(self) -> list[str]:
        return [info.filename for info in self._zip.infolist() if not info.is_dir()]

    def open(self, name: str) -> IO[bytes]:
        return self._zip.open(name)


class Unpacked:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        found = (path for path in self._folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        return sorted(path.relative_to(self._folder).as_posix() for path in found)

    def open(self, name: str) -> IO[bytes]:
        return (self._folder / name).open("rb")


Package = Union[Zipped, Unpacked]
Entries = dict[int, dict[str, Any]]
Point = tuple[int, int, int, int]
"""Extended coordinates."""


def is_harmless(name: str) -> bool:
    """Nothing outside of the package is ever opened."""
    parts = name.split("/")
    return not name.startswith("/") and "\\" not in name and ".." not in parts and "" not in parts


# --- hashes of the files ---------------------------------------------------------------------------------------------


def digest_of(package: "Package", name: str) -> str:
    digest = hashlib.sha256()
    with package.open(name) as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def read_manifest(package: "Package", faults: list[str]) -> dict[str, str]:
    """Return name to SHA-256, as the manifest lists them."""
    listed: dict[str, str] = {}
    for number, line in enumerate(text_of(package, MANIFEST).splitlines(), 1):
        digest, _, name = line.partition("  ")
        if len(digest) != 64 or not name or not is_harmless(name) or name in listed:
            faults.append(f"{MANIFEST}: baris {number} tidak terbaca")
        else:
            listed[name] = digest
    return listed


def check_files(package: "Package", listed: dict[str, str], faults: list[str]) -> dict[str, str]:
    """Return the SHA-256 of every listed file that is there."""
    names = package.names()
    found = {}
    counted = Counter(names)
    faults += [f"{name}: ada lebih dari satu dalam paket" for name in sorted(counted) if counted[name] > 1]
    unlisted = sorted(set(names) - set(listed) - UNLISTED)
    faults += [f"{name}: ditambahkan, tidak tercatat dalam {MANIFEST}" for name in unlisted]
    for name, digest in listed.items():
        if name not in counted:
            faults.append(f"{name}: hilang")
            continue
        try:
            found[name] = digest_of(package, name)
        except UNREADABLE as error:
            faults.append(f"{name}: tidak dapat dibaca ({type(error).__name__})")
            continue
        if found[name] != digest:
            faults.append(f"{name}: isi berubah, SHA-256 sekarang {found[name]}")
    return found


# --- signatures (Ed25519, RFC 8032) ----------------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def point_of(encoded: bytes) -> "Point | None":
    """Return the curve point (extended coordinates) of 32 bytes, None where there is none."""
    y = int.from_bytes(encoded, "little") & ((1 << 255) - 1)
    if y >= P:
        return None
    x_squared = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x_squared, (P + 3) // 8, P)
    if (x * x - x_squared) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - x_squared) % P:
        return None
    sign = encoded[31] >> 7
    if x == 0 and sign:
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def added(one: "Point", other: "Point") -> "Point":
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, point: "Point") -> "Point":
    result: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = added(result, point)
        point, scalar = added(point, point), scalar >> 1
    return result


def is_same_point(one: "Point", other: "Point") -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 and (one[1] * other[2] - other[1] * one[2]) % P == 0


def is_signed(public: bytes, signature: bytes, message: bytes) -> bool:
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = point_of(public), point_of(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    base = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    return base is not None and is_same_point(times(s, base), added(r, times(h, a)))


ED25519_DER = bytes.fromhex("302a300506032b6570032100")


def keys_of(pem: str) -> dict[str, bytes]:
    """Return key id to raw public key, of every Ed25519 key in the PEM text."""
    keys = {}
    for part in pem.split("-----BEGIN PUBLIC KEY-----")[1:]:
        body = part.split("-----END PUBLIC KEY-----")[0]
        try:
            der = base64.b64decode("".join(body.split()), validate=True)
        except (binascii.Error, ValueError):
            continue
        if der.startswith(ED25519_DER) and len(der) == 44:
            keys[hashlib.sha256(der[12:]).hexdigest()[:16]] = der[12:]
    return keys


def fault_of_signature(keys: dict[str, bytes], kid: str, signature: str, message: bytes) -> "str | None":
    """Return what is wrong, None where the signature holds."""
    if kid not in keys:
        return f"kunci publik {kid} tidak dikenal"
    try:
        raw = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError, TypeError):
        return "tanda tangan tidak terbaca"
    return None if is_signed(keys[kid], raw, message) else "tanda tangan tidak cocok"


def check_signature(package: "Package", keys: dict[str, bytes], faults: list[str], notes: list[str]) -> bool:
    if SIGNATURE not in package.names():
        notes.append("PERHATIAN: paket ini tidak bertanda tangan; hash hanya membuktikan bahwa isinya saling cocok.")
        return False
    signature = json_of(package, SIGNATURE)
    with package.open(MANIFEST) as file:
        manifest = file.read(MAX_TEXT_BYTES)
    message = b"tanggap-manifest-1\n" + hashlib.sha256(manifest).hexdigest().encode()
    fault = fault_of_signature(keys, signature.get("kunci"), signature.get("tanda"), message)
    if fault:
        faults.append(f"{MANIFEST}: {fault}")
    return fault is None


# --- the audit trail -------------------------------------------------------------------------------------------------


def array(*parts: object) -> bytes:
    return json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def values_of(entry: dict[str, Any]) -> list[Any]:
    return [entry[name] for name in ("at", "actor", "actor_name", "action", "subject", "details")]


def content_hash(entry: dict[str, Any]) -> str:
    return hashlib.sha256(array("tanggap-audit-2", *values_of(entry))).hexdigest()


def link_hash(seq: int, before: str, content: str) -> str:
    return hashlib.sha256(f"tanggap-audit-2 {seq} {before} {content}".encode()).hexdigest()


def first_release_hash(entry: dict[str, Any]) -> str:
    return hashlib.sha256(array("tanggap-audit-1", entry["seq"], entry["prev_hash"], *values_of(entry))).hexdigest()


def check_entries(package: "Package", faults: list[str]) -> "Entries":
    """Return seq to entry, each proved to be what its hash says."""
    entries: Entries = {}
    if AUDIT not in package.names():
        return entries
    for number, line in enumerate(lines_of(package, AUDIT), 1):
        try:
            entry = json.loads(line)
            own = link_hash(entry["seq"], entry["prev_hash"], content_hash(entry))
            is_whole = entry["hash"] in (own, first_release_hash(entry))
        except (ValueError, KeyError, TypeError):
            faults.append(f"{AUDIT}: baris {number} tidak terbaca")
            continue
        if entry["seq"] in entries:
            faults.append(f"{AUDIT}: entri {entry['seq']} ada dua kali")
        elif not is_whole:
            faults.append(f"{AUDIT}: entri {entry['seq']} diubah")
        entries[entry["seq"]] = entry
    return entries


def check_chain(
    package: "Package", entries: "Entries", faults: list[str], notes: list[str]
) -> "tuple[int, str] | None":
    """Walk the places of the chain; return the last seq and hash."""
    if CHAIN not in package.names():
        return None
    last: "tuple[int, str] | None" = None
    unseen, hidden, count = dict(entries), 0, 0
    for number, line in enumerate(lines_of(package, CHAIN), 1):
        try:
            place = json.loads(line)
            seq, before, content, digest = (place[name] for name in ("seq", "prev", "isi", "hash"))
            entry = unseen.pop(seq, None)
            own = digest if content is None else link_hash(seq, before, content)
        except (ValueError, KeyError, TypeError):
            faults.append(f"{CHAIN}: baris {number} tidak terbaca")
            return None
        if bool(place.get("ada")) != (entry is not None):
            faults.append(f"{AUDIT}: entri {seq} {'hilang' if entry is None else 'ditambahkan'}")
        count, hidden = count + 1, hidden + (content is None and entry is None)
        if last is not None and (seq != last[0] + 1 or before != last[1]):
            faults.append(f"{CHAIN}: entri {seq} tidak menyambung dengan entri {last[0]}")
        elif own != digest or (entry is not None and (entry["hash"], entry["prev_hash"]) != (digest, before)):
            faults.append(f"{CHAIN}: entri {seq} diubah")
        last = (seq, digest)
    faults += [f"{AUDIT}: entri {seq} tidak ada dalam rantai" for seq in sorted(unseen)]
    notes.append(f"Rantai audit: {count} entri berurutan, {len(entries)} di antaranya dengan isi.")
    if hidden:
        notes.append(f"PERHATIAN: {hidden} entri berformat lama tanpa isi; sambungannya tidak dapat dihitung ulang.")
    return last


def check_checkpoint(
    package: "Package", last: "tuple[int, str] | None", keys: dict[str, bytes], faults: list[str], notes: list[str]
) -> None:
    if CHECKPOINT not in package.names():
        notes.append("PERHATIAN: tidak ada titik periksa bertanda tangan dalam paket ini.")
        return
    try:
        line = json.loads(text_of(package, CHECKPOINT))
        message = array("tanggap-titik-periksa-1", line["seq"], line["hash"], line["at"], line["prev"])
        fault = fault_of_signature(keys, line["kunci"], line["tanda"], message)
    except (ValueError, KeyError, TypeError):
        fault = "tidak terbaca"
    if fault:
        faults.append(f"{CHECKPOINT}: {fault}")
    elif last is not None and last != (line["seq"], line["hash"]):
        faults.append(f"{CHAIN}: rantai tidak berakhir di titik periksa (entri {line['seq']})")


# --- custody, evidence, documents ------------------------------------------------------------------------------------

CUSTODY_FIELDS = ("id", "evidence_id", "incident_id", "act", "at", "actor", "actor_name", "way", "sha256")


def custody_hash(line: dict[str, Any]) -> str:
    plain = [line[name] for name in CUSTODY_FIELDS]
    return hashlib.sha256(array("tanggap-penguasaan-1", *plain, line["is_verified"], line["facts"])).hexdigest()


def check_custody(package: "Package", entries: "Entries", faults: list[str]) -> None:
    if CUSTODY not in package.names():
        return
    missing = {
        key: seq for seq, entry in entries.items() for key in (parsed(entry.get("details")).get("penguasaan") or {})
    }
    for line in json_of(package, CUSTODY):
        try:
            entry = entries.get(line["audit_seq"], {})
            kept = (parsed(entry.get("details")).get("penguasaan") or {}).get(line["id"])
            is_whole = kept == custody_hash(line)
            missing.pop(line["id"], None)
        except (KeyError, TypeError, AttributeError):
            is_whole = False
        if not is_whole:
            faults.append(f"{CUSTODY}: baris {named(line)} tidak sama dengan yang dicatat jejak audit")
    for key, seq in missing.items():
        faults.append(f"{CUSTODY}: baris {key} hilang (entri audit {seq})")


def line_hash(line: dict[str, Any]) -> str:
    facts = [list(pair) for pair in line["facts"].items()]
    parts = ("tanggap-kronologi-1", moment(line["at"]), line["kind"], line["actor"], facts)
    return hashlib.sha256(array(*parts)).hexdigest()


def moment(text: str) -> str:
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))  # Python 3.9 does not read Z
    return at.astimezone(timezone.utc).isoformat(timespec="microseconds")  # noqa: UP017  nor has it datetime.UTC


def check_kronologi(package: "Package", entries: "Entries", faults: list[str]) -> None:
    """Each line stands in an entry by its hash; entries of older versions of the program tell of no lines."""
    if TIMELINE not in package.names():
        return
    told = [
        (seq, moment(entry["at"]), str(one))
        for seq, entry in sorted(entries.items())
        for one in parsed(entry.get("details")).get("kronologi") or ()
    ]
    if not told:
        return
    opened = (seq for seq, entry in sorted(entries.items()) if entry.get("action") == "incident.opened")
    is_wholly_told = told[0][0] == next(opened, None)
    left = Counter(one for _, _, one in told)
    for number, line in enumerate(json_of(package, TIMELINE), 1):
        try:
            digest, at = line_hash(line), moment(line["at"])
        except (ValueError, KeyError, TypeError, AttributeError):
            faults.append(f"{TIMELINE}: baris {number} tidak terbaca")
            continue
        if left[digest]:
            left[digest] -= 1
        elif is_wholly_told or at >= told[0][1]:
            faults.append(f"{TIMELINE}: baris {number} tidak dicatat jejak audit")
    for seq, _, one in told:
        if left[one]:
            left[one] -= 1
            faults.append(f"{TIMELINE}: baris yang dicatat entri {seq} dihapus atau diubah")


def named(line: object) -> object:
    return line.get("id", "?") if isinstance(line, dict) else "?"


def check_records(package: "Package", found: dict[str, str], faults: list[str]) -> None:
    """The records say which SHA-256 was received; the files must be those, wherever they are not locked."""
    if EVIDENCE in found:
        for one in json_of(package, EVIDENCE):
            check_member(one, recorded=one.get("sha256"), found=found, faults=faults)
    if DOCUMENTS in found:
        for one in json_of(package, DOCUMENTS):
            for form, file in one.get("files", {}).items():
                check_member(file, recorded=one.get(f"{form}_sha256"), found=found, faults=faults)


def check_member(one: dict[str, Any], *, recorded: "str | None", found: dict[str, str], faults: list[str]) -> None:
    member = str(one.get("member"))
    if one.get("problem"):
        faults.append(f"{member}: sudah bermasalah ketika diekspor ({one['problem']})")
    elif not one.get("terkunci") and found.get(member) not in (None, recorded):
        faults.append(f"{member}: bukan isi yang tercatat saat diterima (SHA-256 {recorded})")


# --- reading ---------------------------------------------------------------------------------------------------------


def text_of(package: "Package", name: str) -> str:
    if name not in package.names():
        raise UnreadableError(f"{name} tidak ada: ini bukan paket ekspor Tanggap, atau berkas itu dihapus")
    with package.open(name) as file:
        return file.read(MAX_TEXT_BYTES).decode("utf-8", "replace")


def lines_of(package: "Package", name: str) -> "Iterator[bytes]":
    with package.open(name) as file:
        yield from file


def json_of(package: "Package", name: str) -> Any:  # noqa: ANN401  what JSON holds
    try:
        return json.loads(text_of(package, name))
    except ValueError as error:
        raise UnreadableError(f"{name} tidak terbaca sebagai JSON") from error


def parsed(text: "str | None") -> dict[str, Any]:
    try:
        value = json.loads(text or "")
    except (ValueError, TypeError):
        return {}
    return value if isinstance(value, dict) else {}


# --- the verdict -----------------------------------------------------------------------------------------------------


def check(package: "Package", trusted: "dict[str, bytes] | None") -> tuple[list[str], list[str]]:
    """Return the faults, first found first, and what else the reader should know."""
    faults: list[str] = []
    notes: list[str] = []
    listed = read_manifest(package, faults)
    found = check_files(package, listed, faults)
    keys = trusted
    if keys is None:
        keys = keys_of(text_of(package, PUBLIC_KEYS)) if PUBLIC_KEYS in found else {}
    try:
        if check_signature(package, keys, faults, notes) and trusted is None:
            notes.append(
                "Tanda tangan cocok dengan kunci di dalam paket. Bandingkan kunci itu dengan yang Anda simpan: --kunci."
            )
        entries = check_entries(package, faults)
        last = check_chain(package, entries, faults, notes)
        check_checkpoint(package, last, keys, faults, notes)
        check_custody(package, entries, faults)
        check_kronologi(package, entries, faults)
        check_records(package, found, faults)
    except (UnreadableError, *UNREADABLE, KeyError, TypeError, AttributeError) as error:
        # Files that were changed are named already; what reads them further may stumble over the change.
        faults.append(f"pemeriksaan tidak dapat diselesaikan: {error}")
    notes.insert(0, f"Berkas diperiksa: {len(found)}.")
    return faults, notes


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Memeriksa keutuhan paket ekspor Tanggap.")
    parser.add_argument("paket", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--kunci", type=Path, help="kunci publik (PEM) yang disimpan di luar paket")
    given = parser.parse_args(arguments)
    try:
        trusted = keys_of(given.kunci.read_text()) if given.kunci else None
        package = Unpacked(given.paket) if given.paket.is_dir() else Zipped(given.paket)
        faults, notes = check(package, trusted)
    except (UnreadableError, *UNREADABLE) as error:
        sys.stdout.write(f"TIDAK DAPAT DIPERIKSA: {error}\n")
        return 2
    for note in notes:
        sys.stdout.write(f"{note}\n")
    for fault in faults[:MAX_FAULTS]:
        sys.stdout.write(f"- {fault}\n")
    if len(faults) > MAX_FAULTS:
        sys.stdout.write(f"- dan {len(faults) - MAX_FAULTS} lagi\n")
    if faults:
        sys.stdout.write(f"PUTUSAN: RUSAK. Yang pertama: {faults[0]}\n")
        return 1
    sys.stdout.write("PUTUSAN: UTUH. Semua berkas, tanda tangan, dan sambungan jejak audit cocok.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
