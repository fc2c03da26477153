"""What domain names look like: which domain somebody registered, and how random a name is."""

from functools import lru_cache
from math import log2
from typing import Final

_SECOND_LEVEL: Final = frozenset(
    ("ac", "co", "com", "desa", "edu", "go", "gob", "gov", "gouv", "mil", "my", "ne", "net", "or", "org", "sch", "web")
)
"""Under a country's domain these are no names of anybody: contoh.go.id is one, go.id is not."""
_COUNTRY_LETTERS: Final = 2
VOWELS: Final = frozenset("aeiou")


@lru_cache(maxsize=16_384)
def split_name(name: str) -> tuple[str, str]:
    """Return what is below the registered domain, and that domain, lower case without the last dot.

    Without the public suffix list, which changes weekly and would have to be shipped: the last two labels, three where
    the second is a country's usual category. Source of the rule: the structure of .id (PANDI) and most other countries.
    """
    labels = name.rstrip(".").lower().split(".")
    if len(labels) <= 2:
        return "", ".".join(labels)
    size = 3 if len(labels[-1]) == _COUNTRY_LETTERS and labels[-2] in _SECOND_LEVEL else 2
    return ".".join(labels[:-size]), ".".join(labels[-size:])


def entropy(text: str) -> float:
    """Return Shannon's entropy in bits a character; 0 for an empty text. English words have 2 to 3, base32 near 4."""
    if not text:
        return 0.0
    shares = [text.count(letter) / len(text) for letter in set(text)]
    return -sum(share * log2(share) for share in shares)
