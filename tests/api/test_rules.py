"""Detection rules over HTTP: who may read and who decides, and what a decision leaves behind."""

import io
import json
import stat
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import httpx
import pytest

from detections import packs
from detections.packs import accept_pack, pack_names, stage_pack
from detections.shown import shown_file
from ir_platform.domain.alert import RuleCredit
from ir_platform.domain.job import JobKind
from ir_platform.domain.rules import MutedRule
from tests.detections.making import a_rule
from tests.support.api import Api, problem_of
from tests.support.builders import NOON, an_alert

FILTER = (
    "title: Pemindai\nlogsource: {category: webserver}\nfilter:\n  rules: [x]\n  s:\n    a: b\n  condition: not s\n"
)
CHANGES = [
    ("post", "/packs/uji/use", {"versi": "abcd"}),
    ("post", "/packs/uji/rollback", None),
    ("delete", "/packs/uji", None),
    ("post", "/switches", {"menurut": "level", "nilai": "low", "nyala": False}),
    ("post", "/switches/forget", {"menurut": "level", "nilai": "low"}),
    ("post", "/exclusions", {"sigma": FILTER, "alasan": "x"}),
    ("delete", "/exclusions/e1", None),
    ("post", "/muted/r1/unmute", None),
]
LISTS = ("", "/packs", "/switches", "/exclusions", "/muted")


@pytest.fixture
def admin(api: Api) -> httpx.Client:
    return api.client("admin")


def ask(client: httpx.Client, method: str, path: str, body: Any = None) -> httpx.Response:
    return client.request(method.upper(), f"/api/v1/rules{path}", json=body)


def add_pack(api: Api, folder: Path, *texts: str) -> str:
    desk = api.services.rules
    desk.packs.parent.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(texts):
        (folder / f"{number}.yml").write_text(text)
    pack = accept_pack(stage_pack(folder, desk.packs, name="uji", at=api.services.clock()), desk.packs)
    desk.use(pack, by=None)
    return pack.sha256


def entries(api: Api) -> list[tuple[str, str]]:
    with api.services.state.read() as uow:
        return [(one.fact.action, one.fact.actor_name) for one in uow.audit.entries()]


@pytest.mark.parametrize("path", LISTS)
def test_lists_are_read_by_members_of_the_home_office(api: Api, path: str) -> None:
    answer = ask(api.client("pemeriksa"), "get", path)

    assert (answer.status_code, answer.json()["items"]) == (200, [])


@pytest.mark.parametrize("path", LISTS)
def test_lists_are_not_for_who_only_reports(api: Api, path: str) -> None:
    assert ask(api.client("opd"), "get", path).status_code == 403
    assert ask(api.stranger(), "get", path).status_code == 401


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_only_the_administrator_decides(api: Api, method: str, path: str, body: Any) -> None:
    answer = ask(api.client("kasi"), method, path, body)

    assert answer.status_code == 403
    assert entries(api) == []


@pytest.mark.parametrize(
    ("method", "path", "body"), [one for one in CHANGES if one[1] not in ("/switches", "/exclusions")]
)
def test_what_is_not_there_cannot_be_decided_about(
    api: Api, admin: httpx.Client, method: str, path: str, body: Any
) -> None:
    before = entries(api)

    answer = ask(admin, method, path, body)

    assert problem_of(answer, 404)["detail"]
    assert entries(api) == before


def test_versions_of_a_pack_are_listed_and_rolled_back(api: Api, admin: httpx.Client, tmp_path: Path) -> None:
    older = add_pack(api, tmp_path / "p", a_rule("s:\n  A: x\ncondition: s"))
    newer = add_pack(api, tmp_path / "p", a_rule("s:\n  A: y\ncondition: s"))

    listed = ask(admin, "get", "/packs").json()["items"]
    after = ask(admin, "post", "/packs/uji/rollback").json()["items"]

    assert [(one["sha256"], one["dipakai"]) for one in listed] == [(newer, True), (older, False)]
    assert [one["sha256"] for one in after if one["dipakai"]] == [older]
    assert entries(api)[-1][0] == "rules.pack_used"


