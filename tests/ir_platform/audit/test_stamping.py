"""Time stamps of a real authority: kept whole, checked against its certificate, and never in anybody's way."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ir_platform.app.stamping import Stamping
from ir_platform.audit.record import record
from ir_platform.audit.stamping import (
    Ask,
    StampError,
    ask_over_http,
    stamp_head,
    stamp_verifier,
    stamped_at,
    stamped_bytes,
)
from ir_platform.audit.trail import AuditTrail
from ir_platform.domain.audit import AuditFact, AuditHead
from tests.support.authority import Authority, authority, make_certificates, openssl
from tests.support.sqlite import fresh_state

__all__ = ["authority"]

NOW = datetime.now(UTC)
HEAD = AuditHead(seq=7, hash="ab" * 32)


def test_a_stamp_holds_the_authority_s_time_and_only_for_its_entry(authority: Authority) -> None:
    stamp = stamp_head(HEAD, ask_over_http(authority.url), now=NOW)
    verifier = stamp_verifier(authority.certificates)

    at = stamped_at(stamp, verifier)

    assert abs(at - datetime.now(UTC)) < timedelta(minutes=5)
    for other in (replace(stamp, seq=8), replace(stamp, hash="ac" * 32)):
        with pytest.raises(StampError, match="tidak cocok"):
            stamped_at(other, verifier)


def test_openssl_checks_the_stamp_without_this_program(authority: Authority, tmp_path: Path) -> None:
    stamp = stamp_head(HEAD, ask_over_http(authority.url), now=NOW)
    (tmp_path / "data").write_bytes(stamped_bytes(stamp.seq, stamp.hash))
    (tmp_path / "token.tsr").write_bytes(stamp.token)

    arguments = ["-data", tmp_path / "data", "-in", tmp_path / "token.tsr", "-CAfile", authority.certificates]
    checked = openssl("ts", "-verify", *arguments)

    assert b"Verification: OK" in checked


def test_the_certificate_of_another_authority_proves_nothing(authority: Authority, tmp_path: Path) -> None:
    stamp = stamp_head(HEAD, ask_over_http(authority.url), now=NOW)
    make_certificates(tmp_path)

    with pytest.raises(StampError, match="tidak cocok"):
        stamped_at(stamp, stamp_verifier(tmp_path / "ca.pem"))


@pytest.mark.parametrize(
    "content", [b"", b"bukan sertifikat", b"-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----"]
)
def test_a_file_without_a_certificate_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ca.pem").write_bytes(content)

    with pytest.raises(StampError, match=r"ca\.pem"):
        stamp_verifier(tmp_path / "ca.pem")


@pytest.mark.parametrize("answer", [b"", b"\x30\x00", b"<html>", b"\xff" * 70_000])
def test_an_answer_that_is_none_is_refused(answer: bytes) -> None:
    with pytest.raises(StampError):
        stamp_head(HEAD, lambda request: answer, now=NOW)


def test_the_answer_to_another_request_is_refused(authority: Authority) -> None:
    kept = stamp_head(HEAD, ask_over_http(authority.url), now=NOW)

    with pytest.raises(StampError, match="tidak sesuai"):
        stamp_head(HEAD, lambda request: kept.token, now=NOW)


def test_an_authority_that_is_away_is_an_answer_too() -> None:
    with pytest.raises(StampError, match="tidak menjawab"):
        stamp_head(HEAD, ask_over_http("http://127.0.0.1:9/tsa"), now=NOW)


class Office:
    """A trail that grows, and the worker's turn at stamping it."""

    def __init__(self, folder: Path, ask: Ask | None) -> None:
        self.now = NOW
        self.state = fresh_state(folder / "state.sqlite3")
        self.trail = AuditTrail(
            state=self.state, folder=folder / "audit", key_file=folder / "key.pem", clock=lambda: self.now
        )
        self.stamping = Stamping(
            state=self.state, trail=self.trail, ask=ask, every=timedelta(hours=1), clock=lambda: self.now
        )

    def grow(self) -> None:
        fact = AuditFact(at=self.now, actor="system", actor_name="Sistem", action="a", subject="b", details="{}")
        with self.state.write() as uow:
            record(uow, fact)
        self.trail.note()

    def stamps(self) -> list[int]:
        with self.state.read() as uow:
            return [stamp.seq for stamp in uow.stamps.all()]


def test_checkpoints_are_stamped_when_due_and_counted_by_the_verification(authority: Authority, tmp_path: Path) -> None:
    office = Office(tmp_path, ask_over_http(authority.url))

    assert not office.stamping.run(), "nothing to stamp"
    office.grow()
    assert office.stamping.run()
    office.grow()
    assert not office.stamping.run(), "too soon"
    office.now += timedelta(hours=1)
    assert office.stamping.run()
    office.now += timedelta(hours=1)
    assert not office.stamping.run(), "nothing new"

    assert office.stamps() == [1, 2]
    assert office.trail.verify().stamps == 2
    office.state.close()


def test_without_an_authority_nobody_is_asked(tmp_path: Path) -> None:
    office = Office(tmp_path, None)
    office.grow()

    assert not office.stamping.run()
    assert office.stamps() == []
    office.state.close()


def test_a_failure_is_tried_again_at_the_next_turn(authority: Authority, tmp_path: Path) -> None:
    answers = iter([b"<html>", None])

    def ask(request: bytes) -> bytes:
        return next(answers) or ask_over_http(authority.url)(request)

    office = Office(tmp_path, ask)
    office.grow()

    assert not office.stamping.run()
    assert office.stamps() == []
    assert office.stamping.run()
    assert office.stamps() == [1]
    office.state.close()
