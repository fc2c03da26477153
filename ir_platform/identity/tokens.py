"""Tokens: the one place that knows python-jose, held to ES256 and to every claim being there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal

from jose import jws, jwt
from jose.exceptions import JOSEError

from ir_platform.domain.person import Account, AccountId
from ir_platform.identity.keys import SigningKeys, load_keys

TokenUse = Literal["session", "api"]
"""`session`: the page's cookie. `api`: a script's bearer token. One is never taken for the other."""

ISSUER: Final = "tanggap"
AUDIENCE: Final = "tanggap-api"
ALGORITHM: Final = "ES256"
MAX_TOKEN_CHARACTERS: Final = 4_096
CLOCK_LEEWAY: Final = timedelta(seconds=10)
"""How far another server's clock may run ahead of ours (nbf, iat); the expiry gets none."""

_KEPT_PROOFS: Final = 1_000
_TEXT_CLAIMS: Final = ("iss", "aud", "sub", "jti", "use")
_TIME_CLAIMS: Final = ("exp", "iat", "nbf")


class TokenRefusal(StrEnum):
    MALFORMED = "malformed"
    WRONG_ALGORITHM = "wrong_algorithm"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    MISSING_CLAIM = "missing_claim"
    WRONG_ISSUER = "wrong_issuer"
    WRONG_AUDIENCE = "wrong_audience"
    WRONG_USE = "wrong_use"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    OLD_EPOCH = "old_epoch"
    ACCOUNT_DISABLED = "account_disabled"


class TokenError(Exception):
    """A token is refused; `refusal` is for the log, the caller of the API learns only that it must sign in."""

    def __init__(self, *, refusal: TokenRefusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenClaims:
    account_id: AccountId
    epoch: int
    use: TokenUse
    jti: str
    expires_at: int
    """Seconds since 1970."""


class Tokens:
    """Issues and checks tokens with the keys of one folder."""

    def __init__(self, keys: SigningKeys) -> None:
        self._keys = keys
        # A token comes with every request, and its signature stays what it is as long as the keys do. What may change
        # from one request to the next (time, epoch, account) is looked at each time.
        self._proven: dict[bytes, dict[str, Any]] = {}

    def issue(self, account: Account, *, use: TokenUse, now: datetime, lifetime: timedelta, jti: str) -> str:
        """Return a token that says who, for what use and until when; nothing secret is in it."""
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": account.id,
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            "jti": jti,
            "use": use,
            "epoch": account.token_epoch,
        }
        key = self._keys.current
        token: str = jwt.encode(claims, key.private_pem, algorithm=ALGORITHM, headers={"kid": key.kid})
        return token

    def verify(self, token: str, *, use: TokenUse, now: datetime) -> TokenClaims:
        """Return what a genuine token of this use says; hold it against the account with `require_current`.

        Raises: TokenError.
        """
        claims = self._proven_claims(token)
        _require_claims(claims)
        _require_purpose(claims, use)
        _require_time(claims, now)
        return TokenClaims(
            account_id=AccountId(claims["sub"]),
            epoch=claims["epoch"],
            use=use,
            jti=claims["jti"],
            expires_at=claims["exp"],
        )

    def _proven_claims(self, token: str) -> dict[str, Any]:
        """Return the claims of a token whose signature has been checked, now or before."""
        if len(token) > MAX_TOKEN_CHARACTERS:
            raise TokenError(refusal=TokenRefusal.MALFORMED)
        # Kept by its digest: nobody who reads this memory can sign in with it.
        digest = sha256(token.encode("utf-8", "surrogatepass")).digest()
        known = self._proven.get(digest)
        if known is not None:
            return known
        claims = self._signed_claims(token)
        if len(self._proven) >= _KEPT_PROOFS:
            self._proven.clear()
        self._proven[digest] = claims
        return claims

    def _signed_claims(self, token: str) -> dict[str, Any]:
        header = _header(token)
        if header.get("alg") != ALGORITHM:
            raise TokenError(refusal=TokenRefusal.WRONG_ALGORITHM)
        kid = header.get("kid")
        # Only our own set is asked: `jku`, `x5u` and `jwk` would let the token name the key that proves it.
        key = self._keys.by_kid(kid) if isinstance(kid, str) else None
        if key is None or "crit" in header:
            raise TokenError(refusal=TokenRefusal.UNKNOWN_KEY)
        try:
            # The library's own checks of claims pass over an absent one and read the clock themselves: see below.
            claims: dict[str, Any] = jwt.decode(
                token, key.public_pem, algorithms=[ALGORITHM], audience=AUDIENCE, options=_SIGNATURE_ONLY
            )
        except JOSEError as error:
            raise TokenError(refusal=TokenRefusal.BAD_SIGNATURE) from error
        return claims


_SIGNATURE_ONLY: Final = {
    f"verify_{claim}": False for claim in ("aud", "iat", "exp", "nbf", "iss", "sub", "jti", "at_hash")
}


def open_tokens(folder: Path) -> Tokens:
    """Return Tokens with the keys of this folder, made on first use. Raises: keys.SigningKeyError."""
    return Tokens(load_keys(folder))


def require_current(claims: TokenClaims, account: Account) -> None:
    """Raises: TokenError where the account is disabled or has ended its earlier tokens."""
    if account.disabled:
        raise TokenError(refusal=TokenRefusal.ACCOUNT_DISABLED)
    if claims.epoch != account.token_epoch:
        raise TokenError(refusal=TokenRefusal.OLD_EPOCH)


def _header(token: str) -> dict[str, Any]:
    try:
        header: dict[str, Any] = jws.get_unverified_header(token)
    except (JOSEError, ValueError, RecursionError) as error:
        raise TokenError(refusal=TokenRefusal.MALFORMED) from error
    return header


def _require_claims(claims: dict[str, Any]) -> None:
    texts_there = all(isinstance(claims.get(name), str) and claims[name] for name in _TEXT_CLAIMS)
    # bool is an int to Python, and true is no time.
    numbers_there = all(type(claims.get(name)) is int for name in (*_TIME_CLAIMS, "epoch"))
    if not texts_there or not numbers_there:
        raise TokenError(refusal=TokenRefusal.MISSING_CLAIM)


def _require_purpose(claims: dict[str, Any], use: TokenUse) -> None:
    if claims["iss"] != ISSUER:
        raise TokenError(refusal=TokenRefusal.WRONG_ISSUER)
    if claims["aud"] != AUDIENCE:
        raise TokenError(refusal=TokenRefusal.WRONG_AUDIENCE)
    if claims["use"] != use:
        raise TokenError(refusal=TokenRefusal.WRONG_USE)


def _require_time(claims: dict[str, Any], now: datetime) -> None:
    soonest = (now + CLOCK_LEEWAY).timestamp()
    if claims["nbf"] > soonest or claims["iat"] > soonest:
        raise TokenError(refusal=TokenRefusal.NOT_YET_VALID)
    if claims["exp"] <= now.timestamp():
        raise TokenError(refusal=TokenRefusal.EXPIRED)
