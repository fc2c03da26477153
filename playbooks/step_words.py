"""What a step says, field by field, in words: for a person to read, or to find whether two of them mean the same."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from typing import Final

from playbooks.field_words import field_words
from playbooks.sop import Kelengkapan, Keputusan, Langkah, Mode, Simbol, Sop, Teks
from playbooks.words import OUTCOMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """How a step refers to other steps and to roles."""

    number: Callable[[int], str]
    role: Callable[[str], str]


def named_in(sop: Sop) -> Naming:
    """Name them as people know them in that SOP."""

    def number(no: int) -> str:
        step = sop.step(no)
        return f"langkah {no} ({step.ringkas.id})" if step else f"langkah {no}"

    return Naming(number=number, role=lambda role: f"{sop.role_name(role)} ({role})")


def meant_in(sop: Sop, new_number: Mapping[int, int]) -> Naming:
    """Name a role by its id, and a step by its number in the new version; one that is gone, and one that never was,
    by what it is.
    """

    def number(no: int) -> str:
        if sop.step(no) is None:
            return f"{no}, tidak ada"
        return str(new_number[no]) if no in new_number else f"{no}, dihapus"

    return Naming(number=number, role=str)


def told_of(step: Langkah, naming: Naming) -> Iterator[tuple[str, str, str]]:
    """Yield field, what it is called, and what it says, of all the step says at all."""
    in_words = dict(_plain_fields(step, naming))
    # A field that needs no words of its own is told as it is: nothing that a version changes goes untold.
    rest = (name for name in Langkah.__dataclass_fields__ if name not in in_words and name not in _TOLD_APART)
    for name, said in (*in_words.items(), *((name, in_plain_words(getattr(step, name))) for name in rest)):
        if said:
            yield name, field_words(name), said
    for name, items in (("kelengkapan", step.kelengkapan), ("output", step.output)):
        for item in items:
            yield name, f"{field_words(name)} “{item.nama}”", _item(item)
    for answer in step.keputusan:
        yield "keputusan", f"{field_words('jawaban')} {answer.jawaban}", _answer(answer, naming)


def _plain_fields(step: Langkah, naming: Naming) -> Iterator[tuple[str, str]]:
    onward = (
        "" if step.keputusan and step.berikut is None else naming.number(step.berikut) if step.berikut else "selesai"
    )
    yield "no_asli", "" if step.no_asli == str(step.no) else step.no_asli
    yield "uraian", step.uraian
    yield "ringkas", both_languages(step.ringkas)
    yield "prosedur", step.prosedur
    yield "pelaksana", _roles(naming, step.pelaksana)
    yield "mode", _MODES[step.mode]
    yield "simbol", _SYMBOLS[step.simbol]
    yield "waktu", str(step.waktu) if step.waktu else "tidak disebut"
    yield "waktu_asli", step.waktu_asli or ""
    yield "berikut", onward
    yield "hasil", OUTCOMES[step.hasil] if step.hasil else ""
    yield "tombol", both_languages(step.tombol)
    yield "menunggu", both_languages(step.menunggu)
    yield "dicatat_oleh", _roles(naming, step.dicatat_oleh)
    yield "cara", ", ".join(step.cara)
    yield "otomatis", "ya" if step.otomatis else ""
    yield "memverifikasi", ", ".join(map(naming.number, step.memverifikasi))
    yield "petunjuk", both_languages(step.petunjuk) if step.petunjuk else ""
    yield "keterangan", step.keterangan


_TOLD_APART: Final = frozenset({"no", "kelengkapan", "output", "keputusan"})


def in_plain_words(value: object) -> str:
    """Return plain text, numbers and what is made of them as words, empty for nothing."""
    match value:
        case None | False:
            return ""
        case True:
            return "ya"
        case tuple():
            return ", ".join(map(in_plain_words, value))
        case dict():
            return " ".join(said for said in map(in_plain_words, value.values()) if said)
    return in_plain_words(asdict(value)) if is_dataclass(value) and not isinstance(value, type) else str(value)


_MODES: Final = {Mode.SALAH_SATU: "salah satu", Mode.SEMUA_BERURUTAN: "semua, berurutan"}
_SYMBOLS: Final = {Simbol.MULAI_AKHIR: "mulai/akhir", Simbol.PROSES: "proses", Simbol.KEPUTUSAN: "keputusan"}


def _item(item: Kelengkapan) -> str:
    return "; ".join((item.jenis.value, *_rest(item, apart={"nama", "jenis"})))


def _answer(answer: Keputusan, naming: Naming) -> str:
    said = [f"“{both_languages(answer.label)}”", f"ke {naming.number(answer.ke)}" if answer.ke else "mengakhiri SOP"]
    if answer.hasil:
        said.append(f"hasil {OUTCOMES[answer.hasil].lower()}")
    for cause in answer.sebab:
        ending = f" ({OUTCOMES[cause.hasil].lower()})" if cause.hasil else ""
        said.append(f"sebab {cause.kode}: {both_languages(cause.label)}{ending}")
    if answer.hasil_dari_sebab:
        said.append(f"hasil dari sebab {naming.number(answer.hasil_dari_sebab)}")
    for name in ("dikonfirmasi_oleh", "diberitahukan"):
        roles = getattr(answer, name)
        said += [f"{field_words(name).lower()} {_roles(naming, roles)}"] if roles else []
    apart = {"jawaban", "label", "ke", "hasil", "sebab", "hasil_dari_sebab", "dikonfirmasi_oleh", "diberitahukan"}
    return "; ".join((*said, *_rest(answer, apart=apart)))


def _rest(value: Kelengkapan | Keputusan, *, apart: set[str]) -> Iterator[str]:
    """Tell every other field that says anything: a flag by its name, the rest as it is."""
    for name in type(value).__dataclass_fields__:
        said = in_plain_words(getattr(value, name))
        if name not in apart and said:
            word = field_words(name).lower()
            yield word if getattr(value, name) is True else f"{word} {said}"


def _roles(naming: Naming, roles: Iterable[str]) -> str:
    return ", ".join(map(naming.role, roles))


def both_languages(text: Teks) -> str:
    return text.id if text.id == text.en else f"{text.id} / {text.en}"
