"""`irp capture`: an interface listened to through a ring of files, each analysed like any other capture."""

import re
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click

from ingest.pcap.live_view import LivePacket, LiveView
from ingest.pcap.ring import NotCapturableError, Ring, RingLimits
from ingest.pcap.tshark import CaptureUnavailableError
from ir_platform.adapters.files.data_dir import DataDirError, prepare_data_dir
from ir_platform.app.cli.common import data_option, printable, settings_of_intake, stop
from ir_platform.app.cli.incident import Reading
from ir_platform.app.cli.ingest import carrying
from ir_platform.app.cli.pcap import pcap
from ir_platform.app.handover import HandoverError
from ir_platform.app.ids import utc_now
from ir_platform.app.live_capture import Sink, ToEvidence, ToStore
from ir_platform.app.tools import locate_tshark
from ir_platform.app.wiring import make_bell, make_file_ingest, make_runner, open_files, open_state, queue_analysis
from ir_platform.config import Settings
from ir_platform.domain.evidence import Evidence
from ir_platform.domain.incident import IncidentStatus
from ir_platform.domain.job import JobId
from ir_platform.identity.power import as_of
from ir_platform.ports import ConflictError, FileTooLargeError, StoreBusyError, StoreFullError
from playbooks.errors import PlaybookRefusalError

_MIB = 1024**2
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True, slots=True)
class ToFolder:
    """Stand-alone, as `irp pcap`: a folder of results for each file of the ring, with the rules that are shipped."""

    folder: Path

    def take(self, path: Path, *, called: str) -> str | None:
        click.get_current_context().invoke(
            pcap,
            file=path,
            out_folder=self.folder / Path(called).stem,
            rule_folders=(),
            yara_folder=None,
            indicator_files=(),
            thresholds_path=None,
            stats_file=None,
        )
        return None  # it has said so itself


@click.command()
@click.argument("interface", metavar="IFACE")
@click.option("--file-mib", type=click.IntRange(1, 4096), default=64, show_default=True, help="MiB satu berkas cincin.")
@click.option(
    "--file-seconds", type=click.IntRange(1, 86_400), default=60, show_default=True, help="Detik satu berkas cincin."
)
@click.option(
    "--files", type=click.IntRange(2, 10_000), default=10, show_default=True, help="Berkas dalam cincin; lalu ditimpa."
)
@click.option("--duration", type=click.IntRange(1), help="Berhenti sesudah sekian detik (baku: sampai Ctrl-C).")
@click.option("--filter", "bpf", help="Hanya paket ini, dalam bahasa libpcap: 'port 53 or host 10.1.1.9'.")
@click.option("--show", is_flag=True, help="Tampilkan paket yang lewat, satu baris satu paket.")
@click.option(
    "--out",
    "out_folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Tanpa penyimpanan: hasil setiap berkas ke folder ini, seperti irp pcap.",
)
@click.option("--incident", "incident_key", metavar="NOMOR_ATAU_ID", help="Simpan setiap berkas sebagai bukti insiden.")
@click.option("--account", "username", help="Akun petugas yang menyerahkan bukti itu.")
@data_option
def capture(  # noqa: PLR0913, PLR0917  one option each
    interface: str,
    file_mib: int,
    file_seconds: int,
    files: int,
    duration: int | None,
    bpf: str | None,
    show: bool,
    out_folder: Path | None,
    incident_key: str | None,
    username: str | None,
    data_dir: Path | None,
) -> None:
    """Tangkap paket di IFACE ke dalam cincin berkas; setiap berkas yang penuh dianalisis.

    Tanpa pilihan lain hasilnya masuk penyimpanan, deteksi berjalan, insiden dibuka, seperti irp ingest.
    Memerlukan hak menangkap paket. Ctrl-C mengakhiri penangkapan dan menyelesaikan berkas yang ada.
    """
    if incident_key is not None and (out_folder is not None or username is None):
        stop("--incident memerlukan --account, dan tidak dapat dipakai bersama --out")
    limits = RingLimits(files=files, file_bytes=file_mib * _MIB, file_seconds=file_seconds, seconds=duration)
    settings = settings_of_intake(data_dir=data_dir)
    try:
        sink = _sink(settings, out_folder=out_folder, incident_key=incident_key, username=username)
        folder = (out_folder or settings.data_dir) / "capture" / _NOT_IN_A_NAME.sub("_", interface)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with ExitStack() as stack:
            ring = stack.enter_context(Ring(interface, folder=folder, tshark=locate_tshark(), limits=limits, bpf=bpf))
            stack.enter_context(_stopping(ring.stop))
            if show:
                stack.enter_context(LiveView(interface, tshark=locate_tshark(), show=_show, bpf=bpf))
            click.echo(f"menangkap di {interface}; cincin: {folder}", err=True)
            _follow(ring, sink)
            _conclude(ring)
    except NotCapturableError as error:
        stop(f"{interface}: {error.reason}")
    except CaptureUnavailableError as error:
        stop(error.reason)
    except (PlaybookRefusalError, ConflictError, FileTooLargeError) as error:
        stop(f"bukti tidak dapat disimpan: {error}", status=1)
    except (HandoverError, StoreFullError, StoreBusyError, DataDirError) as error:
        stop(f"berhenti di tengah jalan: {error}; berkas cincin tetap ada", status=1)
    except OSError as error:
        stop(f"{error.filename or interface}: {error.strerror or error}")


