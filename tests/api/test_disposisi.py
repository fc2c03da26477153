"""Lembar disposisi by HTTP: made with a step, read once a recipient, passed on; refused where not one's own."""

from typing import Any

import pytest

from tests.support.api import Api, problem_of
from tests.support.walk import carry_out, complete

pytestmark = pytest.mark.usefixtures("untouched")

FORM = {
    "surat_dari": "Kepala Dinas Perhubungan",
    "nomor_surat": "800/12/2026",
    "tanggal_surat": "2026-11-18",
    "diterima": "2026-11-19",
    "nomor_agenda": "0451",
    "hal": "Gangguan situs",
    "keamanan": "terbatas",
    "derajat": "segera",
    "kepada": ["kasi_keamanan_jaringan", "tim_teknis"],
    "harap": ["proses_lebih_lanjut", "koordinasi_dan_konfirmasikan"],
    "catatan": "Periksa hari ini.",
}


def disposed(api: Api, **body: Any) -> tuple[str, dict[str, Any]]:
    """An incident after its disposisi, and that lembar."""
    incident_id = api.report()["id"]
    assert complete(api.client("pemeriksa"), incident_id, 1, {"catatan": "Dicatat."}).status_code == 200
    answer = complete(api.client("kabid"), incident_id, 2, {"catatan": "Mohon ditindaklanjuti.", **body})
    assert answer.status_code == 200, answer.text
    return incident_id, chain(api, incident_id)["items"][-1]


def chain(api: Api, incident_id: str, who: str = "kasi") -> dict[str, Any]:
    answer = api.client(who).get(f"/api/v1/incidents/{incident_id}/disposisi")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def post(api: Api, who: str, incident_id: str, lembar: str, act: str, **body: Any) -> Any:
    return api.client(who).post(f"/api/v1/incidents/{incident_id}/disposisi/{lembar}/{act}", json=body)


def test_a_note_alone_makes_a_lembar_of_facts(api: Api) -> None:
    incident_id, lembar = disposed(api)

    assert lembar["kepada"] == [{"id": "kasi_keamanan_jaringan", "nama": "Kasi Keamanan Jaringan"}]
    assert (lembar["surat_dari"], lembar["hal"]) == ("Operator OPD", "Situs tidak dapat dibuka")
    assert (lembar["catatan"], lembar["oleh"]) == ("Mohon ditindaklanjuti.", api.account("kabid").display_name)
    assert (lembar["nomor_surat"], lembar["keamanan"], lembar["harap"], lembar["dibaca"]) == ("", None, [], [])
    kinds = [one["kind"] for one in api.client("kasi").get(f"/api/v1/incidents/{incident_id}/timeline").json()["items"]]
    assert kinds.count("disposisi_given") == 1


def test_the_fields_of_the_form_stand_on_the_lembar(api: Api) -> None:
    _, lembar = disposed(api, isian={"disposisi": FORM})

    assert {name: lembar[name] for name in FORM if name != "kepada"} == {
        name: value for name, value in FORM.items() if name != "kepada"
    }
    assert [one["id"] for one in lembar["kepada"]] == FORM["kepada"]


