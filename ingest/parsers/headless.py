"""Devices whose messages need no syslog heading, since they carry a time of their own: which, and what they say."""

from zoneinfo import ZoneInfo

from ingest.parsers.base import Reading
from ingest.parsers.cef import cef_fields, cef_ns, is_cef
from ingest.parsers.ends import Fields
from ingest.parsers.fortigate import BEGINS as FORTIGATE_BEGINS
from ingest.parsers.fortigate import fortigate_fields, fortigate_ns, is_fortigate, read_pairs
from ingest.parsers.leef import is_leef, leef_fields, leef_ns
from ingest.parsers.panos import is_panos, panos_fields, panos_ns
from ingest.parsers.sophos import BEGINS as SOPHOS_BEGINS
from ingest.parsers.sophos import is_sophos, sophos_fields, sophos_ns

_BEGINS = (*FORTIGATE_BEGINS, *SOPHOS_BEGINS, "CEF:", "LEEF:", ",", *"0123456789")
"""Every line that comes by syslog is asked: most are no such device's by their first letters."""


def read_headless(body: str, *, zone: ZoneInfo, reference_ns: int) -> Reading | None:
    """Return what the message says and when; None where no such device wrote it, or it does not say when."""
    fields = fields_of_device(body)
    time_ns = None if fields is None else _time_of(body, zone, reference_ns)
    return None if fields is None or time_ns is None else Reading(time_ns, fields)


def fields_of_device(text: str) -> Fields | None:
    """Return the fields of a message of one of these devices; None for any other text."""
    if not text.startswith(_BEGINS):
        return None
    if is_fortigate(text) or is_sophos(text):
        pairs = read_pairs(text)
        read = fortigate_fields if is_fortigate(text) else sophos_fields
        return None if pairs is None else read(pairs)
    for is_of, read_text in ((is_cef, cef_fields), (is_leef, leef_fields), (is_panos, panos_fields)):
        if is_of(text):
            return read_text(text)
    return None


def _time_of(text: str, zone: ZoneInfo, reference_ns: int) -> int | None:
    if is_cef(text):
        return cef_ns(text, zone=zone, reference_ns=reference_ns)
    if is_leef(text):
        return leef_ns(text, zone=zone, reference_ns=reference_ns)
    if is_panos(text):
        return panos_ns(text, zone)
    pairs = read_pairs(text) or {}
    return fortigate_ns(pairs, zone) if is_fortigate(text) else sophos_ns(pairs, zone)
