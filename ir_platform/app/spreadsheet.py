"""What a cell of a spreadsheet may hold."""

_COMPUTED = frozenset("=+-@\t\r\n")


def harmless(value: object) -> object:
    """A cell that begins like a formula is text (OWASP, CSV injection): what stands in it is anybody's words."""
    if isinstance(value, dict):
        return harmless("; ".join(f"{key}: {one}" for key, one in value.items()))
    if isinstance(value, str) and value[:1] in _COMPUTED:
        return f"'{value}"
    return "" if value is None else value
