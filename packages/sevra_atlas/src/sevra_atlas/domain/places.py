"""Where files lie, by an address: a directory of this machine, or a bucket of any kind that obstore knows."""

from pathlib import Path
from typing import TYPE_CHECKING

from obstore.exceptions import BaseError
from obstore.store import from_url

if TYPE_CHECKING:
    from obstore.store import ObjectStore

FAILURES = (BaseError, OSError)
"""What a place may answer with; a file that is not there is a FileNotFoundError among them."""


def place_at(destination: str) -> "Path | ObjectStore":
    """Return the directory that a path or a `file://` names, or the bucket at `s3://bucket/prefix` and such.

    Nothing is made or asked. Buckets take their region, endpoint and credentials from the environment
    (`AWS_*`). Raises one of FAILURES, or ValueError for an address that is none.
    """
    scheme, separator, _ = destination.partition("://")
    if separator and scheme != "file":
        return from_url(destination)
    return Path(destination.removeprefix("file://")).absolute()


def reason(failure: Exception) -> str:
    """Return in one line what a place said."""
    if isinstance(failure, OSError) and failure.strerror:
        return failure.strerror
    return str(failure).partition("\n")[0]
