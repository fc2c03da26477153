"""Every refusal of this room, with its facts as fields; `str()` is the Bahasa Indonesia sentence a person reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from ir_platform.calendar.zones import clock_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something wrong in a playbook file; `line` counts from 1."""

    line: int
    reason: str
    place: tuple[str | int, ...] = ()
    """The way to it through the file's keys and list positions (from 0)."""


class BadPlaybookError(Exception):
    """A file that cannot be used as a playbook."""

    def __init__(self, *, name: str, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(f"{name}:{fault.line}: {fault.reason}" for fault in faults))
        self.name, self.faults = name, tuple(faults)


class UnreadablePlaybookError(BadPlaybookError):
    """A file that is no playbook at all: not there, not text, not YAML."""


class PlaybookRefusalError(Exception):
    """A command that the SOP does not allow now; nothing has changed."""


class UnknownPlaybookError(PlaybookRefusalError):
    def __init__(self, *, playbook_id: str) -> None:
        super().__init__(f"SOP {playbook_id!r} tidak dikenal.")
        self.playbook_id = playbook_id


class UnknownIncidentError(PlaybookRefusalError):
    def __init__(self, *, incident_id: str) -> None:
        super().__init__("Insiden tidak ditemukan.")
        self.incident_id = incident_id


class UnknownStepError(PlaybookRefusalError):
    def __init__(self, *, no: int) -> None:
        super().__init__(f"SOP ini tidak mempunyai langkah {no}.")
        self.no = no


class WrongRoleError(PlaybookRefusalError):
    def __init__(self, *, no: int, roles: Sequence[str], names: Sequence[str]) -> None:
        super().__init__(f"Langkah {no} dilaksanakan oleh {' atau '.join(names)}.")
        self.no, self.roles = no, tuple(roles)


class NotActiveError(PlaybookRefusalError):
    """The step does not wait for anybody now."""

    def __init__(self, sentence: str, *, no: int, active: Sequence[int]) -> None:
        super().__init__(sentence)
        self.no, self.active = no, tuple(active)


class NotYetActiveError(NotActiveError):
    def __init__(self, *, no: int, active: Sequence[int]) -> None:
        steps = ", ".join(map(str, active))
        super().__init__(f"Langkah {no} belum dapat dilaksanakan; langkah yang aktif: {steps}.", no=no, active=active)


class AlreadyDoneError(NotActiveError):
    def __init__(self, *, no: int, active: Sequence[int], by: str, at: datetime, zone: tzinfo) -> None:
        super().__init__(
            f"Langkah ini sudah dilaksanakan oleh {by} pukul {clock_words(at, zone)}.", no=no, active=active
        )
        self.by, self.at = by, at


class RunEndedError(NotActiveError):
    def __init__(self, *, no: int) -> None:
        super().__init__(f"Langkah {no} tidak dapat dilaksanakan; insiden sudah ditutup.", no=no, active=())


class NotYourTurnError(NotActiveError):
    """Several executors act in order, and somebody else is next."""

    def __init__(self, *, no: int, next_role: str, next_name: str) -> None:
        super().__init__(f"Langkah {no} sedang menunggu {next_name}.", no=no, active=(no,))
        self.next_role = next_role


class StalePutaranError(PlaybookRefusalError):
    def __init__(self, *, no: int, given: int, current: int) -> None:
        super().__init__(f"Langkah {no} sudah berada pada putaran ke-{current}, bukan ke-{given}.")
        self.no, self.given, self.current = no, given, current


class UnknownAttachmentError(PlaybookRefusalError):
    def __init__(self, *, no: int, evidence_ids: Sequence[str]) -> None:
        super().__init__(f"Lampiran bukan bukti dukung insiden ini: {', '.join(evidence_ids)}.")
        self.no, self.evidence_ids = no, tuple(evidence_ids)


class UnknownNihilError(PlaybookRefusalError):
    def __init__(self, *, no: int, items: Sequence[str]) -> None:
        super().__init__(f"Tidak dapat dinyatakan nihil pada langkah {no}: {', '.join(items)}.")
        self.no, self.items = no, tuple(items)


class UnknownKelengkapanError(PlaybookRefusalError):
    def __init__(self, *, name: str) -> None:
        super().__init__(f"Kelengkapan tidak dikenal dalam SOP ini: {name}.")
        self.name = name


