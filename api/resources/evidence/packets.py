"""A close look into one flow of a capture that is evidence: its packets, one line each."""

from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.dependencies import CallerFirstRoute, OfficeMember, Use, Way
from api.errors import BadInputError
from api.resources.evidence.routes import known_capture
from ingest.pcap.capture_file import NotACaptureError
from ingest.pcap.drilldown import BadFlowError, Drilldown, FlowEnds, drill_down
from ingest.pcap.tshark import CaptureUnavailableError
from ir_platform.audit.custody import handler_of

router = APIRouter(
    prefix="/incidents/{incident_id}/evidence/{evidence_id}/packets", tags=["evidence"], route_class=CallerFirstRoute
)

PROTOCOLS = {"tcp": 6, "udp": 17, "sctp": 132}
PortNumber = Annotated[int, Query(ge=0, le=65_535)]


class PacketShown(BaseModel):
    """Every text is from the capture: hostile."""

    no: int
    time: str
    source: str
    destination: str
    length: int
    """Bytes on the wire."""
    protocol: str
    info: str


class PacketsShown(BaseModel):
    items: list[PacketShown]
    cursor: None = None
    lengkap: bool
    """False: the flow may have more than was read within the limits."""


@router.get("")
def list_packets(  # noqa: PLR0913, PLR0917  the five parts of a flow's name
    incident_id: str,
    evidence_id: str,
    services: Use,
    caller: OfficeMember,
    way: Way,
    source_ip: IPv4Address | IPv6Address,
    source_port: PortNumber,
    destination_ip: IPv4Address | IPv6Address,
    destination_port: PortNumber,
    transport: Literal["tcp", "udp", "sctp"] = "tcp",
) -> PacketsShown:
    """At most 1,000 packets, in the order of the capture; the two ends may be given either way round."""
    evidence = known_capture(services, caller, incident_id, evidence_id)
    flow = FlowEnds(
        protocol=PROTOCOLS[transport],
        source=source_ip,
        source_port=source_port,
        destination=destination_ip,
        destination_port=destination_port,
    )
    try:
        found = drill_down(services.files.path(evidence.sha256), flow, tshark=services.find_tshark())
    except (BadFlowError, NotACaptureError, CaptureUnavailableError) as error:
        raise BadInputError(detail=f"Paket tidak dapat ditampilkan: {error.reason}.") from error
    services.handling.note_look(evidence, handler_of(caller, way))
    return show_packets(found)


def show_packets(found: Drilldown) -> PacketsShown:
    items = [PacketShown.model_validate(line, from_attributes=True) for line in found.packets]
    return PacketsShown(items=items, lengkap=found.complete)
