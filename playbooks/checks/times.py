"""Times of the steps that do not fit the time of the whole."""

from collections.abc import Iterator

from ir_platform.calendar.duration import MINUTES_PER_DAY
from playbooks.checks.graph import graph_of, longest_forward_minutes, shortest_minutes
from playbooks.checks.problem import Problem, Severity
from playbooks.schema import ReadSop


def find(read: ReadSop) -> Iterator[Problem]:
    total = read.sop.waktu_total
    if total is None:
        return
    graph, spot = graph_of(read.sop), read.spot("waktu_total")
    shortest, longest = shortest_minutes(read.sop), longest_forward_minutes(read.sop, graph)
    if shortest is None:
        return
    if shortest > total.max_minutes:
        reason = f"jalur terpendek memakan {_days(shortest)}, lebih lama daripada waktu total {total}"
        yield Problem(severity=Severity.ERROR, spot=spot, reason=reason)
    elif longest > total.max_minutes:
        reason = f"jalur terpanjang tanpa putaran memakan sampai {_days(longest)}, sedangkan waktu total {total}"
        yield Problem(severity=Severity.WARNING, spot=spot, reason=reason)
    if longest < total.min_minutes:
        reason = f"jalur terpanjang hanya memakan {_days(longest)}, lebih singkat daripada waktu total {total}"
        yield Problem(severity=Severity.WARNING, spot=spot, reason=reason)


def _days(minutes: int) -> str:
    return f"{minutes / MINUTES_PER_DAY:.1f} hari kerja".replace(".", ",")
