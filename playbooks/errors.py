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


class UnusableFormError(Exception):
    """What was sent as the form of an SOP is none; `reason` is in Bahasa Indonesia."""

    def __init__(self, *, place: tuple[str | int, ...], reason: str) -> None:
        super().__init__(f"Isian SOP tidak dapat dipakai: {reason}.")
        self.place, self.reason = place, reason


class UnknownVersionError(Exception):
    def __init__(self, *, playbook_id: str, number: int) -> None:
        super().__init__(f"SOP ini tidak mempunyai versi {number}.")
        self.playbook_id, self.number = playbook_id, number


class NotADraftError(Exception):
    """A version that is no draft any more never changes."""

    def __init__(self, *, number: int, status: str) -> None:
        super().__init__(f"Versi {number} bukan konsep ({status}), sehingga tidak dapat diubah.")
        self.number, self.status = number, status


class FaultyDraftError(Exception):
    """A draft with errors; it may be kept, not put in force."""

    def __init__(self, *, number: int, faults: Sequence[Fault]) -> None:
        super().__init__(f"Versi {number} masih mempunyai {len(faults)} kesalahan yang harus diperbaiki.")
        self.number, self.faults = number, tuple(faults)


class OutdatedViewError(Exception):
    """Of the two versions whose difference was looked at, one is no longer what it was."""

    def __init__(self, *, number: int) -> None:
        super().__init__(
            f"Konsep versi {number} atau versi yang berlaku sudah berubah sejak perbedaannya ditampilkan. "
            "Periksa lagi perbedaannya, lalu berlakukan."
        )
        self.number = number


class OtherPlaybookError(Exception):
    """A text of one SOP where another was asked for."""

    def __init__(self, *, expected: str, found: str) -> None:
        super().__init__(f"Kode SOP dalam isian adalah {found!r}, seharusnya {expected!r}.")
        self.expected, self.found = expected, found


class TooManyVersionsError(Exception):
    def __init__(self, *, playbook_id: str) -> None:
        super().__init__("SOP ini sudah mempunyai terlalu banyak versi.")
        self.playbook_id = playbook_id


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


class OwnWorkError(PlaybookRefusalError):
    """Somebody would verify what he has done himself."""

    def __init__(self, *, no: int, done: Sequence[int], putaran: int) -> None:
        steps = " dan ".join(map(str, done))
        super().__init__(
            f"Langkah {no} memeriksa pekerjaan putaran {putaran} yang Anda laksanakan sendiri (langkah {steps}); "
            "pemeriksaan dilakukan oleh pejabat lain, juga bila Anda menjabat sebagai Plt. atau Plh."
        )
        self.no, self.done, self.putaran = no, tuple(done), putaran


class NotHeldError(PlaybookRefusalError):
    """The position that somebody wants to act through is not held by him today, or not in this office."""

    def __init__(self, *, position_id: str) -> None:
        super().__init__("Anda tidak memegang jabatan yang dipilih pada hari ini.")
        self.position_id = position_id


class NotDirectingError(PlaybookRefusalError):
    """Sharing is decided by those who direct the handling."""

    def __init__(self, *, roles: Sequence[str], names: Sequence[str]) -> None:
        super().__init__(f"Berbagi insiden diputuskan oleh {' atau '.join(names)} dari kantor yang menanganinya.")
        self.roles = tuple(roles)


class SharedWithItselfError(PlaybookRefusalError):
    def __init__(self) -> None:
        super().__init__("Insiden ini milik kantor itu sendiri.")


class AlreadySharedError(PlaybookRefusalError):
    def __init__(self, *, office_id: str) -> None:
        super().__init__("Insiden ini sudah dibagikan kepada kantor itu.")
        self.office_id = office_id


class NotSharedError(PlaybookRefusalError):
    def __init__(self, *, office_id: str) -> None:
        super().__init__("Insiden ini tidak dibagikan kepada kantor itu.")
        self.office_id = office_id


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


class MissingLetterError(PlaybookRefusalError):
    """The SOP wants the report in writing, and neither its data nor a file of it is there."""

    def __init__(self, *, no: int) -> None:
        super().__init__(
            f"Surat belum dicatat: isi nomor dan tanggal surat pada penerimaan laporan, "
            f"atau lampirkan suratnya pada langkah {no}."
        )
        self.no = no


class UnaskedIsianError(PlaybookRefusalError):
    """A form that the step does not have for this executor."""

    def __init__(self, *, no: int, what: str) -> None:
        super().__init__(f"Langkah {no} tidak meminta {what} dari pelaksana ini.")
        self.no, self.what = no, what


class UnknownRecipientError(PlaybookRefusalError):
    def __init__(self, *, recipients: Sequence[str]) -> None:
        super().__init__(f"Tidak dapat menerima disposisi: {', '.join(recipients)}.")
        self.recipients = tuple(recipients)


class MissingRecipientError(PlaybookRefusalError):
    def __init__(self) -> None:
        super().__init__("Sebutkan kepada siapa disposisi diteruskan: satu orang, atau satu atau beberapa pelaksana.")


class FutureDateError(PlaybookRefusalError):
    def __init__(self, *, what: str) -> None:
        super().__init__(f"{what} tidak boleh di masa depan.")
        self.what = what


