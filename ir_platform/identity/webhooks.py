"""The secret with which a source signs its webhook posts."""

import hmac
from hashlib import sha256

from ir_platform.domain.source import Source


def webhook_secret(key: bytes, source: Source) -> str:
    """Return it, made of this installation's key, so that nothing of it is in the database.

    It changes with the source's own key.
    """
    return hmac.new(key, f"webhook:{source.id}:{source.key_hash}".encode(), sha256).hexdigest()
