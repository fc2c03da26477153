"""Numbers as events and rules write them."""

import re

# Possessive: an event may hold a hundred thousand digits and then something else.
_NUMBER = re.compile(r"[+-]?+(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]{1,3})?")


def as_number(text: str) -> float | None:
    """Return the number a text says in ASCII digits, None where it says none (so never NaN)."""
    return float(text) if _NUMBER.fullmatch(text) else None


def plain_code(text: str) -> str:
    """Return an event code in one form: 4688.0 and 4688 are one number, letters are compared without case."""
    number = as_number(text)
    return str(int(number)) if number is not None and number.is_integer() else text.lower()
