"""Where the printed sheet speaks against itself or against our reading: numbers, times, dates, regulations, symbols."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from playbooks.checks.problem import Problem, Severity
from playbooks.schema import ReadSop
from playbooks.sop import Langkah, Simbol
from playbooks.source import Spot

_REGULATION: Final = re.compile(r"nomor\s+([^\s,;]{1,20})\s+tahun\s+([12][0-9]{3})", re.IGNORECASE)


def find(read: ReadSop) -> Iterator[Problem]:
    yield from _numbers(read)
    yield from _dates(read)
    yield from _regulations(read)
    for index, step in enumerate(read.sop.langkah):
        yield from _time(read, index, step)
        yield from _symbol(read, index, step)


def _warning(spot: Spot, reason: str) -> Problem:
    return Problem(severity=Severity.WARNING, spot=spot, reason=reason)


def _numbers(read: ReadSop) -> Iterator[Problem]:
    for before, step in pairwise(read.sop.langkah):
        if not (before.no_asli.isdecimal() and step.no_asli.isdecimal()):
            continue
        gap = int(step.no_asli) - int(before.no_asli)
        spot = read.step_spot(step.no, "no_asli")
        if gap == 0:
            yield _warning(spot, f"langkah {step.no}: nomor tercetak {step.no_asli} dipakai dua kali")
        elif gap != 1:
            reason = f"langkah {step.no}: nomor tercetak melompat dari {before.no_asli} ke {step.no_asli}"
            yield _warning(spot, reason)


def _dates(read: ReadSop) -> Iterator[Problem]:
    sop = read.sop
    if sop.tanggal_efektif and sop.tanggal_revisi and sop.tanggal_efektif < sop.tanggal_revisi:
        reason = f"tanggal efektif {sop.tanggal_efektif} lebih awal daripada tanggal revisi {sop.tanggal_revisi}"
        yield _warning(read.spot("tanggal_efektif"), reason)


def _regulations(read: ReadSop) -> Iterator[Problem]:
    basis = {found for text in read.sop.dasar_hukum for found in _REGULATION.findall(text)}
    if not basis:
        return
    for number, year in _REGULATION.findall(read.sop.penanggung_jawab):
        if (number, year) not in basis:
            reason = f"penanggung jawab menyebut Nomor {number} Tahun {year} yang tidak ada dalam dasar hukum"
            yield _warning(read.spot("penanggung_jawab"), reason)


def _time(read: ReadSop, index: int, step: Langkah) -> Iterator[Problem]:
    if step.waktu_asli is None:
        return
    reading = f"dibaca {step.waktu}" if step.waktu else "tidak terbaca, tidak dihitung"
    spot = read.spot("langkah", index, "waktu_asli")
    yield _warning(spot, f"langkah {step.no}: waktu tercetak {step.waktu_asli!r} {reading}")


def _symbol(read: ReadSop, index: int, step: Langkah) -> Iterator[Problem]:
    spot = read.spot("langkah", index, "simbol")
    if step.simbol is Simbol.KEPUTUSAN and len(step.keputusan) < 2:
        yield _warning(spot, f"langkah {step.no} digambar sebagai keputusan tetapi tidak bercabang")
    if step.simbol is not Simbol.KEPUTUSAN and len(step.choices(putaran=1)) > 1:
        yield _warning(spot, f"langkah {step.no} meminta keputusan tetapi tidak digambar sebagai keputusan")