def test_what_the_intake_knows_of_the_letter_comes_onto_the_lembar(api: Api) -> None:
    intake = {"kanal": "surat", "nomor_surat": "005/7", "tanggal_surat": "2026-11-17", "instansi": "Dishub"}
    incident_id = api.report(penerimaan={**intake, "tanggal_diterima": "2026-11-18", "nomor_agenda": "12"})["id"]
    complete(api.client("pemeriksa"), incident_id, 1, {"catatan": "Dicatat."})
    complete(api.client("kabid"), incident_id, 2, {"catatan": "Tindak lanjuti."})

    (lembar,) = chain(api, incident_id)["items"]

    assert (lembar["surat_dari"], lembar["nomor_surat"], lembar["tanggal_surat"]) == ("Dishub", "005/7", "2026-11-17")
    assert (lembar["diterima"], lembar["nomor_agenda"]) == ("2026-11-18", "12")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kepada": ["bogor_kasi"]}, "Tidak dapat menerima disposisi: bogor_kasi"),
        ({"keamanan": "sangat"}, "keamanan"),
        ({"derajat": "kilat"}, "derajat"),
        ({"harap": ["selesaikan"]}, "harap"),
        ({"tanggal_surat": "2026-11-20", "diterima": "2026-11-19"}, "Tanggal surat tidak boleh sesudah"),
        ({"diterima": "2999-01-01"}, "Tanggal diterima tidak boleh di masa depan"),
        ({"hal": "dua\nbaris"}, "hal"),
        ({"nomor_surat": "a\x00"}, "nomor_surat"),
        ({"catatan": "a" * 5_001}, "catatan"),
    ],
)
def test_a_wrong_form_refuses_the_step_and_changes_nothing(api: Api, change: dict[str, Any], said: str) -> None:
    incident_id = api.report()["id"]
    complete(api.client("pemeriksa"), incident_id, 1, {"catatan": "Dicatat."})
    before = api.everything()

    answer = complete(api.client("kabid"), incident_id, 2, {"isian": {"disposisi": {**FORM, **change}}})

    assert said in problem_of(answer, 422)["detail"]
    assert api.everything() == before


def test_a_step_that_is_no_disposisi_takes_none(api: Api) -> None:
    incident_id = api.report()["id"]

    answer = complete(api.client("pemeriksa"), incident_id, 1, {"catatan": "a", "isian": {"disposisi": FORM}})

    assert "tidak meminta lembar disposisi" in problem_of(answer, 422)["detail"]


def test_the_first_opening_is_kept_with_who_and_when_and_a_later_one_changes_nothing(api: Api) -> None:
    incident_id, lembar = disposed(api)
    post(api, "kasi", incident_id, lembar["id"], "read")
    before, opened_at = api.everything(), api.clock[0]
    api.pass_time(hours=2)

    again = post(api, "kasi", incident_id, lembar["id"], "read").json()["items"][-1]

    (read,) = again["dibaca"]
    assert (read["oleh"], read["pada"]) == (
        api.account("kasi").display_name,
        opened_at.isoformat().replace("+00:00", "Z"),
    )
    assert (again["untuk_saya"], again["sudah_saya_baca"]) == (True, True)
    assert api.everything() == before


def test_looking_at_the_chain_is_not_reading(api: Api) -> None:
    incident_id, _ = disposed(api)

    (lembar,) = chain(api, incident_id)["items"]

    assert (lembar["dibaca"], lembar["untuk_saya"], lembar["sudah_saya_baca"]) == ([], True, False)


def test_a_recipient_passes_it_on_with_words_of_its_own_and_has_read_it(api: Api) -> None:
    incident_id, lembar = disposed(api, isian={"disposisi": FORM})

    answer = post(api, "kasi", incident_id, lembar["id"], "forward", kepada=["pengelola_ti"], catatan="Cek log.")

    first, second = answer.json()["items"]
    assert answer.status_code == 201
    assert (second["dari"], second["diteruskan"], second["catatan"]) == (first["id"], True, "Cek log.")
    assert (second["nomor_surat"], second["hal"], second["oleh"]) == (
        FORM["nomor_surat"],
        FORM["hal"],
        api.account("kasi").display_name,
    )
    assert [one["oleh"] for one in first["dibaca"]] == [api.account("kasi").display_name]
    assert chain(api, incident_id, "pengelola")["items"][-1]["untuk_saya"]


