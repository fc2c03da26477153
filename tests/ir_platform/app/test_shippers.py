"""The shippers' port over real processes: what is answered is stored, whoever asks and whatever is killed meanwhile."""

import gzip
import hmac
import json
import os
import signal
import socket
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result
from elasticsearch import Elasticsearch, helpers

from ingest.sources.gelf import GelfCounters
from ingest.sources.ledger import GELF_LEDGER_NAME, read_ledger
from ir_platform.adapters.events import spool_lag
from ir_platform.app.cli.main import irp
from ir_platform.app.receiving import spool_folder, webhook_key
from ir_platform.app.wiring import event_reader, open_state
from ir_platform.config import Settings
from ir_platform.identity.sources import SourceKey
from ir_platform.identity.webhooks import webhook_secret
from ir_platform.ports import SpoolLag
from tests.support.gelf import pieces_of
from tests.support.intake import Port, a_port, a_source
from tests.support.require import REPOSITORY
from tests.support.server import wait_for


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Port]:
    folder = tmp_path_factory.mktemp("shippers") / "var"
    with a_port(Settings(data_dir=folder, timezone="UTC", bulk_max_bytes=1024 * 1024)) as running:
        yield running


def bulk_body(*lines: Any, separator: bytes = b"\n") -> bytes:
    return separator.join(json.dumps(one).encode() for one in lines) + b"\n"


def test_what_a_shipper_asks_before_it_sends_is_answered(port: Port) -> None:
    with port.client() as client:
        root = client.get("/")
        asked = [
            client.get("/_license"),
            client.get("/_xpack"),
            client.get("/_cluster/health"),
            client.get("/_nodes/http"),
            client.head("/"),
            client.head("/_index_template/filebeat-9"),
            client.put("/_index_template/filebeat-9", json={"index_patterns": ["filebeat-*"]}),
            client.get("/_ilm/policy/filebeat"),
        ]

    assert root.json()["tagline"] == "You Know, for Search"
    assert [one.status_code for one in asked] == [200] * len(asked)
    assert {one.headers["x-elastic-product"] for one in [root, *asked]} == {"Elasticsearch"}


@pytest.mark.parametrize("authorization", ["", "ApiKey c2FsYWg6c2FsYWg=", "Basic d2ViLTE6c2FsYWg=", "Bearer x"])
@pytest.mark.parametrize("path", ["/_bulk", "/logs/_doc", "/_license", "/api/v1/ingest", "/gelf", "/tiada"])
def test_nobody_without_a_key_is_told_or_taken_anything(port: Port, authorization: str, path: str) -> None:
    with port.client(headers={"Authorization": authorization}) as client:
        answer = client.get(path) if path == "/_license" else client.post(path, content=b'{"index":{}}\n{}\n')

    assert answer.status_code == 401
    assert "Basic" in answer.headers["www-authenticate"]


def test_rsyslogs_blank_lines_and_dotted_keys_and_filebeats_gzip_are_taken(port: Port) -> None:
    action = {"index": {"_index": "logs-nginx.access-default"}}
    lines = (action, {"host.name": "dotted", "message": "satu"}, action, {"host": {"name": "nested"}, "message": "dua"})

    with port.client() as client:
        answer = client.post(
            "/_bulk",
            content=gzip.compress(bulk_body(*lines, separator=b"\n\n")),
            headers={"Content-Encoding": "gzip", "Content-Type": "application/x-ndjson"},
        )

    said = answer.json()
    assert (answer.status_code, said["errors"]) == (200, False)
    assert [one["index"]["status"] for one in said["items"]] == [201, 201]
    for name in ("dotted", "nested"):
        [event] = port.found(f"host.name:{name}")
        assert (event["event.dataset"], event["tanggap.source"]) == ("nginx.access", "web-1")


