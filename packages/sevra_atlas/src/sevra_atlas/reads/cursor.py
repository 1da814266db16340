"""Signed cursors: where the next page of a list begins, in a form that only this platform can have written.

A cursor is base64url of msgpack `[list, order, filter hash, key]` followed by 16 bytes of HMAC-SHA256. It is
opaque to clients because ordering keys hold ids and exceed what a JSON number carries.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

import msgspec

_MAC_BYTES = 16
_LONGEST = 512

KeyPart = int | float | str
Key = tuple[KeyPart, ...]


class InvalidCursorError(Exception):
    """A cursor was altered, was written for another list, order or filter, or is no cursor at all."""

    hint = "start again from the first page"

    def __str__(self) -> str:
        return "the cursor does not belong to this list, order and filter"


class _Content(msgspec.Struct, array_like=True, frozen=True):
    listing: str
    order: str
    filters: bytes
    key: Key


def filter_hash(filters: Mapping[str, object]) -> bytes:
    """Return eight bytes that differ between filters; the order of names does not matter."""
    canonical = msgspec.json.encode(dict(sorted(filters.items())))
    return hashlib.sha256(canonical).digest()[:8]


class CursorSigner:
    """Writes and reads cursors with one secret; the secret is never used for anything else than this."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"sevra list cursor", "sha256")
        self._decoder = msgspec.msgpack.Decoder(_Content)

    def sign(self, listing: str, order: str, filters: bytes, key: Key) -> str:
        """Return the cursor behind which the next page of the list begins."""
        body = msgspec.msgpack.encode(_Content(listing, order, filters, key))
        return _encoded(body + self._mac(body))

    def read(self, cursor: str, listing: str, order: str, filters: bytes) -> Key:
        """Return the key inside a cursor; raises InvalidCursorError unless everything agrees."""
        content = self._verified(cursor)
        if (content.listing, content.order, content.filters) != (listing, order, filters):
            raise InvalidCursorError
        return content.key

    def _verified(self, cursor: str) -> _Content:
        if len(cursor) > _LONGEST or not cursor.isascii():
            raise InvalidCursorError
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise InvalidCursorError from error
        body, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        # The last character has unused bits: only one of its spellings is the cursor that was handed out.
        if not hmac.compare_digest(mac, self._mac(body)) or _encoded(raw) != cursor:
            raise InvalidCursorError
        try:
            return self._decoder.decode(body)
        except msgspec.DecodeError as error:
            raise InvalidCursorError from error

    def _mac(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, "sha256")[:_MAC_BYTES]


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
