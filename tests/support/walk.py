"""The Kaltim walk as scripts do it: who acts at each step, and what they send."""

from collections.abc import Callable
from typing import Any

import httpx

Client = Callable[[str], httpx.Client]
"""A signed-in client by user name."""

NIHIL = {"NOC": "Tidak ada catatan NOC tambahan.", "aplikasi security system": "Tidak ada temuan lain."}

WALK: tuple[tuple[str, int, dict[str, Any]], ...] = (
    ("pemeriksa", 1, {"catatan": "Laporan dicatat."}),
    ("kabid", 2, {"catatan": "Mohon ditindaklanjuti."}),
    ("kasi", 3, {"catatan": "Periksa server dan log."}),
    ("pengelola", 4, {"catatan": "Perlu arahan.", "keputusan": "sulit"}),
    ("kasi", 5, {"catatan": "Mohon arahan pemblokiran."}),
    ("kabid", 6, {"catatan": "Blokir alamat sumber di firewall."}),
    ("pengelola", 7, {"catatan": "Alamat diblokir.", "nihil": NIHIL}),
    ("pengelola", 8, {"catatan": "Hasil dilaporkan."}),
    ("kasi", 9, {"catatan": "", "keputusan": "belum", "alasan": "Masih ada percobaan dari alamat lain."}),
    ("pengelola", 7, {"catatan": "Akses SSH dibatasi.", "nihil": NIHIL}),
    ("pengelola", 8, {"catatan": "Hasil dilaporkan kembali."}),
    ("kasi", 9, {"catatan": "Tidak terlihat lagi.", "keputusan": "tuntas"}),
    ("kabid", 10, {"catatan": "Diterima."}),
    ("kasi", 11, {"catatan": "Diberitahukan."}),
    ("pengelola", 12, {"catatan": "Diteruskan kepada pelapor."}),
)
"""Four people, sent back once at step 9."""


def complete(client: httpx.Client, incident_id: str, no: int, body: dict[str, Any], **headers: str) -> httpx.Response:
    return client.post(f"/api/v1/incidents/{incident_id}/steps/{no}/complete", json=body, headers=headers)


def carry_out(clients: dict[str, httpx.Client], incident_id: str, *, until: int = len(WALK)) -> dict[str, Any]:
    """Do the first `until` acts of the walk and return the incident."""
    incident: dict[str, Any] = {}
    for who, no, body in WALK[:until]:
        answer = complete(clients[who], incident_id, no, body)
        assert answer.status_code == 200, (who, no, answer.text)
        incident = answer.json()
    return incident
