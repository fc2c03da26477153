"""Tokens and their keys: every known attack on them is refused."""

import base64
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from hmac import digest
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from jose import jwt

from ir_platform.identity.keys import SigningKeyError, SigningKeys, load_keys, rotate_keys
from ir_platform.identity.tokens import TokenError, TokenRefusal, Tokens, open_tokens, require_current
from tests.support.builders import NOON, an_account

ACCOUNT = an_account(token_epoch=3)
LIFETIME = timedelta(minutes=15)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> SigningKeys:
    return load_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def tokens(keys: SigningKeys) -> Tokens:
    return Tokens(keys)


def good_claims(**changes: Any) -> dict[str, Any]:
    at = int(NOON.timestamp())
    given = {
        "iss": "tanggap",
        "aud": "tanggap-api",
        "sub": ACCOUNT.id,
        "iat": at,
        "nbf": at,
        "exp": at + 900,
        "jti": "t1",
        "use": "api",
        "epoch": 3,
    }
    return {name: value for name, value in {**given, **changes}.items() if value is not ...}


def signed(keys: SigningKeys, claims: dict[str, Any], **header: Any) -> str:
    token: str = jwt.encode(
        claims, keys.current.private_pem, algorithm="ES256", headers={"kid": keys.current.kid, **header}
    )
    return token


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def by_hand(header: dict[str, Any], claims: dict[str, Any], secret: bytes | None) -> str:
    """A token as an attacker makes it: HMAC-SHA256 with the secret, or no signature at all."""
    head = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims).encode())}"
    return f"{head}.{encoded(digest(secret, head.encode(), sha256)) if secret else ''}"


def refusal_of(tokens: Tokens, token: str, *, after: timedelta = timedelta()) -> TokenRefusal:
    with pytest.raises(TokenError) as refused:
        tokens.verify(token, use="api", now=NOON + after)
    return refused.value.refusal


def test_a_genuine_token_says_who_and_for_what(tokens: Tokens) -> None:
    token = tokens.issue(ACCOUNT, use="api", now=NOON, lifetime=LIFETIME, jti="t1")

    claims = tokens.verify(token, use="api", now=NOON + LIFETIME - timedelta(seconds=1))

    assert (claims.account_id, claims.epoch, claims.use, claims.jti) == (ACCOUNT.id, 3, "api", "t1")
    assert claims.expires_at == int((NOON + LIFETIME).timestamp())


def test_a_token_made_by_hand_with_every_claim_is_accepted_so_that_the_refusals_below_mean_something(
    keys: SigningKeys, tokens: Tokens
) -> None:
    assert tokens.verify(signed(keys, good_claims()), use="api", now=NOON).account_id == ACCOUNT.id


@pytest.mark.parametrize("form", ["pem", "der", "pem_stripped"])
def test_an_hs256_token_forged_with_the_public_key_is_refused(keys: SigningKeys, tokens: Tokens, form: str) -> None:
    pem = keys.current.public_pem.encode()
    der = serialization.load_pem_public_key(pem).public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    secret = {"pem": pem, "der": der, "pem_stripped": pem.strip()}[form]

    forged = by_hand({"alg": "HS256", "typ": "JWT", "kid": keys.current.kid}, good_claims(), secret)

    assert refusal_of(tokens, forged) is TokenRefusal.WRONG_ALGORITHM


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", None, "ES384", "RS256", ["ES256"]])
def test_another_algorithm_or_none_is_refused(keys: SigningKeys, tokens: Tokens, alg: object) -> None:
    forged = by_hand({"alg": alg, "kid": keys.current.kid}, good_claims(), None)

    with pytest.raises(TokenError):
        tokens.verify(forged, use="api", now=NOON)


def test_an_es256_header_without_a_signature_is_refused(keys: SigningKeys, tokens: Tokens) -> None:
    forged = by_hand({"alg": "ES256", "kid": keys.current.kid}, good_claims(), None)

    assert refusal_of(tokens, forged) is TokenRefusal.BAD_SIGNATURE


def test_a_changed_claim_breaks_the_signature(keys: SigningKeys, tokens: Tokens) -> None:
    header, _, signature = signed(keys, good_claims()).split(".")
    claims = encoded(json.dumps(good_claims(sub="account-admin")).encode())

    assert refusal_of(tokens, f"{header}.{claims}.{signature}") is TokenRefusal.BAD_SIGNATURE