RULE = a_rule("s:\n  A: x\ncondition: s")


def a_zip(members: dict[str, str | bytes], *, change: Callable[[ZipInfo], None] = lambda info: None) -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = ZipInfo(name)
            change(info)
            archive.writestr(info, content, compress_type=ZIP_DEFLATED)
    return made.getvalue()


def send_pack(client: httpx.Client, content: bytes, *, name: str = "Paket Uji.zip") -> httpx.Response:
    return client.post("/api/v1/rules/packs", files={"file": (name, content)})


def test_a_pack_that_is_sent_is_tried_used_and_recorded_with_who_sent_it(api: Api, admin: httpx.Client) -> None:
    yara = "rule uji { condition: true }"
    content = a_zip({"rules/a.yml": RULE, "rules/b.yml": "title: x\n", "web.yar": yara, "LICENSE": "DRL 1.1"})

    answer = send_pack(admin, content)

    taken = answer.json()
    assert answer.status_code == 201
    assert (taken["nama"], taken["aturan"], taken["yara"], taken["jumlah_dilewati"]) == ("paket-uji", 1, 1, 1)
    assert taken["dilewati"][0]["berkas"] == "rules/b.yml"
    [listed] = ask(admin, "get", "/packs").json()["items"]
    assert (listed["sha256"], listed["dipakai"]) == (taken["sha256"], True)
    assert entries(api)[-1][0] == "rules.pack_used"
    assert entries(api)[-1][1] != "Sistem"


def as_link(info: ZipInfo) -> None:
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


def with_a_lying_directory(content: bytes) -> bytes:
    """Return the ZIP with a directory that says it has 200 MiB."""
    end = content.rindex(b"PK\x05\x06")
    return content[: end + 12] + struct.pack("<L", 200 * 1024**2) + content[end + 16 :]


def as_zip64(content: bytes) -> bytes:
    end = content.rindex(b"PK\x05\x06")
    return content[:end] + b"PK\x06\x07" + bytes(16) + content[end:]


