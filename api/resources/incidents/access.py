"""Who may read an incident; see `api.access`."""

from api.access import readable_incident, reader_of

__all__ = ["readable_incident", "reader_of"]