def _follow(ring: Ring, sink: Sink) -> None:
    for path in ring.files():
        begun = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        called = f"tangkapan-{_NOT_IN_A_NAME.sub('_', ring.interface)}-{begun:%Y%m%dT%H%M%S.%fZ}.pcapng"
        said = sink.take(path, called=called)
        if said is not None:
            click.echo(f"{called}: {said}", err=True)


def _conclude(ring: Ring) -> None:
    counted = ring.counted()
    if counted is not None:
        click.echo(f"{counted.received} paket ditangkap, {counted.dropped} terlewat karena terlalu cepat", err=True)
    if ring.missed:
        click.echo(f"{ring.missed} berkas cincin tertimpa sebelum dianalisis: perbesar --files", err=True)


def _show(packet: LivePacket) -> None:
    ends = f"{packet.source} -> {packet.destination}" if packet.source else "-"
    click.echo(printable(f"{packet.time} {ends} {packet.protocol} {packet.length} {packet.info}".rstrip()))


@contextmanager
def _stopping(end: Callable[[], None]) -> Iterator[None]:
    """The first SIGINT or SIGTERM ends the capture, and what it has caught is still worked up; the next ends all."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def heard(_number: int, _frame: FrameType | None) -> None:
        for number, handler in before.items():
            signal.signal(number, handler)
        end()

    for number in before:
        signal.signal(number, heard)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _sink(settings: Settings, *, out_folder: Path | None, incident_key: str | None, username: str | None) -> Sink:
    """Return where the files go. Raises: DataDirError."""
    if out_folder is not None:
        return ToFolder(out_folder)
    prepare_data_dir(settings.data_dir)
    if incident_key is not None and username is not None:
        return _to_evidence(settings, incident_key, username)
    state = open_state(settings)
    state.migrate()
    return ToStore(ingest=make_file_ingest(settings, state), intake=lambda: carrying(settings))


def _to_evidence(settings: Settings, incident_key: str, username: str) -> ToEvidence:
    state, bell = open_state(settings), make_bell(settings)
    state.migrate()
    with state.read() as uow:
        incident = Reading(settings=settings, uow=uow).find(incident_key)
        known = uow.accounts.by_username(username)
    if known is None or known.disabled or known.is_admin or known.office_id != incident.office_id:
        stop(f"akun {printable(username)} tidak dapat menyerahkan bukti insiden ini")
    if incident.status is not IncidentStatus.OPEN:
        stop(f"insiden {incident.nomor} tidak terbuka lagi")

    def analyse(evidence: Evidence) -> JobId | None:
        return queue_analysis(state, bell, evidence)

    return ToEvidence(
        incident_id=incident.id,
        account=as_of(known, on=utc_now().date()),
        files=open_files(settings),
        state=state,
        runner=make_runner(settings, state, bell),
        analyse=analyse,
        limit_bytes=settings.max_upload_bytes,
    )
