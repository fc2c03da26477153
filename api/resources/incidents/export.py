"""An incident as one ZIP, for officials: everything about it, with what proves it."""

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from api.access import Bond, bond_of, readable_incident
from api.dependencies import OfficeMember, Use, Way
from api.errors import NotAllowedError
from api.resources.evidence.routes import written_download
from ir_platform.audit.custody import handler_of

router = APIRouter(prefix="/incidents/{incident_id}/export", tags=["incidents"])


@router.get("", response_class=StreamingResponse)
def export_incident(incident_id: str, services: Use, caller: OfficeMember, way: Way) -> StreamingResponse:
    """Return the package; it is written to a nameless file first, so that its hashes are known before a byte leaves.

    Every evidence in it gets a line in its history. It holds log lines and every record there is, which are not for
    those with whom the incident was only shared, nor for who reported it from elsewhere.
    """
    incident = readable_incident(services, caller, incident_id)
    if bond_of(caller, incident) is not Bond.OFFICE:
        raise NotAllowedError(detail="Paket insiden hanya untuk petugas kantor yang menangani insiden ini.")
    by = handler_of(caller, way)
    name = f"{incident.nomor.replace('/', '-')}.zip"
    return written_download(services, lambda target: services.export(incident, target, by), name=name)