def test_each_item_has_its_own_status_and_what_cannot_be_read_is_in_quarantine(port: Port) -> None:
    body = (
        b'{"create":{"_index":"a","_id":"baik"}}\n{"message":"baik-1"}\n'
        b'{"create":{"_index":"a"}}\nbukan json karantina-bulk\n'
        b'{"update":{"_index":"a","_id":"x"}}\n{"doc":{}}\n'
        b'{"delete":{"_index":"a","_id":"x"}}\n'
        b'{"index":{"_index":"a"}}\n{"message":"baik-2"}\n'
    )

    with port.client() as client:
        said = client.post("/_bulk", content=body).json()
        only = client.post("/a/_bulk?filter_path=errors,items.*.status", content=b'{"index":{}}\n{"message":"z"}\n')

    statuses = [(action, facts["status"]) for one in said["items"] for action, facts in one.items()]
    assert statuses == [("create", 201), ("create", 400), ("update", 400), ("delete", 400), ("index", 201)]
    assert said["errors"]
    assert said["items"][0]["create"]["_id"] == "baik"
    assert len(port.found('event.kind:pipeline_error AND "karantina-bulk"')) == 1
    assert only.json() == {"errors": False, "items": [{"index": {"status": 201}}]}


def test_a_document_sent_again_under_its_id_is_stored_once_and_one_without_an_id_every_time(port: Port) -> None:
    named = b'{"create":{"_index":"a","_id":"kembar"}}\n{"message":"bernama"}\n'
    nameless = b'{"create":{"_index":"a"}}\n{"message":"tanpanama"}\n'

    with port.client() as client:
        for body in (named, named, nameless, nameless):
            assert not client.post("/_bulk", content=body).json()["errors"]

    assert len(port.found("message:bernama")) == 1
    assert len(port.found("message:tanpanama")) == 2


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"", {}, 400),
        (b"bukan json\n", {}, 400),
        (b'{"index":{}}\n{"a":1}\n', {}, 400),
        (b'{"index":{"_index":"a"}}\n', {}, 400),
        (b'{"jump":{"_index":"a"}}\n{"a":1}\n', {}, 400),
        (b"[" * 5_000, {}, 400),
        (b"\x1f\x8b rusak", {"Content-Encoding": "gzip"}, 400),
        (gzip.compress(b"{}" * 100)[:-9], {"Content-Encoding": "gzip"}, 400),
        (b"x", {"Content-Encoding": "br"}, 415),
        (b"x" * 1_100_000, {}, 413),
        (gzip.compress(b"\n" * 50_000_000), {"Content-Encoding": "gzip"}, 413),
    ],
)
def test_a_body_that_is_none_is_refused_whole(port: Port, content: bytes, headers: dict[str, str], status: int) -> None:
    with port.client() as client:
        answer = client.post("/_bulk", content=content, headers=headers)

    assert answer.status_code == status
    assert answer.json()["error"]["reason"]


def test_a_single_document_is_taken_by_post_and_put(port: Port) -> None:
    with port.client() as client:
        answers = [
            client.post("/logs-app-default/_doc", json={"message": "lewatdoc"}),
            client.put("/logs-app-default/_doc/7", json={"message": "lewatdoc"}),
            client.put("/logs-app-default/_create/8", json={"message": "lewatdoc"}),
            client.post("/logs-app-default/_doc", content=b"bukan"),
        ]

    assert [one.status_code for one in answers] == [201, 201, 201, 400]
    assert [one["event.dataset"] for one in port.found("message:lewatdoc")] == ["app"] * 3


@pytest.mark.real
def test_the_helpers_of_elasticsearchs_own_client_store_what_they_say(port: Port) -> None:
    documents = [{"_index": "logs-es-default", "_id": str(n), "message": f"pembantu {n}"} for n in range(1500)]

    with Elasticsearch(port.url, api_key=port.key.api_key) as client:
        assert client.info()["cluster_name"] == "tanggap"
        stored, errors = helpers.bulk(client, documents, chunk_size=400)
        parallel = list(helpers.parallel_bulk(client, documents, thread_count=2, chunk_size=250))
        client.index(index="logs-es-default", document={"message": "satuan"})
    with Elasticsearch(port.url, basic_auth=("web-1", port.key.secret)) as client:
        streamed = list(helpers.streaming_bulk(client, [{"_op_type": "create", **documents[0]}]))

    assert (stored, errors) == (1500, [])
    assert all(ok for ok, _ in [*parallel, *streamed])
    single = port.found("message:satuan")
    page = event_reader(port.settings).search("event.dataset:es", time_from=None, time_to=None, cursor=None, limit=1)
    assert (page.total, len(single)) == (1501, 1)