@pytest.mark.parametrize("claim", ["exp", "iat", "nbf", "aud", "iss", "sub", "jti", "use", "epoch"])
@pytest.mark.parametrize("value", [..., None, [], True])
def test_a_token_that_lacks_a_claim_or_gives_it_another_type_is_refused(
    keys: SigningKeys, tokens: Tokens, claim: str, value: object
) -> None:
    token = signed(keys, good_claims(**{claim: value}))

    assert refusal_of(tokens, token) is TokenRefusal.MISSING_CLAIM


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"aud": "other"}, TokenRefusal.WRONG_AUDIENCE),
        ({"aud": ["tanggap-api", "other"]}, TokenRefusal.MISSING_CLAIM),
        ({"iss": "other"}, TokenRefusal.WRONG_ISSUER),
        ({"use": "session"}, TokenRefusal.WRONG_USE),
        ({"nbf": int(NOON.timestamp()) + 60}, TokenRefusal.NOT_YET_VALID),
        ({"iat": int(NOON.timestamp()) + 60}, TokenRefusal.NOT_YET_VALID),
        ({"exp": int(NOON.timestamp())}, TokenRefusal.EXPIRED),
    ],
)
def test_a_token_for_another_purpose_or_time_is_refused(
    keys: SigningKeys, tokens: Tokens, changes: dict[str, Any], refusal: TokenRefusal
) -> None:
    assert refusal_of(tokens, signed(keys, good_claims(**changes))) is refusal


def test_a_token_expires_at_the_end_of_its_lifetime(tokens: Tokens) -> None:
    token = tokens.issue(ACCOUNT, use="api", now=NOON, lifetime=LIFETIME, jti="t1")

    assert refusal_of(tokens, token, after=LIFETIME) is TokenRefusal.EXPIRED


def test_the_pages_token_is_no_bearer_token(tokens: Tokens) -> None:
    token = tokens.issue(ACCOUNT, use="session", now=NOON, lifetime=LIFETIME, jti="t1")

    assert refusal_of(tokens, token) is TokenRefusal.WRONG_USE


@pytest.mark.parametrize("kid", ["unknown", "../current", 7, None, ""])
def test_an_unknown_key_id_is_refused(keys: SigningKeys, tokens: Tokens, kid: object) -> None:
    header = {"alg": "ES256", "kid": kid}

    assert refusal_of(tokens, by_hand(header, good_claims(), None)) is TokenRefusal.UNKNOWN_KEY


def test_a_key_that_the_token_brings_along_is_not_asked(keys: SigningKeys, tokens: Tokens) -> None:
    own = ec.generate_private_key(ec.SECP256R1())
    pem = own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    numbers = own.public_key().public_numbers()
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "x": encoded(numbers.x.to_bytes(32, "big")),
        "y": encoded(numbers.y.to_bytes(32, "big")),
    }
    header = {"kid": keys.current.kid, "jwk": jwk, "jku": "http://127.0.0.1:1/k", "x5u": "http://127.0.0.1:1/x"}

    forged = jwt.encode(good_claims(), pem.decode(), algorithm="ES256", headers=header)

    assert refusal_of(tokens, forged) is TokenRefusal.BAD_SIGNATURE


def test_a_header_that_demands_an_extension_is_refused(keys: SigningKeys, tokens: Tokens) -> None:
    assert refusal_of(tokens, signed(keys, good_claims(), crit=["b64"])) is TokenRefusal.UNKNOWN_KEY


def test_an_oversized_token_is_refused_unread(keys: SigningKeys, tokens: Tokens) -> None:
    assert refusal_of(tokens, signed(keys, good_claims(jti="x" * 5_000))) is TokenRefusal.MALFORMED


@given(text=st.text(max_size=200) | st.text("abc.=_-", max_size=200))
def test_no_text_at_all_does_more_than_be_refused(keys: SigningKeys, text: str) -> None:
    with pytest.raises(TokenError):
        Tokens(keys).verify(text, use="api", now=NOON)