HOSTILE = {
    "bomb": (lambda: a_zip({"a.yml": RULE, "b.yml": b"#" * 30_000_000}), "lebih dari 1048576 bita"),
    "leads out": (lambda: a_zip({"a.yml": RULE, "../../b.yml": RULE}), "nama berkas tidak diterima"),
    "link": (lambda: a_zip({"a.yml": "/etc/passwd"}, change=as_link), "symlink"),
    "too many files": (lambda: a_zip({f"{n}.yml": RULE for n in range(30)}), "lebih dari 20 berkas"),
    "huge directory": (lambda: with_a_lying_directory(a_zip({"a.yml": RULE})), "terlalu banyak berkas"),
    "another directory": (lambda: as_zip64(a_zip({"a.yml": RULE})), "ZIP64"),
    "no zip": (lambda: b"title: x", "bukan ZIP"),
    "cut off": (lambda: a_zip({"a.yml": RULE})[:-30], "bukan ZIP"),
    "empty": (lambda: b"", "bukan ZIP"),
    "nothing usable": (lambda: a_zip({"a.yml": "title: x\n"}), "tidak satu pun"),
    "damaged": (lambda: a_zip({"a.yml": RULE}).replace(b"PK\x03\x04", b"PK\x03\x05", 1), "tidak dapat dibaca"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_pack_is_refused_in_words_and_leaves_nothing(
    api: Api, admin: httpx.Client, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packs, "MAX_FILES", 20)
    make, words = HOSTILE[kind]

    answer = send_pack(admin, make())

    folder = api.services.rules.packs
    assert words in problem_of(answer, 422)["detail"]
    assert (pack_names(folder), entries(api)) == ((), [])
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_pack_over_the_limit_is_refused_before_it_is_read(admin: httpx.Client) -> None:
    problem_of(send_pack(admin, bytes(66 * 1024**2)), 413)


def test_one_pack_is_taken_in_at_a_time(api: Api, admin: httpx.Client) -> None:
    with api.services.rules.importing:
        answer = send_pack(admin, a_zip({"a.yml": RULE}))

    assert "paket lain" in problem_of(answer, 409)["detail"]
    assert entries(api) == []


def test_a_pack_is_taken_in_from_nobody_but_the_administrator(api: Api) -> None:
    problem_of(send_pack(api.client("kasi"), a_zip({"a.yml": RULE})), 403)
    assert pack_names(api.services.rules.packs) == ()


def test_an_exclusion_that_names_a_rule_nobody_has_says_so(api: Api, admin: httpx.Client) -> None:
    path = shown_file(api.services.settings.data_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    rules = [
        {"id": "1", "name": "x", "logsource": {"category": "webserver"}},
        {"id": "2", "name": "korelasi", "logsource": {}},
    ]
    path.write_text(json.dumps({"version": 1, "rules": rules, "skipped": [], "skipped_count": 0}))
    sigma = FILTER.replace("[x]", "[x, hilang, korelasi]")

    added = ask(admin, "post", "/exclusions", {"sigma": sigma, "alasan": "x"}).json()

    assert added["aturan"] == ["x", "hilang", "korelasi"]
    assert added["tanpa_aturan"] == ["hilang", "korelasi"]
    assert ask(admin, "get", "/exclusions").json()["items"] == [added]


def test_a_switch_is_kept_with_who_decided_it(api: Api, admin: httpx.Client) -> None:
    answer = ask(admin, "post", "/switches", {"menurut": "status", "nilai": "experimental", "nyala": False})

    assert answer.json()["items"] == [{"menurut": "status", "nilai": "experimental", "paket": "", "nyala": False}]
    assert entries(api)[-1][0] == "rules.turned_off"
    assert entries(api)[-1][1] != "Sistem"


def test_a_switch_without_a_value_is_refused(api: Api, admin: httpx.Client) -> None:
    answer = ask(admin, "post", "/switches", {"menurut": "level", "nyala": False})

    assert answer.status_code == 422
    assert ask(admin, "get", "/switches").json()["items"] == []


def test_an_exclusion_is_added_with_its_reason_and_dropped(api: Api, admin: httpx.Client) -> None:
    added = ask(admin, "post", "/exclusions", {"sigma": FILTER, "alasan": "pemindaian bulanan"})
    listed = ask(admin, "get", "/exclusions").json()["items"]

    gone = ask(admin, "delete", f"/exclusions/{added.json()['id']}")

    assert (added.status_code, gone.status_code) == (201, 204)
    assert [(one["judul"], one["alasan"]) for one in listed] == [("Pemindai", "pemindaian bulanan")]
    assert [action for action, _ in entries(api)][-2:] == ["rules.excluded", "rules.exclusion_dropped"]


@pytest.mark.parametrize("sigma", ["", "title: x", FILTER.replace("not s", "not t"), "[" * 100])
def test_an_exclusion_that_is_no_filter_is_refused(api: Api, admin: httpx.Client, sigma: str) -> None:
    answer = ask(admin, "post", "/exclusions", {"sigma": sigma, "alasan": "x"})

    assert answer.status_code == 422
    assert ask(admin, "get", "/exclusions").json()["items"] == []


def test_a_muted_rule_is_shown_with_its_count_and_let_speak_again(api: Api, admin: httpx.Client) -> None:
    with api.services.state.write() as uow:
        uow.rules.mute(MutedRule(rule_id="r1", rule_title="Ribut", hour=NOON, limit=5, at=NOON))
        uow.rules.count_muted("r1", at=NOON)
    [listed] = ask(admin, "get", "/muted").json()["items"]

    answer = ask(admin, "post", "/muted/r1/unmute")

    assert (listed["rule_title"], listed["batas"], listed["temuan"]) == ("Ribut", 5, 1)
    assert answer.json()["temuan"] == 1
    assert ask(admin, "get", "/muted").json()["items"] == []
    assert entries(api)[-1][0] == "rules.unmuted"


def test_the_rules_in_use_are_listed_as_the_intake_has_loaded_them(api: Api) -> None:
    rule = {
        "id": "1",
        "title": "Webshell",
        "level": "high",
        "status": "test",
        "tags": ["attack.t1505"],
        "author": "Siti",
        "pack": "uji",
        "pack_version": "abc",
        "licence": "DRL",
        "state": "on",
        "sources": ["webserver"],
        "logsource": {"category": "webserver"},
        "is_fed": True,
    }
    others = [{**rule, "id": str(n), "title": f"Aturan {n}", "state": "off", "is_fed": False} for n in range(2, 5)]
    path = shown_file(api.services.settings.data_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"version": 1, "rules": [rule, *others], "skipped": [], "skipped_count": 0}))
    client = api.client("pemeriksa")

    found = ask(client, "get", "?q=webshell t1505&state=on&fed=true&level=high&pack=uji").json()
    first = ask(client, "get", "?limit=3").json()
    rest = ask(client, "get", f"?limit=3&cursor={first['cursor']}").json()

    assert (found["total"], found["items"]) == (1, [rule])
    assert [one["id"] for one in (*first["items"], *rest["items"])] == ["2", "3", "4", "1"]
    assert rest["cursor"] is None
    assert ask(client, "get", "?cursor=x").status_code == 422


def test_a_finding_shows_whose_rule_it_is(api: Api) -> None:
    credit = RuleCredit(author="Florian", licence="DRL 1.1", pack="sigmahq", version="0123456789ab")
    with api.services.state.write() as uow:
        uow.alerts.add(an_alert(credit=credit))

    shown = api.client("pemeriksa").get("/api/v1/alerts/alert-1").json()

    assert shown["credit"] == {
        "author": "Florian",
        "licence": "DRL 1.1",
        "pack": "sigmahq",
        "version": "0123456789ab",
    }


def test_a_finding_shows_what_a_detector_measured_in_its_order(api: Api) -> None:
    with api.services.state.write() as uow:
        uow.alerts.add(an_alert(figures=(("percobaan", "40"), ("ambang", "15 port dalam 5 menit"))))

    shown = api.client("pemeriksa").get("/api/v1/alerts/alert-1").json()

    assert shown["figures"] == [
        {"name": "percobaan", "value": "40"},
        {"name": "ambang", "value": "15 port dalam 5 menit"},
    ]


def test_a_hunt_is_queued_for_the_worker(api: Api) -> None:
    body = {"aturan": ["r2", "r1", "r1"], "dari": "2026-11-19T00:00:00+08:00", "sampai": "2026-11-20T00:00:00+08:00"}

    answer = ask(api.client("pemeriksa"), "post", "/hunts", body)

    job_id = answer.json()["job_id"]
    shown = api.client("pemeriksa").get(f"/api/v1/jobs/{job_id}").json()
    assert (answer.status_code, shown["kind"], shown["status"]) == (202, "hunt_rules", "queued")
    assert (job_id, JobKind.HUNT_RULES) in api.bell.rings


@pytest.mark.parametrize(
    "changed",
    [{"aturan": []}, {"aturan": ["r"] * 21}, {"sampai": "2026-11-19T00:00:00+08:00"}, {"dari": "2026-11-19T00:00:00"}],
)
def test_a_hunt_that_cannot_be_carried_out_is_refused(api: Api, changed: dict[str, Any]) -> None:
    body = {"aturan": ["r1"], "dari": "2026-11-19T00:00:00+08:00", "sampai": "2026-11-20T00:00:00+08:00"}

    problem_of(ask(api.client("pemeriksa"), "post", "/hunts", {**body, **changed}), 422)


def test_a_hunt_is_not_for_who_only_reports(api: Api) -> None:
    body = {"aturan": ["r1"], "dari": "2026-11-19T00:00:00+08:00", "sampai": "2026-11-20T00:00:00+08:00"}

    problem_of(ask(api.client("opd"), "post", "/hunts", body), 403)