class MissingKelengkapanError(PlaybookRefusalError):
    def __init__(self, *, no: int, items: Sequence[str]) -> None:
        super().__init__(f"Kelengkapan belum terpenuhi: {', '.join(items)}.")
        self.no, self.items = no, tuple(items)


class MissingDecisionError(PlaybookRefusalError):
    def __init__(self, *, no: int, choices: Sequence[str]) -> None:
        super().__init__(f"Keputusan langkah {no} belum dipilih: {', '.join(choices)}.")
        self.no, self.choices = no, tuple(choices)


class UnknownDecisionError(PlaybookRefusalError):
    def __init__(self, *, no: int, given: str, choices: Sequence[str]) -> None:
        offered = ", ".join(choices) or "tidak ada"
        super().__init__(f"Keputusan {given!r} tidak tersedia pada langkah {no}; pilihan: {offered}.")
        self.no, self.given, self.choices = no, given, tuple(choices)


class MissingReasonError(PlaybookRefusalError):
    def __init__(self, *, no: int, jawaban: str) -> None:
        super().__init__(f"Keputusan {jawaban!r} pada langkah {no} harus disertai alasan.")
        self.no, self.jawaban = no, jawaban


class MissingCauseError(PlaybookRefusalError):
    def __init__(self, *, no: int, jawaban: str, choices: Sequence[str]) -> None:
        super().__init__(f"Keputusan {jawaban!r} pada langkah {no} harus disertai sebab: {', '.join(choices)}.")
        self.no, self.jawaban, self.choices = no, jawaban, tuple(choices)


class UnknownCauseError(PlaybookRefusalError):
    def __init__(self, *, no: int, given: str, choices: Sequence[str]) -> None:
        super().__init__(
            f"Sebab {given!r} tidak tersedia pada langkah {no}; pilihan: {', '.join(choices) or 'tidak ada'}."
        )
        self.no, self.given, self.choices = no, given, tuple(choices)


class MissingRecordError(PlaybookRefusalError):
    """An answer that stands on a test whose result is nowhere."""

    def __init__(self, *, no: int, jawaban: str) -> None:
        super().__init__(
            f"Keputusan {jawaban!r} pada langkah {no} harus disertai catatan atau lampiran hasil pengujian."
        )
        self.no, self.jawaban = no, jawaban


class MissingOnBehalfError(PlaybookRefusalError):
    def __init__(self, *, no: int, name: str) -> None:
        super().__init__(
            f"Langkah {no} dilaksanakan oleh {name} yang tidak mempunyai akun; "
            "sebutkan atas nama siapa langkah ini dicatat (nama, jabatan, cara, waktu)."
        )
        self.no, self.name = no, name


class NotOnBehalfError(PlaybookRefusalError):
    def __init__(self, *, no: int) -> None:
        super().__init__(f"Langkah {no} sekarang tidak dapat dicatat atas nama pihak luar.")
        self.no = no


class FutureOnBehalfError(PlaybookRefusalError):
    def __init__(self, *, no: int, at: datetime) -> None:
        super().__init__("Waktu pelaksanaan oleh pihak luar tidak boleh di masa depan.")
        self.no, self.at = no, at


class WrongCaraError(PlaybookRefusalError):
    def __init__(self, *, no: int, cara: str, allowed: Sequence[str]) -> None:
        super().__init__(f"Langkah {no} harus disampaikan dengan {' atau '.join(allowed)}, bukan {cara}.")
        self.no, self.cara, self.allowed = no, cara, tuple(allowed)


class MissingProofError(PlaybookRefusalError):
    """An act of an outside executor is recorded with something that shows it."""

    def __init__(self, *, no: int, cara: str, is_written: bool) -> None:
        wanted = "lampirkan buktinya" if is_written else "tulis dalam catatan apa yang disampaikan"
        super().__init__(f"Langkah {no} dicatat atas nama pihak luar ({cara}): {wanted}.")
        self.no, self.cara = no, cara


class ClosedIncidentError(PlaybookRefusalError):
    """Nothing is added to a closed incident."""

    def __init__(self, *, incident_id: str) -> None:
        super().__init__("Insiden sudah ditutup.")
        self.incident_id = incident_id


class UnknownStateVersionError(Exception):
    """A saved run of a newer program, or one that no upgrade leads from."""

    def __init__(self, *, version: object) -> None:
        super().__init__(f"saved run has unknown schema_version {version!r}")
        self.version = version