def test_it_may_go_to_one_person_who_may_pass_it_on_again(api: Api) -> None:
    incident_id, lembar = disposed(api)
    person = next(
        one for one in chain(api, incident_id)["petugas"] if one["nama"] == api.account("timteknis").display_name
    )
    handed = post(api, "kasi", incident_id, lembar["id"], "forward", orang=person["id"]).json()["items"][-1]

    again = post(api, "timteknis", incident_id, handed["id"], "forward", kepada=["pengelola_ti"])

    assert (handed["orang"], handed["kepada"]) == (person, [])
    assert again.json()["items"][-1]["dari"] == handed["id"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({}, 422, "Sebutkan kepada siapa"),
        ({"kepada": ["tim_teknis"], "orang": "siapa-saja"}, 422, "Tidak dapat menerima disposisi"),
        ({"kepada": ["bogor_kasi"]}, 422, "bogor_kasi"),
        ({"kepada": ["kasi_keamanan_jaringan"]}, 409, "sudah sampai kepada Kasi Keamanan Jaringan"),
        ({"orang": "tidak-ada"}, 422, "Tidak dapat menerima disposisi"),
        ({"kepada": ["tim_teknis"], "harap": ["x"]}, 422, "harap"),
        ({"kepada": ["tim_teknis"], "catatan": "a\x00"}, 422, "catatan"),
    ],
)
def test_what_cannot_be_passed_on_is_refused(api: Api, body: dict[str, Any], status: int, said: str) -> None:
    incident_id, lembar = disposed(api)
    before = api.everything()

    answer = post(api, "kasi", incident_id, lembar["id"], "forward", **body)

    assert said in problem_of(answer, status)["detail"]
    assert api.everything() == before


@pytest.mark.parametrize("who", ["opd", "admin", "kasi", "pimpinan"])
def test_who_holds_no_office_in_it_receives_nothing(api: Api, who: str) -> None:
    incident_id, lembar = disposed(api)

    answer = post(api, "kasi", incident_id, lembar["id"], "forward", orang=str(api.account(who).id))

    assert problem_of(answer, 422)


def test_twice_to_the_same_is_refused(api: Api) -> None:
    incident_id, lembar = disposed(api)
    post(api, "kasi", incident_id, lembar["id"], "forward", kepada=["tim_teknis"])
    before = api.everything()

    answer = post(api, "kasi", incident_id, lembar["id"], "forward", kepada=["tim_teknis"])

    assert "sudah sampai kepada Tim Teknis" in problem_of(answer, 409)["detail"]
    assert api.everything() == before


@pytest.mark.parametrize("act", ["read", "forward"])
@pytest.mark.parametrize(
    ("who", "lembar", "status"),
    [
        ("nobody", "its", 401),
        ("opd_lain", "its", 404),
        ("kasi", "other", 404),
        ("kasi", "of-another-incident", 404),
        ("pengelola", "its", 403),
        ("kabid", "its", 403),
        ("admin", "its", 403),
        ("opd", "its", 403),
    ],
)
def test_only_a_recipient_reads_and_passes_on(api: Api, act: str, who: str, lembar: str, status: int) -> None:
    incident_id, its = disposed(api)
    _, another = disposed(api)
    named = {"its": its["id"], "other": "tidak-ada", "of-another-incident": another["id"]}[lembar]
    before = api.everything()
    path = f"/api/v1/incidents/{incident_id}/disposisi/{named}/{act}"

    client = api.stranger() if who == "nobody" else api.client(who)
    answer = client.post(path, json={"kepada": 7})

    problem_of(answer, status)
    assert api.everything() == before


@pytest.mark.parametrize(("who", "status"), [("opd_lain", 404), ("opd", 403)])
def test_the_chain_is_not_for_who_only_reported(api: Api, who: str, status: int) -> None:
    incident_id, _ = disposed(api)

    problem_of(api.client(who).get(f"/api/v1/incidents/{incident_id}/disposisi"), status)


def test_nothing_is_read_or_passed_on_once_the_incident_is_closed(api: Api) -> None:
    incident_id = api.report()["id"]
    people = ("pemeriksa", "kabid", "kasi", "pengelola")
    carry_out({one: api.client(one) for one in people}, incident_id)
    lembar = chain(api, incident_id)["items"][0]
    before = api.everything()

    answers = [post(api, "kasi", incident_id, lembar["id"], act, kepada=["tim_teknis"]) for act in ("read", "forward")]

    assert [problem_of(one, 409)["detail"] for one in answers] == ["Insiden sudah ditutup."] * 2
    assert api.everything() == before


def test_the_audit_trail_keeps_every_field_of_what_was_passed_on(api: Api) -> None:
    incident_id, lembar = disposed(api, isian={"disposisi": FORM})
    post(api, "kasi", incident_id, lembar["id"], "forward", kepada=["pengelola_ti"], catatan="Cek log.")

    with api.state.read() as uow:
        entries = uow.audit.of_subject(f"incident:{incident_id}")

    assert [one.fact.action for one in entries][-2:] == ["disposisi.read", "disposisi.forwarded"]
    assert all(word in entries[-1].fact.details for word in ("Cek log.", "pengelola_ti", lembar["id"], "800/12/2026"))


