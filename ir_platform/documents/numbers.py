"""How register numbers are written; drawing them is `ports.Registers`."""

from ir_platform.domain.office import HOME_OFFICE, Office


def register_number(register: str, year: int, number: int, *, office: Office | None = None) -> str:
    """Return `LGK/2026/0001`, or `LGK/DISHUB/2026/0001` for an office that is not the home office."""
    middle = "" if office is None or office.id == HOME_OFFICE else f"{office.kode}/"
    return f"{register}/{middle}{year}/{number:04d}"