def test_lines_of_json_and_of_a_log_are_taken_with_their_rejections_numbered(port: Port) -> None:
    with port.client() as client:
        said = client.post("/api/v1/ingest", content=b'{"message":"baris-json"}\n\nbukan\n').json()
        auth = client.post(
            "/api/v1/ingest?format=auth",
            content=b"Nov 20 08:00:00 gw sshd[7]: Failed password for root from 203.0.113.9 port 4 ssh2\n",
        ).json()
        unknown = client.post("/api/v1/ingest?format=tiada", content=b"x\n")

    assert said == {
        "stored": 1,
        "duplicates": 0,
        "rejected": 1,
        "rejections": [{"line": 3, "reason": "bukan JSON yang sah"}],
    }
    assert (auth["stored"], auth["rejected"], unknown.status_code) == (1, 0, 400)
    [event] = port.found("host.name:gw AND source.ip:203.0.113.9")
    assert event["tanggap.source"] == "web-1"


def test_lines_sent_again_with_their_idempotency_key_are_stored_once(port: Port) -> None:
    with port.client(headers={"Idempotency-Key": "kiriman-1"}) as client:
        first, second = (client.post("/api/v1/ingest", content=b'{"a":"sekali"}\n{"a":"sekali"}\n') for _ in range(2))

    assert (first.json()["stored"], second.json()["duplicates"]) == (2, 2)
    assert len(port.found("a:sekali")) == 2


def test_a_message_is_read_as_the_format_of_its_source_says(port: Port) -> None:
    key = a_source(port.settings, "beat-auth", format="auth", timezone="Asia/Jayapura")
    line = "Nov 20 08:00:00 gw2 sshd[7]: Accepted password for dewi from 198.51.100.7 port 4 ssh2"
    document = {"@timestamp": "2026-11-20T00:00:00Z", "message": line, "log": {"file": {"path": "/var/log/auth.log"}}}

    with port.client(headers={"Authorization": f"ApiKey {key.api_key}"}) as client:
        client.post("/filebeat/_bulk", content=bulk_body({"create": {}}, document))

    [event] = port.found("host.name:gw2")
    assert (event["source.ip"], event["user.name"], event["event.original"]) == ("198.51.100.7", "dewi", line)
    assert event["log.file.path"] == "/var/log/auth.log"
    assert event["@timestamp"].endswith("-19T23:00:00.000Z")


def test_access_logs_are_read_by_the_format_string_of_their_source(port: Port) -> None:
    key = a_source(port.settings, "web-sendiri", format="access", format_string='%t %>s "%r" %h')
    line = '[20/Nov/2026:08:00:00 +0700] 404 "GET /format-sendiri HTTP/1.1" 203.0.113.9'
    document = {"@timestamp": "2026-11-20T01:00:00Z", "message": line.replace("sendiri", "lewat-bulk")}

    with port.client(headers={"Authorization": f"ApiKey {key.api_key}"}) as client:
        said = client.post("/api/v1/ingest", content=f"{line}\n".encode()).json()
        client.post("/filebeat/_bulk", content=bulk_body({"create": {}}, document))

    assert (said["stored"], said["rejected"]) == (1, 0)
    for path in ("/format-sendiri", "/format-lewat-bulk"):
        [event] = port.found(f'url.path:"{path}"')
        assert (event["http.response.status_code"], event["source.ip"]) == (404, "203.0.113.9")


def test_what_came_is_counted_for_its_source(port: Port) -> None:
    key = a_source(port.settings, "terhitung")
    with port.client(headers={"Authorization": f"ApiKey {key.api_key}"}) as client:
        client.post("/api/v1/ingest", content=b'{"a":1}\n{"a":2}\nbukan\n')
    state = open_state(port.settings)

    def counted() -> tuple[int, int] | None:
        with state.read() as uow:
            found = {one.key: one for one in uow.sources.activity()}
        return (found[key.source.id].events, found[key.source.id].rejected) if key.source.id in found else None

    assert wait_for(counted) == (2, 1)
    state.close()


ZABBIX = {"event": "PROBLEM", "host": {"name": "sw-1"}, "message": "Unavailable by ICMP ping"}


def posted(port: Port, name: str, body: bytes, **headers: str) -> int:
    with httpx.Client(base_url=port.url, timeout=60) as client:
        return client.post(f"/api/v1/ingest/webhook/{name}", content=body, headers=headers).status_code


