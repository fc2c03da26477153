"""Every SOP as a tester reads it on paper, apart from the YAML: who does a step, and where each answer leads."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ir_platform.domain.incident import Outcome
from playbooks.sop import Mode

Way = tuple[str | None, int | None]
"""An answer (None: nothing is asked) and the step it leads to (None: the end)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One way through the SOP: at each step the answers given there, in order; a step may come again."""

    steps: tuple[tuple[int, str | None], ...]
    hasil: Outcome = Outcome.TUNTAS


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    executors: Mapping[int, tuple[str, ...]]
    in_order: frozenset[int] = frozenset()
    ways: Mapping[int, tuple[Way, ...]]
    outside: frozenset[str] = frozenset()
    recorders: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    walks: Mapping[str, Walk]
    causes: Mapping[tuple[int, str], tuple[str, ...]] = field(default_factory=dict)
    """Answers that go with a cause; a walk writes it behind the answer (`tidak_sulit:diselesaikan`)."""
    nihil: Mapping[int, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """What may be declared absent at a step instead of being shown."""

    def mode(self, no: int) -> Mode:
        return Mode.SEMUA_BERURUTAN if no in self.in_order else Mode.SALAH_SATU


def straight(*numbers: int) -> tuple[tuple[int, None], ...]:
    return tuple((no, None) for no in numbers)


def following(numbers: range, **answers: tuple[Way, ...]) -> dict[int, tuple[Way, ...]]:
    """Each step to the next and the last to the end, except for those with answers (`step_4=…`)."""
    plain = {no: ((None, no + 1 if no + 1 in numbers else None),) for no in numbers}
    return plain | {int(name.removeprefix("step_")): ways for name, ways in answers.items()}


TEAM = ("tim_teknis", "pengelola_ti", "pemeriksa_ti")
LOTENG = {"dinas": "loteng_kepala_dinas", "kabid": "loteng_kabid_kominfo", "kasi": "loteng_kasi_jaringan"}
DC, BATAM_OPD = "batam_tim_data_center", "batam_opd"
CHECKED = ((4, None), (5, None), (6, None))

PAPERS: dict[str, Paper] = {
    "kaltim-gangguan-jaringan": Paper(
        executors={
            1: ("pengguna_jaringan",),
            2: ("kasubag_tu", "kepala_dinas"),
            3: ("pejabat_administrator", "kasi_infrastruktur_tik"),
            **dict.fromkeys((4, 5, 6, 7), TEAM),
            8: ("kasi_infrastruktur_tik",),
            9: ("pejabat_administrator",),
            10: ("pengelola_ti",),
        },
        in_order=frozenset({2, 3}),
        ways=following(
            range(1, 11),
            step_7=(("terkoneksi", 9), ("tidak_terkoneksi", 8)),
            step_8=(("terhubung", 9), ("tidak_terhubung", 4)),
        ),
        outside=frozenset({"pengguna_jaringan"}),
        recorders={1: ("kasubag_tu",)},
        walks={
            "connected": Walk(steps=(*straight(1, 2, 3), *CHECKED, (7, "terkoneksi"), *straight(9, 10))),
            "connected by the ISP": Walk(
                steps=(*straight(1, 2, 3), *CHECKED, (7, "tidak_terkoneksi"), (8, "terhubung"), *straight(9, 10))
            ),
            "checked again after the ISP": Walk(
                steps=(
                    *straight(1, 2, 3),
                    *CHECKED,
                    (7, "tidak_terkoneksi"),
                    (8, "tidak_terhubung"),
                    *CHECKED,
                    (7, "terkoneksi"),
                    *straight(9, 10),
                )
            ),
        },
    ),
    "kota-bogor-penanganan-gangguan-jaringan": Paper(
        executors={
            1: ("bogor_perangkat_daerah",),
            2: ("bogor_kepala_dinas",),
            3: ("bogor_kabid",),
            4: ("bogor_kasi",),
            **dict.fromkeys((5, 6, 7), ("bogor_teknisi",)),
            8: ("bogor_kasi",),
            9: ("bogor_kabid",),
        },
        ways=following(
            range(1, 10),
            step_6=(("mati", 6), ("lambat", 6), ("kabel", 6), ("perangkat", 6), ("normal", 7)),
        ),
        outside=frozenset({"bogor_perangkat_daerah"}),
        recorders={1: ("bogor_kepala_dinas",)},
        walks={
            "normal at once": Walk(steps=(*straight(1, 2, 3, 4, 5), (6, "normal"), *straight(7, 8, 9))),
            **{
                f"{first}, then {second}": Walk(
                    steps=(*straight(1, 2, 3, 4, 5), (6, first), (6, second), (6, "normal"), *straight(7, 8, 9))
                )
                for first in ("mati", "lambat")
                for second in ("mati", "lambat", "kabel", "perangkat")
            },
        },
    ),
    "kota-batam-maintenance-gangguan-jaringan": Paper(
        executors={
            1: (BATAM_OPD,),
            2: ("batam_kepala_dinas",),
            3: ("batam_kabid",),
            4: (DC,),
            5: (DC, BATAM_OPD),
            6: (DC,),
            7: (DC,),
            8: (DC, BATAM_OPD),
            9: (DC, BATAM_OPD),
            10: (DC, BATAM_OPD),
            11: ("batam_kabid",),
            12: ("batam_kepala_dinas",),
            13: (BATAM_OPD,),
        },
        in_order=frozenset({8, 10}),
        ways=following(
            range(1, 14),
            step_4=(("bukan_di_data_center", 5), ("di_data_center", 10)),
            step_7=(("diganti", 8), ("diperbaiki", 10), ("tidak_ada_kerusakan", 10)),
        ),
        outside=frozenset({BATAM_OPD}),
        recorders={1: ("batam_kepala_dinas",), 5: (DC,), 8: (DC,), 9: (DC,), 10: (DC,)},
        walks={
            "in the data centre": Walk(steps=(*straight(1, 2, 3), (4, "di_data_center"), *straight(10, 11, 12))),
            "replaced": Walk(
                steps=(
                    *straight(1, 2, 3),
                    (4, "bukan_di_data_center"),
                    *straight(5, 6),
                    (7, "diganti"),
                    *straight(8, 9, 10, 11, 12),
                )
            ),
            **{
                answer: Walk(
                    steps=(
                        *straight(1, 2, 3),
                        (4, "bukan_di_data_center"),
                        *straight(5, 6),
                        (7, answer),
                        *straight(10, 11, 12),
                    )
                )
                for answer in ("diperbaiki", "tidak_ada_kerusakan")
            },
        },
    ),
    "lombok-tengah-gangguan-internet-kepala-dinas": Paper(
        executors={
            1: ("loteng_opd",),
            2: (LOTENG["dinas"], LOTENG["kabid"]),
            3: (LOTENG["kasi"],),
            4: ("loteng_teknisi",),
            5: (LOTENG["dinas"],),
        },
        in_order=frozenset({2}),
        ways=following(range(1, 6), step_4=(("sederhana", 5), ("kompleks", 5))),
        outside=frozenset({"loteng_opd"}),
        recorders={1: (LOTENG["dinas"],)},
        walks={
            "simple": Walk(steps=(*straight(1, 2, 3), (4, "sederhana"), (5, None))),
            "complex": Walk(
                steps=(*straight(1, 2, 3), (4, "kompleks"), (5, None)), hasil=Outcome.MASUK_PROGRAM_KEGIATAN
            ),
        },
    ),
    "lombok-tengah-pemeliharaan-infrastruktur": Paper(
        executors={
            1: (LOTENG["dinas"],),
            2: (LOTENG["dinas"], LOTENG["kabid"]),
            3: ("loteng_kasi_infrastruktur_jaringan",),
            **dict.fromkeys((4, 5, 6, 7), ("loteng_staf",)),
        },
        in_order=frozenset({2}),
        ways=following(range(1, 8)),
        walks={"straight on": Walk(steps=straight(*range(1, 8)))},
    ),
    "lombok-tengah-gangguan-internet-penanggung-jawab": Paper(
        executors={
            1: ("loteng_opd",),
            2: ("loteng_penanggung_jawab",),
            3: (LOTENG["kasi"],),
            4: ("loteng_teknisi",),
            5: (LOTENG["kasi"], LOTENG["kabid"], LOTENG["dinas"]),
        },
        in_order=frozenset({5}),
        ways=following(range(1, 6)),
        outside=frozenset({"loteng_opd"}),
        recorders={1: ("loteng_penanggung_jawab",)},
        walks={"straight on": Walk(steps=straight(*range(1, 6)))},
    ),
}

BEGINS = straight(1, 2, 3)
REPAIR, HARD = straight(7, 8), (*BEGINS, (4, "sulit"), *straight(5, 6, 7, 8))
CLOSING = ((9, "tuntas"), *straight(10, 11, 12))
MEMBERS, HEAD, SECTION = ("tim_teknis", "pengelola_ti"), ("pejabat_administrator",), ("kasi_keamanan_jaringan",)

SECURITY = Paper(
    executors={
        1: ("pemeriksa_ti",),
        2: HEAD,
        3: SECTION,
        4: MEMBERS,
        5: SECTION,
        6: HEAD,
        7: MEMBERS,
        8: MEMBERS,
        9: SECTION,
        10: HEAD,
        11: SECTION,
        12: ("pengelola_ti",),
    },
    ways=following(
        range(1, 13),
        # The first time nothing is asked; what came back is closed or goes on.
        step_1=((None, 2), ("selesai", None), ("diteruskan", 2)),
        step_4=(("sulit", 5), ("tidak_sulit", 1)),
        step_9=(("tuntas", 10), ("belum", 7)),
    ),
    causes={(4, "tidak_sulit"): ("diselesaikan", "tidak_terdapat_gangguan")},
    nihil={7: (("NOC", "tidak ada catatan"), ("aplikasi security system", "tidak terpasang"))},
    walks={
        "hard": Walk(steps=(*HARD, *CLOSING)),
        "hard, sent back twice": Walk(steps=(*HARD, (9, "belum"), *REPAIR, (9, "belum"), *REPAIR, *CLOSING)),
        "solved early": Walk(
            steps=(*BEGINS, (4, "tidak_sulit:diselesaikan"), (1, "selesai")), hasil=Outcome.DISELESAIKAN_AWAL
        ),
        "no disturbance": Walk(
            steps=(*BEGINS, (4, "tidak_sulit:tidak_terdapat_gangguan"), (1, "selesai")), hasil=Outcome.BUKAN_GANGGUAN
        ),
        "thought easy, then hard": Walk(
            steps=(*BEGINS, (4, "tidak_sulit:diselesaikan"), (1, "diteruskan"), *HARD[1:], *CLOSING)
        ),
    },
)

ALL_PAPERS = PAPERS | {"kaltim-gangguan-keamanan-jaringan": SECURITY}

CONFIRMED = {("lombok-tengah-gangguan-internet-kepala-dinas", 4, "kompleks"): LOTENG["kabid"]}
"""Answers that somebody else has to confirm, and who."""

PRINTED = {"lombok-tengah-pemeliharaan-infrastruktur": ("1", "2", "2", "3", "4", "5", "8")}
"""Numbers as printed, where they are not 1, 2, 3, …"""

LETTERS = {
    "kaltim-gangguan-jaringan": {1: "Surat Permohonan Penggunaan Jaringan"},
    "kota-batam-maintenance-gangguan-jaringan": {
        8: "Dokumen Formulir Penggantian Perangkat",
        10: "Berita Acara Pekerjaan",
    },
    "lombok-tengah-gangguan-internet-kepala-dinas": {1: "surat/email/wa"},
    "lombok-tengah-pemeliharaan-infrastruktur": {1: "laporan lisan/tertulis"},
    "lombok-tengah-gangguan-internet-penanggung-jawab": {1: "surat/email/wa"},
}
"""What people have to attach at a step."""
