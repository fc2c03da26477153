"""The rules in use: our own and those of the packs, with the office's exclusions applied and its switches obeyed."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from detections.packs import Pack, find_pack
from detections.rule import RuleInfo
from detections.selection import is_pack_on, switched
from detections.sigma.cache import RuleCache, key_of
from detections.sigma.match import PartitionStore
from detections.sigma.office_filter import filterable_rules
from detections.sigma.placeholders import PlaceholderError, Placeholders, read_placeholders
from detections.sigma.problems import RuleProblem
from detections.sigma.ruleset import RuleSet, load_apart
from ir_platform.domain.alert import RuleCredit
from ir_platform.domain.rules import Exclusion, RuleSettings

SHIPPED_RULES = Path(__file__).parent / "rules" / "sigma"
PLACEHOLDERS = "placeholders"
"""The office's folder of placeholder files, beside the packs."""


def load_in_use(packs_folder: Path, settings: RuleSettings, *, cache: RuleCache | None = None) -> RuleSet:
    """Return every rule that is on. No pack changes or silences what is not its own; exclusions reach every rule."""
    rules = load_all(packs_folder, settings, cache=cache)
    return switched(rules, settings.switches)


def load_all(packs_folder: Path, settings: RuleSettings, *, cache: RuleCache | None = None) -> RuleSet:
    """Return the same with what is switched off."""
    found = _packs_of(packs_folder, settings)
    packs = tuple(pack for pack in found.values() if pack is not None)
    placeholders, problems = _placeholders(packs_folder.parent / PLACEHOLDERS)
    kept = cache.find(_key_of(packs, settings, placeholders)) if cache is not None else None
    rules = kept.rules() if kept is not None else None
    if rules is None:
        rules = _compiled(packs, settings.exclusions, placeholders)
        if kept is not None and cache is not None:
            kept.keep(rules)
            cache.prune()
    gone = tuple(
        RuleProblem(file=str(packs_folder / name), line=1, reason="versi paket ini tidak ada lagi di folder data")
        for name, pack in found.items()
        if pack is None
    )
    return replace(rules, skipped=(*problems, *gone, *rules.skipped)) if gone or problems else rules


def partitions_in_use(packs_folder: Path, settings: RuleSettings, *, cache: RuleCache) -> PartitionStore:
    """Return what keeps between starts what is built of exactly the rules of `load_in_use`.

    Built anew, each kind of event that comes first after a start keeps all others waiting for a tenth of a second.
    """
    packs = tuple(pack for pack in _packs_of(packs_folder, settings).values() if pack is not None)
    placeholders, _ = _placeholders(packs_folder.parent / PLACEHOLDERS)
    made_of = f"{_key_of(packs, settings, placeholders)} {settings.switches!r}"
    return cache.find(hashlib.sha256(made_of.encode()).hexdigest())


def _packs_of(packs_folder: Path, settings: RuleSettings) -> dict[str, Pack | None]:
    """Return the packs by name; None: it is not there any more."""
    return {one.name: find_pack(packs_folder, name=one.name, sha256=one.sha256) for one in settings.packs}


def known_rules(packs_folder: Path, settings: RuleSettings) -> frozenset[str]:
    """Return ids and names of every Sigma rule in use or switched off: what an exclusion can speak of.

    Of correlations none: a filter reaches the rules they rest on.
    """
    found = (find_pack(packs_folder, name=one.name, sha256=one.sha256) for one in settings.packs)
    folders = [SHIPPED_RULES, *(pack.folder for pack in found if pack is not None)]
    return frozenset(word for folder in folders for word in filterable_rules(folder))


def yara_folders(packs_folder: Path, settings: RuleSettings) -> tuple[Path, ...]:
    """Return the folders of packs in use that have YARA rules; one that is off as a whole (`--all`) is not used."""
    found = (find_pack(packs_folder, name=one.name, sha256=one.sha256) for one in settings.packs)
    return tuple(pack.folder for pack in found if pack and pack.has_yara and is_pack_on(pack.name, settings.switches))


def _placeholders(folder: Path) -> tuple[Placeholders, tuple[RuleProblem, ...]]:
    """Return the office's values for `|expand`; where one file is broken none, and what is wrong with it."""
    try:
        return read_placeholders([folder]), ()
    except PlaceholderError as error:
        return {}, (RuleProblem(file=error.file, line=error.line, reason=error.reason),)


def _key_of(packs: tuple[Pack, ...], settings: RuleSettings, placeholders: Placeholders) -> str:
    names = " ".join(f"{pack.name}:{pack.sha256}:{pack.licence}" for pack in packs)
    return key_of(
        [SHIPPED_RULES, *(pack.folder for pack in packs)],
        extra={"packs": names, "exclusions": _digest(settings), "placeholders": repr(placeholders)},
    )


def _compiled(packs: tuple[Pack, ...], exclusions: tuple[Exclusion, ...], placeholders: Placeholders) -> RuleSet:
    with ExitStack() as stack:
        beside = _exclusion_folders(exclusions, stack)
        rules = load_apart(
            [[SHIPPED_RULES, *beside], *([pack.folder, *beside] for pack in packs)], placeholders=placeholders
        )
    return replace(rules, infos=tuple(_credited(info, packs) for info in rules.infos))


def _exclusion_folders(exclusions: tuple[Exclusion, ...], stack: ExitStack) -> list[Path]:
    """Write the exclusions where the loader finds them: a filter reaches the rules that are loaded with it."""
    if not exclusions:
        return []
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="irp-exclusions-")))
    for exclusion in exclusions:
        (folder / f"{exclusion.id}.yml").write_text(exclusion.sigma, encoding="utf-8")
    return [folder]


def _credited(info: RuleInfo, packs: tuple[Pack, ...]) -> RuleInfo:
    pack = next((one for one in packs if info.file and Path(info.file).is_relative_to(one.folder)), None)
    if pack is None:
        return info
    licence = info.licence or pack.licence
    return replace(info, credit=RuleCredit(author=info.author, licence=licence, pack=pack.name, version=pack.version))


def _digest(settings: RuleSettings) -> str:
    """Return a hash of the exclusions."""
    return hashlib.sha256("\0".join(one.sigma for one in settings.exclusions).encode()).hexdigest()


# --- what the state of a correlation depends on ----------------------------------------------------------------------


def correlation_keys(rules: RuleSet, settings: RuleSettings) -> Mapping[str, str]:
    """Return for each correlation what stays the same as long as it, all it rests on, and the exclusions do.

    State that was gathered under another key means something else and is not kept.
    """
    files = {info.id: info.file for info in rules.infos}
    sources = {one.rule_id: one.sources for one in rules.correlations}
    exclusions = _digest(settings)
    digests: dict[str, str] = {}

    def digest_of(file: str) -> str:
        if file not in digests:
            digests[file] = hashlib.sha256(Path(file).read_bytes() if file else b"").hexdigest()
        return digests[file]

    def rests_on(rule_id: str) -> Iterator[str]:
        yield rule_id
        for source in sources.get(rule_id, ()):
            yield from rests_on(source)

    return {
        rule_id: _hashed((exclusions, *(f"{one}:{digest_of(files[one])}" for one in rests_on(rule_id))))
        for rule_id in sources
    }


def _hashed(parts: Iterable[str]) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()
