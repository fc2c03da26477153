"""Who posts: told by a key, or by a signature over the body, which needs no key on the way.

`X-Tanggap-Signature: t=SECONDS,v1=HEX`, where HEX is HMAC-SHA-256 over `SECONDS.BODY`; a time more than five minutes
away is refused. `X-Hub-Signature-256: sha256=HEX` over the body alone, as other programs send it, is taken too.
"""

import hmac
import re
from hashlib import sha256
from typing import Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from api.shippers.desk import Shippers
from api.shippers.refusals import NOBODY, ShipmentRefusedError
from ir_platform.domain.source import Source
from ir_platform.identity.webhooks import webhook_secret

SIGNATURE: Final = "x-tanggap-signature"
HUB_SIGNATURE: Final = "x-hub-signature-256"
FRESH_SECONDS: Final = 300
_SIGNED: Final = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
_HUB: Final = re.compile(r"sha256=([0-9a-f]{64})")


async def signer_of(request: Request, shippers: Shippers, *, name: str | None = None, body: bytes = b"") -> Source:
    """Return the source that sent the request; `name`: as it is addressed. Raises: ShipmentRefusedError."""
    authorization = request.headers.get("authorization", "")
    if name is None:
        return await run_in_threadpool(shippers.sender, authorization)
    if SIGNATURE in request.headers or HUB_SIGNATURE in request.headers:
        source = await run_in_threadpool(_named, shippers, name)
        if source is None or not _is_signed(request, shippers, source, body):
            raise ShipmentRefusedError(kind=NOBODY)
        return source
    source = await run_in_threadpool(shippers.sender, authorization)
    if source.name != name or source.is_hmac_required:
        raise ShipmentRefusedError(kind=NOBODY)
    return source


def _named(shippers: Shippers, name: str) -> Source | None:
    with shippers.state.read() as uow:
        source = uow.sources.by_name(name)
    return None if source is None or source.disabled else source


def _is_signed(request: Request, shippers: Shippers, source: Source, body: bytes) -> bool:
    secret = webhook_secret(shippers.webhook_key, source).encode()
    if match := _SIGNED.fullmatch(request.headers.get(SIGNATURE, "")):
        is_fresh = abs(shippers.clock().timestamp() - int(match[1])) <= FRESH_SECONDS
        expected = hmac.new(secret, match[1].encode() + b"." + body, sha256).hexdigest()
        return is_fresh and hmac.compare_digest(expected, match[2])
    if match := _HUB.fullmatch(request.headers.get(HUB_SIGNATURE, "")):
        return hmac.compare_digest(hmac.new(secret, body, sha256).hexdigest(), match[1])
    return False