def test_recipients_are_told(api: Api) -> None:
    incident_id, lembar = disposed(api)
    post(api, "kasi", incident_id, lembar["id"], "forward", kepada=["tim_teknis"])

    told = {who: api.client(who).get("/api/v1/notices").json()["items"] for who in ("kasi", "timteknis", "pengelola")}

    kinds = {who: [one["kind"] for one in items] for who, items in told.items()}
    assert kinds["kasi"].count("disposisi_received") == 1
    assert kinds["timteknis"].count("disposisi_received") == 1
    assert "disposisi_received" not in kinds["pengelola"]


def test_the_consultation_stands_as_a_pair_and_both_sides_are_told(api: Api) -> None:
    incident_id = api.report()["id"]
    people = ("pemeriksa", "kabid", "kasi", "pengelola")
    clients = {one: api.client(one) for one in people}
    carry_out(clients, incident_id, until=4)

    asked = complete(clients["kasi"], incident_id, 5, {"catatan": "x", "isian": {"pertanyaan": "Boleh diblokir?"}})
    given = complete(clients["kabid"], incident_id, 6, {"catatan": "Blokir di firewall."}).json()

    (waiting,) = asked.json()["konsultasi"]
    (pair,) = given["konsultasi"]
    assert (waiting["pertanyaan"]["teks"], waiting["arahan"]) == ("Boleh diblokir?", None)
    assert (pair["arahan"]["teks"], pair["arahan"]["oleh"]) == (
        "Blokir di firewall.",
        api.account("kabid").display_name,
    )
    assert (pair["kepada"], pair["tembusan"]) == (["Tim Teknis", "Pengelola TI"], ["Kasi Keamanan Jaringan"])
    told = {who: [one["kind"] for one in clients[who].get("/api/v1/notices").json()["items"]] for who in people}
    assert "advice_asked" in told["kabid"]
    assert all("advice_given" in told[who] for who in ("kasi", "pengelola"))


def test_other_parties_of_step_7_are_shown_with_when_and_what_came_of_it(api: Api) -> None:
    incident_id = api.report()["id"]
    clients = {one: api.client(one) for one in ("pemeriksa", "kabid", "kasi", "pengelola")}
    carry_out(clients, incident_id, until=6)
    party = {"siapa": "ISP Contoh", "waktu": "2026-11-20T03:00:00Z", "hasil": "Rute diperbaiki."}
    nihil = {"NOC": "tidak ada", "aplikasi security system": "tidak ada"}

    late = {**party, "waktu": "2999-01-01T00:00:00Z"}
    refused = complete(clients["pengelola"], incident_id, 7, {"nihil": nihil, "isian": {"pihak_terkait": [late]}})
    done = complete(clients["pengelola"], incident_id, 7, {"nihil": nihil, "isian": {"pihak_terkait": [party]}})

    assert "tidak boleh di masa depan" in problem_of(refused, 422)["detail"]
    assert next(one for one in done.json()["riwayat"] if one["no"] == 7)["pihak_terkait"] == [party]


def test_kasi_and_kabid_are_told_of_an_early_end(api: Api) -> None:
    incident_id = api.report()["id"]
    clients = {one: api.client(one) for one in ("pemeriksa", "kabid", "kasi", "pengelola")}
    carry_out(clients, incident_id, until=3)
    easy = {"catatan": "Sudah", "keputusan": "tidak_sulit", "sebab": "diselesaikan"}
    complete(clients["pengelola"], incident_id, 4, easy)

    ended = complete(clients["pemeriksa"], incident_id, 1, {"catatan": "Tutup.", "keputusan": "selesai"})

    assert ended.json()["hasil"] == "diselesaikan_awal"
    told = {
        who: [one["kind"] for one in one_client.get("/api/v1/notices").json()["items"]]
        for who, one_client in clients.items()
    }
    assert {who for who, kinds in told.items() if "closed_early" in kinds} == {"kasi", "kabid"}
