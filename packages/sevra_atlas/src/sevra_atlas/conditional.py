"""Validators of HTTP answers: weak entity tags, and whether a client already holds the answer."""

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime


def weak_etag(*parts: bytes) -> str:
    """Return the weak entity tag over the given bytes; equal parts give equal tags in every process."""
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return f'W/"{digest.hexdigest()}"'


def holds(if_none_match: str | None, etag: str) -> bool:
    """Return whether an `If-None-Match` header names the tag, by the weak comparison of RFC 9110, 8.8.3.2."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    wanted = etag.removeprefix("W/")
    return any(tag.strip().removeprefix("W/") == wanted for tag in if_none_match.split(","))


def http_date(moment: datetime) -> str:
    """Return an aware time in the form of the `Last-Modified` header."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)
