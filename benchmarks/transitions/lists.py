"""Times what the page reads: lists, searches, one incident."""

import statistics
import time
from contextlib import closing
from typing import Final

from benchmarks.transitions.load import OK, Client

READS: Final = {
    "incidents, first page": "/api/v1/incidents",
    "incidents, open": "/api/v1/incidents?status=open",
    "incidents, tugas saya": "/api/v1/incidents?tugas_saya=true",
    "incidents, a common word": "/api/v1/incidents?q=perizinan",
    "incidents, a word of none": "/api/v1/incidents?q=zaphodbeeblebrox",
    "notices, first page": "/api/v1/notices",
    "alerts, first page": "/api/v1/alerts",
    "alerts, a word of none": "/api/v1/alerts?q=zaphodbeeblebrox",
    "one incident": "/api/v1/incidents/{incident}",
    "its Kronologi": "/api/v1/incidents/{incident}/timeline",
}
READER: Final = "kasi"
REPEATS: Final = 9


def median_ms(client: Client, path: str) -> float:
    """Return the median time of a read, over one connection, after one that is not counted."""
    times = []
    address = path.format(incident=client.work[0].incident_id)
    with closing(client.connect()) as connection:
        for _ in range(REPEATS + 1):
            begun = time.perf_counter()
            connection.request("GET", address, headers={"Authorization": f"Bearer {client.tokens[READER]}"})
            answer = connection.getresponse()
            answer.read()
            times.append(1_000 * (time.perf_counter() - begun))
            assert answer.status == OK, (address, answer.status)
    return statistics.median(times[1:])
