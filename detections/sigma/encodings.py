"""Modifiers of Sigma that pySigma 1.5.1 does not read, or reads wrongly, rewritten to ones it reads rightly.

`utf16le` it does not know: that is `wide`. For `utf16` it puts the byte order mark into the text as a character, which
its base64 then writes as UTF-8 (`77u/…`); the bytes are FF FE. So `utf16` with base64 behind it is encoded here.
"""

from base64 import b64encode
from typing import Any

_BOM_LE = b"\xff\xfe"
# What the bytes before and after a text leave uncertain: characters to cut at the start, by offset, and at the end.
_CUT_START = (0, 2, 3)
_CUT_END = (None, -3, -2)


def rewritten(detection: dict[str, Any]) -> dict[str, Any]:
    """Return a rule's `detection:` with such modifiers replaced; what is wrong in it stays for pySigma to say."""
    return {name: _rewritten(definition) for name, definition in detection.items()}


def _rewritten(definition: Any) -> Any:  # noqa: ANN401  YAML
    if isinstance(definition, list):
        return [_rewritten(one) for one in definition]
    if not isinstance(definition, dict):
        return definition
    return dict(_item(str(key), value) if "utf16" in str(key) else (key, value) for key, value in definition.items())


def _item(key: str, value: Any) -> tuple[str, Any]:  # noqa: ANN401
    field, *modifiers = key.split("|")
    modifiers = ["wide" if modifier == "utf16le" else modifier for modifier in modifiers]
    values = value if isinstance(value, list) else [value]
    for encoding in ("base64", "base64offset"):
        pair = ["utf16", encoding]
        at = next((n for n in range(len(modifiers)) if modifiers[n : n + 2] == pair), None)
        # With `all` each value would have to stay one; none of its variants may be asked for by itself.
        if at is not None and not (encoding == "base64offset" and "all" in modifiers):
            del modifiers[at : at + 2]
            return "|".join([field, *modifiers]), [text for one in values for text in _encoded(str(one), encoding)]
    return "|".join([field, *modifiers]), value


def _encoded(text: str, encoding: str) -> list[str]:
    content = _BOM_LE + text.encode("utf-16-le", "replace")
    if encoding == "base64":
        return [b64encode(content).decode()]
    return [
        b64encode(b" " * offset + content)[_CUT_START[offset] : _CUT_END[(len(content) + offset) % 3]].decode()
        for offset in range(3)
    ]