def signed(port: Port, key: SourceKey, body: bytes, *, at: float) -> str:
    secret = webhook_secret(webhook_key(port.settings.data_dir / "keys"), key.source)
    stamp = str(int(at))
    return f"t={stamp},v1={hmac.new(secret.encode(), stamp.encode() + b'.' + body, 'sha256').hexdigest()}"


def test_a_signed_webhook_is_taken_and_a_changed_an_old_and_another_s_is_refused(port: Port) -> None:
    key, other = a_source(port.settings, "zabbix-1", is_hmac_required=True), a_source(port.settings, "zabbix-2")
    body, now = json.dumps(ZABBIX).encode(), time.time()

    good = signed(port, key, body, at=now)
    refused = [
        posted(port, "zabbix-1", body + b" ", **{"X-Tanggap-Signature": good}),
        posted(port, "zabbix-1", body, **{"X-Tanggap-Signature": signed(port, key, body, at=now - 900)}),
        posted(port, "zabbix-1", body, **{"X-Tanggap-Signature": signed(port, other, body, at=now)}),
        posted(port, "zabbix-2", body, **{"X-Tanggap-Signature": good}),
        posted(port, "zabbix-1", body, **{"X-Tanggap-Signature": "t=1,v1=x"}),
        posted(port, "zabbix-1", body, **{"X-Hub-Signature-256": "sha256=" + "0" * 64}),
        posted(port, "zabbix-1", body, Authorization=f"ApiKey {key.api_key}"),
        posted(port, "zabbix-1", body),
        posted(port, "tiada", body, **{"X-Tanggap-Signature": good}),
    ]

    assert posted(port, "zabbix-1", body, **{"X-Tanggap-Signature": good}) == 200
    assert refused == [401] * len(refused)
    [event] = port.found("tanggap.source:zabbix-1")
    assert event["host.name"] == "sw-1"


def test_a_monitor_that_cannot_sign_posts_with_its_key_and_only_to_its_own_address(port: Port) -> None:
    key = a_source(port.settings, "kuma")
    hub = hmac.new(webhook_secret(webhook_key(port.settings.data_dir / "keys"), key.source).encode(), b"{}", "sha256")

    assert posted(port, "kuma", b'{"msg":"turun"}', Authorization=f"ApiKey {key.api_key}") == 200
    assert posted(port, "web-1", b'{"msg":"turun"}', Authorization=f"ApiKey {key.api_key}") == 401
    assert posted(port, "kuma", b"{}", **{"X-Hub-Signature-256": f"sha256={hub.hexdigest()}"}) == 400
    assert posted(port, "kuma", b"bukan", Authorization=f"ApiKey {key.api_key}") == 400


