"""Steps nobody reaches, decisions and loops nobody leaves."""

from collections.abc import Iterator

from playbooks.checks.graph import END, graph_of, leading_to_end, reached_from
from playbooks.checks.problem import Problem, Severity
from playbooks.schema import ReadSop


def find(read: ReadSop) -> Iterator[Problem]:
    sop, graph = read.sop, graph_of(read.sop)
    reached = reached_from(graph, sop.langkah[0].no)
    ending = leading_to_end(graph)
    for index, step in enumerate(sop.langkah):
        spot = read.spot("langkah", index, "no")
        if step.no not in reached:
            yield Problem(severity=Severity.ERROR, spot=spot, reason=f"langkah {step.no} tidak pernah tercapai")
        elif step.no not in ending:
            what = "keputusan" if step.keputusan else "putaran"
            reason = f"langkah {step.no}: {what} tanpa jalan keluar, akhir SOP tidak dapat dicapai"
            yield Problem(severity=Severity.ERROR, spot=spot, reason=reason)
        comes_back = any(step.no in reached_from(graph, after) for after in graph[step.no] if after != END)
        if any(one.hanya_bila_kembali for one in step.keputusan) and not comes_back:
            reason = f"langkah {step.no}: jawaban hanya_bila_kembali, tetapi langkah ini tidak pernah kembali"
            yield Problem(severity=Severity.WARNING, spot=spot, reason=reason)