def test_a_token_of_an_older_epoch_is_refused_and_so_is_a_disabled_accounts(tokens: Tokens) -> None:
    token = tokens.issue(ACCOUNT, use="api", now=NOON, lifetime=LIFETIME, jti="t1")
    claims = tokens.verify(token, use="api", now=NOON)

    require_current(claims, ACCOUNT)
    with pytest.raises(TokenError, match="old_epoch"):
        require_current(claims, an_account(token_epoch=4))
    with pytest.raises(TokenError, match="account_disabled"):
        require_current(claims, an_account(token_epoch=3, disabled=True))


def test_the_key_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "keys"

    first, again = load_keys(folder), load_keys(folder)

    assert again == first
    assert [path.name for path in folder.iterdir()] == ["current.pem"]
    assert stat.S_IMODE((folder / "current.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_starters_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        loaded = list(pool.map(lambda _: load_keys(tmp_path), range(8)))

    assert {keys.current.kid for keys in loaded} == {loaded[0].current.kid}
    assert [path.name for path in tmp_path.iterdir()] == ["current.pem"]


def test_after_a_rotation_old_tokens_count_and_new_ones_carry_the_new_key(tmp_path: Path) -> None:
    before = open_tokens(tmp_path)
    old = before.issue(ACCOUNT, use="api", now=NOON, lifetime=LIFETIME, jti="t1")
    rotate_keys(tmp_path)
    after = open_tokens(tmp_path)
    new = after.issue(ACCOUNT, use="api", now=NOON, lifetime=LIFETIME, jti="t2")

    assert after.verify(old, use="api", now=NOON).jti == "t1"
    assert after.verify(new, use="api", now=NOON).jti == "t2"
    assert refusal_of(before, new) is TokenRefusal.UNKNOWN_KEY


def test_after_a_second_rotation_the_first_key_is_forgotten(tmp_path: Path) -> None:
    old = open_tokens(tmp_path).issue(ACCOUNT, use="api", now=NOON, lifetime=LIFETIME, jti="t1")
    rotate_keys(tmp_path)
    rotate_keys(tmp_path)

    assert refusal_of(open_tokens(tmp_path), old) is TokenRefusal.UNKNOWN_KEY


def test_a_rotation_that_was_cut_off_is_completed_at_the_next_start(tmp_path: Path) -> None:
    first = load_keys(tmp_path)
    (tmp_path / "current.pem").rename(tmp_path / "previous.pem")

    keys = load_keys(tmp_path)

    assert keys.previous == first.current
    assert keys.current.kid != first.current.kid


def test_a_damaged_or_foreign_key_file_is_named(tmp_path: Path) -> None:
    p384 = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for content in (b"", b"no key", p384):
        (tmp_path / "current.pem").write_bytes(content)
        with pytest.raises(SigningKeyError) as refused:
            load_keys(tmp_path)
        assert refused.value.path == tmp_path / "current.pem"


def test_a_key_does_not_show_itself_in_a_log(keys: SigningKeys) -> None:
    assert "PRIVATE" not in repr(keys)


def test_a_token_that_was_good_is_refused_as_soon_as_its_time_is_over(tokens: Tokens) -> None:
    token = tokens.issue(ACCOUNT, use="api", now=NOON, lifetime=LIFETIME, jti="t1")
    tokens.verify(token, use="api", now=NOON)

    assert refusal_of(tokens, token, after=LIFETIME) is TokenRefusal.EXPIRED


def test_a_token_that_was_good_is_still_good_for_its_use_alone(tokens: Tokens) -> None:
    token = tokens.issue(ACCOUNT, use="session", now=NOON, lifetime=LIFETIME, jti="t1")
    tokens.verify(token, use="session", now=NOON)

    assert refusal_of(tokens, token) is TokenRefusal.WRONG_USE


def test_a_forged_copy_of_a_token_that_was_good_is_refused(tokens: Tokens) -> None:
    token = tokens.issue(ACCOUNT, use="api", now=NOON, lifetime=LIFETIME, jti="t1")
    head, claims, signature = token.split(".")
    tokens.verify(token, use="api", now=NOON)

    forged = f"{head}.{claims}.{signature[::-1]}"

    assert refusal_of(tokens, forged) is TokenRefusal.BAD_SIGNATURE
