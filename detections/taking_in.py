"""A rule pack taken in and put in use: the same way from the command line and from the page."""

from dataclasses import dataclass
from pathlib import Path
from typing import IO

from detections.desk import RuleDesk
from detections.packs import Pack, PackError, accept_pack, drop_pack, stage_pack
from detections.sigma.problems import RuleProblem
from detections.sigma.trial import Trial, TrialError, try_rules
from detections.yara.scan import NoYaraRulesError, scan_files
from ir_platform.domain.person import Account


class PackBusyError(Exception):
    """Another pack is being taken in by this process; `reason` is in Bahasa Indonesia."""

    def __init__(self) -> None:
        self.reason = "paket lain sedang diambil; tunggu sampai selesai, lalu kirim lagi"
        super().__init__(self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    pack: Pack
    loaded: int
    """Sigma rules that can be used."""
    yara_rules: int
    unfed: int
    """Of the Sigma rules: those whose logsource nothing brings in."""
    skipped: tuple[RuleProblem, ...]
    """What cannot be used, Sigma and YARA, by the file's name within the pack."""


@dataclass(frozen=True, slots=True)
class _YaraTrial:
    loaded: int
    problems: tuple[RuleProblem, ...]


def take_in(source: Path | IO[bytes], desk: RuleDesk, *, name: str | None, by: Account | None) -> TakenIn:
    """Copy the pack, try its rules apart from everything else, and use it; one that is refused leaves nothing.

    Raises: PackError, PackBusyError, OSError, ConflictError.
    """
    if not desk.importing.acquire(blocking=False):
        raise PackBusyError
    try:
        return _take_in(source, desk, name=name, by=by)
    finally:
        desk.importing.release()


def _take_in(source: Path | IO[bytes], desk: RuleDesk, *, name: str | None, by: Account | None) -> TakenIn:
    staged = stage_pack(source, desk.packs, name=name, at=desk.clock())
    try:
        trial, yara = _tried(staged)
        pack = accept_pack(staged, desk.packs)
        desk.use(pack, by=by)
    except TrialError as error:
        raise PackError(reason=error.reason) from error
    finally:
        drop_pack(staged)
    skipped = tuple(_within(one, staged.folder) for one in (*trial.skipped, *yara.problems))
    return TakenIn(pack=pack, loaded=trial.loaded, yara_rules=yara.loaded, unfed=trial.unfed, skipped=skipped)


def _tried(staged: Pack) -> tuple[Trial, _YaraTrial]:
    """Raises: TrialError."""
    trial = try_rules([staged.folder])
    yara = _try_yara(staged) if staged.has_yara else _YaraTrial(0, ())
    if not trial.loaded and not yara.loaded:
        raise TrialError(reason="tidak satu pun aturannya dapat dipakai")
    return trial, yara


def _try_yara(staged: Pack) -> _YaraTrial:
    try:
        report = scan_files([], rules=[staged.folder])
    except NoYaraRulesError as error:
        loaded, problems = 0, error.problems
    else:
        loaded, problems = report.rules_loaded, report.problems
    return _YaraTrial(loaded, tuple(RuleProblem(file=one.file, line=1, reason=one.reason) for one in problems))


def _within(problem: RuleProblem, folder: Path) -> RuleProblem:
    """Return the problem as the pack calls its file; a reason may name the place of the file too."""
    path = Path(problem.file)
    file = str(path.relative_to(folder)) if path.is_relative_to(folder) else problem.file
    return RuleProblem(file=file, line=problem.line, reason=problem.reason.replace(f"{folder}/", ""))