def test_the_key_of_webhooks_is_for_its_owner_alone_and_stays(port: Port) -> None:
    folder = port.settings.data_dir / "keys"

    assert webhook_key(folder) == webhook_key(folder)
    assert (folder / "webhook.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("sample", sorted((REPOSITORY / "tests/ingest/parsers/webhook").rglob("sample*")), ids=str)
def test_the_posts_of_known_monitors_are_read_without_a_format_being_set(port: Port, sample: Path) -> None:
    key = a_source(port.settings, f"pemantau-{sample.parent.name}-{sample.stem}".lower().replace("_", "-"))
    posts = [line for line in sample.read_bytes().splitlines() if line.strip()]

    statuses = {posted(port, key.source.name, one, Authorization=f"ApiKey {key.api_key}") for one in posts}

    found = port.found(f"tanggap.source:{key.source.name}")
    assert statuses <= {200, 400}
    assert 200 in statuses
    assert any(one["event.dataset"].endswith(".monitoring") for one in found)


def test_gelf_over_http_is_answered_as_graylog_does(port: Port) -> None:
    message = {"version": "1.1", "host": "gelf-1", "short_message": "hai", "level": 4, "_app": "kas"}

    with port.client() as client:
        answers = [client.post("/gelf", json=message), client.post("/api/v1/ingest/gelf", content=b"bukan")]

    assert [one.status_code for one in answers] == [202, 400]
    [event] = port.found("host.name:gelf-1")
    assert event["message"] == "hai"


def test_gelf_by_udp_in_compressed_pieces_becomes_an_event_of_its_source_and_a_broken_message_is_quarantined(
    port: Port,
) -> None:
    a_source(port.settings, "wadah", address="127.0.0.1")
    message = {"version": "1.1", "host": "gelf-2", "short_message": "lewat udp", "timestamp": 1795240800.25}
    datagrams = pieces_of(zlib.compress(json.dumps(message).encode()), size=20)

    def named() -> list[dict[str, Any]]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for one in (*datagrams, b'{"version":"1.1","host":"gelf-rusak"}'):
                sender.sendto(one, ("127.0.0.1", port.gelf))
        time.sleep(0.5)
        return port.found("host.name:gelf-2 AND tanggap.source:wadah")

    # The intake learns within seconds that an address has a name by now.
    event = wait_for(named)[0]

    assert (event["message"], event["@timestamp"]) == ("lewat udp", "2026-11-21T06:00:00.250Z")
    assert event["log.source.address"] == "127.0.0.1"
    assert port.found('event.dataset:quarantine AND "gelf-rusak"')
    losses = read_ledger(port.settings.data_dir / GELF_LEDGER_NAME, GelfCounters)
    assert losses is not None
    assert (losses.refused, losses.undecodable) == (0, 0)


def test_gelf_by_tcp_is_kept_while_the_intake_is_away_and_every_message_becomes_an_event(port: Port) -> None:
    messages = [{"version": "1.1", "host": "gelf-3", "short_message": f"lewat tcp {number}"} for number in range(50)]
    stream = b"".join(json.dumps(one).encode() + b"\0" for one in messages)
    os.kill(port.pids()["intake"], signal.SIGSTOP)

    try:
        with socket.create_connection(("127.0.0.1", port.gelf)) as sender:
            sender.sendall(stream)
        wait_for(lambda: lag_of(port.settings).events >= 50)
    finally:
        os.kill(port.pids()["intake"], signal.SIGCONT)

    found = port.found("host.name:gelf-3")
    assert sorted(one["message"] for one in found) == sorted(one["short_message"] for one in messages)
    assert wait_for(lambda: lag_of(port.settings).size_bytes == 0)


def lag_of(settings: Settings) -> SpoolLag:
    return spool_lag.lag_of(spool_folder(settings), store=settings.data_dir / "events")


def test_a_watched_file_is_taken_in_by_the_running_intake(port: Port, tmp_path: Path) -> None:
    log = tmp_path / "app.log"
    log.write_text("Nov 20 08:00:00 tail-1 app: terpantau\n")
    a_source(port.settings, "berkas", path=str(log))

    wait_for(lambda: len(port.found("host.name:tail-1 AND tanggap.source:berkas")) == 1)


def test_quarantine_is_read_again_once_and_a_file_read_anew_doubles_nothing(port: Port, tmp_path: Path) -> None:
    log = tmp_path / "ulang.log"
    log.write_text("Nov 20 08:00:00 ulang-1 app: satu\nNov 20 08:00:01 ulang-1 app: dua\n")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(irp, [*arguments, "--data", str(port.settings.data_dir)])

    run("ingest", "--format", "jsonl", str(log))
    listed = run("quarantine", "list", "log.file.path:*ulang.log", "--json")
    untouched = run("quarantine", "reparse", "log.file.path:*ulang.log", "--json")
    mended = run("quarantine", "reparse", "log.file.path:*ulang.log", "--format", "syslog", "--json")
    again = run("quarantine", "reparse", "log.file.path:*ulang.log", "--format", "syslog", "--json")
    anew = json.loads(run("ingest", "--format", "syslog", "--json", str(log)).stdout)["files"][0]

    assert [one["error.message"] for one in json.loads(listed.stdout)] == ["bukan JSON yang sah"] * 2
    counts = [json.loads(one.stdout) for one in (untouched, mended, again)]
    assert [(one["looked_at"], one["stored"], one["duplicates"]) for one in counts] == [(2, 0, 0), (2, 2, 0), (2, 0, 2)]
    assert (anew["stored"], anew["duplicates"]) == (0, 2)
    assert len(port.found("host.name:ulang-1")) == 2
    assert run("quarantine", "reparse", "log.file.path:[").exit_code == 2