class DatesOutOfOrderError(PlaybookRefusalError):
    def __init__(self, *, earlier: str, later: str) -> None:
        super().__init__(f"{earlier} tidak boleh sesudah {later}.")
        self.earlier, self.later = earlier, later


class UnknownDisposisiError(PlaybookRefusalError):
    def __init__(self, *, disposisi_id: str) -> None:
        super().__init__("Disposisi tidak ditemukan.")
        self.disposisi_id = disposisi_id


class NotRecipientError(PlaybookRefusalError):
    def __init__(self, *, disposisi_id: str, names: Sequence[str]) -> None:
        super().__init__(f"Disposisi ini ditujukan kepada {' dan '.join(names)}.")
        self.disposisi_id, self.names = disposisi_id, tuple(names)


class AlreadyForwardedError(PlaybookRefusalError):
    def __init__(self, *, names: Sequence[str]) -> None:
        super().__init__(f"Disposisi ini sudah sampai kepada {', '.join(names)}.")
        self.names = tuple(names)


class NotOfficialError(PlaybookRefusalError):
    """Somebody who holds nothing in the SOP."""

    def __init__(self) -> None:
        super().__init__("Ini hanya untuk petugas yang menangani insiden ini.")


class EmptyNoteError(PlaybookRefusalError):
    def __init__(self) -> None:
        super().__init__("Catatan belum diisi.")


class TooManyNotesError(PlaybookRefusalError):
    def __init__(self, *, no: int, limit: int) -> None:
        super().__init__(f"Langkah {no} sudah memuat {limit} catatan dalam putaran ini.")
        self.no, self.limit = no, limit


class SameLevelError(PlaybookRefusalError):
    def __init__(self) -> None:
        super().__init__("Tingkat insiden sudah demikian.")


class MissingLevelReasonError(PlaybookRefusalError):
    def __init__(self) -> None:
        super().__init__("Perubahan tingkat harus disertai alasan.")


class ClosedIncidentError(PlaybookRefusalError):
    """Nothing is added to a closed incident."""

    def __init__(self, *, incident_id: str) -> None:
        super().__init__("Insiden sudah ditutup.")
        self.incident_id = incident_id


class UnknownFindingError(PlaybookRefusalError):
    def __init__(self, *, no: int, alert_ids: Sequence[str]) -> None:
        super().__init__(f"Bukan temuan insiden ini: {', '.join(alert_ids)}.")
        self.no, self.alert_ids = no, tuple(alert_ids)


class FindingsNotAskedError(PlaybookRefusalError):
    """What was done about findings, or which stay open, is told where the SOP repairs and verifies."""

    def __init__(self, *, no: int, what: str) -> None:
        super().__init__(f"Isian {what} tidak berlaku pada langkah {no} dengan jawaban ini.")
        self.no, self.what = no, what


class MayNotDecideError(PlaybookRefusalError):
    """Re-opening, linking and merging are decided by those who record a disturbance or verify its end."""

    def __init__(self, *, roles: Sequence[str], names: Sequence[str]) -> None:
        super().__init__(f"Keputusan ini diambil oleh {' atau '.join(names)}.")
        self.roles = tuple(roles)


class ReasonNeededError(PlaybookRefusalError):
    def __init__(self, *, what: str) -> None:
        super().__init__(f"Alasan wajib diisi untuk {what}.")
        self.what = what


class RunConflictError(PlaybookRefusalError):
    """The run or incident is not in a state that allows this."""


class NotClosedError(RunConflictError):
    def __init__(self) -> None:
        super().__init__("Insiden ini belum ditutup.")


class MergedRunError(RunConflictError):
    def __init__(self) -> None:
        super().__init__("Insiden ini sudah digabungkan ke insiden lain.")


class RunOverError(RunConflictError):
    def __init__(self) -> None:
        super().__init__("Insiden yang digabungkan harus masih terbuka.")


class TargetClosedError(RunConflictError):
    def __init__(self, *, nomor: str) -> None:
        super().__init__(f"Insiden {nomor} sudah ditutup; penggabungan hanya ke insiden yang terbuka.")
        self.nomor = nomor


class SameIncidentError(PlaybookRefusalError):
    def __init__(self) -> None:
        super().__init__("Insiden tidak dapat ditautkan atau digabungkan dengan dirinya sendiri.")


class OtherOfficeError(PlaybookRefusalError):
    def __init__(self) -> None:
        super().__init__("Insiden milik perangkat daerah lain tidak dapat digabungkan.")


class AlreadyTiedError(RunConflictError):
    def __init__(self) -> None:
        super().__init__("Kedua insiden sudah ditautkan.")


class ProposalDecidedError(RunConflictError):
    def __init__(self) -> None:
        super().__init__("Usulan ini sudah diputuskan.")


class UnknownProposalError(PlaybookRefusalError):
    def __init__(self) -> None:
        super().__init__("Usulan tidak ditemukan.")


class UnknownAlertError(PlaybookRefusalError):
    """The alert a re-opening names is not one that the incident was proposed for, nor one of its own."""

    def __init__(self, *, alert_id: str) -> None:
        super().__init__("Temuan yang disebut tidak berkaitan dengan insiden ini.")
        self.alert_id = alert_id


class UnknownStateVersionError(Exception):
    """A saved run of a newer program, or one that no upgrade leads from."""

    def __init__(self, *, version: object) -> None:
        super().__init__(f"saved run has unknown schema_version {version!r}")
        self.version = version
